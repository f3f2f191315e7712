//! Runs [`functions::codes::list_imports`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::codes::list_imports::handle)
}
