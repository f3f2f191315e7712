//! Runs [`functions::products::list`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::products::list::handle)
}
