//! Runs [`functions::rewards::log`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_stream_batches(functions::rewards::log::handle)
}
