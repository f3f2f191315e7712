//! Laws of rewards: what the rules in `infra/reward-rules.json` give, and that it is the same tried out and for real.

mod counting;
mod golden;
mod racing;
mod stories_of_data;
mod stories_of_others;
mod zones;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use shared::catalog::Class;
use shared::id::{MemberId, PartnerId};
use shared::rewards::{
    Activity, ActivityKind, Book, Decision, Fields, Programme, Report, ReportSource, Reporter,
    Rule, Situation, Terms, decide,
};
use shared::text::Word;
use shared::time::Timestamp;
use uuid::Uuid;

/// The partner of all activities that partners report.
const PARTNER: PartnerId = PartnerId::new(Uuid::from_u128(0x9));

/// The member of all stories.
const MEMBER: MemberId = MemberId::new(Uuid::from_u128(0x7));

/// The terms of every rule that comes with the system, by the rule's name.
fn shipped() -> BTreeMap<Word, Terms<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/reward-rules.json");
    let text = std::fs::read_to_string(path).expect("the rules");
    serde_json::from_str(&text).expect("terms of rules")
}

/// A book of the rules that come with the system.
fn book() -> Book {
    let rule = |(rule_id, terms): (Word, Terms<String>)| Rule {
        terms: terms
            .check()
            .unwrap_or_else(|error| panic!("{rule_id}: {error}")),
        rule_id,
        version: 1,
    };
    let empty = Book {
        rules: Vec::new(),
        promotions: Vec::new(),
        programme: Programme::default(),
    };
    shipped().into_iter().map(rule).fold(empty, Book::with)
}

/// What a story's member does, named by the instant.
fn activity(kind: &str, fields: &str, at: &str) -> Activity {
    let kind: ActivityKind = kind.parse().expect("a kind");
    let at: Timestamp = at.parse().expect("an instant");
    let fields: Fields = serde_json::from_str(fields).expect("fields");
    let source = match kind.reporter() {
        Reporter::App => ReportSource::App,
        Reporter::Service => ReportSource::Service,
        Reporter::Partner => ReportSource::Partner(PARTNER),
    };
    let event = format!("{kind} {at}");
    Report {
        member_id: MEMBER,
        source,
        event_id: event.try_into().expect("an event"),
        kind,
        fields,
        evidence: None,
        occurred_at: Some(at),
    }
    .activity(at)
}

/// A member's life: one decision after the other.
struct Life {
    book: Book,
    situation: Situation,
}

impl Life {
    fn new(book: Book) -> Self {
        let situation = Situation::nobody(&book);
        Self { book, situation }
    }

    fn with(mut self, class: Class) -> Self {
        self.situation.partner_class = Some(class);
        self
    }

    /// Goes on with an activity that is decided as soon as it happens.
    fn goes_on(&mut self, activity: &Activity) -> Decision {
        let now = activity.occurred();
        let decision = decide(&self.book, activity, &self.situation, now).expect("no budgets");
        self.situation.follow(&decision);
        decision
    }

    /// Goes on, and answers what it gave, or the code of the reason why it gave nothing.
    fn gives(&mut self, kind: &str, fields: &str, at: &str) -> String {
        outcome(&self.goes_on(&activity(kind, fields, at)))
    }
}

/// What a decision gives, or the code of the reason why it gives nothing.
fn outcome(decision: &Decision) -> String {
    match &decision.outcome {
        Ok(amount) => amount.to_string(),
        Err(reason) => match serde_json::to_value(reason) {
            Ok(Value::Object(reason)) => reason["reason"].as_str().unwrap_or_default().to_owned(),
            other => panic!("a reason is an object: {other:?}"),
        },
    }
}
