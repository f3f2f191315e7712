//! The report of an import: what became of each row, without the codes.

use super::{Import, Running, lines};
use crate::codes::ImportedText;
use crate::error::Failure;
use crate::objects::{Objects, Range};

/// How much of the file is read at a time.
const READ_BYTES: u64 = 256 * 1024;

/// Writes the report; answers whether the file was still there to tell of. The same file gives the same report.
pub(super) async fn write(
    objects: &Objects,
    import: &Import,
    running: &Running,
) -> Result<bool, Failure> {
    let broken = |error| Failure::broken("writing a report").because(error);
    let mut report = csv::Writer::from_writer(Vec::new());
    report
        .write_record(["row", "status", "reason", "last4"])
        .map_err(broken)?;
    let mut outcomes = (1_u64..).zip(running.outcomes.iter());
    let mut place = lines::Place::default();
    while place.byte < running.place.byte {
        let range = Range {
            from: place.byte,
            bytes: READ_BYTES,
        };
        let Some(bytes) = objects.read(&import.upload(), &running.mark, range).await? else {
            return Ok(false);
        };
        let end = place.byte.saturating_add(bytes.len() as u64);
        let before = place;
        for line in lines::lines(import.format, place, &bytes, end >= running.size_bytes) {
            place = line.end;
            let Some((row, outcome)) = outcomes.next() else {
                return Err(Failure::broken("a file has more lines than were judged"));
            };
            let Some((status, reason)) = outcome.said() else {
                continue;
            };
            let code = match &line.content {
                lines::Content::Text(text) => ImportedText::read(text).ok(),
                _ => None,
            };
            let last4 = code.as_ref().map(ImportedText::last4).unwrap_or_default();
            report
                .write_record([&row.to_string(), status, reason, last4])
                .map_err(broken)?;
        }
        if place == before {
            return Err(Failure::broken("a file has a line that was not judged"));
        }
    }
    let report = report
        .into_inner()
        .map_err(|error| Failure::broken("writing a report").because(error.to_string()))?;
    objects.write(&import.report(), report).await?;
    Ok(true)
}
