//! Steps in which tokens are earned: activities go in over HTTP, and come back as entries and notifications through a
//! queue, a stream and a topic.

use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};

use super::answers::{expect_balance, items};
use super::buying::Choice;
use super::journey::Journey;
use super::story::aside;
use crate::amount::Amount;
use crate::http::text;
use crate::process::interrupted;
use crate::sightings;

/// How long queue, stream and topic may take. Usually all three need a second.
const PATIENCE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(250);

/// Something worth tokens: what it is called, its particulars, and what its rule promises.
struct Deed {
    kind: &'static str,
    event: &'static str,
    fields: &'static str,
    worth: &'static str,
}

const fn deed(
    kind: &'static str,
    event: &'static str,
    fields: &'static str,
    worth: &'static str,
) -> Deed {
    Deed {
        kind,
        event,
        fields,
        worth,
    }
}

/// What the programme's services see on the first day. It does not quite buy a code.
const SEEN: [Deed; 2] = [
    deed(
        "health_data_shared",
        "monday-upload",
        r#"{"records":800}"#,
        "8",
    ),
    deed(
        "survey_completed",
        "sleep-survey",
        r#"{"survey":"sleep","questions":12}"#,
        "5",
    ),
];

/// What the app reports.
const REPORTED: [Deed; 2] = [
    deed(
        "feature_explored",
        "sleep-coach",
        r#"{"feature":"sleep-coach"}"#,
        "1",
    ),
    deed("app_opened", "tuesday-morning", "{}", "0.25"),
];

/// What else there is to earn until it is enough.
const MORE: [Deed; 4] = [
    deed("sensor_connected", "a-ring", r#"{"sensor":"ring"}"#, "10"),
    deed(
        "survey_completed",
        "food-survey",
        r#"{"survey":"food","questions":40}"#,
        "8",
    ),
    deed("sensor_connected", "a-watch", r#"{"sensor":"watch"}"#, "10"),
    deed(
        "survey_completed",
        "sport-survey",
        r#"{"survey":"sport","questions":40}"#,
        "8",
    ),
];

impl Journey<'_> {
    pub(super) fn earn_and_repeat(&mut self) -> Result<()> {
        for seen in &SEEN {
            self.see(seen)?;
            self.await_reward(seen, "A service saw it")?;
        }
        let [explored, opened] = &REPORTED;
        let first = self.report(explored)?;
        self.await_reward(explored, "The app reports it")?;
        let again = self.report(explored)?;
        ensure!(
            again == first,
            "one event became two activities: {first} and {again}"
        );
        self.story.tell(
            "The phone sends that report again: it is the same activity",
            self.story.balance(),
        );
        // A member's activities are worked off in order, so this credit proves that the repeated one earned nothing.
        self.report(opened)?;
        self.await_reward(opened, "The app reports it")?;
        self.ask_why(&first)
    }

    /// A service of the programme puts what it saw on its queue.
    fn see(&self, deed: &Deed) -> Result<()> {
        let event = format!("{}-{}", deed.event, self.member.id);
        let sighting = json!({
            "member_id": self.member.id,
            "event_id": event.chars().take(64).collect::<String>(),
            "kind": deed.kind,
            "fields": serde_json::from_str::<Value>(deed.fields)?,
            "occurred_at": humantime::format_rfc3339_millis(SystemTime::now()).to_string(),
        });
        sightings::send(self.http, self.stack, &sighting)
    }

    /// The app reports an activity. Answers its id.
    fn report(&self, deed: &Deed) -> Result<String> {
        let body = json!({
            "event_id": deed.event,
            "kind": deed.kind,
            "fields": serde_json::from_str::<Value>(deed.fields)?,
        });
        let accepted = self.app.post("/v1/activities", &body)?;
        let accepted = accepted.expect(202, &format!("report {}", deed.kind))?;
        Ok(text(&accepted, "activity_id")?.to_owned())
    }

    /// Waits for what the rule of an activity promises.
    fn await_reward(&mut self, deed: &Deed, how: &str) -> Result<()> {
        let promised = self.story.balance().plus(Amount::parse(deed.worth)?);
        self.entries += 1;
        let expected = self.entries;
        let what = format!("the reward for {}", deed.kind);
        let wallet = self.wait_for(&what, "/v1/wallet", |wallet| {
            wallet["seq"].as_u64() >= Some(expected as u64)
        })?;
        expect_balance(&wallet, promised)?;
        self.story.tell(&format!("{how}: {}", deed.kind), promised);
        Ok(())
    }

    fn ask_why(&mut self, activity: &str) -> Result<()> {
        let why = self.app.get(&format!("/v1/activities/{activity}/why"))?;
        self.story.tell(
            "Asks why the first report earned what it did",
            self.story.balance(),
        );
        aside(text(&why, "sentence")?);
        Ok(())
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
        for deed in &MORE {
            if self.story.balance() >= choice.price {
                return Ok(());
            }
            self.see(deed)?;
            self.await_reward(deed, "A service saw it")?;
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
