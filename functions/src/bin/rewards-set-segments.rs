//! Runs [`functions::rewards::set_segments`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::set_segments::handle)
}
