//! Runs [`functions::rewards::list_rules`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::list_rules::handle)
}
