//! Runs [`functions::partners::revoke_key`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::partners::revoke_key::handle)
}
