//! Runs [`functions::notifications::publish`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_stream(functions::notifications::publish::handle)
}
