//! Runs [`functions::codes::start_generate`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::codes::start_generate::handle)
}
