//! Runs [`functions::rewards::collect`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_groups(functions::rewards::collect::handle)
}
