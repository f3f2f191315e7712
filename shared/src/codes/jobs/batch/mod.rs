//! Batches: codes that are minted for a partner to print.
//!
//! The codes of a batch are derived from its name, as those of a purchase are from its quote, so nothing but their items has to be
//! kept. The file with their texts is written once all of them are there, deleted by the bucket after some days, and handed out only by
//! links that an administrator asked for.

mod walk;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

pub use self::walk::{Tools, walk};
use super::{CODES_MAX, DOWNLOAD_SECONDS, FILE_DAYS, keys};
use crate::audit::{self, Act, Action};
use crate::catalog::{self, Stock};
use crate::error::{Error, Failure, Rejection};
use crate::id::{JobId, MemberId, PartnerId, ProductId, derived};
use crate::messaging::{Message, MintingQueue};
use crate::objects::{Errand, Objects};
use crate::table::{self, Condition, Lost, Tables, Write, number};
use crate::text::Reference;
use crate::time::Timestamp;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Codes of which product.
    pub product_id: ProductId,
    /// What the administrators call it.
    pub reference: Reference,
    /// How many codes.
    pub count: u32,
    /// The first instant at which they can no longer be redeemed.
    pub expires_at: Timestamp,
}

/// A batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// Its name, and the seed of its codes.
    pub job_id: JobId,
    /// Codes of which product.
    pub product_id: ProductId,
    /// Whose codes these are.
    pub partner_id: PartnerId,
    /// What the administrators call it.
    pub reference: Reference,
    /// How many codes.
    pub count: u32,
    /// The first instant at which they can no longer be redeemed.
    pub expires_at: Timestamp,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// Who ordered it.
    pub created_by: MemberId,
    /// Counts the steps.
    pub version: u64,
    /// The version of the secrets that mints it; none before the first step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_version: Option<u32>,
    /// How many codes are minted.
    pub minted: u32,
    /// How far it is.
    #[serde(flatten)]
    pub state: State,
}

/// How far a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// Its codes are being minted.
    Running {},
    /// All of them are minted, and their file is written.
    Done {
        /// When that was.
        finished_at: Timestamp,
    },
}

/// The order to mint on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// Codes of which product.
    pub product_id: ProductId,
    /// Which batch.
    pub job_id: JobId,
}

/// For how long printed codes can be valid.
pub const VALID_DAYS_MAX: i64 = 1826;

impl Batch {
    /// The name of the batch that a product's administrators call so.
    pub fn id_of(product: ProductId, reference: &Reference) -> JobId {
        JobId::new(derived(&[
            "batch",
            &product.to_string(),
            reference.as_str(),
        ]))
    }

    /// The name of the file with its codes.
    pub fn file(&self) -> String {
        keys::printed(self.job_id)
    }

    /// When its file is deleted, if it was written.
    pub fn file_until(&self) -> Option<Timestamp> {
        match self.state {
            State::Running {} => None,
            State::Done { finished_at } => Some(finished_at.plus(TimeDelta::days(FILE_DAYS))),
        }
    }

    fn job(&self) -> Job {
        Job {
            product_id: self.product_id,
            job_id: self.job_id,
        }
    }

    /// The write that takes the batch from this state to `next`.
    fn step(&self, next: &Self) -> Result<Write, Failure> {
        let unmoved = Condition::Equals("version", number(self.version));
        let place = keys::batch(self.product_id, self.job_id);
        Ok(Write::put(place, table::item(next)?, unmoved))
    }

    fn is_of(&self, order: &Order) -> bool {
        (self.count, self.expires_at) == (order.count, order.expires_at)
    }
}

/// Orders a batch, or answers the one that was ordered under the same reference, and wakes it if it is under way.
pub async fn start(
    (tables, queue): (&Tables, &MintingQueue),
    order: Order,
    act: &Act,
) -> Result<Batch, Error> {
    let id = Batch::id_of(order.product_id, &order.reference);
    let place = keys::batch(order.product_id, id);
    if let Some(there) = tables.get(&place).await? {
        return again(queue, there, &order).await;
    }
    check(&order, act.at)?;
    let product = catalog::product(tables, order.product_id).await?;
    let product = product.ok_or(Rejection::ProductNotFound)?;
    if matches!(product.stock, Stock::Pool {}) {
        return Err(super::wrong_stock(product.stock));
    }
    let batch = Batch {
        job_id: id,
        product_id: order.product_id,
        partner_id: product.partner_id,
        reference: order.reference.clone(),
        count: order.count,
        expires_at: order.expires_at,
        created_at: act.at,
        created_by: act.actor,
        version: 1,
        key_version: None,
        minted: 0,
        state: State::Running {},
    };
    let writes = vec![
        Write::create(place, table::item(&batch)?).or(()),
        audit::note(act, Action::StartBatch, id, None, Some(&batch))?.or(()),
    ];
    let batch = match table::commit(tables, writes).await {
        Ok(_) => batch,
        Err(Lost::Failed(failure)) => return Err(failure.into()),
        Err(Lost::Refused((), found)) => table::read(found.unwrap_or_default())?,
    };
    again(queue, batch, &order).await
}

/// Answers the batch that is there, if it is of this order, and wakes it if it is under way.
async fn again(queue: &MintingQueue, batch: Batch, order: &Order) -> Result<Batch, Error> {
    if !batch.is_of(order) {
        return Err(Rejection::JobConflict {
            job_id: batch.job_id.to_string(),
        }
        .into());
    }
    if matches!(batch.state, State::Running {}) {
        send(queue, batch.job()).await?;
    }
    Ok(batch)
}

/// Refuses an order that nobody means.
fn check(order: &Order, now: Timestamp) -> Result<(), Rejection> {
    let invalid = |pointer: &str, reason: String| Rejection::InvalidBody {
        pointer: pointer.to_owned(),
        reason,
    };
    if !(1..=CODES_MAX).contains(&order.count) {
        let reason = format!("a batch has 1 to {CODES_MAX} codes");
        return Err(invalid("/count", reason));
    }
    let latest = now.plus(TimeDelta::days(VALID_DAYS_MAX));
    if order.expires_at <= now || order.expires_at > latest {
        let reason = format!("codes can be redeemed until some instant up to {latest}");
        return Err(invalid("/expires_at", reason));
    }
    Ok(())
}

/// Puts the order to mint on into the queue. One too many finds nothing to do.
async fn send(queue: &MintingQueue, job: Job) -> Result<(), Failure> {
    queue.0.send(Message::job(&job)?).await
}

/// Reads a batch of a product.
pub async fn find(tables: &Tables, product: ProductId, id: JobId) -> Result<Batch, Error> {
    let found = tables.get(&keys::batch(product, id)).await?;
    Ok(found.ok_or(Rejection::JobNotFound)?)
}

/// Reads batches of a product in the order of their ids, behind `after`; and the one to go on behind, if there may be more.
pub async fn list(
    tables: &Tables,
    product: ProductId,
    after: Option<JobId>,
    limit: usize,
) -> Result<(Vec<Batch>, Option<JobId>), Failure> {
    let query = keys::batches_after(product, after, limit);
    let (batches, next): (Vec<Batch>, _) = tables.page(&query).await?;
    let next = next.and(batches.last().map(|batch| batch.job_id));
    Ok((batches, next))
}

/// A link to the file with the codes of a batch, for [`DOWNLOAD_SECONDS`]. That it was asked for is noted before it is given.
pub async fn download(
    (tables, objects): (&Tables, &Objects),
    batch: &Batch,
    act: &Act,
) -> Result<String, Error> {
    let deleted_at = batch.file_until().ok_or(Rejection::BatchNotDone)?;
    if act.at >= deleted_at {
        return Err(Rejection::BatchFileDeleted { deleted_at }.into());
    }
    let note = audit::note(
        act,
        Action::DownloadBatch,
        batch.job_id,
        Some(batch),
        Some(batch),
    )?;
    match table::commit(tables, vec![note.or(())]).await {
        // Noted by an earlier attempt of the same request.
        Ok(_) | Err(Lost::Refused((), _)) => {}
        Err(Lost::Failed(failure)) => return Err(failure.into()),
    }
    let name = batch.file();
    Ok(objects
        .link(Errand::Download, &name, DOWNLOAD_SECONDS)
        .await?)
}
