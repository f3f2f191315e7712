//! Runs [`functions::pricing::set_rule`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::pricing::set_rule::handle)
}
