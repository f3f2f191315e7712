//! Sentences: what became of an activity, and what would change it, in words for its member.

use chrono::TimeDelta;

use super::limit::{LimitScope, Period};
use super::record::Trace;
use super::told::Told;
use super::{ActivityKind, FieldValue, Outcome, Reason, Record};
use crate::amount::Rjv;
use crate::time::Timestamp;

/// What became of an activity, as its member understands it at `now`; `told` is what the rule that decided says of itself.
pub fn sentence(record: &Record, told: Option<&Told>, now: Timestamp) -> String {
    match &record.outcome {
        Outcome::Awarded { amount, .. } => awarded(record, *amount),
        Outcome::Refused(reason) => refused(record, reason, told, now),
    }
}

/// What would have to be otherwise for a refused activity to earn something.
pub fn remedy(record: &Record, told: Option<&Told>, now: Timestamp) -> Option<String> {
    let Outcome::Refused(reason) = &record.outcome else {
        return None;
    };
    Some(match reason {
        Reason::NoRule {} => {
            "Nothing you can do: no rule is about this, at this time, for you".to_owned()
        }
        Reason::NotQualified {} => needs(record, told).map_or_else(
            || "More than this: the rule asks for it before it gives anything".to_owned(),
            |(needs, there)| match there {
                Some(there) => format!("{needs}; it was {there}"),
                None => needs,
            },
        ),
        Reason::LimitReached { resets_at, .. } | Reason::CoolingDown { resets_at } => {
            again(*resets_at, now)
        }
        Reason::BudgetExhausted { resets_at } => match resets_at {
            Some(at) if *at > now => {
                format!("Do it again in {}: there is more then", until(*at, now))
            }
            Some(_) => "Do it again: there is more now".to_owned(),
            None => "Nothing you can do: all there was to give was given".to_owned(),
        },
        Reason::NothingEarned {} => {
            "More of it: what was reported comes to less than the rule rewards".to_owned()
        }
        Reason::TooLate {} => "Reporting it sooner after it was done".to_owned(),
        Reason::InFuture {} => "Reporting it with the time at which it was done".to_owned(),
        Reason::NotComputable { .. } => {
            "Nothing you can do: the rule has a mistake that we have to mend".to_owned()
        }
    })
}

fn again(resets_at: Option<Timestamp>, now: Timestamp) -> String {
    match resets_at {
        Some(at) if at > now => format!("Do it again in {}: it counts then", until(at, now)),
        Some(_) => "Do it again: it counts now".to_owned(),
        None => "Nothing you can do: this limit holds for all time".to_owned(),
    }
}

fn awarded(record: &Record, amount: Rjv) -> String {
    let Trace {
        base,
        promoted,
        milestones,
        ..
    } = &record.trace;
    let deed = deed(record.activity.kind);
    let bonuses = milestones.iter().map(|milestone| milestone.bonus);
    let bonus = Rjv::checked_sum(bonuses).unwrap_or(Rjv::MAX);
    let base = base.unwrap_or(amount);
    let usual = promoted.unwrap_or(base);
    let days = milestones.last().map(|milestone| milestone.days);
    let days = days.or_else(|| fact(&record.trace, "streak.days"));
    let row = match days {
        Some(days) if days > 1 => format!(", day {days} in a row"),
        Some(_) | None => String::new(),
    };
    if usual.checked_add(bonus) != Some(amount) {
        return format!("+{amount} RJV for {deed}{row}, as much as a limit still allowed");
    }
    let more = match usual.checked_sub(base) {
        Some(more) if !more.is_zero() => format!(", {more} RJV of it by a promotion"),
        Some(_) | None => String::new(),
    };
    if bonus.is_zero() {
        format!("+{amount} RJV for {deed}{row}{more}")
    } else {
        format!("+{usual} RJV for {deed}{more}{row}: +{bonus} RJV on top")
    }
}

fn refused(record: &Record, reason: &Reason, told: Option<&Told>, now: Timestamp) -> String {
    let text = |text: &str| text.to_owned();
    match reason {
        Reason::NoRule {} => text("There is no reward for this at the moment"),
        Reason::NotQualified {} => match (needs(record, told), told) {
            (Some((needs, _)), _) => needs,
            (None, Some(told)) => format!("Not yet. {}", told.description),
            (None, None) => text("This takes more before it is rewarded"),
        },
        Reason::LimitReached {
            scope,
            period,
            resets_at,
        } => {
            let limit = limit(*scope, *period);
            match resets_at {
                Some(at) if *at > now => format!("{limit} reached, resets in {}", until(*at, now)),
                Some(_) => format!("{limit} reached; by now there is room again"),
                None => format!("{limit} reached"),
            }
        }
        Reason::CoolingDown { resets_at } => match resets_at {
            Some(at) if *at > now => {
                format!(
                    "Too soon after the last time, counts again in {}",
                    until(*at, now)
                )
            }
            Some(_) | None => text("It was too soon after the last time"),
        },
        Reason::BudgetExhausted { resets_at } => match resets_at {
            Some(at) if *at > now => {
                format!(
                    "Everything there was to give was given, more in {}",
                    until(*at, now)
                )
            }
            Some(_) => text("Everything there was to give was given; by now there is more"),
            None => text("Everything there was to give was given"),
        },
        Reason::NothingEarned {} => text("This was too little to earn anything"),
        Reason::TooLate {} => text("This was reported too late to be counted"),
        Reason::InFuture {} => text("This was reported for a time that had not come yet"),
        Reason::NotComputable { .. } => {
            text("This could not be worked out because of a mistake of ours")
        }
    }
}

/// What was done, behind "for".
const fn deed(kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::HealthDataShared => "sharing health data",
        ActivityKind::SurveyCompleted => "completing a survey",
        ActivityKind::SensorConnected => "connecting a sensor",
        ActivityKind::SensorSynced => "syncing a sensor",
        ActivityKind::DataUpdated => "keeping your data up to date",
        ActivityKind::AppOpened => "opening the app",
        ActivityKind::FeatureExplored => "trying a feature",
        ActivityKind::EducationCompleted => "learning something",
        ActivityKind::CommunityParticipated => "taking part in the community",
        ActivityKind::ServiceUsed => "using a partner's service",
        ActivityKind::ReviewSubmitted => "reviewing a partner",
        ActivityKind::PartnerEngaged => "taking up a partner's offer",
        ActivityKind::EventAttended => "attending an event",
    }
}

fn limit(scope: Option<LimitScope>, period: Period) -> String {
    let limit = match period {
        Period::Day => "Daily limit".to_owned(),
        Period::Week => "Weekly limit".to_owned(),
        Period::Month => "Monthly limit".to_owned(),
        Period::RollingMinutes(minutes) => {
            format!("Limit for {}", span(TimeDelta::minutes(minutes.into())))
        }
        Period::Lifetime => "Limit for all time".to_owned(),
    };
    let of = match scope {
        None => "",
        Some(LimitScope::Member) => " of all rewards",
        Some(LimitScope::Category) => " of rewards like this",
        Some(LimitScope::Partner) => " with this partner",
    };
    limit + of
}

/// How long it still is until an instant that is ahead, never less than it is.
fn until(at: Timestamp, now: Timestamp) -> String {
    span(at.since(now))
}

fn span(span: TimeDelta) -> String {
    let minutes = span.num_seconds().max(1).unsigned_abs().div_ceil(60);
    match minutes {
        ..=90 => format!("{minutes} min"),
        91..=2_880 => format!("{} h", minutes.div_ceil(60)),
        _ => format!("{} days", minutes.div_ceil(1_440)),
    }
}

fn fact(trace: &Trace, name: &str) -> Option<u32> {
    let (_, value) = trace.facts.iter().find(|(there, _)| there == name)?;
    value.parse().ok()
}

/// The first thing that was too little for the rule, as far as its qualification says so in plain comparisons; and how much
/// of it there was.
fn needs(record: &Record, told: Option<&Told>) -> Option<(String, Option<String>)> {
    let source = told?.qualification.as_deref()?;
    if source.contains("||") {
        return None;
    }
    let clauses = source.split("&&").map(str::trim);
    clauses.filter_map(at_least).find_map(|(name, wanted)| {
        let there = number(record, name);
        // Of a decimal only the whole part matters to a whole number that it must reach.
        let whole = there.as_deref().and_then(|there| there.split('.').next());
        let whole: i64 = whole.and_then(|whole| whole.parse().ok()).unwrap_or(0);
        (whole < wanted).then(|| (need(record.activity.kind, name, wanted), there))
    })
}

/// What a comparison asks for: `minutes >= 10` asks for 10 minutes.
fn at_least(clause: &str) -> Option<(&str, i64)> {
    let (name, wanted, more) = if let Some((name, wanted)) = clause.split_once(">=") {
        (name, wanted, 0)
    } else {
        let (name, wanted) = clause.split_once('>')?;
        (name, wanted, 1)
    };
    let name = name.trim();
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
    let wanted: i64 = wanted.trim().parse().ok()?;
    (!name.is_empty() && name.chars().all(is_name)).then_some((name, wanted.checked_add(more)?))
}

/// How much there was, where the record knows.
fn number(record: &Record, name: &str) -> Option<String> {
    if let Some(FieldValue::Integer(number)) = record.activity.fields.get(name) {
        return Some(number.to_string());
    }
    let mut facts = record.trace.facts.iter();
    let (_, value) = facts.find(|(there, _)| there == name)?;
    Some(value.clone())
}

fn need(kind: ActivityKind, name: &str, wanted: i64) -> String {
    match name {
        "streak.days" => format!("You need {wanted} days in a row first"),
        "streak.days_of_last_7" => {
            let of = match kind {
                ActivityKind::HealthDataShared
                | ActivityKind::SensorSynced
                | ActivityKind::DataUpdated => "days with data",
                _ => "days",
            };
            format!("You need {wanted} {of} in the last 7 first")
        }
        "member.earned" => format!("You need to have earned {wanted} RJV first"),
        "member.spent" => format!("You need to have spent {wanted} RJV first"),
        "local.hour" => format!("This counts from {wanted}:00 on"),
        "quiz_percent" => format!("You need {wanted} % in the quiz"),
        "rating" => format!("This takes a rating of {wanted}"),
        other => {
            let things = other.rsplit('.').next().unwrap_or(other).replace('_', " ");
            format!("This takes at least {wanted} {things}")
        }
    }
}

#[cfg(test)]
mod tests;
