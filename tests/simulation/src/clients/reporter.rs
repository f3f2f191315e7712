//! A member's app that reports what the member did.

use chrono::TimeDelta;
use shared::error::Rejection;
use shared::id::MemberId;
use shared::rewards::{self, Activity, Report, ReportSource};
use shared::text::Reference;

use super::{Answer, Client};
use crate::house::text;
use crate::instances::Function;
use crate::mutants::Mutant;

impl Client {
    /// Reports event number `event`, until it is accepted or refused for good.
    pub(super) async fn report(
        mut self,
        member_id: MemberId,
        event: usize,
        kind: &'static str,
        ago: Option<TimeDelta>,
    ) {
        // A phone's clock may be wrong too; what counts is that it always says the same of one event.
        let occurred_at = ago.map(|ago| self.world.now().plus(-ago));
        let mut attempt = 0;
        let (report, answer) = loop {
            let fresh = self.world.plan.mutant == Some(Mutant::FreshEvent);
            let name = if fresh {
                format!("event-{event}-{}-{attempt}", self.number)
            } else {
                format!("event-{event}")
            };
            let event_id: Reference = text(&name);
            let id = Activity::id_of(member_id, ReportSource::App, &event_id);
            let deed = if fresh {
                1_000_000 + self.number
            } else {
                event
            };
            let deed = deed * 16 + usize::try_from(member_id.uuid().as_u128() & 15).unwrap_or(0);
            self.world.books().mean_deed(id, deed);
            let report = Report {
                member_id,
                source: ReportSource::App,
                event_id,
                kind: kind.parse().expect("a kind"),
                occurred_at,
            };
            if let Some(answer) = self.tell(report.clone()).await {
                break (report, answer);
            }
            attempt += 1;
            self.pause(attempt).await;
        };
        self.judge_report(&report, answer);
    }

    async fn tell(&mut self, report: Report) -> Option<Answer<Activity>> {
        self.ask(Function::Report, |instance, now| async move {
            rewards::report(
                &instance.tables,
                &instance.rules,
                &instance.queue,
                report,
                now,
            )
            .await
        })
        .await
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
