//! Runs [`functions::codes::validate`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::codes::validate::handle)
}
