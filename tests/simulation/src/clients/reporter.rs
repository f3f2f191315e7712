//! Those who say what a member did: the member's app, a service of the programme, a partner.

use std::time::Duration;

use serde_json::json;
use shared::error::Rejection;
use shared::id::MemberId;
use shared::rewards::{self, Activity, ActivityKind, Report, ReportSource, Sighting};
use shared::text::Reference;

use super::{Answer, Client};
use crate::faults::Fault;
use crate::house::{fields, promoted, source, text};
use crate::instances::Function;
use crate::mutants::Mutant;
use crate::plan::Done;

/// Something a member did.
#[derive(Clone, Copy)]
pub struct Deed {
    /// Who.
    pub member_id: MemberId,
    /// The number under which it is reported.
    pub event: usize,
    /// What.
    pub kind: ActivityKind,
    /// How much.
    pub size: u32,
}

impl Client {
    /// Reports a deed, until it is accepted or refused for good.
    pub(super) async fn report(mut self, deed: Deed, done: Done) {
        // A phone's clock may be wrong too; what counts is that it always says the same of one event.
        let occurred_at = match done {
            Done::Now => None,
            Done::Ago(ago) => Some(self.world.now().plus(-ago)),
            Done::AsPromotionBegins => Some(promoted().0),
            Done::AsPromotionEnds => Some(promoted().1),
        };
        let mut report = Report {
            member_id: deed.member_id,
            source: source(deed.kind, deed.event),
            event_id: text("unnamed"),
            kind: deed.kind,
            fields: fields(deed.kind, deed.size),
            evidence: None,
            occurred_at,
        };
        if report.source != ReportSource::App {
            report.occurred_at = occurred_at.or_else(|| Some(self.world.now()));
        }
        let mut attempt = 0;
        loop {
            report.event_id = self.mean(&deed, attempt);
            if report.source == ReportSource::App {
                if let Some(answer) = self.tell(report.clone()).await {
                    return self.judge_report(&report, answer);
                }
            } else if self.send(&report).await {
                return;
            }
            attempt += 1;
            self.pause(attempt).await;
        }
    }

    /// What the deed is called, and that it is meant by that.
    fn mean(&self, deed: &Deed, attempt: u32) -> Reference {
        let Deed {
            event, member_id, ..
        } = *deed;
        let fresh = self.world.plan.mutant == Some(Mutant::FreshEvent);
        let name = if fresh {
            format!("event-{event}-{}-{attempt}", self.number)
        } else {
            format!("event-{event}")
        };
        let event_id: Reference = text(&name);
        let source = source(deed.kind, event);
        let id = Activity::id_of(member_id, source, &event_id);
        let number = if fresh {
            1_000_000 + self.number
        } else {
            event * 3 + usize::from(source == ReportSource::App)
        };
        let number = number * 2 + usize::from(source.partner().is_some());
        let number = number * 16 + usize::try_from(member_id.uuid().as_u128() & 15).unwrap_or(0);
        self.world.books().mean_deed(id, number);
        event_id
    }

    async fn tell(&mut self, report: Report) -> Option<Answer<Activity>> {
        self.ask(Function::Report, |instance, now| async move {
            rewards::report(&instance.tables, &instance.queue, report, now).await
        })
        .await
    }

    /// Sends what was seen to its queue. Says whether that was acknowledged.
    async fn send(&mut self, report: &Report) -> bool {
        let seen = json!({
            "member_id": report.member_id,
            "partner_id": report.source.partner(),
            "event_id": report.event_id,
            "kind": report.kind,
            "fields": report.fields,
            "evidence": report.evidence,
            "occurred_at": report.occurred_at,
        });
        let wait = Duration::from_micros(self.dice.u64(500..10_000));
        let among = [Fault::LostBefore, Fault::LostAfter];
        let world = &self.world;
        let fault = world.faults.draw(&mut self.dice, 1, &among);
        let in_front = world.faults.draw(&mut self.dice, 3, &[Fault::Reordered]);
        world.executor.sleep(wait).await;
        let body = seen.to_string();
        let sighting: Result<Sighting, _> = serde_json::from_str(&body);
        let activity = sighting.expect("a sighting").activity(world.now());
        if fault != Some(Fault::LostBefore) {
            let (group, name) = (report.member_id.to_string(), report.event_id.as_str());
            let (now, in_front) = (world.executor.now(), in_front.is_some());
            let name = format!("{group} {name} {}", report.kind);
            world
                .sightings
                .send(&group, Some(&name), &body, now, in_front);
            world.note(|| format!("sends {}", activity.activity_id));
            world.bell.ring();
        }
        if fault.is_some() {
            return false;
        }
        world.knowledge().reported(activity);
        true
    }

    fn judge_report(&self, report: &Report, answer: Answer<Activity>) {
        let world = &self.world;
        let known = |id| world.books().record(id).cloned();
        let id = Activity::id_of(report.member_id, report.source, &report.event_id);
        let occurred_at = report.occurred_at.unwrap_or(answer.clock);
        match answer.outcome {
            Ok(activity) => {
                let is_this = activity.activity_id == id && activity.kind == report.kind;
                if !is_this {
                    self.object("got the answer to another report", &Ok(activity.clone()));
                }
                world.knowledge().reported(activity);
            }
            Err(Rejection::ActivityConflict) => {
                let other = known(id).is_some_and(|known| {
                    known.activity.kind != report.kind
                        || known.activity.fields != report.fields
                        || known.activity.occurred_at != report.occurred_at
                });
                if !other {
                    self.object(
                        "was refused for another activity",
                        &Err::<(), _>(Rejection::ActivityConflict),
                    );
                }
            }
            Err(rejection) => {
                let justified =
                    rewards::accept(occurred_at, answer.clock) == Err(rejection.clone());
                if !justified {
                    self.object("was refused", &Err::<(), _>(rejection));
                }
            }
        }
    }
}
