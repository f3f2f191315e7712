//! Runs [`functions::purchases::buy`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::purchases::buy::handle)
}
