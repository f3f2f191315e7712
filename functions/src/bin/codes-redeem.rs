//! Runs [`functions::codes::redeem`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::codes::redeem::handle)
}
