//! Runs [`functions::insights::start`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::insights::start::handle)
}
