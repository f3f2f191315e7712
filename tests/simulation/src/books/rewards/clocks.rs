//! Clocks: on which day of the member something happened, by profiles as they were written.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use shared::id::MemberId;
use shared::rewards::Record;
use shared::time::{Day, Timestamp};

use super::super::{Verdict, ensure};
use super::history::Span;
use crate::house::ZONES;

/// The profiles that members had, and since when.
#[derive(Default)]
pub struct Clocks(BTreeMap<MemberId, Vec<(Timestamp, Seen)>>);

/// What a profile says of clocks.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Seen {
    zone: Named,
    #[serde(default)]
    changes: Vec<Stay>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Named {
    name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Stay {
    from: Timestamp,
    zone: Named,
}

impl Seen {
    fn zone_at(&self, at: Timestamp) -> &str {
        let mut changes = self.changes.iter().rev();
        let stay = changes.find(|stay| stay.from <= at);
        stay.map_or(&self.zone.name, |stay| &stay.zone.name)
    }
}

/// The instant as the clocks of a zone show it, as if they were those of UTC.
fn shown(zone: &str, at: Timestamp) -> Option<DateTime<Utc>> {
    let (_, minutes) = ZONES.into_iter().find(|(name, _)| *name == zone)?;
    DateTime::from_timestamp_millis(
        at.plus(TimeDelta::minutes(minutes))
            .since(Timestamp::new(DateTime::UNIX_EPOCH))
            .num_milliseconds(),
    )
}

/// When a day ends by the clocks of a zone.
pub fn end_of(zone: &str, day: Day) -> Option<Timestamp> {
    let (_, minutes) = ZONES.into_iter().find(|(name, _)| *name == zone)?;
    let midnight = day.succ_opt()?.and_hms_opt(0, 0, 0)?.and_utc();
    Some(Timestamp::new(midnight).plus(-TimeDelta::minutes(minutes)))
}

impl Clocks {
    /// Takes note of a profile. A new change must begin with a day of the clock that holds until then.
    pub fn post(&mut self, member: MemberId, now: Timestamp, seen: Seen) -> Verdict {
        let known = self.0.entry(member).or_default();
        let before = known.last().map(|(_, seen)| seen.clone());
        if let (Some(before), Some(newest)) = (&before, seen.changes.last())
            && !before.changes.contains(newest)
        {
            let holds = before.zone_at(newest.from.plus(TimeDelta::milliseconds(-1)));
            let begins = shown(holds, newest.from);
            let begins = begins.is_some_and(|shown| shown.time() == chrono::NaiveTime::MIN);
            ensure(begins, || {
                format!("{member} changes the clock in the middle of a day: {seen:?}")
            })?;
        }
        known.push((now, seen));
        Ok(())
    }

    /// Makes sure that a decision went by the clock that held, if it is known what was read.
    pub fn check(&self, record: &Record, span: Option<Span>) -> Result<Day, String> {
        let (at, id) = (record.activity.occurred(), record.activity.activity_id);
        let trace = &record.trace;
        let (Some(day), Some(zone)) = (trace.day, &trace.zone) else {
            return Err(format!("the record of {id} has no day"));
        };
        let is_day = shown(zone, at).is_some_and(|shown| shown.date_naive() == day);
        ensure(is_day, || {
            format!("{id} happened at {at}, which is not on {day} in {zone}")
        })?;
        let Some(span) = span else {
            return Ok(day);
        };
        let known = self.0.get(&record.activity.member_id);
        let known = known.map_or(&[] as &[_], Vec::as_slice);
        let begun: Vec<_> = known
            .iter()
            .filter(|(since, _)| *since <= span.to)
            .collect();
        let unknown = begun.first().is_none_or(|(since, _)| *since >= span.from);
        let later = begun.iter().skip(1).map(|(since, _)| Some(*since));
        let mut held = begun.iter().zip(later.chain([None]));
        let is_known = held.any(|((_, seen), until)| {
            until.is_none_or(|until| until >= span.from) && seen.zone_at(at) == zone
        });
        ensure(is_known || (unknown && zone == "UTC"), || {
            format!("{id} was counted by the clock of {zone}, which was not the member's")
        })?;
        Ok(day)
    }
}
