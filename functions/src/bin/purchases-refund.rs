//! Runs [`functions::purchases::refund`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::purchases::refund::handle)
}
