//! Runs [`functions::codes::import`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_queue(functions::codes::import::handle)
}
