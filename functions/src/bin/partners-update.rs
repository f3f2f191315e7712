//! Runs [`functions::partners::update`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::partners::update::handle)
}
