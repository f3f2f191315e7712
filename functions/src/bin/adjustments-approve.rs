//! Runs [`functions::adjustments::approve`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::adjustments::approve::handle)
}
