//! Runs [`functions::purchases::reveal`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::purchases::reveal::handle)
}
