//! Runs [`functions::rewards::award`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_groups(functions::rewards::award::handle)
}
