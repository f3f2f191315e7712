//! Runs [`functions::insights::reconcile`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_queue(functions::insights::reconcile::handle)
}
