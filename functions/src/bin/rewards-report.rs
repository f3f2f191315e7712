//! Runs [`functions::rewards::report`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::report::handle)
}
