//! Runs [`functions::codes::download_batch`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::codes::download_batch::handle)
}
