//! Runs [`functions::products::show`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::products::show::handle)
}
