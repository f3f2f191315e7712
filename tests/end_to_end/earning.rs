//! Activities become tokens once, and every entry becomes one notification.

use std::thread;
use std::time::Duration;

use chrono::{SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::support::{Member, Queue, array, eventually, fresh, lesson, race, text, within, world};

/// An activity as it travels to its award.
fn message(member: &Member, activity_id: &str, event_id: &str, content: &str) -> String {
    let reported_at = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
    let activity = json!({
        "activity_id": activity_id,
        "member_id": member.id,
        "source": "app",
        "event_id": event_id,
        "kind": "education_completed",
        "fields": {"content": content, "minutes": 15},
        "reported_at": reported_at,
    });
    activity.to_string()
}

/// News of an entry as they travel to the inbox.
fn news(entry: &Value) -> String {
    let is_members = |leg: &&Value| text(leg, "account").starts_with("member:");
    let leg = array(entry, "legs").iter().find(is_members).unwrap();
    let news = json!({
        "entry_id": entry["entry_id"],
        "kind": entry["kind"],
        "side": leg["side"],
        "category": entry["source"]["category"],
        "amount": entry["legs"][0]["amount"],
        "balance_after": entry["balance_after"],
        "recorded_at": entry["recorded_at"],
    });
    news.to_string()
}

#[test]
fn an_award_says_for_what_and_by_which_rule() {
    let member = Member::join();
    let event = fresh("event");

    let accepted = member.report(&event, "proof-quarter").good(202);
    assert_eq!(accepted["event_id"], event);
    assert_eq!(accepted["status"], "accepted");
    eventually("the award", || (member.seq() == 1).then_some(()));

    let rows = member.walk("/v1/wallet/transactions?limit=100");
    let [row] = rows.as_slice() else {
        panic!("one activity made {} entries", rows.len());
    };
    assert_eq!(row["kind"], "award");
    assert_eq!(row["category"], "data_contribution");
    assert_eq!(row["side"], "credit");
    assert_eq!(row["amount"], "0.25");
    assert_eq!(row["balance_after"], "0.25");
    assert_eq!(row["source"]["activity_id"], accepted["activity_id"]);
    assert_eq!(row["source"]["activity_kind"], "education_completed");
    assert_eq!(row["source"]["rule_id"], "proof-quarter");
    let entry = member.entry(text(row, "entry_id"));
    let legs = json!([
        {"account": "issuance:data_contribution", "side": "debit", "amount": "0.25"},
        {"account": format!("member:{}", member.id), "side": "credit", "amount": "0.25"},
    ]);
    assert_eq!(entry["legs"], legs);
    assert_eq!(entry["lots"], json!({"never": "0.25"}));
}

#[test]
fn one_activity_sent_five_times_in_a_row_is_one_credit() {
    let member = Member::join();
    let event = fresh("event");

    let first = member.report(&event, "proof-hundred").good(202);
    for _ in 0..4 {
        // Some of these find the activity awarded, some still on its way; nobody can tell from the answer.
        assert_eq!(member.report(&event, "proof-hundred").good(202), first);
        thread::sleep(Duration::from_millis(100));
    }

    let_everything_settle(&member);
    assert_eq!(member.available(), 100_250_000);
    assert_eq!(member.seq(), 2);
}

#[test]
fn one_activity_sent_five_times_at_once_is_one_credit() {
    let member = Member::join();
    let event = fresh("event");

    let answers = race(5, |_| member.report(&event, "proof-hundred").good(202));

    assert!(answers.iter().all(|answer| *answer == answers[0]));
    let_everything_settle(&member);
    assert_eq!(member.available(), 100_250_000);
    assert_eq!(member.seq(), 2);
}

/// The queue keeps a member's order, so what is awarded last tells that all before it is done with.
fn let_everything_settle(member: &Member) {
    let accepted = member.report(&fresh("event"), "proof-quarter").good(202);
    eventually("the last award", || {
        let rows = member.app.get("/v1/wallet/transactions").good(200);
        let newest = array(&rows, "items").first()?;
        (newest["source"]["activity_id"] == accepted["activity_id"]).then_some(())
    });
}

#[test]
fn an_activity_is_credited_once_when_the_queue_delivers_it_under_other_names() {
    let member = Member::join();
    let event = fresh("event");
    let accepted = member.report(&event, "proof-hundred").good(202);
    let copy = message(
        &member,
        text(&accepted, "activity_id"),
        &event,
        "proof-hundred",
    );
    let rewards = Queue::of("RewardsQueueUrl");

    // In one batch with each other and with the original, and again when all of that is over.
    rewards.send(Some(&member.id), &vec![copy.clone(); 4]);
    let_everything_settle(&member);
    assert_eq!(member.available(), 100_250_000);
    rewards.send(Some(&member.id), &vec![copy; 2]);
    let_everything_settle(&member);

    assert_eq!(member.available(), 100_500_000);
    assert_eq!(member.seq(), 3);
}

#[test]
fn an_event_id_cannot_be_used_for_another_activity() {
    let member = Member::join();
    let event = fresh("event");
    member.report(&event, "proof-hundred").good(202);
    eventually("the award", || (member.seq() == 1).then_some(()));

    member.unharmed(|| {
        let other = member.report(&event, "proof-quarter");
        other.refused(409, "ACTIVITY_CONFLICT");
    });
    let_everything_settle(&member);
    assert_eq!(member.seq(), 2);
}

#[test]
fn two_members_may_use_the_same_event_id() {
    let (one, other) = (Member::join(), Member::join());
    let event = fresh("event");

    let first = one.report(&event, "proof-hundred").good(202);
    let second = other.report(&event, "proof-quarter").good(202);

    assert_ne!(first["activity_id"], second["activity_id"]);
    eventually("both awards", || {
        (one.available() == 100_000_000 && other.available() == 250_000).then_some(())
    });
}

#[test]
fn a_day_earns_no_more_than_its_cap() {
    let member = Member::join();

    for _ in 0..4 {
        member.report(&fresh("event"), "proof-capped").good(202);
    }
    let_everything_settle(&member);

    // Two of ten fit under 25; a third would not, and is not cut to fit.
    assert_eq!(member.available(), 20_250_000);
    assert_eq!(member.seq(), 3);
}

#[test]
fn the_cap_holds_when_a_day_of_activities_arrives_at_once() {
    let member = Member::join();

    race(10, |_| {
        member.report(&fresh("event"), "proof-capped").good(202)
    });
    let_everything_settle(&member);

    assert_eq!(member.available(), 20_250_000);
}

#[test]
fn expiring_tokens_say_when_and_are_spent_first() {
    let member = Member::join();
    member.earn("proof-hundred", 1);
    member.earn("proof-expiring", 1);

    let wallet = member.wallet();
    let lots = array(&wallet, "lots");
    assert_eq!(lots.len(), 2);
    assert_eq!(lots[0]["amount"], "5");
    assert!(lots[0]["expires_at"].is_string(), "{wallet}");
    assert_eq!(lots[1], json!({"expires_at": null, "amount": "100"}));

    member.buy(&world().cheap, 1);
    assert_eq!(
        member.wallet()["lots"],
        json!([{"expires_at": null, "amount": "85"}])
    );
    let spent = member.entries().pop().unwrap();
    assert_eq!(spent["lots"].as_object().unwrap().len(), 2, "{spent}");
}

#[test]
fn what_others_report_and_an_impossible_instant_are_refused() {
    let member = Member::join();
    let report = |body: Value| member.app.post("/v1/activities", &body);
    let at = |occurred_at: &str| {
        let mut body = lesson(&fresh("event"), "proof-quarter");
        body["occurred_at"] = json!(occurred_at);
        report(body)
    };
    world();

    member.unharmed(|| {
        let data = json!({"event_id": fresh("event"), "kind": "health_data_shared", "fields": {"records": 3}});
        let problem = report(data).refused(403, "ACTIVITY_NOT_YOURS_TO_REPORT");
        assert_eq!(problem["reporter"], "service");
        let early = at("2126-01-01T00:00:00Z").refused(422, "OCCURRED_IN_FUTURE");
        assert!(early["now"].is_string());
        let late = at("2020-01-01T00:00:00Z").refused(422, "OCCURRED_TOO_LONG_AGO");
        assert!(late["earliest"].is_string());
    });
    let_everything_settle(&member);
    assert_eq!(member.seq(), 1);
}

#[test]
fn every_entry_becomes_exactly_one_notification() {
    let member = Member::join();
    member.earn("proof-hundred", 1);
    member.earn("proof-quarter", 3);
    member.buy(&world().dear, 2);

    let entries = member.entries();
    eventually("all notifications", || {
        (member.notifications().len() >= entries.len()).then_some(())
    });
    let_all_news_arrive();

    let mut told = member.notifications();
    told.reverse();
    assert_eq!(told.len(), entries.len(), "{told:?}");
    for (notification, entry) in told.iter().zip(&entries) {
        for field in ["entry_id", "kind", "balance_after"] {
            assert_eq!(notification[field], entry[field], "{notification}");
        }
        assert_eq!(notification["amount"], entry["legs"][0]["amount"]);
        assert_eq!(notification["created_at"], entry["recorded_at"]);
        let message = text(notification, "message");
        assert!(message.contains(text(entry, "balance_after")), "{message}");
    }
}

#[test]
fn news_that_are_delivered_again_change_no_inbox() {
    let member = Member::join();
    member.earn("proof-hundred", 2);
    eventually("both notifications", || {
        (member.notifications().len() == 2).then_some(())
    });
    let before = member.notifications();
    let again: Vec<String> = member.entries().iter().map(news).collect();
    let inbox = Queue::of("InboxQueueUrl");

    for _ in 0..3 {
        inbox.send(None, &again);
    }
    let_all_news_arrive();

    assert_eq!(member.notifications(), before);
}

/// Waits until no news are on their way to any inbox.
fn let_all_news_arrive() {
    within(SET_ASIDE, "no news are on their way", || {
        Queue::of("InboxQueueUrl").is_idle().then_some(())
    });
}

/// Five attempts, each after the seconds in which a message is not handed out, and some for a busy machine.
const SET_ASIDE: Duration = Duration::from_mins(1);

#[test]
fn an_unreadable_activity_is_set_aside_and_the_rest_of_its_batch_is_awarded_once() {
    world();
    let member = Member::join();
    let rewards = Queue::of("RewardsQueueUrl");
    let _soon = rewards.impatient();
    let good = |number: u32| {
        let (activity, event) = (fresh("act"), format!("batch-{number}"));
        let number = activity.replace("act-", "act_");
        message(&member, &number, &event, "proof-hundred")
    };
    let unreadable = json!({"neither": fresh("an activity"), "nor": "JSON of ours"}).to_string();
    let mut batch: Vec<String> = (0..5).map(good).collect();
    batch.insert(2, unreadable.clone());

    rewards.send(Some(&member.id), &batch);

    eventually("the awards of the readable ones", || {
        (member.seq() == 5).then_some(())
    });
    let dead_letters = Queue::of("RewardsDeadLettersUrl");
    within(SET_ASIDE, "the unreadable one is set aside", || {
        dead_letters.take(&unreadable)
    });
    // Set aside, it stands in nobody's way, and the attempts at it awarded nothing twice.
    member.earn("proof-quarter", 1);
    assert_eq!(member.seq(), 6);
    assert_eq!(member.available(), 500_250_000);
}

#[test]
fn unreadable_news_are_set_aside_and_the_rest_of_the_batch_is_delivered() {
    let member = Member::join();
    member.earn("proof-hundred", 1);
    let inbox = Queue::of("InboxQueueUrl");
    let _soon = inbox.impatient();
    let unreadable = format!("{{\"entry_id\": \"{}\"}}", fresh("nothing"));
    let good = news(&member.entries()[0]);

    inbox.send(None, &[good.clone(), unreadable.clone(), good]);

    let dead_letters = Queue::of("InboxDeadLettersUrl");
    within(SET_ASIDE, "the unreadable one is set aside", || {
        dead_letters.take(&unreadable)
    });
    assert_eq!(member.notifications().len(), 1);
}
