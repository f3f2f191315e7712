//! Minting the codes of a batch, a stretch per message.

use super::{Batch, Job, State, send};
use crate::amount::Rjv;
use crate::codes::jobs::keys;
use crate::codes::{self, Code, CodeText, Life, Lookup, Mint, TextOf};
use crate::error::Failure;
use crate::messaging::MintingQueue;
use crate::objects::Objects;
use crate::table::{self, Lost, Tables, TaggedWrite};
use crate::time::Timestamp;

/// What minting works with.
#[derive(Clone, Copy)]
pub struct Tools<'a> {
    /// Where codes and jobs are.
    pub tables: &'a Tables,
    /// Where the file goes.
    pub objects: &'a Objects,
    /// The secrets from which codes are made.
    pub mint: &'a Mint,
    /// Names the codes.
    pub lookup: &'a Lookup,
}

/// The most codes of a step: a transaction has room for so many beside the batch.
const CODES_PER_STEP: u32 = 99;

/// How many steps a stretch has.
pub(super) const STEPS: u32 = 150;

/// Mints one stretch on and orders the next. The last one writes the file.
pub async fn walk(
    tools: Tools<'_>,
    queue: &MintingQueue,
    job: Job,
    now: Timestamp,
) -> Result<(), Failure> {
    walk_at(STEPS, tools, queue, job, now).await
}

pub(super) async fn walk_at(
    steps: u32,
    tools: Tools<'_>,
    queue: &MintingQueue,
    job: Job,
    now: Timestamp,
) -> Result<(), Failure> {
    let place = keys::batch(job.product_id, job.job_id);
    for _ in 0..steps {
        // Read before each step: whoever has the same message may make the steps between, and may die at any of them.
        let found: Option<Batch> = tools.tables.get(&place).await?;
        let Some(batch) = found else {
            return Ok(());
        };
        if matches!(batch.state, State::Done { .. }) {
            return Ok(());
        }
        if batch.minted >= batch.count {
            return conclude(tools, &batch, now).await;
        }
        step(tools, &batch, now).await?;
    }
    send(queue, job).await
}

/// Mints the next codes, unless another message did.
async fn step(tools: Tools<'_>, batch: &Batch, now: Timestamp) -> Result<(), Failure> {
    let newest = tools.mint.0.newest().version;
    let version = batch.key_version.unwrap_or(newest);
    let until = batch.minted.saturating_add(CODES_PER_STEP).min(batch.count);
    let next = Batch {
        version: batch.version.saturating_add(1),
        key_version: Some(version),
        minted: until,
        ..batch.clone()
    };
    let mut writes = vec![batch.step(&next)?.or(())];
    for index in batch.minted..until {
        let code = code(tools, batch, (version, index), now)?;
        writes.push(codes::create(&code)?.or(()));
    }
    unless_moved(tools, writes).await
}

fn code(
    tools: Tools<'_>,
    batch: &Batch,
    (version, index): (u32, u32),
    now: Timestamp,
) -> Result<Code, Failure> {
    let text = text(tools, batch, (version, index))?;
    let code_id = tools.lookup.id(version, &text);
    Ok(Code {
        code_id: code_id.ok_or_else(|| Failure::broken("naming a code that was just minted"))?,
        partner_id: batch.partner_id,
        product_id: batch.product_id,
        text: TextOf::Minted {
            seed: batch.job_id.uuid(),
            index,
        },
        sale: None,
        key_version: version,
        last4: text.last4().to_owned(),
        unit_price: Rjv::ZERO,
        issued_at: now,
        expires_at: batch.expires_at,
        revealed_at: None,
        reserved_as: None,
        reserved_until: None,
        reservation_extended: false,
        life: Life::Issued,
    })
}

fn text(
    tools: Tools<'_>,
    batch: &Batch,
    (version, index): (u32, u32),
) -> Result<CodeText, Failure> {
    let seed = batch.job_id.uuid();
    codes::mint(tools.mint, tools.lookup, version, seed, index).ok_or_else(|| {
        Failure::broken(format!(
            "the secrets of codes have no version {version}, which minted a batch"
        ))
    })
}

/// Writes the file, the same whoever does, and that the batch is done.
async fn conclude(tools: Tools<'_>, batch: &Batch, now: Timestamp) -> Result<(), Failure> {
    let broken = |error| Failure::broken("writing the file of a batch").because(error);
    let version = batch.key_version.unwrap_or_default();
    let expires_at = batch.expires_at.to_string();
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(["code", "expires_at"]).map_err(broken)?;
    for index in 0..batch.count {
        let text = text(tools, batch, (version, index))?.to_string();
        file.write_record([&text, &expires_at]).map_err(broken)?;
    }
    let file = file.into_inner().map_err(|error| {
        Failure::broken("writing the file of a batch").because(error.to_string())
    })?;
    tools.objects.write(&batch.file(), file).await?;
    let done = Batch {
        version: batch.version.saturating_add(1),
        state: State::Done { finished_at: now },
        ..batch.clone()
    };
    unless_moved(tools, vec![batch.step(&done)?.or(())]).await
}

/// Writes a step. Whoever was faster wrote the same.
async fn unless_moved(tools: Tools<'_>, writes: Vec<TaggedWrite<()>>) -> Result<(), Failure> {
    match table::commit(tools.tables, writes).await {
        Ok(_) | Err(Lost::Refused((), _)) => Ok(()),
        Err(Lost::Failed(failure)) => Err(failure),
    }
}
