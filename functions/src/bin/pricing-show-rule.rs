//! Runs [`functions::pricing::show_rule`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::pricing::show_rule::handle)
}
