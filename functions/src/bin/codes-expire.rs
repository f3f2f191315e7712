//! Runs [`functions::codes::expire`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_schedule(functions::codes::expire::handle)
}
