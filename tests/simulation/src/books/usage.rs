//! Usage: once every step of every code was seen, what is counted is what became of the codes.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use shared::codes::{Code, Life};
use shared::id::ProductId;
use shared::table::{AttributeValue, Item, Memory, Table};
use shared::time::{Day, Timestamp};

use super::{Books, Verdict, ensure};

/// Numbers by their names, of products and days.
type Counts = BTreeMap<(ProductId, Day), BTreeMap<String, u64>>;

/// How many ran out is noticed by a job, whenever that runs.
const BY_JOB: &str = "expired";

impl Books {
    /// Compares what is counted with the codes, once nothing of them is under way any more.
    pub fn audit_usage(&self, memory: &Memory) -> Verdict {
        let (mut owed, mut counted) = (Counts::new(), Counts::new());
        for code in self.codes.values() {
            count(&mut owed, code);
        }
        for (key, item) in memory.items() {
            let place = key.pk.strip_prefix("usage#");
            let Some((place, _)) = place
                .filter(|_| key.table == Table::Insights)
                .and_then(|place| place.split_once('#'))
            else {
                continue;
            };
            let (Ok(product), Ok(day)) = (key.sk.parse(), place.parse()) else {
                return Err(format!("{}/{} is no place of a count", key.pk, key.sk));
            };
            let numbers = counted.entry((product, day)).or_default();
            add_numbers(numbers, &item)?;
        }
        let ran_out: u64 = counted
            .values_mut()
            .filter_map(|numbers| numbers.remove(BY_JOB))
            .sum();
        let open = self
            .codes
            .values()
            .filter(|code| matches!(code.life, Life::Issued));
        let open = u64::try_from(open.count()).unwrap_or(u64::MAX);
        ensure(ran_out <= open, || {
            format!("{ran_out} codes are counted as run out, and {open} have no other end")
        })?;
        for numbers in counted.values_mut() {
            numbers.retain(|_, number| *number > 0);
        }
        counted.retain(|_, numbers| !numbers.is_empty());
        for (place, numbers) in &owed {
            let found = counted.get(place);
            ensure(found == Some(numbers), || {
                format!("of {place:?}, {found:?} is counted, and {numbers:?} happened")
            })?;
        }
        let surplus = counted.keys().find(|place| !owed.contains_key(place));
        ensure(surplus.is_none(), || {
            format!("of {surplus:?} something is counted, and nothing happened")
        })
    }
}

fn add_numbers(numbers: &mut BTreeMap<String, u64>, item: &Item) -> Verdict {
    for (name, value) in item.iter() {
        let AttributeValue::N(text) = value else {
            continue;
        };
        let number: u64 = text
            .parse()
            .map_err(|_| format!("{name} is counted as {text}"))?;
        *numbers.entry(name.clone()).or_default() += number;
    }
    Ok(())
}

/// What became of a code, in numbers.
fn count(counts: &mut Counts, code: &Code) {
    let mut add = |at: Timestamp, name: &str, more: u64| {
        let place = (code.product_id, at.day());
        let numbers = counts.entry(place).or_default();
        *numbers.entry(name.to_owned()).or_default() += more;
    };
    let (born_at, paid) = (code.issued_at, code.unit_price.micros());
    match &code.sale {
        None => add(born_at, "printed", 1),
        Some(sale) if sale.first_code_id.is_some() => add(born_at, "replacements", 1),
        Some(_) => {
            add(born_at, "sold", 1);
            add(born_at, "paid", paid);
        }
    }
    if let Some(revealed_at) = code.revealed_at {
        add(revealed_at, "revealed", 1);
    }
    match &code.life {
        Life::Issued => {}
        Life::Redeemed { redeemed_at, .. } => {
            add(*redeemed_at, "redeemed", 1);
            let time = redeemed_at.since(born_at);
            let spans = [
                ("within_hour", TimeDelta::hours(1)),
                ("within_day", TimeDelta::days(1)),
                ("within_week", TimeDelta::days(7)),
                ("within_month", TimeDelta::days(30)),
            ];
            let span = spans.iter().find(|(_, longest)| time < *longest);
            add(*redeemed_at, span.map_or("later", |(name, _)| name), 1);
        }
        Life::Revoked { revoked_at, .. } => add(*revoked_at, "revoked", 1),
        Life::Replaced { replaced_at, .. } => add(*replaced_at, "replaced", 1),
        Life::Refunded { refunded_at, .. } => {
            add(*refunded_at, "refunded", 1);
            add(*refunded_at, "paid_back", paid);
        }
    }
}
