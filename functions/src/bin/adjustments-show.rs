//! Runs [`functions::adjustments::show`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::adjustments::show::handle)
}
