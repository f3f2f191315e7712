//! Runs [`functions::codes::replace`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::codes::replace::handle)
}
