//! What each kind of value looks like in JSON, for the description of the API.
//!
//! Structures derive theirs. The values here have one text or a range of numbers, and each says so as exactly as JSON Schema
//! can: every text that matches is accepted, and every text that is answered matches. What is accepted may be wider than what
//! is answered ("0.250" is read, "0.25" is written), so some of them ask in which direction they are described.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use uuid::Uuid;

use crate::amount::Rjv;
use crate::catalog::{Image, TokenPrice};
use crate::count::Count;
use crate::id::{
    ActivityId, AdjustmentId, AuditId, BacktestId, CaseId, CodeId, EntryId, KeyId, MemberId,
    NotificationId, PartnerId, ProductId, PurchaseId, QuoteId, RedemptionId, RunId,
};
use crate::lambda::Limit;
use crate::ledger::{Account, Category, Expiry, Hash, Lots, Reason};
use crate::pricing::{Quantity, YearDay};
use crate::ratio::Ratio;
use crate::text::{Text, Word};
use crate::time::{Month, Timestamp};

/// The direction in which a value is described.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    /// What a client may send.
    Accepted,
    /// What a client gets.
    Answered,
}

/// Describes types without a structure of their own. They have no name in the description: it is said where they stand.
macro_rules! describe {
    ($($type:ident: $schema:expr;)*) => {$(
        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                let side = if generator.contract().is_serialize() { Side::Answered } else { Side::Accepted };
                $schema(side)
            }
        }
    )*};
}

describe! {
    Account: |_| account();
    ActivityId: |_| id(&ActivityId::new(EXAMPLE));
    AdjustmentId: |_| id(&AdjustmentId::new(EXAMPLE));
    AuditId: |_| id(&AuditId::new(EXAMPLE));
    BacktestId: |_| id(&BacktestId::new(EXAMPLE));
    CaseId: |_| id(&CaseId::new(EXAMPLE));
    CodeId: |_| id(&CodeId::new(EXAMPLE));
    EntryId: |_| position(&EntryId { member: MemberId::new(EXAMPLE), seq: 12 });
    Expiry: |_| text("A month at whose end tokens expire, or `never`.", EXPIRY, "2027-05");
    Hash: |_| text("A SHA-256 hash.", "^[0-9a-f]{64}$", "4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce");
    Image: |_| image();
    KeyId: |_| id(&KeyId::new(EXAMPLE));
    Limit: |_| limit();
    Lots: |_| lots();
    MemberId: |_| id(&MemberId::new(EXAMPLE));
    Month: |_| text("A calendar month in UTC.", MONTH, "2026-11");
    NotificationId: |_| id(&NotificationId::new(EXAMPLE));
    PartnerId: |_| id(&PartnerId::new(EXAMPLE));
    ProductId: |_| id(&ProductId::new(EXAMPLE));
    PurchaseId: |_| position(&PurchaseId { member: MemberId::new(EXAMPLE), seq: 12 });
    Quantity: |_| number("How many codes.", Quantity::MAX);
    QuoteId: |_| id(&QuoteId::new(EXAMPLE));
    RedemptionId: |_| id(&RedemptionId::new(EXAMPLE));
    RunId: |_| id(&RunId::new(EXAMPLE));
    Ratio: ratio;
    Word: |_| word();
    YearDay: |_| text("A day of any year.", YEAR_DAY, "11-23");
    Rjv: amount;
    Timestamp: instant;
    TokenPrice: price;
}

impl<const MIN: usize, const MAX: usize> JsonSchema for Text<MIN, MAX> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "minLength": MIN,
            "maxLength": MAX,
            "pattern": "^[^\\u0000-\\u001F\\u007F-\\u009F\\uFFFE\\uFFFF]*$",
        })
    }
}

impl<const MAX: u32> JsonSchema for Count<MAX> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Count".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        number("How many.", MAX)
    }
}

const EXAMPLE: Uuid = Uuid::from_u128(0x019a_afd2_6c1b_7e3a_9f40_5d2c_81b7_e640);

const MONTH: &str = "^(19[7-9][0-9]|[2-9][0-9]{3})-(0[1-9]|1[0-2])$";

const YEAR_DAY: &str = "^(02-(0[1-9]|[12][0-9])|(04|06|09|11)-(0[1-9]|[12][0-9]|30)|(01|03|05|07|08|10|12)-(0[1-9]|[12][0-9]|3[01]))$";

const EXPIRY: &str = "^(never|[0-9]{4}-(0[1-9]|1[0-2]))$";

fn text(description: &str, pattern: &str, example: &str) -> Schema {
    json_schema!({ "type": "string", "description": description, "pattern": pattern, "examples": [example] })
}

fn number(description: &str, maximum: u32) -> Schema {
    json_schema!({ "type": "integer", "description": description, "minimum": 1, "maximum": maximum })
}

/// An id: its prefix, and the digits behind it.
fn id(example: &impl ToString) -> Schema {
    let example = example.to_string();
    let prefix = example.split('_').next().unwrap_or_default();
    text("An id.", &format!("^{prefix}_[0-9a-f]{{32}}$"), &example)
}

/// An id that says whose wallet the thing is in, and where.
fn position(example: &impl ToString) -> Schema {
    let example = example.to_string();
    let prefix = example.split('_').next().unwrap_or_default();
    let pattern = format!("^{prefix}_[0-9a-f]{{32}}_[1-9][0-9]{{0,18}}$");
    text("An id.", &pattern, &example)
}

fn amount(side: Side) -> Schema {
    let pattern = match side {
        Side::Accepted => "^(0|[1-9][0-9]{0,11})(\\.[0-9]{1,6})?$",
        Side::Answered => "^(0|[1-9][0-9]{0,12})(\\.[0-9]{0,5}[1-9])?$",
    };
    text(
        "An amount of RJV as a decimal, with at most six digits behind the point.",
        pattern,
        "2.5",
    )
}

fn ratio(side: Side) -> Schema {
    let pattern = match side {
        Side::Accepted => "^(1000([.]0{1,4})?|(0|[1-9][0-9]{0,2})([.][0-9]{1,4})?)$",
        Side::Answered => "^(1000|(0|[1-9][0-9]{0,2})([.][0-9]{0,3}[1-9])?)$",
    };
    text(
        "A factor or a percentage up to 1000, with at most four digits behind the point.",
        pattern,
        "1.5",
    )
}

fn price(side: Side) -> Schema {
    let pattern = match side {
        Side::Accepted => "^(2[0-9](\\.[0-9]{1,2}0{0,4})?|30(\\.0{1,6})?)$",
        Side::Answered => "^(2[0-9](\\.[0-9]?[1-9])?|30)$",
    };
    let (least, most) = (TokenPrice::MIN, TokenPrice::MAX);
    text(
        &format!("An amount from {least} to {most} RJV."),
        pattern,
        "25",
    )
}

fn instant(side: Side) -> Schema {
    let date = "(19[7-9][0-9]|[2-9][0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";
    let time = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]";
    let (description, rest) = match side {
        Side::Accepted => (
            "An instant (RFC 3339) from 1970 to 9999. What is finer than a millisecond is cut off.",
            "(\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])",
        ),
        Side::Answered => (
            "An instant (RFC 3339) in UTC with milliseconds.",
            "\\.[0-9]{3}Z",
        ),
    };
    let mut schema = text(
        description,
        &format!("^{date}T{time}{rest}$"),
        "2026-11-23T08:00:00.000Z",
    );
    schema.insert("format".to_owned(), "date-time".into());
    schema
}

fn image() -> Schema {
    let mut schema = text(
        "The address of a picture.",
        Image::PATTERN,
        "https://example.com/sauna.jpg",
    );
    schema.insert("maxLength".to_owned(), Image::CHARS_MAX.into());
    schema
}

fn word() -> Schema {
    let mut schema = text(
        "Lower-case letters and digits, joined by `-` or `_`, a letter first.",
        "^[a-z][a-z0-9]*([-_][a-z0-9]+)*$",
        "app-streak",
    );
    schema.insert("maxLength".to_owned(), Word::CHARS_MAX.into());
    schema
}

fn account() -> Schema {
    let categories = Category::ALL.map(Category::as_str).join("|");
    let reasons = Reason::ALL.map(Reason::as_str).join("|");
    let pattern = format!(
        "^(member:mem_[0-9a-f]{{32}}|issuance:({categories})|(sales|refunds):prt_[0-9a-f]{{32}}|expiry|adjustment:({reasons}))$"
    );
    text(
        "An account of the chart of accounts.",
        &pattern,
        "issuance:education",
    )
}

fn limit() -> Schema {
    let mut schema = number("How many things a page may have.", Limit::MAX);
    schema.insert("default".to_owned(), Limit::default().get().into());
    schema
}

fn lots() -> Schema {
    json_schema!({
        "type": "object",
        "description": "Amounts by when they expire.",
        "patternProperties": { EXPIRY: amount(Side::Answered) },
        "additionalProperties": false,
        "examples": [{ "2027-05": "5", "never": "20" }],
    })
}

#[cfg(test)]
mod tests {
    use std::fmt::{Debug, Display};
    use std::str::FromStr;

    use proptest::string::string_regex;
    use proptest::test_runner::TestRunner;
    use schemars::generate::SchemaSettings;

    use super::*;

    fn described<T: JsonSchema>(settings: SchemaSettings) -> Schema {
        T::json_schema(&mut settings.into_generator())
    }

    /// Reads many texts that match what `T` is described to accept.
    fn accepts_what_matches<T: JsonSchema + FromStr<Err: Debug>>(skip: impl Fn(&str) -> bool) {
        let schema = described::<T>(SchemaSettings::draft2020_12().for_deserialize());
        let pattern = schema.get("pattern").unwrap().as_str().unwrap();
        let longest = schema
            .get("maxLength")
            .map_or(u64::MAX, |longest| longest.as_u64().unwrap());
        let texts = string_regex(pattern.trim_start_matches('^').trim_end_matches('$')).unwrap();
        TestRunner::deterministic()
            .run(&texts, |text| {
                if text.len() as u64 <= longest && !skip(&text) {
                    proptest::prop_assert!(text.parse::<T>().is_ok(), "{:?} is refused", text);
                }
                Ok(())
            })
            .unwrap();
    }

    fn example<T: JsonSchema>(settings: SchemaSettings) -> String {
        let schema = described::<T>(settings);
        schema
            .get("examples")
            .unwrap()
            .pointer("/0")
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The example is read, and written as it was.
    fn shows_an_example<T: JsonSchema + FromStr<Err: Debug> + Display>() {
        for settings in [
            SchemaSettings::draft2020_12().for_serialize(),
            SchemaSettings::draft2020_12().for_deserialize(),
        ] {
            let text = example::<T>(settings);
            assert_eq!(text.parse::<T>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn every_text_that_matches_is_accepted() {
        accepts_what_matches::<Account>(|_| false);
        accepts_what_matches::<EntryId>(|_| false);
        accepts_what_matches::<Expiry>(|_| false);
        accepts_what_matches::<Hash>(|_| false);
        accepts_what_matches::<Image>(|_| false);
        accepts_what_matches::<Month>(|_| false);
        accepts_what_matches::<ProductId>(|_| false);
        accepts_what_matches::<Ratio>(|_| false);
        accepts_what_matches::<Rjv>(|_| false);
        // A pattern knows no calendar; the format `date-time` does.
        accepts_what_matches::<Timestamp>(|text| {
            chrono::DateTime::parse_from_rfc3339(text).is_err()
        });
    }

    #[test]
    fn every_price_that_matches_is_accepted() {
        let schema = described::<TokenPrice>(SchemaSettings::draft2020_12().for_deserialize());
        let pattern = schema.get("pattern").unwrap().as_str().unwrap().to_owned();
        let texts = string_regex(pattern.trim_start_matches('^').trim_end_matches('$')).unwrap();

        TestRunner::deterministic()
            .run(&texts, |text| {
                proptest::prop_assert!(TokenPrice::try_from(text).is_ok());
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn every_example_is_one() {
        shows_an_example::<Account>();
        shows_an_example::<EntryId>();
        shows_an_example::<Expiry>();
        shows_an_example::<Hash>();
        shows_an_example::<Image>();
        shows_an_example::<MemberId>();
        shows_an_example::<Month>();
        shows_an_example::<PurchaseId>();
        shows_an_example::<Ratio>();
        shows_an_example::<Rjv>();
        shows_an_example::<Timestamp>();
    }
}
