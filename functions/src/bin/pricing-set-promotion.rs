//! Runs [`functions::pricing::set_promotion`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::pricing::set_promotion::handle)
}
