//! Runs [`functions::store::list`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::store::list::handle)
}
