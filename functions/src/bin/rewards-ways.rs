//! Runs [`functions::rewards::ways`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::ways::handle)
}
