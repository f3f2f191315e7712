//! Runs [`functions::rewards::list_streaks`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::list_streaks::handle)
}
