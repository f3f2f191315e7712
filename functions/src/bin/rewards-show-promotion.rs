//! Runs [`functions::rewards::show_promotion`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::show_promotion::handle)
}
