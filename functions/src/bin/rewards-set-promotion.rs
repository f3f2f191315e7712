//! Runs [`functions::rewards::set_promotion`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::set_promotion::handle)
}
