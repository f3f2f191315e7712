//! Runs [`functions::adjustments::reject`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::adjustments::reject::handle)
}
