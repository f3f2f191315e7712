//! What happened in a run, step by step.

use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use shared::table::{Action, AttributeValue, Condition, Key, Table, Write};

/// Takes note of steps: always of their number, and of their texts where somebody will read them.
pub struct Trace {
    lines: Option<Mutex<Vec<String>>>,
}

impl Trace {
    /// A trace, with texts or without.
    pub fn new(is_kept: bool) -> Self {
        Self {
            lines: is_kept.then(Mutex::default),
        }
    }

    /// Notes what `who` did or met at `now`.
    pub fn note(&self, now: Duration, who: &str, what: impl FnOnce() -> String) {
        if let Some(lines) = &self.lines {
            let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
            let line = format!(
                "{:>4}  {}  {who:<22}  {}",
                lines.len() + 1,
                clock(now),
                what()
            );
            lines.push(line);
        }
    }

    /// The texts.
    pub fn lines(&self) -> Vec<String> {
        self.lines.as_ref().map_or_else(Vec::new, |lines| {
            lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
        })
    }
}

/// Days, hours, minutes, seconds and milliseconds since the beginning.
fn clock(now: Duration) -> String {
    let seconds = now.as_secs();
    let (days, hours) = (seconds / 86_400, seconds / 3600 % 24);
    let (minutes, seconds) = (seconds / 60 % 60, seconds % 60);
    let millis = now.subsec_millis();
    format!("{days:>3}d {hours:02}:{minutes:02}:{seconds:02}.{millis:03}")
}

/// Writes in short: each item, and in brackets what must hold for it.
pub fn short(writes: &[Write]) -> String {
    let texts = writes.iter().map(|write| {
        let verb = match &write.action {
            Action::Put(_) => "put",
            Action::Set(_) => "set",
            Action::Add(_) => "add",
            Action::Delete => "delete",
        };
        let mut text = format!("{verb} {}", place(&write.key));
        if let Some(condition) = condition(&write.condition) {
            let _ = write!(text, " [{condition}]");
        }
        text
    });
    texts.collect::<Vec<_>>().join(", ")
}

/// Where an item is, without the zeros of the ids of this world.
pub fn place(key: &Key) -> String {
    let word = |text: &str| match text.split_once('_') {
        Some((kind, digits)) if digits.len() == 32 => {
            let digits = digits.trim_start_matches('0');
            format!("{kind}_{}", digits.get(..6).unwrap_or(digits))
        }
        _ => text.to_owned(),
    };
    let sort: Vec<String> = key.sk.split('#').map(word).collect();
    let sort = sort.join("#").replace("#000000", "#");
    match key.table {
        Table::Codes => word(&key.pk),
        Table::Ledger | Table::Catalog | Table::Members | Table::Partners | Table::Insights => {
            format!("{}/{sort}", word(&key.pk))
        }
    }
}

fn condition(condition: &Condition) -> Option<String> {
    let value = |value: &AttributeValue| match value {
        AttributeValue::S(text) | AttributeValue::N(text) => text.clone(),
        other => format!("{other:?}"),
    };
    Some(match condition {
        Condition::Absent => "new".to_owned(),
        Condition::Equals(name, wanted) => format!("{name} = {}", value(wanted)),
        Condition::Above(name, wanted) => format!("{name} > {}", value(wanted)),
        Condition::AtLeast(name, wanted) => format!("{name} >= {}", value(wanted)),
        Condition::AtMost(name, wanted) => format!("{name} <= {}", value(wanted)),
        Condition::Lacks(name) => format!("no {name}"),
        Condition::All(conditions) if conditions.is_empty() => return None,
        Condition::Any(conditions) => {
            let texts = conditions.iter().filter_map(self::condition);
            texts.collect::<Vec<_>>().join(" or ")
        }
        Condition::All(conditions) => {
            let texts = conditions.iter().filter_map(self::condition);
            texts.collect::<Vec<_>>().join(" and ")
        }
    })
}
