//! Runs [`functions::rewards::show_segments`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::show_segments::handle)
}
