//! Runs [`functions::notifications::list`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::notifications::list::handle)
}
