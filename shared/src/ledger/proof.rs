//! Proving a wallet: the wallet that is stored against the fold of its entries.

use serde::{Deserialize, Serialize};

use super::{Drift, Entry, Hash, Wallet, keys};
use crate::amount::Rjv;
use crate::error::Failure;
use crate::id::MemberId;
use crate::table::{self, Item, Tables};

/// What a wallet is, and what its entries make of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The wallet as it is stored; none if there is none, or none that can be read.
    pub stored: Option<Wallet>,
    /// The wallet after the last entry that follows from those before it.
    pub folded: Wallet,
    /// The entries that can be read, in order.
    pub entries: Vec<Entry>,
    /// What is wrong, if anything is.
    pub flaw: Option<Flaw>,
}

/// What is wrong with a wallet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "flaw", rename_all = "snake_case")]
#[schemars(rename = "WalletFlaw")]
pub enum Flaw {
    /// An entry cannot be read.
    UnreadableEntry {
        /// Its place.
        seq: u64,
    },
    /// An entry does not follow from those before it.
    BadEntry {
        /// Its place.
        seq: u64,
        /// Why it does not.
        reason: String,
    },
    /// Entries that the wallet counts are not there.
    MissingEntries {
        /// The place of the newest that is there.
        seq_found: u64,
        /// The place of the newest by the wallet.
        seq_stored: u64,
    },
    /// There are entries that the wallet does not count.
    UncountedEntries {
        /// The place of the newest that is there.
        seq_found: u64,
        /// The place of the newest by the wallet.
        seq_stored: u64,
    },
    /// There are entries and no wallet that can be read.
    NoWallet {
        /// How many there are.
        seq_found: u64,
    },
    /// The entries are in order, and the wallet is not their fold.
    WrongWallet {
        /// What the stored lots add up to; none if they are more than an amount can hold.
        balance_stored: Option<Rjv>,
        /// What the entries add up to.
        balance_folded: Rjv,
        /// The hash of the newest entry by the wallet.
        head_hash_stored: Hash,
        /// The hash of the newest entry.
        head_hash_folded: Hash,
    },
}

/// Folds `entries`, which may be unreadable, and compares the outcome with the wallet in `stored`.
///
/// Every item must have been read when the wallet was as in `stored`, or later: what was added since is a flaw here.
pub fn check(member: MemberId, stored: Option<&Item>, entries: &[Item]) -> Proof {
    let stored: Option<Wallet> = stored.and_then(|item| table::read(item.clone()).ok());
    let (mut folded, mut flaw, mut readable) = (Wallet::empty(member), None, Vec::new());
    for item in entries {
        let Ok(entry) = table::read::<Entry>(item.clone()) else {
            let seq = folded.seq.saturating_add(1);
            flaw = flaw.or(Some(Flaw::UnreadableEntry { seq }));
            continue;
        };
        if flaw.is_none() {
            match folded.apply(&entry) {
                Ok(after) => folded = after,
                Err(drift) => flaw = Some(bad_entry(&folded, &entry, &drift)),
            }
        }
        readable.push(entry);
    }
    let flaw = flaw.or_else(|| compare(stored.as_ref(), &folded));
    Proof {
        stored,
        folded,
        entries: readable,
        flaw,
    }
}

fn bad_entry(folded: &Wallet, entry: &Entry, drift: &Drift) -> Flaw {
    let next = folded.seq.saturating_add(1);
    // An entry with a later number is right where it is; what is wrong is that the one before it is gone.
    let seq = if *drift == Drift::OutOfSequence {
        next
    } else {
        entry.seq
    };
    Flaw::BadEntry {
        seq,
        reason: drift.to_string(),
    }
}

fn compare(stored: Option<&Wallet>, folded: &Wallet) -> Option<Flaw> {
    let Some(stored) = stored else {
        return (folded.seq > 0).then_some(Flaw::NoWallet {
            seq_found: folded.seq,
        });
    };
    let (seq_found, seq_stored) = (folded.seq, stored.seq);
    if seq_found < seq_stored {
        Some(Flaw::MissingEntries {
            seq_found,
            seq_stored,
        })
    } else if seq_found > seq_stored {
        Some(Flaw::UncountedEntries {
            seq_found,
            seq_stored,
        })
    } else if stored == folded {
        None
    } else {
        Some(Flaw::WrongWallet {
            balance_stored: stored.lots.total(),
            balance_folded: folded.lots.total().unwrap_or_default(),
            head_hash_stored: stored.head_hash,
            head_hash_folded: folded.head_hash,
        })
    }
}

/// How many entries are read at a time.
const PAGE: usize = 500;

/// How often a wallet is read again because entries were posted while its history was read.
const ATTEMPTS_MAX: u32 = 8;

/// Reads a wallet and its whole history, and proves one by the other.
pub async fn prove(tables: &Tables, member: MemberId) -> Result<Proof, Failure> {
    let mut entries: Vec<Item> = Vec::new();
    let mut last: Option<String> = None;
    let mut stored = stored_wallet(tables, member).await?;
    for attempt in 1..=ATTEMPTS_MAX {
        loop {
            let page = tables
                .query(&keys::entries_from(member, last.clone(), PAGE))
                .await?;
            last = page.items.last().and_then(keys::sort_of).or(last);
            entries.extend(page.items);
            if page.next.is_none() {
                break;
            }
        }
        // An entry is never taken away, so a wallet that did not move had this history the whole time.
        let now = stored_wallet(tables, member).await?;
        if now == stored {
            return Ok(check(member, stored.as_ref(), &entries));
        }
        stored = now;
        tables.back_off(attempt).await;
    }
    Err(Failure::unavailable(
        "the wallet moved during every attempt to prove it",
    ))
}

async fn stored_wallet(tables: &Tables, member: MemberId) -> Result<Option<Item>, Failure> {
    let found = tables.get_many(&[keys::wallet(member)]).await?;
    Ok(found.into_iter().next().flatten())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::id::ActivityId;
    use crate::ledger::{Category, Expiry, Order, Source};
    use crate::time::Timestamp;

    fn member() -> MemberId {
        MemberId::new(Uuid::from_u128(7))
    }

    /// A wallet of three awards, and its entries as items.
    fn sound() -> (Wallet, Vec<Item>) {
        let (mut wallet, mut items) = (Wallet::empty(member()), Vec::new());
        let start: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
        for number in 1..=3 {
            let source = Source::Award {
                activity_id: ActivityId::new(Uuid::from_u128(number)),
                activity_kind: "app_opened".to_owned(),
                category: Category::Engagement,
                occurred_at: start,
                rule_id: "app-streak".parse().unwrap(),
                rule_version: 1,
            };
            let order = Order::Credit {
                amount: Rjv::whole(5),
                expiry: Expiry::Never,
                source,
            };
            let (entries, after) = wallet.decide(order, start).unwrap();
            items.push(table::item(&entries[0]).unwrap());
            wallet = after;
        }
        (wallet, items)
    }

    fn flaw(wallet: Option<&Wallet>, items: &[Item]) -> Option<Flaw> {
        let wallet = wallet.map(|wallet| table::item(wallet).unwrap());
        check(member(), wallet.as_ref(), items).flaw
    }

    #[test]
    fn a_wallet_that_is_the_fold_of_its_entries_is_sound() {
        let (wallet, items) = sound();

        assert_eq!(flaw(Some(&wallet), &items), None);
        assert_eq!(flaw(None, &[]), None);
    }

    #[test]
    fn each_flaw_is_told_from_the_others() {
        let (wallet, items) = sound();
        let mut rich = wallet.clone();
        rich.lots = wallet
            .lots
            .plus(&crate::ledger::Lots::one(Expiry::Never, Rjv::whole(1)))
            .unwrap();
        let unreadable = [items[0].clone(), Item::default(), items[2].clone()];
        let gap = [items[0].clone(), items[2].clone()];

        assert!(matches!(
            flaw(Some(&rich), &items),
            Some(Flaw::WrongWallet { balance_stored, balance_folded, .. })
                if balance_stored == Some(Rjv::whole(16)) && balance_folded == Rjv::whole(15)
        ));
        assert_eq!(
            flaw(Some(&wallet), &items[..2]),
            Some(Flaw::MissingEntries {
                seq_found: 2,
                seq_stored: 3
            })
        );
        assert_eq!(flaw(None, &items), Some(Flaw::NoWallet { seq_found: 3 }));
        assert_eq!(
            flaw(Some(&wallet), &unreadable),
            Some(Flaw::UnreadableEntry { seq: 2 })
        );
        assert!(matches!(
            flaw(Some(&wallet), &gap),
            Some(Flaw::BadEntry { seq: 2, .. })
        ));
        assert_eq!(
            flaw(Some(&Wallet::empty(member())), &items),
            Some(Flaw::UncountedEntries {
                seq_found: 3,
                seq_stored: 0
            })
        );
    }
}
