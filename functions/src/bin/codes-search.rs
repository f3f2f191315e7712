//! Runs [`functions::codes::search`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::codes::search::handle)
}
