//! What must hold in the tables at every moment.

use std::collections::{BTreeMap, BTreeSet};

use shared::amount::Rjv;
use shared::codes::Code;
use shared::id::{ActivityId, CodeId, MemberId};
use shared::ledger::{Entry, Source, Wallet};
use shared::rewards::{Outcome, Record};
use shared::table::{self, Table};

use super::world::{World, start};

/// Everything in the tables, read back into values.
pub struct Books {
    wallets: BTreeMap<MemberId, Wallet>,
    entries: BTreeMap<MemberId, Vec<Entry>>,
    pub codes: BTreeMap<CodeId, Code>,
    pub records: BTreeMap<ActivityId, Record>,
}

impl Books {
    pub fn of(world: &World) -> Self {
        let mut books = Self {
            wallets: BTreeMap::new(),
            entries: BTreeMap::new(),
            codes: BTreeMap::new(),
            records: BTreeMap::new(),
        };
        for (key, item) in world.memory.items() {
            match (key.table, key.sk.as_str()) {
                (Table::Ledger, "wallet") => {
                    let wallet: Wallet = table::read(item).unwrap();
                    books.wallets.insert(wallet.member_id, wallet);
                }
                (Table::Ledger, _) => {
                    let entry: Entry = table::read(item).unwrap();
                    books
                        .entries
                        .entry(entry.entry_id.member)
                        .or_default()
                        .push(entry);
                }
                (Table::Codes, _) => {
                    let code: Code = table::read(item).unwrap();
                    books.codes.insert(code.code_id, code);
                }
                (Table::Members, sk) if sk.starts_with("activity#") => {
                    let record: Record = table::read(item).unwrap();
                    books.records.insert(record.activity.activity_id, record);
                }
                _ => {}
            }
        }
        books
    }

    /// What must hold at every moment.
    pub fn check(&self) {
        let none = Vec::new();
        assert_eq!(
            self.wallets.keys().collect::<Vec<_>>(),
            self.entries.keys().collect::<Vec<_>>()
        );
        for (owner, wallet) in &self.wallets {
            let entries = self.entries.get(owner).unwrap_or(&none);
            let fold = entries
                .iter()
                .try_fold(Wallet::empty(*owner), |wallet, entry| wallet.apply(entry));
            assert_eq!(
                fold.as_ref(),
                Ok(wallet),
                "a wallet is the fold of its entries"
            );
        }
        self.check_codes();
        self.check_awards();
    }

    fn check_codes(&self) {
        let mut paid = BTreeSet::new();
        for entry in self.entries.values().flatten() {
            let Source::Purchase {
                codes, unit_price, ..
            } = &entry.source
            else {
                continue;
            };
            let total = unit_price.checked_mul(u32::try_from(codes.len()).unwrap());
            assert_eq!(
                total,
                Some(entry.amount()),
                "what was paid is the price of the codes"
            );
            for code in codes {
                assert!(paid.insert(code.code_id), "a code is paid for once");
                assert_eq!(
                    self.codes[&code.code_id].purchase_id,
                    entry.entry_id.into(),
                    "tokens are not taken without a code"
                );
            }
        }
        assert_eq!(
            paid,
            self.codes.keys().copied().collect(),
            "no code without payment"
        );
    }

    fn check_awards(&self) {
        let awards = self
            .entries
            .values()
            .flatten()
            .filter_map(|entry| match &entry.source {
                Source::Award { activity_id, .. } => Some((*activity_id, entry.entry_id)),
                Source::Purchase { .. } | Source::Expiry {} | Source::Adjustment { .. } => None,
            });
        let awarded = self
            .records
            .values()
            .filter_map(|record| match record.outcome {
                Outcome::Awarded { entry_id, .. } => Some((record.activity.activity_id, entry_id)),
                Outcome::DailyCapReached { .. } | Outcome::NoRule {} => None,
            });
        let (mut awards, mut awarded): (Vec<_>, Vec<_>) = (awards.collect(), awarded.collect());
        awards.sort_unstable();
        awarded.sort_unstable();
        assert_eq!(
            awards, awarded,
            "each award answers one activity, and each awarded activity has its award"
        );
    }

    pub fn balance(&self, owner: MemberId) -> Rjv {
        self.wallets
            .get(&owner)
            .map_or(Rjv::ZERO, |wallet| wallet.available(start()))
    }
}
