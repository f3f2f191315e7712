//! Runs [`functions::rewards::set_rule_state`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::set_rule_state::handle)
}
