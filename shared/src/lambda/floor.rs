//! Some refusals are held back, so that how long they took says nothing.
//!
//! A code that is unknown, used or another partner's is refused with the same words. How much there was to read until that was
//! known differs, and could be measured. So such a refusal leaves at the end of a whole interval after its call arrived.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::Answer;
use crate::error::{Error, Rejection};

/// Longer than finding out takes almost always. It only makes those wait who show wrong codes.
const INTERVAL: Duration = Duration::from_millis(150);

/// Waits, if this is such a refusal.
pub(super) async fn hold(arrived: Instant, answer: &Answer) {
    if let Err(Error::Rejected(Rejection::CodeNotRedeemable)) = answer {
        sleep_until(arrived + held(arrived.elapsed())).await;
    }
}

/// How long after its arrival a call is answered that took so long.
fn held(took: Duration) -> Duration {
    let intervals = took.as_nanos() / INTERVAL.as_nanos() + 1;
    INTERVAL.saturating_mul(u32::try_from(intervals).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_leaves_at_the_end_of_an_interval() {
        let held_ms = |took| held(Duration::from_millis(took)).as_millis();

        assert_eq!([0, 1, 149].map(held_ms), [150; 3]);
        assert_eq!([150, 299].map(held_ms), [300; 2]);
    }
}
