//! Runs [`functions::rewards::set_zone`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::set_zone::handle)
}
