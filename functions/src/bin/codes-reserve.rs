//! Runs [`functions::codes::reserve`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::codes::reserve::handle)
}
