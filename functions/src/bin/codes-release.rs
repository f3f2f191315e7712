//! Runs [`functions::codes::release`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::codes::release::handle)
}
