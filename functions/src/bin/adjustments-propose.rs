//! Runs [`functions::adjustments::propose`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::adjustments::propose::handle)
}
