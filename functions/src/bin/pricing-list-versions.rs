//! Runs [`functions::pricing::list_versions`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::pricing::list_versions::handle)
}
