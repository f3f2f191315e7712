//! The rules engine through its real edges: every shipped rule earned over HTTP or the queue of sightings, explained to the
//! member, tried, backtested, published and paused by administrators.

use std::thread;
use std::time::Duration;

use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::support::{
    Member, Queue, array, eventually, fresh, lesson, publish, rule, text, within, world,
};

/// Functions keep rules for five seconds.
const KEPT: Duration = Duration::from_secs(6);

/// A backtest has a few parts, each a message of its own.
const PATIENCE: Duration = Duration::from_secs(90);

/// What the app reports: kind, particulars, what its rule gives.
const REPORTED: [(&str, &str, &str); 5] = [
    ("app_opened", "{}", "0.25"),
    ("feature_explored", r#"{"feature":"food-diary"}"#, "1"),
    (
        "education_completed",
        r#"{"content":"sleep-basics","minutes":15,"quiz_percent":90}"#,
        "4",
    ),
    (
        "education_completed",
        r#"{"content":"sleep-tip","minutes":3}"#,
        "0.5",
    ),
    ("community_participated", r#"{"action":"answer"}"#, "1"),
];

/// What services see.
const SEEN: [(&str, &str, &str); 4] = [
    ("health_data_shared", r#"{"records":800}"#, "8"),
    (
        "survey_completed",
        r#"{"survey":"sleep","questions":12}"#,
        "5",
    ),
    ("sensor_connected", r#"{"sensor":"ring"}"#, "10"),
    ("sensor_synced", r#"{"sensor":"ring","records":20}"#, "0.5"),
];

/// What partners pass on.
const PASSED_ON: [(&str, &str, &str); 4] = [
    (
        "service_used",
        r#"{"service":"sauna","spent":"123.45"}"#,
        "1.23",
    ),
    ("review_submitted", r#"{"rating":5,"words":40}"#, "3"),
    ("partner_engaged", r#"{"action":"coaching"}"#, "5"),
    ("event_attended", r#"{"event":"open-day"}"#, "10"),
];

fn ago(time: TimeDelta) -> String {
    (Utc::now() - time).to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn sighting(member: &Member, kind: &str, fields: &str, occurred_at: &str) -> Value {
    json!({
        "member_id": member.id,
        "event_id": fresh("event"),
        "kind": kind,
        "fields": serde_json::from_str::<Value>(fields).unwrap(),
        "occurred_at": occurred_at,
    })
}

fn see(member: &Member, sightings: &[Value]) {
    let bodies: Vec<String> = sightings.iter().map(Value::to_string).collect();
    Queue::of("SightingsQueueUrl").send(Some(&member.id), &bodies);
}

/// The decided activities of a member, newest first, once there are so many.
fn activities(member: &Member, count: usize) -> Vec<Value> {
    eventually("the activities are logged", || {
        let all = member.walk("/v1/activities?limit=100");
        (all.len() >= count).then_some(all)
    })
}

fn amounts(activities: &[Value]) -> Vec<&str> {
    let amount = |activity: &'_ Value| activity["outcome"]["amount"].as_str().is_some();
    let awarded = activities.iter().filter(|activity| amount(activity));
    awarded
        .map(|activity| text(&activity["outcome"], "amount"))
        .collect()
}

#[test]
fn every_shipped_rule_is_earned_through_its_edge() {
    world();
    let member = Member::join();
    for (kind, fields, _) in REPORTED {
        let fields: Value = serde_json::from_str(fields).unwrap();
        let body = json!({"event_id": fresh("event"), "kind": kind, "fields": fields});
        member.app.post("/v1/activities", &body).good(202);
    }
    let now = ago(TimeDelta::zero());
    let seen = SEEN.map(|(kind, fields, _)| sighting(&member, kind, fields, &now));
    let days = [3, 2, 1, 0].map(TimeDelta::days);
    let updates = days.map(|days| sighting(&member, "data_updated", "{}", &ago(days)));
    let exclusive = &world().exclusive.id;
    let passed_on = PASSED_ON.map(|(kind, fields, _)| {
        let mut sighting = sighting(&member, kind, fields, &now);
        sighting["partner_id"] = json!(exclusive);
        sighting
    });
    for sightings in [seen, updates, passed_on] {
        see(&member, &sightings);
    }

    // Of the four updates only the last comes on the fourth day of seven.
    let all = activities(&member, 17);

    let mut given = amounts(&all);
    let promised = REPORTED.iter().chain(&SEEN).chain(&PASSED_ON);
    let mut promised: Vec<&str> = promised.map(|(.., amount)| *amount).chain(["1"]).collect();
    given.sort_unstable();
    promised.sort_unstable();
    assert_eq!(given, promised);
    assert_eq!(all.len(), 17);
    let refused = all
        .iter()
        .filter(|row| row["outcome"]["result"] == "refused");
    let reasons: Vec<&str> = refused.map(|row| text(&row["outcome"], "reason")).collect();
    assert_eq!(reasons, ["not_qualified"; 3]);
    assert_eq!(member.wallet()["available"], "50.48");
}

#[test]
fn a_refusal_says_when_there_is_more_and_why() {
    world();
    let member = Member::join();
    let now = ago(TimeDelta::zero());
    let upload = |records: u32| {
        let fields = json!({ "records": records }).to_string();
        sighting(&member, "health_data_shared", &fields, &now)
    };
    see(&member, &[upload(600)]);
    eventually("the first award", || (member.seq() == 1).then_some(()));
    see(&member, &[upload(600)]);
    eventually("the clipped award", || (member.seq() == 2).then_some(()));
    see(&member, &[upload(600)]);

    let all = activities(&member, 3);

    assert_eq!(amounts(&all), ["2", "6"], "the second was clipped");
    let refused = &all[0];
    assert_eq!(refused["outcome"]["reason"], "limit_reached");
    assert_eq!(refused["outcome"]["period"], "day");
    let sentence = text(refused, "sentence");
    assert!(sentence.contains("resets in"), "{sentence}");
    let id = text(refused, "activity_id");
    let why = member
        .app
        .get(&format!("/v1/activities/{id}/why"))
        .good(200);
    assert_eq!(why["rule"]["rule_id"], "health-data-sharing");
    assert_eq!(why["base"], "6");
    assert!(why["what_would_change_it"].is_string(), "{why}");
    let stranger = Member::join();
    for path in [
        format!("/v1/activities/{id}"),
        format!("/v1/activities/{id}/why"),
    ] {
        stranger.app.get(&path).refused(404, "ACTIVITY_NOT_FOUND");
    }
}

#[test]
fn a_streak_goes_by_the_members_clock() {
    world();
    let member = Member::join();
    let zone = json!({"time_zone": "Pacific/Auckland"});
    let set = member.app.put("/v1/time-zone", &zone).good(200);
    assert_eq!(set["time_zone"], "Pacific/Auckland");
    let nowhere = json!({"time_zone": "Mars/Olympus"});
    let refused = member.app.put("/v1/time-zone", &nowhere);
    let problem = refused.refused(400, "INVALID_BODY");
    assert_eq!(problem["pointer"], "/time_zone");
    for days in [2, 1, 0] {
        let mut body = json!({"event_id": fresh("event"), "kind": "app_opened"});
        body["occurred_at"] = json!(ago(TimeDelta::days(days)));
        member.app.post("/v1/activities", &body).good(202);
    }
    eventually("three awards", || (member.seq() == 3).then_some(()));

    let streaks = member.app.get("/v1/streaks").good(200);
    assert_eq!(streaks["time_zone"], "Pacific/Auckland");
    let of_app = |row: &&Value| row["rule_id"] == "app-streak";
    let streak = array(&streaks, "items").iter().find(of_app).unwrap();
    assert_eq!(streak["days"], 3, "{streaks}");
    assert_eq!(streak["standing"], "active");
    let repair = member.app.post("/v1/streaks/app-streak/repair", &json!({}));
    repair.refused(409, "STREAK_NOT_BROKEN");

    let ways = member.app.get("/v1/rewards").good(200);
    let way = array(&ways, "items").iter().find(of_app).unwrap();
    assert_eq!(way["available"], false, "{way}");
    assert_eq!(way["obstacle"]["because"]["reason"], "limit_reached");
}

#[test]
fn a_rule_is_tried_backtested_published_and_paused() {
    let admin = &world().admin;
    let member = Member::join();
    let id = fresh("proof");
    let path = format!("/admin/v1/reward-rules/{id}");
    publish(admin, &id, &rule(&id, "referral", "7", "70"));
    thread::sleep(KEPT);
    member.earn(&id, 2);

    // Another version is tried on one activity, then on all there were.
    let dearer = rule(&id, "referral", "9", "90");
    assert_eq!(admin.put(&path, &dearer).good(200)["version"], 2);
    let fields = json!({"content": id, "minutes": 15});
    let trial = json!({"version": 2, "activity": {"fields": fields}, "before": [], "member": {}});
    let tried = admin.post(&format!("{path}/simulate"), &trial).good(200);
    assert_eq!(tried["outcomes"][0]["amount"], "9", "{tried}");
    let state = format!("{path}/state");
    let bare = json!({"state": "active", "version": 2});
    admin
        .put(&state, &bare)
        .refused(422, "BACKTEST_OR_REASON_NEEDED");
    let order = json!({"version": 2, "days": 7});
    let backtest = admin.post(&format!("{path}/backtests"), &order).good(202);
    let backtest = text(&backtest, "backtest_id");
    let done = within(PATIENCE, "the backtest ends", || {
        let shown = admin.get(&format!("{path}/backtests/{backtest}")).good(200);
        (shown["state"] == "done").then_some(shown)
    });
    assert_eq!(done["result"]["tried"]["awards"], 2, "{done}");
    assert_eq!(done["result"]["tried"]["cost"], "18");
    assert_eq!(done["result"]["given"]["cost"], "14");
    assert_eq!(done["result"]["winners"]["members"], 1);
    let proven = json!({"state": "active", "version": 2, "backtest_id": backtest});
    assert_eq!(admin.put(&state, &proven).good(200)["state"], "active");
    thread::sleep(KEPT);
    member.earn(&id, 1);
    assert_eq!(member.wallet()["available"], "23");

    // Paused, it gives nothing; the rule for all lessons does.
    admin
        .put(&state, &json!({"state": "paused", "reason": "Too much"}))
        .good(200);
    thread::sleep(KEPT);
    let report = lesson(&fresh("event"), &id);
    member.app.post("/v1/activities", &report).good(202);
    eventually("the award by another rule", || {
        (member.seq() == 4).then_some(())
    });
    assert_eq!(member.wallet()["available"], "25");
    let rows = activities(&member, 4);
    assert_eq!(amounts(&rows), ["2", "9", "7", "7"]);
    counts(&id);
}

/// The report of the day counts what the rule gave, and only that.
fn counts(rule: &str) {
    let day = |days| {
        (Utc::now() + TimeDelta::days(days))
            .format("%Y-%m-%d")
            .to_string()
    };
    let path = format!(
        "/admin/v1/reports/rewards?from={}&until={}&by=rule",
        day(-1),
        day(1)
    );
    let rows = eventually("the report has it", || {
        let report = world().auditor.get(&path).good(200);
        let rows = array(&report, "rows").iter();
        let rows = rows.filter(|row| row["rule"]["id"] == rule).cloned();
        let rows: Vec<Value> = rows.collect();
        (rows.len() == 2).then_some(rows)
    });
    let of_version = |version| {
        rows.iter()
            .find(|row| row["rule"]["version"] == version)
            .unwrap()
    };
    assert_eq!(of_version(1)["awarded"], 2);
    assert_eq!(of_version(1)["amount"], "14");
    assert_eq!(of_version(2)["amount"], "9");
}

#[test]
fn a_sighting_of_something_else_is_set_aside() {
    world();
    let member = Member::join();
    let sightings = Queue::of("SightingsQueueUrl");
    let _soon = sightings.impatient();
    let now = ago(TimeDelta::zero());
    let told = sighting(
        &member,
        "health_data_shared",
        r#"{"records":3,"heart_rate":61}"#,
        &now,
    );
    let good = sighting(&member, "health_data_shared", r#"{"records":3}"#, &now);

    see(&member, &[told.clone(), good]);

    eventually("the other one is awarded", || {
        (member.seq() == 1).then_some(())
    });
    let dead_letters = Queue::of("SightingsDeadLettersUrl");
    within(PATIENCE, "it is set aside", || {
        dead_letters.take(&told.to_string())
    });
    assert_eq!(member.seq(), 1);
}
