//! Runs [`functions::cases::list`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::cases::list::handle)
}
