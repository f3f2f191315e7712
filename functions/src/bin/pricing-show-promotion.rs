//! Runs [`functions::pricing::show_promotion`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::pricing::show_promotion::handle)
}
