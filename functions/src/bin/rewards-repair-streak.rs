//! Runs [`functions::rewards::repair_streak`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::repair_streak::handle)
}
