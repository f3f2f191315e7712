//! Runs [`functions::adjustments::list`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::adjustments::list::handle)
}
