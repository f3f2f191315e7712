//! Runs [`functions::pricing::set_price`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::pricing::set_price::handle)
}
