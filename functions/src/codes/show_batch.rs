//! `GET /admin/v1/products/{product_id}/batches/{job_id}`: how far a batch of printed codes is.

use serde::Serialize;
use shared::codes::jobs::batch::{self, Batch, State as Stands};
use shared::id::{JobId, MemberId, PartnerId, ProductId};
use shared::lambda::{Answer, Call, Reply};
use shared::table::Tables;
use shared::text::Reference;
use shared::time::Timestamp;

/// A batch of codes for print.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "Batch")]
pub struct View {
    job_id: JobId,
    product_id: ProductId,
    partner_id: PartnerId,
    reference: Reference,
    /// How many codes.
    count: u32,
    /// How many of them are minted.
    minted: u32,
    /// The first instant at which they can no longer be redeemed.
    expires_at: Timestamp,
    state: State,
    created_at: Timestamp,
    /// The administrator who ordered it, named as a member is.
    created_by: MemberId,
    /// When the last code was minted.
    finished_at: Option<Timestamp>,
    /// Until when the file with the codes can be downloaded.
    file_until: Option<Timestamp>,
}

/// How far a batch is.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "BatchState")]
pub enum State {
    /// Its codes are being minted.
    Running,
    /// All of them are minted, and their file is written.
    Done,
}

/// Answers the batch.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    call.staff()?;
    let product = call.path("product_id")?;
    let id = call.path("job_id")?;
    call.no_query()?;
    let batch = batch::find(tables, product, id).await?;
    Reply::ok(&View::new(&batch))
}

impl View {
    pub(super) fn new(batch: &Batch) -> Self {
        let (state, finished_at) = match batch.state {
            Stands::Running {} => (State::Running, None),
            Stands::Done { finished_at } => (State::Done, Some(finished_at)),
        };
        Self {
            job_id: batch.job_id,
            product_id: batch.product_id,
            partner_id: batch.partner_id,
            reference: batch.reference.clone(),
            count: batch.count,
            minted: batch.minted,
            expires_at: batch.expires_at,
            state,
            created_at: batch.created_at,
            created_by: batch.created_by,
            finished_at,
            file_until: batch.file_until(),
        }
    }
}
