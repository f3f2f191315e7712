//! `GET /admin/v1/products/{product_id}/imports/{job_id}`: how far an import is, and what became of its rows.

use serde::Serialize;
use shared::codes::jobs::import::{self, Counts, Flaw, Format, Import, State as Stands};
use shared::codes::jobs::{DOWNLOAD_SECONDS, UPLOAD_SECONDS, link_until};
use shared::error::Failure;
use shared::id::{JobId, MemberId, PartnerId, ProductId};
use shared::lambda::{Answer, Call, Reply};
use shared::objects::{Errand, Objects};
use shared::table::Tables;
use shared::text::Reference;
use shared::time::Timestamp;

/// An import.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "Import")]
pub struct View {
    job_id: JobId,
    product_id: ProductId,
    partner_id: PartnerId,
    reference: Reference,
    format: Format,
    state: State,
    /// What is wrong with the file, if it could not be read to its end. What was imported before stays.
    flaw: Option<Flaw>,
    created_at: Timestamp,
    /// The administrator who ordered it, named as a member is.
    created_by: MemberId,
    /// When its last row was judged.
    finished_at: Option<Timestamp>,
    /// How long the file is, once it is being read.
    bytes: Option<u64>,
    /// How much of it is read.
    bytes_read: Option<u64>,
    /// What became of the rows so far.
    counts: Counts,
    /// Where the file is to be put, with `PUT`, while the import waits for it.
    upload: Option<Link>,
    /// Where it says of each row what became of it, as CSV, once the import is done: row, status, reason and the last four characters.
    report: Option<Link>,
}

/// A link that works for a while, for whoever has it.
#[derive(Serialize, schemars::JsonSchema)]
pub struct Link {
    url: String,
    /// When it stops to work.
    expires_at: Timestamp,
}

/// How far an import is.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ImportState")]
pub enum State {
    /// It waits for its file.
    Waiting,
    /// Its file is being read.
    Running,
    /// All rows are judged.
    Done,
    /// Its file could not be read to the end.
    Failed,
}

/// Answers the import.
pub async fn handle((tables, objects): &(Tables, Objects), call: Call) -> Answer {
    call.staff()?;
    let product = call.path("product_id")?;
    let id = call.path("job_id")?;
    call.no_query()?;
    let import = import::find(tables, product, id).await?;
    let view = View::new(&import).with_report(objects, &import, call.now());
    Reply::ok(&view.await?)
}

impl View {
    pub(super) fn new(import: &Import) -> Self {
        let (state, finished_at, flaw) = match &import.state {
            Stands::Waiting {} => (State::Waiting, None, None),
            Stands::Running(_) => (State::Running, None, None),
            Stands::Done { finished_at } => (State::Done, Some(*finished_at), None),
            Stands::Failed { finished_at, flaw } => {
                (State::Failed, Some(*finished_at), Some(*flaw))
            }
        };
        let running = match &import.state {
            Stands::Running(running) => Some(running),
            _ => None,
        };
        Self {
            job_id: import.job_id,
            product_id: import.product_id,
            partner_id: import.partner_id,
            reference: import.reference.clone(),
            format: import.format,
            state,
            flaw,
            created_at: import.created_at,
            created_by: import.created_by,
            finished_at,
            bytes: running.map(|running| running.size_bytes),
            bytes_read: running.map(|running| running.place.byte),
            counts: import.counts,
            upload: None,
            report: None,
        }
    }

    /// The same with a link to upload the file, if it is waited for.
    pub(super) async fn with_upload(
        mut self,
        objects: &Objects,
        import: &Import,
        now: Timestamp,
    ) -> Result<Self, Failure> {
        if matches!(import.state, Stands::Waiting {}) {
            let url = import::upload_link(objects, import).await?;
            self.upload = Some(Link::new(url, now, UPLOAD_SECONDS));
        }
        Ok(self)
    }

    /// The same with a link to the report, if there is one.
    async fn with_report(
        mut self,
        objects: &Objects,
        import: &Import,
        now: Timestamp,
    ) -> Result<Self, Failure> {
        if import.report_until().is_some_and(|until| now < until) {
            let name = import.report();
            let url = objects.link(Errand::Download, &name, DOWNLOAD_SECONDS);
            self.report = Some(Link::new(url.await?, now, DOWNLOAD_SECONDS));
        }
        Ok(self)
    }
}

impl Link {
    pub(super) fn new(url: String, now: Timestamp, seconds: u32) -> Self {
        Self {
            url,
            expires_at: link_until(now, seconds),
        }
    }
}
