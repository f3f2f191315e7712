//! Looking at an uploaded file before it is imported: whether it is there, and what it should be.

use super::{FILE_BYTES_MAX, Format, Import};
use crate::codes::jobs::CODES_MAX;
use crate::error::{Error, Rejection};
use crate::objects::{Facts, Objects, Range};

/// How much is looked at in one read.
const READ_BYTES: u64 = 1024 * 1024;

/// What is known of the file of an import, if it can be imported.
pub(super) async fn file(objects: &Objects, import: &Import) -> Result<Facts, Error> {
    let name = import.upload();
    let facts = objects.facts(&name).await?;
    let facts = facts.ok_or(Rejection::UploadMissing)?;
    if facts.size_bytes > FILE_BYTES_MAX {
        return Err(Rejection::UploadTooLarge {
            size_bytes: facts.size_bytes,
            size_bytes_max: FILE_BYTES_MAX,
        }
        .into());
    }
    if facts.size_bytes == 0 {
        return Err(unreadable("it is empty"));
    }
    let (mut from, mut lines) = (0, 0_usize);
    while from < facts.size_bytes {
        let range = Range {
            from,
            bytes: READ_BYTES,
        };
        let bytes = objects.read(&name, &facts.mark, range).await?;
        let bytes = bytes.ok_or(Rejection::UploadMissing)?;
        if from == 0 {
            form(import.format, &bytes)?;
        }
        if bytes.contains(&0) {
            return Err(unreadable("it is not a text in UTF-8"));
        }
        lines = lines.saturating_add(bytes.split(|byte| *byte == b'\n').count().saturating_sub(1));
        from = from.saturating_add(bytes.len() as u64);
    }
    // A line of names, and a last row without an end, come on top.
    if lines
        > usize::try_from(CODES_MAX)
            .unwrap_or(usize::MAX)
            .saturating_add(1)
    {
        return Err(unreadable(&format!("it has more than {CODES_MAX} rows")));
    }
    Ok(facts)
}

/// Refuses a file that begins like one of another format.
fn form(format: Format, bytes: &[u8]) -> Result<(), Error> {
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let is_object = text.trim_ascii_start().starts_with(b"{");
    match format {
        Format::Jsonl if !is_object => Err(unreadable(
            "its first line is not a JSON object with a `code`",
        )),
        Format::Csv if is_object => Err(unreadable(
            "it looks like JSON lines, and was announced as CSV",
        )),
        Format::Jsonl | Format::Csv => Ok(()),
    }
}

fn unreadable(reason: &str) -> Error {
    Rejection::UploadUnreadable {
        reason: reason.to_owned(),
    }
    .into()
}
