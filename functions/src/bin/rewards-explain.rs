//! Runs [`functions::rewards::explain`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::explain::handle)
}
