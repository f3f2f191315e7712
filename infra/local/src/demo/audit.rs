//! Steps in which the books are read and checked: every token has a source, sums agree, hashes hold.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::amount::Amount;
use super::answers::{expect_balance, items};
use super::chain;
use super::journey::Journey;
use super::story::aside;
use crate::http::text;

/// Pages of the history are small here so that the cursor is used.
const PAGE: usize = 3;

impl Journey<'_> {
    pub(super) fn look_at_history(&mut self) -> Result<()> {
        let entries = self.history()?;
        ensure!(
            entries.len() == self.entries,
            "the history has {} entries, not {}",
            entries.len(),
            self.entries
        );
        self.story.tell(
            "Looks at the history: every token says where it comes from",
            self.story.balance(),
        );
        for entry in &entries {
            aside(&format!(
                "{} {:>5}  balance {:<6} {}",
                if entry["side"] == "credit" { "+" } else { "-" },
                text(entry, "amount")?,
                text(entry, "balance_after")?,
                entry["source"],
            ));
        }
        Ok(())
    }

    pub(super) fn audit(&mut self) -> Result<()> {
        let mut history = self.history()?;
        history.reverse();
        ensure!(
            history.len() == self.entries,
            "the history has {} entries, not {}",
            history.len(),
            self.entries
        );
        let mut balance = Amount::default();
        let mut entries = Vec::new();
        for line in &history {
            let amount = Amount::parse(text(line, "amount")?)?;
            let credit = text(line, "side")? == "credit";
            balance = if credit {
                balance.plus(amount)
            } else {
                balance.minus(amount)
            };
            ensure!(
                text(line, "balance_after")? == balance.to_string(),
                "the balance does not add up at {line}"
            );
            let entry = self.app.get(&format!(
                "/v1/wallet/transactions/{}",
                text(line, "entry_id")?
            ))?;
            ensure!(legs_cancel(&entry)?, "the legs do not sum to zero: {entry}");
            entries.push(entry);
        }
        let wallet = self.app.get("/v1/wallet")?;
        expect_balance(&wallet, balance)?;
        ensure!(
            balance == self.story.balance(),
            "the story ends with {}, the history with {balance}",
            self.story.balance()
        );
        self.story.tell(
            "Adds up the history: it gives the balance, and all legs cancel out",
            balance,
        );

        let head = text(&wallet, "head_hash")?;
        chain::verify(&self.member.id, &entries, head)?;
        self.story.tell(
            "Recomputes the hash chain: nothing was changed afterwards",
            balance,
        );
        aside(&format!("{} entries, head {head}", entries.len()));
        Ok(())
    }

    /// The whole history, newest first, page by page.
    fn history(&self) -> Result<Vec<Value>> {
        let mut entries = Vec::new();
        let mut path = format!("/v1/wallet/transactions?limit={PAGE}");
        loop {
            let page = self.app.get(&path)?;
            entries.extend(items(&page)?.iter().cloned());
            match page["next_cursor"].as_str() {
                Some(cursor) => {
                    path = format!("/v1/wallet/transactions?limit={PAGE}&cursor={cursor}");
                }
                None => return Ok(entries),
            }
        }
    }
}

fn legs_cancel(entry: &Value) -> Result<bool> {
    let legs = entry["legs"]
        .as_array()
        .with_context(|| format!("an entry has no legs: {entry}"))?;
    let mut sum = Amount::default();
    for leg in legs {
        let amount = Amount::parse(text(leg, "amount")?)?;
        sum = if leg["side"] == "credit" {
            sum.plus(amount)
        } else {
            sum.minus(amount)
        };
    }
    Ok(legs.len() >= 2 && sum == Amount::default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn legs_cancel_only_when_they_sum_to_zero() {
        let leg =
            |side: &str, amount: &str| json!({"account": "a", "side": side, "amount": amount});

        assert!(
            legs_cancel(&json!({"legs": [leg("debit", "0.25"), leg("credit", "0.25")]})).unwrap()
        );
        assert!(
            !legs_cancel(&json!({"legs": [leg("debit", "1"), leg("credit", "0.25")]})).unwrap()
        );
        assert!(!legs_cancel(&json!({"legs": []})).unwrap());
    }
}
