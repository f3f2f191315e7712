//! Runs [`functions::codes::revoke`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::codes::revoke::handle)
}
