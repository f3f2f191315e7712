//! Runs [`functions::codes::show_batch`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::codes::show_batch::handle)
}
