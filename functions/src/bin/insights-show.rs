//! Runs [`functions::insights::show`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::insights::show::handle)
}
