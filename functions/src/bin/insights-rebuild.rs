//! Runs [`functions::insights::rebuild`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::insights::rebuild::handle)
}
