//! Runs [`functions::rewards::start_backtest`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::start_backtest::handle)
}
