//! Writes as values: what is to happen to an item, and under which condition.

use std::fmt::Display;

use serde_dynamo::{AttributeValue, Item};

use super::Key;

/// One write of a commit.
#[derive(Clone, Debug, PartialEq)]
pub struct Write {
    /// On which item.
    pub key: Key,
    /// What happens to it.
    pub action: Action,
    /// Under which condition.
    pub condition: Condition,
}

/// What happens to an item.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// It becomes these attributes, beside its key.
    Put(Item),
    /// These attributes of it change.
    Set(Vec<(&'static str, AttributeValue)>),
    /// So much is added to these numbers of it, each at most once; one that is not there counts as 0. Unlike the other actions it
    /// may be made without knowing the item, so what must not happen twice needs another write beside it.
    Add(Vec<(&'static str, i64)>),
    /// It goes.
    Delete,
}

/// What must hold for an item before it is written. A condition on an attribute fails where there is no item.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// There is no such item.
    Absent,
    /// The attribute has this value.
    Equals(&'static str, AttributeValue),
    /// The attribute is of the same type and larger.
    Above(&'static str, AttributeValue),
    /// The attribute is of the same type and not smaller.
    AtLeast(&'static str, AttributeValue),
    /// The attribute is of the same type and not larger.
    AtMost(&'static str, AttributeValue),
    /// The item exists and lacks the attribute.
    Lacks(&'static str),
    /// All of them hold.
    All(Vec<Condition>),
    /// At least one of them holds.
    Any(Vec<Condition>),
}

impl Condition {
    /// The item is as it was when the number `attribute` was `seen`; 0 stands for an item that was not there.
    pub fn unchanged(attribute: &'static str, seen: u64) -> Self {
        if seen == 0 {
            Self::Absent
        } else {
            Self::Equals(attribute, number(seen))
        }
    }

    /// Whether it holds for every item, and for none.
    pub fn always_holds(&self) -> bool {
        match self {
            Self::All(conditions) => conditions.iter().all(Self::always_holds),
            Self::Any(conditions) => conditions.iter().any(Self::always_holds),
            Self::Absent
            | Self::Equals(..)
            | Self::Above(..)
            | Self::AtLeast(..)
            | Self::AtMost(..)
            | Self::Lacks(_) => false,
        }
    }
}

/// A write, and what it means when its condition fails.
#[derive(Clone, Debug, PartialEq)]
pub struct TaggedWrite<T> {
    /// The write.
    pub write: Write,
    /// The meaning of its failure.
    pub tag: T,
}

impl Write {
    /// The item becomes `attributes`.
    pub fn put(key: Key, attributes: Item, condition: Condition) -> Self {
        Self {
            key,
            action: Action::Put(attributes),
            condition,
        }
    }

    /// A new item with `attributes`.
    pub fn create(key: Key, attributes: Item) -> Self {
        Self::put(key, attributes, Condition::Absent)
    }

    /// Some attributes of the item change.
    pub fn set(
        key: Key,
        changes: Vec<(&'static str, AttributeValue)>,
        condition: Condition,
    ) -> Self {
        Self {
            key,
            action: Action::Set(changes),
            condition,
        }
    }

    /// So much is added to numbers of the item.
    pub fn add(key: Key, more: Vec<(&'static str, i64)>, condition: Condition) -> Self {
        Self {
            key,
            action: Action::Add(more),
            condition,
        }
    }

    /// The item goes.
    pub fn delete(key: Key, condition: Condition) -> Self {
        Self {
            key,
            action: Action::Delete,
            condition,
        }
    }

    /// The same, with the meaning of its failure.
    pub fn or<T>(self, tag: T) -> TaggedWrite<T> {
        TaggedWrite { write: self, tag }
    }
}

/// A text attribute.
pub fn text(value: impl Display) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

/// A number attribute.
pub fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
