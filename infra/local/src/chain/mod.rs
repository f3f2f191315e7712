//! The proof that a wallet's history was not changed afterwards, made with nothing but the API's answers and no code of the
//! system itself: each entry's hash covers its canonical bytes and the hash before it, and the sums agree.

mod record;
#[cfg(test)]
mod tests;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use self::record::{Record, Seen, sha256};
use crate::amount::Amount;

/// A run of entries of one wallet that fit together.
pub struct Chain {
    /// Whose wallet it is.
    pub member_id: String,
    /// The entries, the oldest first.
    pub links: Vec<Link>,
    /// The hash of the newest of them.
    pub head_hash: String,
    /// How many entries the wallet had, as far as a receipt says so.
    pub length_seen: Option<u64>,
}

/// An entry that fits.
pub struct Link {
    /// Its place in the wallet.
    pub seq: u64,
    /// When it was made.
    pub recorded_at: String,
    /// What kind of entry it is.
    pub kind: String,
    /// By how much it changed the wallet.
    pub change: Amount,
    /// What the wallet held afterwards.
    pub balance_after: Amount,
}

impl Chain {
    /// The place of the first entry.
    pub fn first(&self) -> u64 {
        self.links.first().map_or(0, |link| link.seq)
    }

    /// The place of the newest entry.
    pub fn last(&self) -> u64 {
        self.links.last().map_or(0, |link| link.seq)
    }
}

/// Checks whole transactions and receipts of one wallet, in any order. The first thing that is wrong is the error.
pub fn check(values: &[Value]) -> Result<Chain> {
    let read = |(value, place): (&Value, usize)| {
        Record::read(value).with_context(|| format!("item {place} is no entry of a wallet"))
    };
    let mut records = values
        .iter()
        .zip(1..)
        .map(read)
        .collect::<Result<Vec<_>>>()?;
    records.sort_by_key(|record| record.seq);
    let first = records.first().context("there is not one entry in it")?;
    let member_id = first.member.clone();
    let mut links: Vec<Link> = Vec::with_capacity(records.len());
    let mut before: Option<&Record> = None;
    for record in &records {
        let link = follow(&member_id, before, links.last(), record)
            .with_context(|| format!("entry {} ({}) is wrong", record.seq, record.entry_id))?;
        links.push(link);
        before = Some(record);
    }
    check_receipts(&records)?;
    Ok(Chain {
        member_id,
        links,
        head_hash: before.map(|record| record.hash.clone()).unwrap_or_default(),
        length_seen: records
            .iter()
            .filter_map(|record| Some(record.seen.as_ref()?.length))
            .max(),
    })
}

/// The link of `record`, which must follow the one `before` it, whose link is `last`.
fn follow(
    member_id: &str,
    before: Option<&Record>,
    last: Option<&Link>,
    record: &Record,
) -> Result<Link> {
    ensure!(
        record.member == member_id,
        "it is of {}, the others are of {member_id}",
        record.member
    );
    ensure!(record.seq > 0, "entries are numbered from 1");
    ensure!(
        record.hash == record.computed,
        "it was changed: its bytes have the hash {}, and it claims {}",
        record.computed,
        record.hash
    );
    check_place(member_id, before, record)?;
    let (change, balance_after) = (record.change()?, record.balance_after()?);
    let held = match last {
        Some(last) => Some(last.balance_after),
        None => (record.seq == 1).then(Amount::default),
    };
    if let Some(held) = held {
        ensure!(
            held.plus(change) == balance_after,
            "the balance does not add up: {held} and {change} are not {balance_after}"
        );
    }
    Ok(Link {
        seq: record.seq,
        recorded_at: record.text("recorded_at").to_owned(),
        kind: record.text("kind").to_owned(),
        change,
        balance_after,
    })
}

/// Checks that `record` stands where it says: behind the one `before` it in number, time and hash, or at the beginning.
fn check_place(member_id: &str, before: Option<&Record>, record: &Record) -> Result<()> {
    let expected = match before {
        Some(before) => {
            ensure!(before.seq != record.seq, "it is there twice");
            ensure!(
                before.seq + 1 == record.seq,
                "{} is missing in front of it",
                missing(before.seq + 1, record.seq - 1)
            );
            ensure!(
                before.text("recorded_at") <= record.text("recorded_at"),
                "it is older than the entry in front of it"
            );
            before.hash.clone()
        }
        None if record.seq == 1 => sha256(format!("rjv-wallet:{member_id}").as_bytes()),
        // What is in front of a file that begins later is not known.
        None => return Ok(()),
    };
    ensure!(
        record.previous_hash == expected,
        "it does not continue the chain: it follows {}, and what is in front of it has {expected}",
        record.previous_hash
    );
    Ok(())
}

/// Checks what receipts say of the chain against the entries: the head of a chain of some length is the entry at that place.
fn check_receipts(records: &[Record]) -> Result<()> {
    for record in records {
        let Some(Seen { length, head_hash }) = &record.seen else {
            continue;
        };
        let wrong = || format!("the receipt of entry {} is wrong", record.seq);
        ensure!(
            *length >= record.seq,
            "{}: a chain of {length} has no entry {}",
            wrong(),
            record.seq
        );
        let head = records.iter().find(|other| other.seq == *length);
        if let Some(head) = head {
            ensure!(
                head.hash == *head_hash,
                "{}: it says that entry {length} has the hash {head_hash}, and that has {}",
                wrong(),
                head.hash
            );
        }
    }
    Ok(())
}

fn missing(from: u64, to: u64) -> String {
    if from == to {
        format!("entry {from}")
    } else {
        format!("the run of entries {from} to {to}")
    }
}
