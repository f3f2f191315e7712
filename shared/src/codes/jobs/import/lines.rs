//! The lines of a file of codes, read part by part.

use serde::{Deserialize, Serialize};

/// How a file of codes is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ImportFormat")]
pub enum Format {
    /// Comma-separated values, a row a line: the column named `code` in a first line of names, else the first column.
    Csv,
    /// JSON lines: an object with a `code` each.
    Jsonl,
}

/// Up to where a file is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The first byte that is not, from 0.
    pub byte: u64,
    /// The column with the codes, from 0, in a file that has columns.
    pub column: u32,
}

/// What a line holds.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Content {
    /// Names of columns.
    Header,
    /// Nothing.
    Blank,
    /// A code, or what stands in its place.
    Text(String),
    /// Nobody can say.
    Unreadable,
}

/// A line, and the place behind it.
pub(super) struct Line {
    pub content: Content,
    pub end: Place,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Object {
    code: String,
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The whole lines in `bytes`, which stand at `start`; the last one may lack its end if the file ends with it.
pub(super) fn lines(format: Format, start: Place, bytes: &[u8], is_end: bool) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut place = start;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if !line.ends_with(b"\n") && !is_end {
            break;
        }
        let is_first = place.byte == 0;
        let text = line.strip_prefix(BYTE_ORDER_MARK).filter(|_| is_first);
        let content = match format {
            Format::Csv => csv_content(text.unwrap_or(line), is_first, &mut place.column),
            Format::Jsonl => json_content(text.unwrap_or(line)),
        };
        place.byte = place.byte.saturating_add(line.len() as u64);
        lines.push(Line {
            content,
            end: place,
        });
    }
    lines
}

fn csv_content(line: &[u8], is_first: bool, column: &mut u32) -> Content {
    if line.trim_ascii().is_empty() {
        return Content::Blank;
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(line);
    let mut record = csv::StringRecord::new();
    if !reader.read_record(&mut record).unwrap_or_default() {
        return Content::Unreadable;
    }
    let named = |field: &str| field.trim().eq_ignore_ascii_case("code");
    if let Some(named) = record.iter().position(named).filter(|_| is_first) {
        *column = u32::try_from(named).unwrap_or_default();
        return Content::Header;
    }
    let field = record.get(usize::try_from(*column).unwrap_or(usize::MAX));
    field.map_or(Content::Unreadable, |text| Content::Text(text.to_owned()))
}

fn json_content(line: &[u8]) -> Content {
    let line = line.trim_ascii();
    if line.is_empty() {
        return Content::Blank;
    }
    let object: Option<Object> = serde_json::from_slice(line).ok();
    object.map_or(Content::Unreadable, |Object { code }| Content::Text(code))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(format: Format, file: &str) -> Vec<String> {
        lines(format, Place::default(), file.as_bytes(), true)
            .into_iter()
            .map(|line| match line.content {
                Content::Header => "<header>".to_owned(),
                Content::Blank => "<blank>".to_owned(),
                Content::Text(text) => text,
                Content::Unreadable => "<unreadable>".to_owned(),
            })
            .collect()
    }

    #[test]
    fn codes_stand_in_the_column_of_that_name_or_in_the_first() {
        for (file, expected) in [
            ("AAAA\nBBBB\n", vec!["AAAA", "BBBB"]),
            (
                "\u{feff}AAAA\r\n\r\nBBBB",
                vec!["AAAA\r", "<blank>", "BBBB"],
            ),
            (
                "name,Code\nx,AAAA\ny\n",
                vec!["<header>", "AAAA", "<unreadable>"],
            ),
            ("\"AAAA\",2\n\"B,\"\"B\"\n", vec!["AAAA", "B,\"B"]),
            ("AAAA\ncode\n", vec!["AAAA", "code"]),
        ] {
            let trimmed: Vec<String> = texts(Format::Csv, file)
                .iter()
                .map(|text| text.trim().to_owned())
                .collect();
            let expected: Vec<&str> = expected.into_iter().map(str::trim).collect();
            assert_eq!(trimmed, expected, "{file:?}");
        }
    }

    #[test]
    fn a_json_line_is_an_object_with_a_code_and_nothing_else() {
        let file = "{\"code\":\"AAAA\"}\n\n{\"code\":7}\n{\"code\":\"B\",\"x\":1}\n\"CCCC\"\nDDDD\n{\"code\":\"E\\u0045EE\"}";

        assert_eq!(
            texts(Format::Jsonl, file),
            [
                "AAAA",
                "<blank>",
                "<unreadable>",
                "<unreadable>",
                "<unreadable>",
                "<unreadable>",
                "EEEE"
            ]
        );
    }

    proptest! {
        #[test]
        fn a_file_read_in_parts_has_the_same_lines(
            file in "((code|A{1,9}|\"B,\"|),?\n){0,20}(X{0,4})", part in 1_usize..40,
        ) {
            let bytes = file.as_bytes();
            let whole = texts(Format::Csv, &file);
            let (mut place, mut parts) = (Place::default(), Vec::new());
            let mut size = part;
            while usize::try_from(place.byte).unwrap() < bytes.len() {
                let rest = &bytes[usize::try_from(place.byte).unwrap()..];
                let taken = &rest[..size.min(rest.len())];
                let read = lines(Format::Csv, place, taken, taken.len() == rest.len());
                size = if read.is_empty() { size * 2 } else { part };
                for line in read {
                    place = line.end;
                    parts.push(line.content);
                }
            }
            prop_assert_eq!(parts.len(), whole.len());
        }

        #[test]
        fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            for format in [Format::Csv, Format::Jsonl] {
                lines(format, Place::default(), &bytes, true);
            }
        }
    }
}
