//! Runs [`functions::rewards::show_zone`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::show_zone::handle)
}
