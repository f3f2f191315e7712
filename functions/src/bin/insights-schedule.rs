//! Runs [`functions::insights::schedule`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_schedule(functions::insights::schedule::handle)
}
