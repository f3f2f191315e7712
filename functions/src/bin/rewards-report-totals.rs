//! Runs [`functions::rewards::report_totals`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::report_totals::handle)
}
