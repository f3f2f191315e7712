//! Runs [`functions::wallet::transaction`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::wallet::transaction::handle)
}
