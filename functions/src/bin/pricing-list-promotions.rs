//! Runs [`functions::pricing::list_promotions`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::pricing::list_promotions::handle)
}
