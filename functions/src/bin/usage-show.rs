//! Runs [`functions::usage::show`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::usage::show::handle)
}
