//! What DynamoDB refuses as invalid, whatever is stored. The store in memory refuses the same, so that no test passes on a
//! request that would fail in production.
//!
//! Sources: "Quotas in Amazon DynamoDB" and "DynamoDB item sizes and formats" in the developer guide; each rule here is tried
//! against Amazon's own engine.

use std::collections::{BTreeSet, HashMap};

use super::{Action, AttributeValue, Condition, Item, Key, Query, Write};
use crate::error::Failure;

/// Keys of one read, or writes of one transaction.
const ITEMS_MAX: usize = 100;

const PK_BYTES_MAX: usize = 2048;
const SK_BYTES_MAX: usize = 1024;
const ITEM_BYTES_MAX: usize = 400 * 1024;
const DIGITS_MAX: usize = 38;
const NESTING_MAX: usize = 32;

/// What a page of a query ends with, however few items it has.
pub(super) const PAGE_BYTES: usize = 1024 * 1024;

fn refuse_if(wrong: bool, why: &str) -> Result<(), Failure> {
    if wrong {
        Err(Failure::broken(format!("DynamoDB refuses {why}")))
    } else {
        Ok(())
    }
}

/// Refuses keys that cannot be read in one request.
pub(super) fn keys(keys: &[Key]) -> Result<(), Failure> {
    refuse_if(keys.len() > ITEMS_MAX, "more than 100 keys")?;
    distinct(keys.iter())?;
    keys.iter().try_for_each(key)
}

/// Refuses a run that cannot be read.
pub(super) fn query(query: &Query) -> Result<(), Failure> {
    refuse_if(query.pk.is_empty(), "a partition without a name")?;
    refuse_if(query.limit == 0, "a page of nothing")?;
    refuse_if(
        query.prefix.len() > SK_BYTES_MAX,
        "a prefix longer than any key",
    )?;
    let Some(after) = &query.after else {
        return Ok(());
    };
    refuse_if(
        after.is_empty() || !after.starts_with(&query.prefix),
        "to begin outside of what is asked for",
    )
}

/// Refuses writes that cannot be made in one request.
pub(super) fn writes(writes: &[Write]) -> Result<(), Failure> {
    refuse_if(writes.len() > ITEMS_MAX, "more than 100 writes")?;
    distinct(writes.iter().map(|write| &write.key))?;
    writes.iter().try_for_each(write)
}

/// Refuses an item that is too large to be stored.
pub(super) fn item(item: &Item) -> Result<(), Failure> {
    refuse_if(size(item) > ITEM_BYTES_MAX, "an item of more than 400 KB")
}

/// What DynamoDB counts as the size of an item, in bytes: names, texts and numbers, and three bytes for every list or map and
/// one for each thing in it.
pub fn size(item: &Item) -> usize {
    size_of_map(item.inner())
}

fn size_of_map(attributes: &HashMap<String, AttributeValue>) -> usize {
    attributes
        .iter()
        .map(|(name, value)| name.len() + size_of_value(value))
        .sum()
}

fn size_of_value(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(digits) => size_of_number(digits),
        AttributeValue::B(bytes) => bytes.len(),
        AttributeValue::Bool(_) | AttributeValue::Null(_) => 1,
        AttributeValue::M(map) => 3 + map.len() + size_of_map(map),
        AttributeValue::L(list) => 3 + list.len() + list.iter().map(size_of_value).sum::<usize>(),
        AttributeValue::Ss(texts) => texts.iter().map(String::len).sum(),
        AttributeValue::Ns(numbers) => numbers.iter().map(|digits| size_of_number(digits)).sum(),
        AttributeValue::Bs(bytes) => bytes.iter().map(Vec::len).sum(),
    }
}

/// Two digits are a byte, and one byte is for the exponent.
fn size_of_number(digits: &str) -> usize {
    digits.len().div_ceil(2) + 1
}

fn distinct<'a>(mut keys: impl Iterator<Item = &'a Key>) -> Result<(), Failure> {
    let mut seen = BTreeSet::new();
    let twice = !keys.all(|key| seen.insert(key));
    refuse_if(twice, "one item twice in a request")
}

fn key(key: &Key) -> Result<(), Failure> {
    partition(&key.pk)?;
    sort(&key.sk)
}

fn partition(pk: &str) -> Result<(), Failure> {
    refuse_if(
        pk.is_empty() || pk.len() > PK_BYTES_MAX,
        "the length of a partition key",
    )
}

fn sort(sk: &str) -> Result<(), Failure> {
    refuse_if(
        sk.is_empty() || sk.len() > SK_BYTES_MAX,
        "the length of a sort key",
    )
}

fn write(write: &Write) -> Result<(), Failure> {
    key(&write.key)?;
    condition(&write.condition)?;
    match &write.action {
        Action::Put(attributes) => {
            attributes
                .inner()
                .iter()
                .try_for_each(|(name, value)| attribute(name, value, 0))?;
            item(attributes)
        }
        Action::Set(changes) => {
            changed(changes.iter().map(|(name, _)| *name))?;
            changes
                .iter()
                .try_for_each(|(name, change)| attribute(name, change, 0))
        }
        Action::Add(more) => changed(more.iter().map(|(name, _)| *name)),
        Action::Delete => Ok(()),
    }
}

fn changed<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), Failure> {
    let names: Vec<&str> = names.collect();
    let distinct: BTreeSet<&str> = names.iter().copied().collect();
    refuse_if(names.is_empty(), "to change nothing")?;
    refuse_if(distinct.contains(""), "an attribute without a name")?;
    refuse_if(
        distinct.len() < names.len(),
        "to change one attribute twice",
    )?;
    refuse_if(
        distinct.contains("pk") || distinct.contains("sk"),
        "to change a key",
    )
}

fn condition(condition: &Condition) -> Result<(), Failure> {
    // What always holds is not sent.
    if condition.always_holds() {
        return Ok(());
    }
    match condition {
        Condition::Absent => Ok(()),
        Condition::Lacks(name) => refuse_if(name.is_empty(), "an attribute without a name"),
        Condition::Equals(name, wanted) => attribute(name, wanted, 0),
        Condition::Above(name, limit)
        | Condition::AtLeast(name, limit)
        | Condition::AtMost(name, limit) => {
            let ordered = matches!(
                limit,
                AttributeValue::S(_) | AttributeValue::N(_) | AttributeValue::B(_)
            );
            refuse_if(!ordered, "to compare what has no order")?;
            attribute(name, limit, 0)
        }
        Condition::Any(conditions) if conditions.is_empty() => {
            refuse_if(true, "a choice of no conditions")
        }
        Condition::All(conditions) | Condition::Any(conditions) => {
            conditions.iter().try_for_each(self::condition)
        }
    }
}

fn attribute(name: &str, found: &AttributeValue, depth: usize) -> Result<(), Failure> {
    refuse_if(name.is_empty(), "an attribute without a name")?;
    value(found, depth)
}

fn value(found: &AttributeValue, depth: usize) -> Result<(), Failure> {
    refuse_if(depth > NESTING_MAX, "values nested deeper than 32 levels")?;
    match found {
        AttributeValue::N(digits) => number(digits),
        AttributeValue::Null(null) => refuse_if(!null, "a null that is none"),
        AttributeValue::L(list) => list.iter().try_for_each(|each| value(each, depth + 1)),
        AttributeValue::M(map) => map
            .iter()
            .try_for_each(|(name, each)| attribute(name, each, depth + 1)),
        AttributeValue::Ns(numbers) => {
            set(numbers)?;
            numbers.iter().try_for_each(|digits| number(digits))
        }
        AttributeValue::Ss(texts) => set(texts),
        AttributeValue::Bs(bytes) => set(bytes),
        AttributeValue::S(_) | AttributeValue::B(_) | AttributeValue::Bool(_) => Ok(()),
    }
}

fn set<T: Ord>(things: &[T]) -> Result<(), Failure> {
    let distinct: BTreeSet<&T> = things.iter().collect();
    refuse_if(things.is_empty(), "an empty set")?;
    refuse_if(distinct.len() < things.len(), "one thing twice in a set")
}

/// Stricter than DynamoDB, which also takes fractions and exponents and writes every number in one form: we store whole
/// numbers in that form only, so a text that is not one is a mistake.
fn number(digits: &str) -> Result<(), Failure> {
    let unsigned = digits.strip_prefix('-').unwrap_or(digits);
    let canonical = match unsigned.as_bytes() {
        [b'0'] => digits == "0",
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    refuse_if(
        !canonical || unsigned.len() > DIGITS_MAX,
        "a number that is not whole, or not in its one form, or has more than 38 digits",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Table, text};

    fn at(sk: &str) -> Key {
        Key {
            table: Table::Ledger,
            pk: "p".to_owned(),
            sk: sk.to_owned(),
        }
    }

    fn put(value: AttributeValue) -> Write {
        let attributes = HashMap::from([("value".to_owned(), value)]);
        Write::create(at("s"), Item::from(attributes))
    }

    #[test]
    fn one_item_stands_once_in_a_request() {
        assert!(keys(&[at("a"), at("b")]).is_ok());
        assert!(keys(&[at("a"), at("a")]).is_err());
        assert!(writes(&[put(text("x")), put(text("y"))]).is_err());
    }

    #[test]
    fn numbers_are_whole_and_in_one_form() {
        let number = |digits: &str| writes(&[put(AttributeValue::N(digits.to_owned()))]);

        for right in ["0", "7", "-7", "10", &"9".repeat(38)] {
            assert!(number(right).is_ok(), "{right}");
        }
        for wrong in ["", "-", "-0", "07", "+7", "7.0", "1e3", &"9".repeat(39)] {
            assert!(number(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_item_is_as_large_as_its_names_and_values() {
        let item = Item::from(HashMap::from([
            ("text".to_owned(), text("é")),
            ("number".to_owned(), AttributeValue::N("12345".to_owned())),
            (
                "flags".to_owned(),
                AttributeValue::L(vec![AttributeValue::Bool(true)]),
            ),
        ]));

        assert_eq!(size(&item), (4 + 2) + (6 + 4) + (5 + 3 + 1 + 1));
    }
}
