//! Runs [`functions::cases::decide`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::cases::decide::handle)
}
