//! Runs [`functions::rewards::set_promotion_state`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::set_promotion_state::handle)
}
