//! Runs [`functions::rewards::show_programme`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::show_programme::handle)
}
