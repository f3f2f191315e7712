//! Runs [`functions::pricing::reprice`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_schedule(functions::pricing::reprice::handle)
}
