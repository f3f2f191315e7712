//! Runs [`functions::codes::show_import`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::codes::show_import::handle)
}
