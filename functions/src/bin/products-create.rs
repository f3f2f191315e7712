//! Runs [`functions::products::create`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::products::create::handle)
}
