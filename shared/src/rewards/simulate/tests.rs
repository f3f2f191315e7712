//! Tests of simulations: they add up as awards do, and write nothing because they have nothing to write to.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::*;
use crate::rewards::terms::Terms;
use crate::rewards::{FieldValue, Programme, Rule};

fn rule(id: &str) -> Rule {
    let shipped = include_str!("../../../../infra/reward-rules.json");
    let mut shipped: BTreeMap<String, Terms<String>> = serde_json::from_str(shipped).unwrap();
    Rule {
        rule_id: id.parse().unwrap(),
        version: 1,
        terms: shipped.remove(id).unwrap().check().unwrap(),
    }
}

fn book(rule: Rule) -> Book {
    let nothing = Book {
        rules: Vec::new(),
        promotions: Vec::new(),
        programme: Programme::default(),
    };
    nothing.with(rule)
}

fn now() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().unwrap()
}

fn days_ago(days: i64) -> Timestamp {
    now().plus(-TimeDelta::days(days))
}

fn doing(fields: &[(&str, FieldValue)], occurred_at: Timestamp) -> Doing {
    let fields = fields.iter().cloned();
    Doing {
        fields: fields
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        occurred_at,
    }
}

fn trial(book: &Book, before: Vec<Doing>, activity: Doing) -> Trial {
    Trial {
        kind: book.rules[0].terms.kind,
        profile: Profile::unknown(&book.programme.zone),
        earned: Rjv::ZERO,
        spent: Rjv::ZERO,
        partner_class: None,
        before,
        activity,
        at: now(),
    }
}

fn amounts(simulated: &[Simulated]) -> Vec<Option<String>> {
    let amount = |one: &Simulated| Some(one.outcome.as_ref().ok()?.to_string());
    simulated.iter().map(amount).collect()
}

#[test]
fn the_seventh_day_in_a_row_brings_its_bonus_and_a_second_time_nothing() {
    let book = book(rule("app-streak"));
    // Out of order, as somebody may write them down.
    let before = [3, 1, 2, 6, 5, 4].map(|days| doing(&[], days_ago(days)));
    let trial = trial(&book, before.into(), doing(&[], now()));

    let simulated = simulate(&book, trial.clone()).unwrap();

    let mut expected = vec![Some("0.25".to_owned()); 6];
    expected.push(Some("5.25".to_owned()));
    assert_eq!(amounts(&simulated), expected);
    assert_eq!(simulated[6].trace.milestones.len(), 1);
    assert_eq!(simulate(&book, trial.clone()).unwrap(), simulated);

    let mut again = trial;
    again.before.push(doing(&[], now()));
    let simulated = simulate(&book, again).unwrap();
    assert!(matches!(
        simulated[7].outcome,
        Err(Reason::LimitReached { .. })
    ));
}

#[test]
fn a_particular_that_the_kind_does_not_have_is_refused_where_it_stands() {
    let book = book(rule("survey-completion"));
    let survey = |name: &str| {
        let fields = [
            ("survey", FieldValue::Text(name.to_owned())),
            ("questions", FieldValue::Integer(30)),
        ];
        doing(&fields, days_ago(1))
    };
    let steps = || doing(&[("steps/day", FieldValue::Integer(1))], now());
    let pointer = |before, activity| match simulate(&book, trial(&book, before, activity)) {
        Err(Error::Rejected(Rejection::InvalidBody { pointer, .. })) => pointer,
        other => panic!("{other:?}"),
    };

    assert_eq!(pointer(vec![], steps()), "/activity/fields/steps~1day");
    assert_eq!(
        pointer(vec![survey("a"), steps()], survey("b")),
        "/before/1/fields/steps~1day"
    );
    let many = vec![survey("a"); BEFORE_MAX + 1];
    assert_eq!(pointer(many, survey("b")), "/before");
    let once = simulate(&book, trial(&book, vec![survey("a")], survey("a"))).unwrap();
    assert_eq!(amounts(&once), [Some("8".to_owned()), None]);
}
