//! The full audit: everything is read again and compared, and every wallet is folded from its first entry.

use std::collections::BTreeSet;

use shared::codes::{Code, Life, pool};
use shared::id::CodeId;
use shared::ledger::{self, Entry, Source, Wallet};
use shared::rewards::{Outcome, Record};
use shared::table::{Memory, Table};

use super::written::pool_place;
use super::{Books, Verdict, ensure, parse};

impl Books {
    /// The books of what `memory` holds, as if it had been written now.
    pub fn of(memory: &Memory) -> Result<Self, String> {
        let mut books = Self::default();
        books.rewards.is_snapshot = true;
        let items = memory.items();
        let writes: Vec<_> = items
            .into_iter()
            .map(|(key, item)| shared::table::Write::create(key, item))
            .collect();
        books.post(None, &writes, memory, std::time::Duration::ZERO)?;
        books.audit(memory)?;
        Ok(books)
    }

    /// Checks that `memory` holds what was posted, all of it and nothing else.
    pub fn audit(&self, memory: &Memory) -> Verdict {
        let (mut wallets, mut entries, mut codes, mut records) = (0, 0, 0, 0);
        let mut pooled = 0;
        for (key, item) in memory.items() {
            let place = format!("{}/{}", key.pk, key.sk);
            let same = match (key.table, key.sk.as_str()) {
                (Table::Ledger, sk) if ledger::is_entry(sk) => {
                    entries += 1;
                    let entry: Entry = parse(item, "an entry")?;
                    let place = usize::try_from(entry.seq.saturating_sub(1)).unwrap_or(usize::MAX);
                    self.entries(entry.entry_id.member).get(place) == Some(&entry)
                }
                (Table::Ledger, _) => {
                    wallets += 1;
                    let wallet: Wallet = parse(item, "a wallet")?;
                    self.wallet(wallet.member_id) == Some(&wallet)
                }
                (Table::Codes, "code") => {
                    codes += 1;
                    let code: Code = parse(item, "a code")?;
                    self.codes.get(&code.code_id) == Some(&code)
                }
                (Table::Members, sk) if sk.starts_with("activity#") => {
                    records += 1;
                    let record: Record = parse(item, "a record")?;
                    self.records.get(&record.activity.activity_id) == Some(&record)
                }
                (Table::Codes, _) => match pool_place(&key) {
                    Some(place) => {
                        pooled += 1;
                        let entry: pool::Entry = parse(item, "an entry of a pool")?;
                        self.goods.pooled(place) == Some(&entry)
                    }
                    None => true,
                },
                (Table::Members | Table::Catalog | Table::Partners | Table::Insights, _) => true,
            };
            ensure(same, || format!("{place} is not what was written there"))?;
        }
        let posted: usize = self
            .accounts
            .values()
            .map(|history| history.entries.len())
            .sum();
        let all_there = (pooled, wallets, entries, codes, records)
            == (
                self.goods.pooled_count(),
                self.accounts.len(),
                posted,
                self.codes.len(),
                self.records.len(),
            );
        ensure(all_there, || {
            "something that was written is gone".to_owned()
        })?;
        self.audit_wallets()?;
        self.audit_pairs()
    }

    fn audit_wallets(&self) -> Verdict {
        for (member, history) in &self.accounts {
            let mut entries = history.entries.iter();
            let fold =
                entries.try_fold(Wallet::empty(*member), |wallet, entry| wallet.apply(entry));
            ensure(fold.as_ref().ok() == self.wallet(*member), || {
                format!("the wallet of {member} is not the fold of its entries: {fold:?}")
            })?;
        }
        Ok(())
    }

    /// Each code has one entry, each awarded activity has one, and the other way round.
    fn audit_pairs(&self) -> Verdict {
        let (mut paid, mut awarded) = (BTreeSet::new(), BTreeSet::new());
        let mut given_back = BTreeSet::new();
        for entry in self.accounts.values().flat_map(|history| &history.entries) {
            let is_new = match &entry.source {
                Source::Award { activity_id, .. } => awarded.insert((*activity_id, entry.entry_id)),
                Source::Purchase { codes, .. } => {
                    codes.iter().all(|code| paid.insert(code.code_id))
                }
                Source::Refund { code_id, .. } => given_back.insert(*code_id),
                Source::Adjustment { .. } | Source::Expiry {} => true,
            };
            ensure(is_new, || {
                format!("{} repeats another entry", entry.entry_id)
            })?;
        }
        let awards = self
            .records
            .iter()
            .filter_map(|(id, record)| match record.outcome {
                Outcome::Awarded { entry_id, .. } => Some((*id, entry_id)),
                Outcome::Refused(_) => None,
            });
        ensure(awards.collect::<BTreeSet<_>>() == awarded, || {
            "awards and awarded activities do not pair".to_owned()
        })?;
        let firsts = self
            .codes
            .values()
            .filter(|code| code.first() == code.code_id);
        let firsts: BTreeSet<_> = firsts.map(|code| code.code_id).collect();
        ensure(firsts == paid, || {
            "codes and payments do not pair".to_owned()
        })?;
        let last = self.codes.values();
        let last = last.filter(|code| !matches!(code.life, Life::Replaced { .. }));
        let last: Vec<CodeId> = last.map(Code::first).collect();
        let distinct: BTreeSet<CodeId> = last.iter().copied().collect();
        ensure(distinct == firsts && distinct.len() == last.len(), || {
            "of codes that took each other's place, not exactly one is the last".to_owned()
        })?;
        let is_refunded = |code: &&Code| matches!(code.life, Life::Refunded { .. });
        let refunded = self.codes.values().filter(is_refunded);
        let refunded: BTreeSet<_> = refunded.map(Code::first).collect();
        ensure(refunded == self.refunds.keys().copied().collect(), || {
            "refunded codes and refunds do not pair".to_owned()
        })
    }
}
