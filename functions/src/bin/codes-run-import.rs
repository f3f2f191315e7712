//! Runs [`functions::codes::run_import`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::codes::run_import::handle)
}
