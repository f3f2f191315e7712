//! The double-entry ledger: wallets, entries, lots, the chart of accounts and the chain that makes rewriting visible.
//!
//! An [`Order`] asks for a movement, [`Wallet::decide`] turns it into an [`Entry`] or refuses it, and [`Wallet::apply`]
//! gives the wallet after an entry. Deciding and applying read and write nothing; posting an entry, re-checking a history
//! and simulating both all go through the same two functions. What is stored is a wallet's newest state and its entries,
//! never the balance of a house account: nothing here is written by everybody.

mod account;
mod entry;
mod history;
mod keys;
mod lots;
mod proof;
mod wallet;

pub use self::account::{Account, Category, Reason, RefundReason};
pub use self::entry::{Entry, Hash, Kind, Leg, Side, SoldCode, Source};
pub use self::history::{Filter, entries_after, entry, history, is_entry, is_wallet, receipt};
pub use self::lots::{Expiry, Lots};
pub use self::proof::{Flaw, Proof, check, prove};
pub use self::wallet::{Drift, Order, Wallet};

use crate::error::Failure;
use crate::id::{EntryId, MemberId};
use crate::table::{self, Condition, Item, Key, Tables, Write, number, text};

/// Where a member's wallet stands.
pub fn wallet_key(member: MemberId) -> Key {
    keys::wallet(member)
}

/// Where an entry stands.
pub fn entry_key(id: EntryId) -> Key {
    keys::entry(id)
}

/// The wallet in `item`; without one, the empty wallet every member has.
pub fn wallet_from(member: MemberId, item: Option<Item>) -> Result<Wallet, Failure> {
    item.map_or_else(|| Ok(Wallet::empty(member)), table::read)
}

/// Reads a member's wallet.
pub async fn wallet(tables: &Tables, member: MemberId) -> Result<Wallet, Failure> {
    Ok(tables
        .get(&keys::wallet(member))
        .await?
        .unwrap_or_else(|| Wallet::empty(member)))
}

/// The write that puts `wallet` in the place of the one that is stored, which may be wrong, but must not have moved.
pub fn replace(stored: Option<&Wallet>, wallet: &Wallet) -> Result<Write, Failure> {
    let unchanged = stored.map_or(Condition::Absent, |stored| {
        Condition::All(vec![
            Condition::Equals("seq", number(stored.seq)),
            Condition::Equals("head_hash", text(stored.head_hash)),
        ])
    });
    Ok(Write::put(
        keys::wallet(wallet.member_id),
        table::item(wallet)?,
        unchanged,
    ))
}

/// The writes that take a wallet from `before` to `after` through `entries`.
/// The first fails if the wallet is not as it was in `before`; then the others cannot be right either.
pub fn writes(
    before: &Wallet,
    after: &Wallet,
    entries: &[Entry],
) -> Result<(Write, Vec<Write>), Failure> {
    let unchanged = Condition::unchanged("seq", before.seq);
    let wallet = Write::put(
        keys::wallet(after.member_id),
        table::item(after)?,
        unchanged,
    );
    let entries = entries.iter().map(|entry| {
        Ok(Write::create(
            keys::entry(entry.entry_id),
            table::item(entry)?,
        ))
    });
    Ok((wallet, entries.collect::<Result<_, Failure>>()?))
}
