//! Simulating: what a rule would give somebody for something, by the very decision that awards, without anything being written.

#[cfg(test)]
mod tests;

use uuid::Uuid;

use super::decide::{Situation, decide};
use super::kind::{self, ActivityKind, Fields, InvalidField, Reporter};
use super::profile::Profile;
use super::{Activity, Book, Reason, ReportSource, Trace};
use crate::amount::Rjv;
use crate::catalog::Class;
use crate::error::{Error, Failure, Rejection};
use crate::id::{ActivityId, MemberId, PartnerId};
use crate::invalid::Invalid;
use crate::text::Reference;
use crate::time::Timestamp;

/// Something somebody does, and what is known of them. Budgets are left out of account.
#[derive(Clone, Debug)]
pub struct Trial {
    /// What is done, all of one kind.
    pub kind: ActivityKind,
    /// Where the clock stands, and the segments.
    pub profile: Profile,
    /// All that was ever earned.
    pub earned: Rjv,
    /// All that was ever spent.
    pub spent: Rjv,
    /// The class of the partner it is done with.
    pub partner_class: Option<Class>,
    /// What was done before, each decided when it happened.
    pub before: Vec<Doing>,
    /// What is done.
    pub activity: Doing,
    /// When that is decided.
    pub at: Timestamp,
}

/// One thing that is done.
#[derive(Clone, Debug)]
pub struct Doing {
    /// The particulars of its kind.
    pub fields: Fields,
    /// When.
    pub occurred_at: Timestamp,
}

/// What it would have earned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simulated {
    /// When it was done.
    pub occurred_at: Timestamp,
    /// How much, or why nothing.
    pub outcome: Result<Rjv, Reason>,
    /// How that came about.
    pub trace: Trace,
}

/// The most things that can have been done before.
pub const BEFORE_MAX: usize = 50;

/// What each thing would earn by the book, in the order in which they happen; the one that is tried comes last.
pub fn simulate(book: &Book, trial: Trial) -> Result<Vec<Simulated>, Error> {
    let mut before = trial.before;
    if before.len() > BEFORE_MAX {
        let reason = format!("at most {BEFORE_MAX} things were done before");
        return Err(Rejection::from(Invalid::at("/before", reason)).into());
    }
    for (place, doing) in before.iter().enumerate() {
        check(trial.kind, &doing.fields, &format!("/before/{place}"))?;
    }
    check(trial.kind, &trial.activity.fields, "/activity")?;
    before.sort_by_key(|doing| doing.occurred_at);
    let past = before.into_iter().map(|doing| (doing.occurred_at, doing));
    let mut situation = Situation {
        profile: trial.profile,
        lifetime_earned: trial.earned,
        lifetime_spent: trial.spent,
        partner_class: trial.partner_class,
        ..Situation::nobody(book)
    };
    let mut simulated = Vec::new();
    for (now, doing) in past.chain([(trial.at, trial.activity)]) {
        let occurred_at = doing.occurred_at;
        let activity = activity(trial.kind, doing)?;
        let decision = decide(book, &activity, &situation, now);
        let decision = decision.map_err(|_| Failure::broken("a simulation asks for a budget"))?;
        situation.follow(&decision);
        simulated.push(Simulated {
            occurred_at,
            outcome: decision.outcome,
            trace: decision.trace,
        });
    }
    Ok(simulated)
}

fn check(kind: ActivityKind, fields: &Fields, place: &str) -> Result<(), Rejection> {
    let checked = kind::facts(kind, fields).map(|_| ());
    checked.map_err(|InvalidField { name, reason }| {
        let name = name.replace('~', "~0").replace('/', "~1");
        Invalid::at(&format!("{place}/fields/{name}"), reason).into()
    })
}

/// The report of it, by nobody in particular.
fn activity(kind: ActivityKind, doing: Doing) -> Result<Activity, Failure> {
    let event_id: Result<Reference, _> = "simulated".to_owned().try_into();
    Ok(Activity {
        activity_id: ActivityId::new(Uuid::nil()),
        member_id: MemberId::new(Uuid::nil()),
        source: match kind.reporter() {
            Reporter::App => ReportSource::App,
            Reporter::Service => ReportSource::Service,
            Reporter::Partner => ReportSource::Partner(PartnerId::new(Uuid::nil())),
        },
        event_id: event_id.map_err(|error| Failure::broken("naming an event").because(error))?,
        kind,
        fields: doing.fields,
        evidence: None,
        occurred_at: Some(doing.occurred_at),
        reported_at: doing.occurred_at,
    })
}
