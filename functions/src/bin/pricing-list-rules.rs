//! Runs [`functions::pricing::list_rules`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::pricing::list_rules::handle)
}
