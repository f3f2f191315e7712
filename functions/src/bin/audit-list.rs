//! Runs [`functions::audit::list`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::audit::list::handle)
}
