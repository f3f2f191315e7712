//! Runs [`functions::wallet::show`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::wallet::show::handle)
}
