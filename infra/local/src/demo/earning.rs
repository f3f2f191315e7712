//! Steps in which tokens are earned: activities go in over HTTP, and come back as entries and notifications through a
//! queue, a stream and a topic.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::answers::{expect_balance, items};
use super::buying::Choice;
use super::journey::Journey;
use super::story::aside;
use crate::amount::Amount;
use crate::http::text;
use crate::process::interrupted;
use crate::seed::RULES;

/// How long queue, stream and topic may take. Usually all three need a second.
const PATIENCE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(250);

impl Journey<'_> {
    pub(super) fn earn_and_repeat(&mut self) -> Result<()> {
        let shared = self.earn("health_data_shared", "monday-steps")?;
        self.earn("survey_completed", "sleep-survey")?;
        let again = self.report("health_data_shared", "monday-steps")?;
        ensure!(
            again == shared,
            "one event became two activities: {shared} and {again}"
        );
        self.story.tell(
            "The phone sends the first report again: it is the same activity",
            self.story.balance(),
        );
        // A member's activities are worked off in order, so this credit proves that the repeated one earned nothing.
        self.earn("app_opened", "tuesday-morning")?;
        Ok(())
    }

    /// Reports an activity and waits for what its rule promises. Answers the activity's id.
    fn earn(&mut self, kind: &str, event_id: &str) -> Result<String> {
        let rule = RULES
            .iter()
            .find(|rule| rule.kind == kind)
            .context("the demo knows no such rule")?;
        let promised = self.story.balance().plus(Amount::parse(rule.amount)?);
        let activity_id = self.report(kind, event_id)?;
        self.entries += 1;
        let expected = self.entries;
        let wallet = self.wait_for(&format!("the reward for {kind}"), "/v1/wallet", |wallet| {
            wallet["seq"].as_u64() >= Some(expected as u64)
        })?;
        expect_balance(&wallet, promised)?;
        self.story.tell(&format!("Reports {kind}"), promised);
        Ok(activity_id)
    }

    fn report(&self, kind: &str, event_id: &str) -> Result<String> {
        let accepted = self
            .app
            .post(
                "/v1/activities",
                &json!({"event_id": event_id, "kind": kind}),
            )?
            .expect(202, &format!("report {kind}"))?;
        Ok(text(&accepted, "activity_id")?.to_owned())
    }

    pub(super) fn read_notifications(&mut self) -> Result<()> {
        let expected = self.entries;
        let inbox = self.wait_for(
            "a notification for each reward",
            "/v1/notifications",
            |inbox| items(inbox).is_ok_and(|items| items.len() >= expected),
        )?;
        let notifications = items(&inbox)?;
        ensure!(
            notifications.len() == expected,
            "{} notifications came for {expected} rewards",
            notifications.len()
        );
        self.story.tell(
            "Reads the notifications: one for each reward",
            self.story.balance(),
        );
        for notification in notifications {
            aside(text(notification, "message")?);
        }
        Ok(())
    }

    pub(super) fn earn_more(&mut self, choice: &Choice) -> Result<()> {
        let kinds = ["health_data_shared", "survey_completed"];
        for (kind, round) in kinds.iter().cycle().zip(1..=kinds.len() * 2) {
            if self.story.balance() >= choice.price {
                return Ok(());
            }
            self.earn(kind, &format!("another-{kind}-{round}"))?;
        }
        Ok(())
    }

    /// Asks until the answer is `there`, and says what was last seen when patience ends.
    fn wait_for(&self, what: &str, path: &str, there: impl Fn(&Value) -> bool) -> Result<Value> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let seen = self.app.get(path)?;
            if there(&seen) {
                return Ok(seen);
            }
            ensure!(!interrupted(), "stopped by Ctrl-C");
            if Instant::now() > deadline {
                bail!(
                    "{what} did not come within {} s; last seen: {seen}\n\n  What to do: `cargo local logs` shows what \
                     the functions on the way said",
                    PATIENCE.as_secs()
                );
            }
            sleep(POLL);
        }
    }
}
