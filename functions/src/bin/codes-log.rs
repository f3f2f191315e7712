//! Runs [`functions::codes::log`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_stream_batches(functions::codes::log::handle)
}
