//! Reading a file of codes from end to end, a stretch per message.

use super::lines::{Line, lines};
use super::step::{LINES_MAX, step};
use super::{Flaw, Import, Job, Running, State, report, send};
use crate::codes::Lookup;
use crate::codes::jobs::keys;
use crate::error::Failure;
use crate::messaging::ImportQueue;
use crate::objects::{Objects, Range};
use crate::seal::Vault;
use crate::table::{self, Lost, Tables};
use crate::time::Timestamp;

/// What an import works with.
#[derive(Clone, Copy)]
pub struct Tools<'a> {
    /// Where codes and jobs are.
    pub tables: &'a Tables,
    /// Where the file is.
    pub objects: &'a Objects,
    /// Locks the codes.
    pub vault: &'a Vault,
    /// Names the codes.
    pub lookup: &'a Lookup,
}

/// How much is done at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pace {
    /// Steps of one stretch.
    pub steps: u32,
    /// Bytes of one read. A line that is longer is no code.
    pub bytes: u64,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            steps: 150,
            bytes: 64 * 1024,
        }
    }
}

/// Reads one stretch on and orders the next. The last one writes the report and deletes the file.
pub async fn walk(
    tools: Tools<'_>,
    queue: &ImportQueue,
    job: Job,
    now: Timestamp,
) -> Result<(), Failure> {
    walk_at(Pace::default(), tools, queue, job, now).await
}

pub(super) async fn walk_at(
    pace: Pace,
    tools: Tools<'_>,
    queue: &ImportQueue,
    job: Job,
    now: Timestamp,
) -> Result<(), Failure> {
    let key = keys::import(job.product_id, job.job_id);
    let mut steps_left = pace.steps;
    loop {
        let found: Option<Import> = tools.tables.get(&key).await?;
        let Some(mut import) = found else {
            return Ok(());
        };
        let running = match &import.state {
            State::Waiting {} => return Ok(()),
            State::Done { .. } | State::Failed { .. } => {
                return tools.objects.delete(&import.upload()).await;
            }
            State::Running(running) => running.clone(),
        };
        if running.place.byte >= running.size_bytes {
            conclude(tools, &import, &running, now).await?;
            continue;
        }
        if steps_left == 0 {
            return send(queue, job).await;
        }
        let Some(lines) = read(pace, tools, &import, &running).await? else {
            finish(tools, &import, failed(Flaw::FileGone, now)).await?;
            continue;
        };
        if lines.is_empty() {
            finish(tools, &import, failed(Flaw::LineTooLong, now)).await?;
            continue;
        }
        let left = usize::try_from(steps_left).unwrap_or(usize::MAX);
        for lines in lines.chunks(LINES_MAX).take(left) {
            let State::Running(running) = &import.state else {
                break;
            };
            steps_left = steps_left.saturating_sub(1);
            // Whoever has the same message made this step, and may die before the next one: both go on from there.
            let Some(next) = step(&tools, &import, running, lines).await? else {
                break;
            };
            import = next;
        }
    }
}

/// The next whole lines of the file; none if it is gone.
async fn read(
    pace: Pace,
    tools: Tools<'_>,
    import: &Import,
    running: &Running,
) -> Result<Option<Vec<Line>>, Failure> {
    let range = Range {
        from: running.place.byte,
        bytes: pace.bytes,
    };
    let name = import.upload();
    let bytes = tools.objects.read(&name, &running.mark, range).await?;
    Ok(bytes.map(|bytes| {
        let end = running.place.byte.saturating_add(bytes.len() as u64);
        let is_end = end >= running.size_bytes;
        lines(import.format, running.place, &bytes, is_end)
    }))
}

fn failed(flaw: Flaw, finished_at: Timestamp) -> State {
    State::Failed { finished_at, flaw }
}

/// Writes the report of a file that is read to its end.
async fn conclude(
    tools: Tools<'_>,
    import: &Import,
    running: &Running,
    now: Timestamp,
) -> Result<(), Failure> {
    let state = if report::write(tools.objects, import, running).await? {
        State::Done { finished_at: now }
    } else {
        failed(Flaw::FileGone, now)
    };
    finish(tools, import, state).await
}

/// Writes what came of the import, unless somebody else did.
async fn finish(tools: Tools<'_>, import: &Import, state: State) -> Result<(), Failure> {
    let finished = Import {
        version: import.version.saturating_add(1),
        state,
        ..import.clone()
    };
    let write = import.step(&finished)?.or(());
    match table::commit(tools.tables, vec![write]).await {
        Ok(_) | Err(Lost::Refused((), _)) => Ok(()),
        Err(Lost::Failed(failure)) => Err(failure),
    }
}
