//! Runs [`functions::partners::issue_key`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::partners::issue_key::handle)
}
