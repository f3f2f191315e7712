//! Runs [`functions::rewards::show_backtest`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_http(functions::rewards::show_backtest::handle)
}
