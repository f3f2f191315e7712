//! One step of an import: up to 90 lines are judged and written.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::lines::{Content, Line};
use super::walk::Tools;
use super::{Import, Outcome, Running, State};
use crate::codes::jobs::keys;
use crate::codes::pool::{self, Entry};
use crate::codes::{ImportedText, Unfit, code_key};
use crate::error::Failure;
use crate::id::{CodeId, JobId, ProductId};
use crate::seal::Place;
use crate::stock::{self, Taking};
use crate::table::{self, Condition, Key, Lost, TaggedWrite, Write};

/// The most lines of a step: a transaction has room for so many entries beside the eight shards of the stock, the import and the gate.
pub(super) const LINES_MAX: usize = 90;

/// How often a step is tried while other imports of the same partner get in first.
const ATTEMPTS_MAX: u32 = 20;

/// What every step of an import of a partner's codes moves on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Gate {
    /// Counts the steps.
    version: u64,
    /// Into whose pools codes of the partner came.
    products: BTreeSet<ProductId>,
}

/// What a failed condition of a step means.
enum Why {
    /// Another message works on this import.
    Moved,
    /// Another import of the partner got in first.
    Raced,
    /// The product counts no stock.
    NoStock,
}

/// A code to judge, the name it would get, and the names it may have: one for each version of the secret.
struct Candidate {
    text: ImportedText,
    code_id: CodeId,
    names: Vec<CodeId>,
}

/// Where codes are already.
#[derive(Default)]
struct Known {
    pooled: BTreeMap<CodeId, JobId>,
    sold: BTreeSet<CodeId>,
}

/// Makes a step; answers the import after it, or none if another message works on it.
pub(super) async fn step(
    tools: &Tools<'_>,
    import: &Import,
    running: &Running,
    lines: &[Line],
) -> Result<Option<Import>, Failure> {
    let judged: Vec<Result<Candidate, Outcome>> = lines
        .iter()
        .map(|line| candidate(tools, import, &line.content))
        .collect();
    let gate_key = keys::gate(import.partner_id);
    for attempt in 1..=ATTEMPTS_MAX {
        let mut gate: Gate = tools.tables.get(&gate_key).await?.unwrap_or_default();
        let seen = gate.version;
        gate.products.insert(import.product_id);
        let candidates: Vec<&Candidate> = judged.iter().flatten().collect();
        let known = known(tools, &gate, &candidates).await?;
        let (next, entries) = judge(tools, (import, running), lines, &judged, &known)?;
        let mut writes = vec![import.step(&next)?.or(Why::Moved)];
        if !entries.is_empty() {
            gate.version = seen.saturating_add(1);
            let unmoved = Condition::unchanged("version", seen);
            let moved = Write::put(gate_key.clone(), table::item(&gate)?, unmoved);
            writes.push(moved.or(Why::Raced));
            writes.extend(additions(import.product_id, &entries)?);
        }
        match table::commit(tools.tables, writes).await {
            Ok(_) => return Ok(Some(next)),
            Err(Lost::Refused(Why::Moved, _)) => return Ok(None),
            Err(Lost::Refused(Why::Raced, _)) => tools.tables.back_off(attempt).await,
            Err(Lost::Refused(Why::NoStock, _)) => {
                return Err(Failure::broken("a product with a pool counts no stock"));
            }
            Err(Lost::Failed(failure)) => return Err(failure),
        }
    }
    Err(Failure::unavailable(
        "other imports of the partner got in first every time",
    ))
}

/// What is to be found out about a line; or what became of it, if that is plain.
fn candidate(tools: &Tools<'_>, import: &Import, content: &Content) -> Result<Candidate, Outcome> {
    let text = match content {
        Content::Header => return Err(Outcome::Header),
        Content::Blank => return Err(Outcome::Blank),
        Content::Unreadable => return Err(Outcome::Unreadable),
        Content::Text(text) => ImportedText::read(text).map_err(|unfit| match unfit {
            Unfit::Length => Outcome::Length,
            Unfit::Characters => Outcome::Characters,
        })?,
    };
    if !tools.lookup.find(text.as_str()).is_empty() {
        return Err(Outcome::Mintable);
    }
    let names = tools.lookup.find_imported(import.partner_id, text.as_str());
    Ok(Candidate {
        code_id: *names.first().ok_or(Outcome::Unreadable)?,
        names,
        text,
    })
}

/// Reads which of the candidates are in a pool, and then which were sold.
async fn known(
    tools: &Tools<'_>,
    gate: &Gate,
    candidates: &[&Candidate],
) -> Result<Known, Failure> {
    let names = || candidates.iter().flat_map(|candidate| &candidate.names);
    let pools = names().flat_map(|name| {
        let place = |product: &ProductId| pool::key(*product, *name);
        gate.products.iter().map(place).collect::<Vec<Key>>()
    });
    let mut known = Known::default();
    for item in table::get_distinct(tools.tables, pools)
        .await?
        .into_values()
    {
        let entry: Entry = table::read(item)?;
        known.pooled.insert(entry.code_id, entry.job_id);
    }
    let sold = names().map(|name| code_key(*name));
    let sold = table::get_distinct(tools.tables, sold).await?;
    let is_sold = |name: &&CodeId| sold.contains_key(&code_key(**name));
    known.sold.extend(names().filter(is_sold));
    Ok(known)
}

/// The import after these lines, and the entries they bring.
fn judge(
    tools: &Tools<'_>,
    (import, running): (&Import, &Running),
    lines: &[Line],
    judged: &[Result<Candidate, Outcome>],
    known: &Known,
) -> Result<(Import, Vec<Entry>), Failure> {
    let (mut counts, mut running) = (import.counts, running.clone());
    let mut entries = BTreeMap::new();
    for (line, judged) in lines.iter().zip(judged) {
        let outcome = match judged {
            Err(outcome) => *outcome,
            Ok(candidate) => {
                let outcome = outcome(import, candidate, known, &entries);
                if outcome == Outcome::Imported {
                    entries.insert(candidate.code_id, entry(tools, import, candidate)?);
                }
                outcome
            }
        };
        counts.add(outcome);
        running.outcomes.push(outcome);
        running.place = line.end;
    }
    let next = Import {
        version: import.version.saturating_add(1),
        counts,
        state: State::Running(running),
        ..import.clone()
    };
    Ok((next, entries.into_values().collect()))
}

/// What becomes of a code.
fn outcome(
    import: &Import,
    candidate: &Candidate,
    known: &Known,
    new: &BTreeMap<CodeId, Entry>,
) -> Outcome {
    if new.contains_key(&candidate.code_id) {
        return Outcome::Repeated;
    }
    let pooled = candidate
        .names
        .iter()
        .find_map(|name| known.pooled.get(name));
    match pooled {
        Some(job) if *job == import.job_id => Outcome::Repeated,
        Some(_) => Outcome::InPool,
        None if candidate.names.iter().any(|name| known.sold.contains(name)) => Outcome::Sold,
        None => Outcome::Imported,
    }
}

fn entry(tools: &Tools<'_>, import: &Import, candidate: &Candidate) -> Result<Entry, Failure> {
    let place = Place {
        product_id: import.product_id,
        code_id: candidate.code_id,
    };
    let (key_version, ciphertext) = tools.vault.seal(place, candidate.text.as_str())?;
    Ok(Entry {
        code_id: candidate.code_id,
        last4: candidate.text.last4().to_owned(),
        ciphertext,
        key_version,
        job_id: import.job_id,
    })
}

/// The writes that add the entries to the pool and to the stock.
fn additions(product: ProductId, entries: &[Entry]) -> Result<Vec<TaggedWrite<Why>>, Failure> {
    let mut counts: BTreeMap<u8, u32> = BTreeMap::new();
    let mut writes = Vec::with_capacity(LINES_MAX);
    for entry in entries {
        let count = counts.entry(pool::shard_of(entry.code_id)).or_default();
        *count = count.saturating_add(1);
        writes.push(pool::put(product, entry)?.or(Why::Raced));
    }
    writes.extend(
        counts.into_iter().map(|(shard, count)| {
            stock::put_back(product, Taking { shard, count }).or(Why::NoStock)
        }),
    );
    Ok(writes)
}
