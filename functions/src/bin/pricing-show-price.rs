//! Runs [`functions::pricing::show_price`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::pricing::show_price::handle)
}
