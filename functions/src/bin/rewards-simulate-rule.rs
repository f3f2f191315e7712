//! Runs [`functions::rewards::simulate_rule`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::simulate_rule::handle)
}
