//! Runs [`functions::codes::start_import`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::codes::start_import::handle)
}
