//! Runs [`functions::insights::trial_balance`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::insights::trial_balance::handle)
}
