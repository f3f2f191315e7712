//! Runs [`functions::pricing::set_promotion_state`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::pricing::set_promotion_state::handle)
}
