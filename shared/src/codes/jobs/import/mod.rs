//! Imports: a file with the codes of a partner becomes entries of a product's pool.
//!
//! The file is read part by part. A step judges up to 90 rows and, in one transaction, adds the new codes to the pool, counts them in
//! the product's stock, and notes what became of each row and up to where the file is done. That a code is nowhere yet, neither in a
//! pool of the partner nor sold, is read before; the partner's gate, which every step of any import of its codes moves on, makes
//! sure that this still holds when the step is written. Codes in pools only ever become sold ones, so pools are read first.
//!
//! The report is made at the end, from the file and what became of its rows. Then the file is deleted.

mod check;
mod lines;
mod outcome;
mod report;
mod step;
mod walk;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::lines::{Format, Place};
pub use self::outcome::{Counts, Outcome, Outcomes};
pub use self::walk::{Tools, walk};
use super::{UPLOAD_SECONDS, keys};
use crate::audit::{self, Act, Action};
use crate::catalog::{self, Stock};
use crate::codes::Lookup;
use crate::error::{Error, Failure, Rejection};
use crate::id::{JobId, MemberId, PartnerId, ProductId, derived};
use crate::messaging::{ImportQueue, Message};
use crate::objects::{Errand, Objects};
use crate::table::{self, Condition, Lost, Tables, Write, number};
use crate::text::Reference;
use crate::time::Timestamp;

/// Where the codes of an import are.
#[derive(Clone)]
pub enum Codes {
    /// Here.
    Listed(Vec<String>),
    /// In a file that will be uploaded.
    Uploaded(Format),
}

/// An import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// Its name.
    pub job_id: JobId,
    /// Into whose pool the codes come.
    pub product_id: ProductId,
    /// Whose codes these are.
    pub partner_id: PartnerId,
    /// What the administrators call it.
    pub reference: Reference,
    /// How its file is written.
    pub format: Format,
    /// Stands for the codes that came with the order; none if a file was to be uploaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<Fingerprint>,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// Who ordered it.
    pub created_by: MemberId,
    /// Counts the steps.
    pub version: u64,
    /// What became of the rows so far.
    pub counts: Counts,
    /// How far it is.
    #[serde(flatten)]
    pub state: State,
}

/// How far an import is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// It waits for its file.
    Waiting {},
    /// Its file is being read.
    Running(Running),
    /// All rows are judged.
    Done {
        /// When that was.
        finished_at: Timestamp,
    },
    /// Its file could not be read to the end.
    Failed {
        /// When that was.
        finished_at: Timestamp,
        /// Why.
        flaw: Flaw,
    },
}

/// A file that is being read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// How long the file is.
    pub size_bytes: u64,
    /// Stands for its content.
    pub mark: String,
    /// Up to where it is done.
    pub place: Place,
    /// What became of its lines up to there.
    pub outcomes: Outcomes,
}

/// Why a file cannot be read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ImportFlaw")]
pub enum Flaw {
    /// It was deleted or replaced while it was read.
    FileGone,
    /// It has a line that is too long for a code.
    LineTooLong,
}

/// Stands for a list of codes, and says nothing about them to who lacks the secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The version of the lookup secret that made it.
    pub key_version: u32,
    /// The number.
    pub number: Uuid,
}

/// The order to read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// Into whose pool.
    pub product_id: ProductId,
    /// Which import.
    pub job_id: JobId,
}

/// The most codes that come with an order.
pub const LISTED_MAX: usize = 1000;

/// The largest file.
pub const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;

impl Import {
    /// The name of the import that a product's administrators call so.
    pub fn id_of(product: ProductId, reference: &Reference) -> JobId {
        JobId::new(derived(&[
            "import",
            &product.to_string(),
            reference.as_str(),
        ]))
    }

    /// The name of its file.
    pub fn upload(&self) -> String {
        keys::upload(self.job_id)
    }

    /// The name of its report.
    pub fn report(&self) -> String {
        keys::report(self.job_id)
    }

    fn job(&self) -> Job {
        Job {
            product_id: self.product_id,
            job_id: self.job_id,
        }
    }

    /// The write that takes the import from this state to `next`.
    fn step(&self, next: &Self) -> Result<Write, Failure> {
        let unmoved = Condition::Equals("version", number(self.version));
        let place = keys::import(self.product_id, self.job_id);
        Ok(Write::put(place, table::item(next)?, unmoved))
    }
}

impl Fingerprint {
    fn new(lookup: &Lookup, version: u32, codes: &[String]) -> Option<Self> {
        let parts: Vec<&[u8]> = codes.iter().map(String::as_bytes).collect();
        let tag = lookup.0.find(version)?.tag("listed", &parts);
        Some(Self {
            key_version: version,
            number: Uuid::from_bytes(*tag.first_chunk()?),
        })
    }
}

/// Orders an import, or answers the one that was ordered under the same reference. One whose codes came along is under way then;
/// another waits for its file.
pub async fn start(
    tools: (&Tables, &Objects, &ImportQueue, &Lookup),
    (product_id, reference): (ProductId, Reference),
    codes: &Codes,
    act: &Act,
) -> Result<Import, Error> {
    let (tables, objects, queue, lookup) = tools;
    let product = catalog::product(tables, product_id).await?;
    let product = product.ok_or(Rejection::ProductNotFound)?;
    if !matches!(product.stock, Stock::Pool {}) {
        return Err(super::wrong_stock(product.stock));
    }
    let listed = match codes {
        Codes::Listed(codes) => Fingerprint::new(lookup, lookup.0.newest().version, codes),
        Codes::Uploaded(_) => None,
    };
    let import = Import {
        job_id: Import::id_of(product_id, &reference),
        product_id,
        partner_id: product.partner_id,
        reference,
        format: match codes {
            Codes::Listed(_) => Format::Jsonl,
            Codes::Uploaded(format) => *format,
        },
        listed,
        created_at: act.at,
        created_by: act.actor,
        version: 1,
        counts: Counts::default(),
        state: State::Waiting {},
    };
    let import = create(tables, import, lookup, codes, act).await?;
    let Codes::Listed(codes) = codes else {
        return Ok(import);
    };
    if matches!(import.state, State::Waiting {}) {
        objects.write(&import.upload(), as_lines(codes)?).await?;
    }
    run((tables, objects, queue), import, None).await
}

/// Writes the import, or answers the one that is there if it is of the same order.
async fn create(
    tables: &Tables,
    import: Import,
    lookup: &Lookup,
    codes: &Codes,
    act: &Act,
) -> Result<Import, Error> {
    let id = import.job_id;
    let place = keys::import(import.product_id, id);
    let writes = vec![
        Write::create(place, table::item(&import)?).or(()),
        audit::note(act, Action::StartImport, id, None, Some(&import))?.or(()),
    ];
    match table::commit(tables, writes).await {
        Ok(_) => Ok(import),
        Err(Lost::Failed(failure)) => Err(failure.into()),
        Err(Lost::Refused((), found)) => {
            let there: Import = table::read(found.unwrap_or_default())?;
            let same = match (codes, &there.listed) {
                (Codes::Listed(codes), Some(listed)) => {
                    Fingerprint::new(lookup, listed.key_version, codes).as_ref() == Some(listed)
                }
                (Codes::Uploaded(format), None) => there.format == *format,
                (Codes::Listed(_), None) | (Codes::Uploaded(_), Some(_)) => false,
            };
            same.then_some(there).ok_or_else(|| {
                Rejection::JobConflict {
                    job_id: id.to_string(),
                }
                .into()
            })
        }
    }
}

fn as_lines(codes: &[String]) -> Result<Vec<u8>, Failure> {
    let mut lines = Vec::new();
    for code in codes {
        serde_json::to_writer(&mut lines, &serde_json::json!({ "code": code }))
            .map_err(|error| Failure::broken("writing codes").because(error))?;
        lines.push(b'\n');
    }
    Ok(lines)
}

/// Looks at the file of a waiting import and has it read. One that is under way is woken; one that is done stays as it is.
pub async fn run(
    (tables, objects, queue): (&Tables, &Objects, &ImportQueue),
    import: Import,
    act: Option<&Act>,
) -> Result<Import, Error> {
    let under_way = match &import.state {
        State::Done { .. } | State::Failed { .. } => return Ok(import),
        State::Running(_) => import,
        State::Waiting {} => {
            let facts = check::file(objects, &import).await?;
            let running = Import {
                version: import.version.saturating_add(1),
                state: State::Running(Running {
                    size_bytes: facts.size_bytes,
                    mark: facts.mark,
                    place: Place::default(),
                    outcomes: Outcomes::default(),
                }),
                ..import.clone()
            };
            let mut writes = vec![import.step(&running)?.or(())];
            if let Some(act) = act {
                let note = audit::note(
                    act,
                    Action::RunImport,
                    import.job_id,
                    Some(&import),
                    Some(&running),
                )?;
                writes.push(note.or(()));
            }
            match table::commit(tables, writes).await {
                Ok(_) => running,
                Err(Lost::Failed(failure)) => return Err(failure.into()),
                // Somebody else had it read at the same moment.
                Err(Lost::Refused((), _)) => find(tables, import.product_id, import.job_id).await?,
            }
        }
    };
    send(queue, under_way.job()).await?;
    Ok(under_way)
}

/// Puts the order to read on into the queue. One too many finds nothing to do.
async fn send(queue: &ImportQueue, job: Job) -> Result<(), Failure> {
    queue.0.send(Message::job(&job)?).await
}

/// A link under which the file of an import can be uploaded, for [`UPLOAD_SECONDS`].
pub async fn upload_link(objects: &Objects, import: &Import) -> Result<String, Failure> {
    let name = import.upload();
    objects.link(Errand::Upload, &name, UPLOAD_SECONDS).await
}

/// Reads an import of a product.
pub async fn find(tables: &Tables, product: ProductId, id: JobId) -> Result<Import, Error> {
    let found = tables.get(&keys::import(product, id)).await?;
    Ok(found.ok_or(Rejection::JobNotFound)?)
}

/// Reads imports of a product in the order of their ids, behind `after`; and the one to go on behind, if there may be more.
pub async fn list(
    tables: &Tables,
    product: ProductId,
    after: Option<JobId>,
    limit: usize,
) -> Result<(Vec<Import>, Option<JobId>), Failure> {
    let query = keys::imports_after(product, after, limit);
    let (imports, next): (Vec<Import>, _) = tables.page(&query).await?;
    let next = next.and(imports.last().map(|import| import.job_id));
    Ok((imports, next))
}

#[cfg(test)]
mod tests;
