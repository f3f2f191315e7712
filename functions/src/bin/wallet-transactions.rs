//! Runs [`functions::wallet::transactions`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::wallet::transactions::handle)
}
