//! Steps in which the books are read and checked: every token has a source, sums agree, hashes hold.

use anyhow::{Result, bail, ensure};
use serde_json::Value;

use super::answers::{expect_balance, items};
use super::journey::Journey;
use super::story::aside;
use crate::amount::Amount;
use crate::chain;
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
            entries.push(entry);
        }
        let wallet = self.app.get("/v1/wallet")?;
        expect_balance(&wallet, balance)?;
        ensure!(
            balance == self.story.balance(),
            "the story ends with {}, the history with {balance}",
            self.story.balance()
        );
        self.story
            .tell("Adds up the history: it gives the balance", balance);

        let head = text(&wallet, "head_hash")?;
        let chain = chain::check(&entries)?;
        ensure!(
            chain.member_id == self.member.id && chain.first() == 1 && chain.head_hash == head,
            "the history is not the whole of this wallet up to {head}"
        );
        self.story.tell(
            "Recomputes the hash chain: nothing was changed, and all legs cancel out",
            balance,
        );
        aside(&format!("{} entries, head {head}", entries.len()));
        self.keep_receipt(&entries)
    }

    /// A receipt proves by itself what it is about, and fits between the transactions around it.
    fn keep_receipt(&mut self, entries: &[Value]) -> Result<()> {
        let [before @ .., last] = entries else {
            bail!("the history is empty");
        };
        let path = format!(
            "/v1/wallet/transactions/{}/receipt",
            text(last, "entry_id")?
        );
        let receipt = self.app.get(&path)?;
        let with_receipt: Vec<Value> = before.iter().cloned().chain([receipt.clone()]).collect();
        let chain = chain::check(&with_receipt)?;
        ensure!(
            chain.head_hash == text(last, "hash")? && chain.length_seen == Some(chain.last()),
            "the receipt is not of the newest transaction: {receipt}"
        );
        self.story.tell(
            "Keeps a receipt: its bytes have the hash that the chain goes on from",
            self.story.balance(),
        );
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
