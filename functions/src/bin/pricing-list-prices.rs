//! Runs [`functions::pricing::list_prices`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::pricing::list_prices::handle)
}
