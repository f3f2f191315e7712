//! Runs [`functions::rewards::show_activity`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::show_activity::handle)
}
