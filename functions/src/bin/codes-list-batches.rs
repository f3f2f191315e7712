//! Runs [`functions::codes::list_batches`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::codes::list_batches::handle)
}
