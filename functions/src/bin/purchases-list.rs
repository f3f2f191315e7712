//! Runs [`functions::purchases::list`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::purchases::list::handle)
}
