//! Runs [`functions::rewards::list_activities`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::list_activities::handle)
}
