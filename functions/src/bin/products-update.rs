//! Runs [`functions::products::update`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::products::update::handle)
}
