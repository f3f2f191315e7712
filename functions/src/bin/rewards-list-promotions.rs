//! Runs [`functions::rewards::list_promotions`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::list_promotions::handle)
}
