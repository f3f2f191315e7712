//! Runs [`functions::partners::create`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::partners::create::handle)
}
