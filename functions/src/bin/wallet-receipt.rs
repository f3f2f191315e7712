//! Runs [`functions::wallet::receipt`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::wallet::receipt::handle)
}
