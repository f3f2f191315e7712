//! Awards: each answers one activity that was not answered before, and no day earns more than its cap.

use shared::amount::Rjv;
use shared::ledger::{Entry, Source};
use shared::rewards::{Outcome, Record};
use shared::table::{AttributeValue, Item, Key};

use super::{Books, Day, Verdict, Written, ensure};

impl Books {
    /// What a limit says was earned. When the table may forget it is noted.
    pub(super) fn limit(&mut self, key: &Key, item: &Item) -> Result<(Key, Rjv), String> {
        let awarded = match item.get("awarded") {
            Some(AttributeValue::S(text)) => text.parse().ok(),
            _ => None,
        };
        let ttl = match item.get("ttl") {
            Some(AttributeValue::N(number)) => number.parse().ok(),
            _ => None,
        };
        let (Some(awarded), Some(ttl)) = (awarded, ttl) else {
            return Err(format!("the limit {} cannot be read", key.sk));
        };
        self.limits.insert(key.clone(), ttl);
        Ok((key.clone(), awarded))
    }

    /// Entries and records of one commit must answer each other.
    pub(super) fn post_awards(&mut self, written: &Written) -> Verdict {
        for entry in &written.entries {
            match &entry.source {
                Source::Award { .. } => self.post_award(entry, &written.records)?,
                Source::Purchase { .. } | Source::Adjustment { .. } | Source::Expiry {} => {}
            }
        }
        for record in &written.records {
            self.post_record(record, &written.entries)?;
        }
        for (key, awarded) in &written.limits {
            let sum = day_of(key).and_then(|day| self.days.get(&day).copied());
            let sum = sum.unwrap_or_default();
            ensure(sum == *awarded, || {
                format!("{} says {awarded} where {sum} were awarded", key.sk)
            })?;
        }
        Ok(())
    }

    fn post_award(&mut self, entry: &Entry, records: &[Record]) -> Verdict {
        let Source::Award {
            activity_id,
            activity_kind,
            occurred_at,
            rule_version,
            category,
        } = &entry.source
        else {
            return Ok(());
        };
        let (id, amount) = (entry.entry_id, entry.amount());
        let outcome = Outcome::Awarded {
            entry_id: id,
            amount,
        };
        let answers = |record: &&Record| record.activity.activity_id == *activity_id;
        let record = records.iter().find(answers);
        ensure(
            record.is_some_and(|record| record.outcome == outcome),
            || format!("{id} was credited without the record of {activity_id}"),
        )?;
        ensure(self.deeds.first(activity_id), || {
            format!("{id} credits a deed a second time, as {activity_id}")
        })?;
        let rule = activity_kind.parse().ok();
        let rule = rule.and_then(|kind| self.rules.get(&(kind, *rule_version)));
        let Some(rule) = rule.filter(|rule| rule.amount == amount && rule.category == *category)
        else {
            return Err(format!("{id} is not what a rule gives for {activity_kind}"));
        };
        let day: Day = (id.member, activity_kind.clone(), occurred_at.day());
        let sum = self.days.entry(day).or_default();
        *sum = sum.checked_add(amount).unwrap_or(Rjv::MAX);
        ensure(*sum <= rule.daily_cap, || {
            format!(
                "{id} raises the day to {sum}, and the cap is {}",
                rule.daily_cap
            )
        })
    }

    fn post_record(&mut self, record: &Record, entries: &[Entry]) -> Verdict {
        let activity = &record.activity;
        let id = activity.activity_id;
        let known = self.records.insert(id, record.clone());
        ensure(known.is_none(), || {
            format!("the record of {id} was written over: {known:?} is now {record:?}")
        })?;
        match &record.outcome {
            Outcome::Awarded { entry_id, .. } => {
                let mut entries = entries.iter();
                ensure(entries.any(|entry| entry.entry_id == *entry_id), || {
                    format!("{id} was recorded as awarded without {entry_id}")
                })
            }
            Outcome::DailyCapReached { daily_cap } => {
                let day: Day = (
                    activity.member_id,
                    activity.kind.to_string(),
                    activity.occurred().day(),
                );
                let sum = self.days.get(&day).copied().unwrap_or_default();
                let full = self.rules.values().any(|rule| {
                    rule.kind == activity.kind
                        && rule.daily_cap == *daily_cap
                        && sum
                            .checked_add(rule.amount)
                            .is_none_or(|sum| sum > *daily_cap)
                });
                ensure(full, || {
                    format!(
                        "{id} was refused for a cap of {daily_cap} when the day had earned {sum}"
                    )
                })
            }
            Outcome::NoRule {} => ensure(
                !self.rules.keys().any(|(kind, _)| *kind == activity.kind),
                || format!("{id} earned nothing for lack of a rule, and there is one"),
            ),
        }
    }
}

/// Whose day a limit stands for.
fn day_of(key: &Key) -> Option<Day> {
    let (kind, day) = key.sk.strip_prefix("limit#")?.split_once('#')?;
    Some((key.pk.parse().ok()?, kind.to_owned(), day.parse().ok()?))
}
