//! Runs [`functions::pricing::calendar`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::pricing::calendar::handle)
}
