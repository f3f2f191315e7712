//! Runs [`functions::purchases::show`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::purchases::show::handle)
}
