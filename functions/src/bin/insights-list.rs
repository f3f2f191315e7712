//! Runs [`functions::insights::list`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::insights::list::handle)
}
