//! Runs [`functions::partners::list`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::partners::list::handle)
}
