//! What ways promise.

mod promises;

use serde_json::{Value, json};

use super::*;
use crate::rewards::book::PublishedPromotion;
use crate::rewards::promotion::PromotionTerms;
use crate::rewards::{Activity, Programme, Report, ReportSource, Terms, decide};
use crate::zone::Zone;
use uuid::Uuid;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A rule that gives 1 RJV for opening the app, with some of its terms otherwise.
fn rule(id: &str, otherwise: &Value) -> Rule {
    let mut terms = json!({
        "title": id, "description": "Do it.", "category": "engagement", "kind": "app_opened", "priority": 100,
        "amount": {"type": "fixed", "amount": "1"},
        "rounding": {"to": "0.01", "mode": "down"},
        "stacking": {"mode": "multiply", "ceiling": "3"},
        "amount_max": "20",
    });
    let otherwise = otherwise.as_object().unwrap().clone();
    terms.as_object_mut().unwrap().extend(otherwise);
    let terms: Terms<String> = serde_json::from_value(terms).unwrap();
    Rule {
        rule_id: id.parse().unwrap(),
        version: 1,
        terms: terms
            .check()
            .unwrap_or_else(|error| panic!("{id}: {error}")),
    }
}

fn promotion(id: &str, otherwise: &Value) -> PublishedPromotion {
    let mut terms = json!({
        "title": id, "from": "2026-11-01T00:00:00Z", "until": "2026-12-01T00:00:00Z", "zone": "UTC",
        "effect": {"multiplier": "2"},
    });
    let otherwise = otherwise.as_object().unwrap().clone();
    terms.as_object_mut().unwrap().extend(otherwise);
    let terms: PromotionTerms = serde_json::from_value(terms).unwrap();
    PublishedPromotion {
        promotion_id: id.parse().unwrap(),
        version: 1,
        promotion: terms.checked(at("2026-11-01T00:00:00Z")).unwrap(),
    }
}

fn book(rules: Vec<Rule>, promotions: Vec<PublishedPromotion>) -> Book {
    let empty = Book {
        rules: Vec::new(),
        promotions,
        programme: Programme {
            zone: Zone::utc(),
            limits: Vec::new(),
            budget: None,
            version: 0,
        },
    };
    rules.into_iter().fold(empty, Book::with)
}

fn opened(now: Timestamp) -> Activity {
    let report = Report {
        member_id: MemberId::new(Uuid::from_u128(7)),
        source: ReportSource::App,
        event_id: now.to_string().try_into().unwrap(),
        kind: ActivityKind::AppOpened,
        fields: crate::rewards::Fields::new(),
        evidence: None,
        occurred_at: None,
    };
    report.activity(now)
}

fn done(book: &Book, situation: &mut Situation, now: Timestamp) -> Decision {
    let decision = decide(book, &opened(now), situation, now).unwrap();
    situation.follow(&decision);
    decision
}

fn only(ways: Vec<Way>) -> Way {
    let [way] = <[Way; 1]>::try_from(ways).unwrap();
    way
}

fn rjv(text: &str) -> Rjv {
    text.parse().unwrap()
}

#[test]
fn what_is_left_today_goes_down_until_nothing_is() {
    let limits = json!([
        {"period": "day", "max": {"count": 2}, "at_edge": "refuse"},
        {"period": "week", "max": {"amount": "9"}, "at_edge": "clip"},
    ]);
    let book = book(vec![rule("open", &json!({ "limits": limits }))], Vec::new());
    let (mut member, now) = (Situation::nobody(&book), at("2026-11-24T08:00:00Z"));

    let fresh = only(of(&book, &member, now));
    assert_eq!(fresh.amount_now, Some(rjv("1")));
    assert_eq!(fresh.today.awards_left, Some(2));
    assert_eq!(fresh.today.amount_left, Some(rjv("9")));

    done(&book, &mut member, now);
    done(&book, &mut member, now);
    let used = only(of(&book, &member, now));

    assert!(!used.available);
    assert_eq!(used.amount_now, None);
    assert_eq!(used.today.awards_left, Some(0));
    assert_eq!(used.today.amount_left, Some(rjv("7")));
    let obstacle = used.obstacle.unwrap();
    assert_eq!(obstacle.resets_at, Some(at("2026-11-25T00:00:00Z")));
    assert_eq!(
        obstacle.detail,
        "You have earned all that this gives today."
    );
}

#[test]
fn open_ways_come_first_and_then_the_more_important() {
    let limits = json!([{"period": "lifetime", "max": {"count": 1}, "at_edge": "refuse"}]);
    let learn = |id, priority| {
        rule(
            id,
            &json!({"kind": "feature_explored", "priority": priority, "qualification": "feature == \"map\""}),
        )
    };
    let opening = rule("open", &json!({ "limits": limits, "priority": 300 }));
    let book = book(
        vec![learn("less", 1), opening, learn("more", 2)],
        Vec::new(),
    );
    let (mut member, now) = (Situation::nobody(&book), at("2026-11-24T08:00:00Z"));
    let ids = |member: &Situation| {
        let ways = of(&book, member, now).into_iter();
        ways.map(|way| way.rule_id.to_string()).collect::<Vec<_>>()
    };

    assert_eq!(ids(&member), ["open", "more", "less"]);
    done(&book, &mut member, now);
    assert_eq!(ids(&member), ["more", "less", "open"]);
}

#[test]
fn a_rule_behind_one_that_always_gives_is_no_way() {
    let promoted = json!({"priority": 200, "segment": "founders"});
    let book = book(
        vec![rule("usual", &json!({})), rule("founders", &promoted)],
        Vec::new(),
    );
    let (mut member, now) = (Situation::nobody(&book), at("2026-11-24T08:00:00Z"));

    assert_eq!(only(of(&book, &member, now)).rule_id.as_str(), "usual");
    member.profile.segments.insert("founders".parse().unwrap());
    assert_eq!(only(of(&book, &member, now)).rule_id.as_str(), "founders");
}

#[test]
fn rules_for_partners_of_one_class_say_so() {
    let gives = json!({"kind": "service_used", "amount": {"type": "percentage", "of": "spent", "percent": "2.5"}});
    let mut exclusive = gives.clone();
    exclusive["partner_class"] = json!("exclusive");
    exclusive["priority"] = json!(200);
    let book = book(
        vec![rule("any", &gives), rule("exclusive", &exclusive)],
        Vec::new(),
    );

    let ways = of(&book, &Situation::nobody(&book), at("2026-11-24T08:00:00Z"));

    let classes: Vec<_> = ways.iter().map(|way| way.partner_class).collect();
    assert_eq!(classes, [Some(Class::Exclusive), None]);
    assert!(
        ways.iter()
            .all(|way| way.available && way.amount_now.is_none())
    );
    let gives = Gives::Percentage {
        of: "spent".to_owned(),
        percent: "2.5".to_owned().try_into().unwrap(),
    };
    assert_eq!(ways[0].gives, gives);
}

#[test]
fn promotions_say_what_they_add_and_until_when() {
    let happy = promotion("happy-hour", &json!({"hours": {"from": 8, "until": 10}}));
    let month = promotion("november", &json!({"effect": {"bonus": "0.5"}}));
    let other = promotion("others", &json!({"rules": ["other"]}));
    let book = book(vec![rule("open", &json!({}))], vec![happy, month, other]);

    let way = only(of(
        &book,
        &Situation::nobody(&book),
        at("2026-11-24T08:30:00Z"),
    ));

    let [happy, month] = <[Promoted; 2]>::try_from(way.promotions).unwrap();
    assert_eq!(happy.until, at("2026-11-24T10:00:00Z"));
    assert_eq!(month.until, at("2026-12-01T00:00:00Z"));
    assert_eq!(month.bonus, Some(rjv("0.5")));
    assert_eq!(way.promoted_until, Some(happy.until));
    assert_eq!(way.amount_now, Some(rjv("2.5")));
}

#[test]
fn limits_by_value_are_left_open() {
    let limits = json!([{"period": "lifetime", "max": {"count": 1}, "at_edge": "refuse"}]);
    let explored = rule(
        "explore",
        &json!({"kind": "feature_explored", "apart": {"by": "feature", "limits": limits}}),
    );
    let book = book(vec![explored], Vec::new());

    let way = only(of(
        &book,
        &Situation::nobody(&book),
        at("2026-11-24T08:30:00Z"),
    ));

    assert!(way.available);
    assert_eq!(way.today.awards_left, None);
    let [limit] = <[LimitView; 1]>::try_from(way.today.limits).unwrap();
    assert_eq!(limit.counted_by.unwrap().as_str(), "feature");
    assert_eq!(limit.state, None);
    assert_eq!(scopes(&book), BTreeSet::new());
}

#[test]
fn the_next_milestone_is_in_sight_and_part_of_the_amount() {
    let streak = json!({"milestones": [{"days": 2, "bonus": "3"}, {"days": 7, "bonus": "5"}]});
    let book = book(vec![rule("open", &json!({ "streak": streak }))], Vec::new());
    let mut member = Situation::nobody(&book);
    done(&book, &mut member, at("2026-11-23T08:00:00Z"));

    let way = only(of(&book, &member, at("2026-11-24T08:30:00Z")));

    assert_eq!(way.next_milestone.unwrap().days, 2);
    assert_eq!(way.amount_now, Some(rjv("4")));
}

#[test]
fn a_way_in_json_is_what_the_description_says() {
    let book = book(vec![rule("open", &json!({}))], Vec::new());

    let way = only(of(
        &book,
        &Situation::nobody(&book),
        at("2026-11-24T08:30:00Z"),
    ));

    let expected = json!({
        "rule_id": "open", "title": "open", "description": "Do it.", "category": "engagement", "kind": "app_opened",
        "reporter": "app", "partner_class": null, "gives": {"type": "fixed", "amount": "1"}, "amount_now": "1",
        "amount_max": "20", "promotions": [], "promoted_until": null,
        "today": {"awards_left": null, "amount_left": null, "resets_at": null, "limits": []},
        "next_milestone": null, "available": true, "obstacle": null,
    });
    assert_eq!(serde_json::to_value(&way).unwrap(), expected);
}
