//! Runs [`functions::rewards::set_rule`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::set_rule::handle)
}
