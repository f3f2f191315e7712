//! Runs [`functions::store::show`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::store::show::handle)
}
