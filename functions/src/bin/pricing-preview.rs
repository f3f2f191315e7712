//! Runs [`functions::pricing::preview`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::pricing::preview::handle)
}
