//! Runs [`functions::rewards::backtest`].

fn main() -> std::process::ExitCode {
    shared::lambda::serve_queue(functions::rewards::backtest::handle)
}
