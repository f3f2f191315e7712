//! Runs [`functions::codes::extend`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::codes::extend::handle)
}
