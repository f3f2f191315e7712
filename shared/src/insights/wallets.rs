//! The walk over wallets: each is the fold of its entries, and each entry has what it paid for or was given for.

use super::fold;
use super::report::{Correction, Drift};
use super::run::Part;
use super::walk::{Walker, read, reads};
use crate::amount::Rjv;
use crate::codes::{self, Code, Life};
use crate::error::Failure;
use crate::id::{ActivityId, CodeId, MemberId};
use crate::ledger::{self, Entry, Flaw, Proof, Side, SoldCode, Source};
use crate::rewards::{self, Outcome, Record};
use crate::table::{self, Item, Key};

/// A wallet of which the entries were read, but not yet the wallet itself.
struct Pending {
    partition: String,
    member: MemberId,
    entries: Vec<Item>,
}

/// Walks one stretch: answers where it ended, and whether that is the end.
pub(super) async fn walk(
    walker: &mut Walker<'_>,
    part: Part,
    mut after: Option<Key>,
) -> Result<(Option<Key>, bool), Failure> {
    let mut pending: Option<Pending> = None;
    for _ in reads() {
        let stretch = read(walker.whole, part, after).await?;
        let mut proofs = Vec::new();
        for (key, item) in stretch.items {
            if pending
                .as_ref()
                .is_some_and(|pending| pending.partition != key.pk)
            {
                // The partition ended without a wallet.
                proofs.extend(prove(walker, pending.take()).await?);
            }
            let Ok(member) = key.pk.parse::<MemberId>() else {
                walker.tally.unreadable(&key);
                continue;
            };
            let there = pending.get_or_insert_with(|| Pending {
                partition: key.pk.clone(),
                member,
                entries: Vec::new(),
            });
            if ledger::is_entry(&key.sk) {
                there.entries.push(item);
            } else if ledger::is_wallet(&key.sk) {
                let proof = ledger::check(member, Some(&item), &there.entries);
                if proof.flaw.is_none() {
                    pending = None;
                    proofs.push(proof);
                } else {
                    // The items were read one after another; perhaps something was posted in between.
                    proofs.extend(prove(walker, pending.take()).await?);
                }
            }
        }
        after = stretch.next;
        if after.is_none() {
            proofs.extend(prove(walker, pending.take()).await?);
        }
        note_all(walker, &proofs).await?;
        if after.is_none() {
            return Ok((None, true));
        }
    }
    // The next stretch begins behind the wallet whose entries are partly read.
    if let Some(there) = pending {
        after = Some(ledger::wallet_key(there.member));
        let proofs = prove(walker, Some(there)).await?;
        note_all(walker, proofs.as_slice()).await?;
    }
    Ok((after, false))
}

async fn prove(walker: &Walker<'_>, pending: Option<Pending>) -> Result<Option<Proof>, Failure> {
    match pending {
        Some(Pending { member, .. }) => Ok(Some(ledger::prove(walker.tables, member).await?)),
        None => Ok(None),
    }
}

async fn note_all(walker: &mut Walker<'_>, proofs: &[Proof]) -> Result<(), Failure> {
    for proof in proofs {
        note(walker, proof)?;
    }
    catch_up(walker, proofs).await?;
    let entries = || proofs.iter().flat_map(|proof| &proof.entries);
    check_codes(walker, entries()).await?;
    check_refunds(walker, entries()).await?;
    check_records(walker, entries()).await
}

/// Counts a wallet, and says what is wrong with it.
fn note(walker: &mut Walker<'_>, proof: &Proof) -> Result<(), Failure> {
    let (member_id, folded) = (proof.folded.member_id, &proof.folded);
    walker.tally.counts.wallets += u64::from(proof.stored.is_some());
    for entry in &proof.entries {
        walker.tally.counts.entries += 1;
        walker.tally.totals.add(entry)?;
        if walker.is_closed(entry.recorded_at) {
            walker.tally.closed.add(entry)?;
        }
    }
    if let Some(flaw) = &proof.flaw {
        let is_sound_without_wallet = matches!(
            flaw,
            Flaw::WrongWallet { .. } | Flaw::NoWallet { .. } | Flaw::UncountedEntries { .. }
        );
        let correction = is_sound_without_wallet.then(|| Correction::RebuildWallet {
            member_id,
            balance: folded.lots.total().unwrap_or_default(),
        });
        let drift = Drift::Wallet {
            member_id,
            flaw: flaw.clone(),
        };
        walker.tally.find(drift, correction);
    }
    Ok(())
}

/// Folds what a batch that was given up left behind, where nothing moved since that would have done it, as far as the entries
/// are sound.
async fn catch_up(walker: &Walker<'_>, proofs: &[Proof]) -> Result<(), Failure> {
    for proofs in proofs.chunks(table::KEYS_MAX) {
        let members = proofs.iter().map(|proof| proof.folded.member_id);
        let seen = fold::watermarks(walker.tables, members).await?;
        let behind = proofs.iter().filter_map(|proof| {
            let mut sound = proof.entries.iter();
            let entry = sound.rfind(|entry| entry.seq == proof.folded.seq)?;
            let folded = seen.get(&entry.entry_id.member).map_or(0, |mark| mark.seq);
            let is_behind = folded < entry.seq && walker.is_closed(entry.recorded_at);
            is_behind.then(|| entry.clone())
        });
        fold::fold(walker.tables, &behind.collect::<Vec<_>>()).await?;
    }
    Ok(())
}

/// Every code that was paid for is there, and says so.
async fn check_codes(
    walker: &mut Walker<'_>,
    entries: impl Iterator<Item = &Entry>,
) -> Result<(), Failure> {
    let paid: Vec<(&Entry, (&SoldCode, Rjv))> = entries
        .filter_map(|entry| match &entry.source {
            Source::Purchase { codes, .. } => {
                let priced = codes.iter().zip(entry.prices());
                Some(priced.map(move |code| (entry, code)))
            }
            _ => None,
        })
        .flatten()
        .collect();
    for paid in paid.chunks(table::KEYS_MAX) {
        let keys = paid
            .iter()
            .map(|(_, (code, _))| codes::code_key(code.code_id));
        let found = table::get_distinct(walker.tables, keys).await?;
        for (entry, (code, unit_price)) in paid {
            let item = found.get(&codes::code_key(code.code_id));
            let Source::Purchase { partner_id, .. } = &entry.source else {
                continue;
            };
            if walker.is_settled(entry.recorded_at) {
                walker.tally.paid.add(*partner_id, *unit_price)?;
            }
            let is_gone = item.is_none();
            let there: Option<Code> = item.and_then(|item| table::read(item.clone()).ok());
            let is_right = there.is_some_and(|there| {
                let sale = there.sale.as_ref();
                there.unit_price == *unit_price
                    && there.partner_id == *partner_id
                    && sale.is_some_and(|sale| {
                        sale.purchase_id == entry.entry_id.into()
                            && sale.member_id == entry.entry_id.member
                    })
            });
            if !is_right {
                let drift = Drift::CodeMissing {
                    code_id: code.code_id,
                    purchase_id: entry.entry_id.into(),
                };
                let refund = Correction::Adjustment {
                    member_id: entry.entry_id.member,
                    side: Side::Credit,
                    amount: *unit_price,
                    corrects: Some(entry.entry_id),
                };
                walker.tally.find(drift, is_gone.then_some(refund));
            }
        }
    }
    Ok(())
}

/// Every refund has a code that it ended.
async fn check_refunds(
    walker: &mut Walker<'_>,
    entries: impl Iterator<Item = &Entry>,
) -> Result<(), Failure> {
    let refunds: Vec<(&Entry, CodeId)> = entries
        .filter_map(|entry| match &entry.source {
            Source::Refund { code_id, .. } => Some((entry, *code_id)),
            _ => None,
        })
        .collect();
    for refunds in refunds.chunks(table::KEYS_MAX) {
        let places = refunds.iter().map(|(_, code)| codes::code_key(*code));
        let found = table::get_distinct(walker.tables, places).await?;
        for (entry, code_id) in refunds {
            let item = found.get(&codes::code_key(*code_id));
            let there: Option<Code> = item.and_then(|item| table::read(item.clone()).ok());
            let life = there.map(|there| there.life);
            let ended =
                |life| matches!(life, Life::Refunded { refund, .. } if refund == entry.entry_id);
            if !life.is_some_and(ended) {
                let drift = Drift::RefundUnfounded {
                    entry_id: entry.entry_id,
                    code_id: *code_id,
                };
                let reversal = Correction::Adjustment {
                    member_id: entry.entry_id.member,
                    side: Side::Debit,
                    amount: entry.amount(),
                    corrects: Some(entry.entry_id),
                };
                walker.tally.find(drift, Some(reversal));
            }
        }
    }
    Ok(())
}

/// Every award has an activity that was recorded as awarded by it.
async fn check_records(
    walker: &mut Walker<'_>,
    entries: impl Iterator<Item = &Entry>,
) -> Result<(), Failure> {
    let awards: Vec<(&Entry, ActivityId)> = entries
        .filter_map(|entry| match &entry.source {
            Source::Award { activity_id, .. } => Some((entry, *activity_id)),
            _ => None,
        })
        .collect();
    let place =
        |(entry, id): &(&Entry, ActivityId)| rewards::record_key(entry.entry_id.member, *id);
    for awards in awards.chunks(table::KEYS_MAX) {
        let found = table::get_distinct(walker.tables, awards.iter().map(place)).await?;
        for award in awards {
            let (entry, activity_id) = *award;
            let item = found.get(&place(award));
            let record: Option<Record> = item.and_then(|item| table::read(item.clone()).ok());
            let is_right = record.is_some_and(|record| {
                let Outcome::Awarded { entry_id, amount } = record.outcome else {
                    return false;
                };
                entry_id == entry.entry_id && amount == entry.amount()
            });
            if !is_right {
                let drift = Drift::AwardUnfounded {
                    entry_id: entry.entry_id,
                    activity_id,
                };
                let reversal = Correction::Adjustment {
                    member_id: entry.entry_id.member,
                    side: Side::Debit,
                    amount: entry.amount(),
                    corrects: Some(entry.entry_id),
                };
                walker.tally.find(drift, Some(reversal));
            }
        }
    }
    Ok(())
}
