//! Runs [`functions::insights::fold`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_stream_batches(functions::insights::fold::handle)
}
