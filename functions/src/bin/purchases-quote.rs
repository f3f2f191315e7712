//! Runs [`functions::purchases::quote`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::purchases::quote::handle)
}
