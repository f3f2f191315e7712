//! Runs [`functions::rewards::set_programme`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::set_programme::handle)
}
