//! Runs [`functions::partners::authorize`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_authorizer(functions::partners::authorize::handle)
}
