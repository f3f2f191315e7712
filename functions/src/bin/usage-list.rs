//! Runs [`functions::usage::list`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::usage::list::handle)
}
