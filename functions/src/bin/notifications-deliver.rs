//! Runs [`functions::notifications::deliver`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_queue(functions::notifications::deliver::handle)
}
