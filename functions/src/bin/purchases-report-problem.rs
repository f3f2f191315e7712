//! Runs [`functions::purchases::report_problem`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::purchases::report_problem::handle)
}
