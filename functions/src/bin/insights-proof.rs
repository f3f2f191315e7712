//! Runs [`functions::insights::proof`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::insights::proof::handle)
}
