//! Runs [`functions::codes::generate`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_queue(functions::codes::generate::handle)
}
