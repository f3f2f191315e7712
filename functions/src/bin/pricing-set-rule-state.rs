//! Runs [`functions::pricing::set_rule_state`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::pricing::set_rule_state::handle)
}
