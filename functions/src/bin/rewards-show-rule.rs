//! Runs [`functions::rewards::show_rule`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::show_rule::handle)
}
