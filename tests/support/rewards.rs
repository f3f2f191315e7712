//! What activities are worth in the world.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use shared::audit::Act;
use shared::messaging::BacktestQueue;
use shared::publication::{Order, Wanted};
use shared::rewards::limit::{Clock, Edge, Limit, Period, Quota};
use shared::rewards::promotion::PromotionTerms;
use shared::rewards::terms::Formula;
use shared::rewards::{self, Record, Terms, backtest, programme, promotions, rules, segments};
use shared::table::{self, Tables, WholeTables};

use super::world::{BACKTESTED, MIA, TRYING, World, days_ago, rjv};
use super::{act, now, text};

impl World {
    /// Rules of the world's own, rules as they are shipped, one that is only a draft, one that is over, and promotions.
    pub(super) async fn set_rules(&self) {
        let shipped = shipped();
        let own = [
            (
                "app-streak",
                worth("5", "10", Some(12), &shipped["app-streak"]),
            ),
            ("education", worth("60", "240", None, &shipped["education"])),
        ];
        let as_shipped = [
            "feature-exploration",
            "survey-completion",
            "health-data-sharing",
        ];
        let as_shipped = as_shipped.map(|id| (id, shipped[id].clone()));
        let tables = self.tables();
        let mut number = 100;
        let mut next = || {
            number += 1;
            act(number, days_ago(21))
        };
        for (id, terms) in own.into_iter().chain(as_shipped) {
            let id = id.parse().expect("a word");
            let set = rules::set(&tables, &id, terms, &next()).await;
            set.expect("a new rule");
            let published = rules::set_state(&tables, &id, &publish(), &next()).await;
            published.expect("a published rule");
        }
        let draft = "draft-rule".parse().expect("a word");
        let set = rules::set(&tables, &draft, shipped["community"].clone(), &next()).await;
        set.expect("a draft");
        let id = "spring-week".parse().expect("a word");
        let set = promotions::set(&tables, &id, spring_week(), &next()).await;
        set.expect("a new promotion");
        let published = promotions::set_state(&tables, &id, &publish(), &next()).await;
        published.expect("a published promotion");
        self.end_rules(&mut next).await;
        let terms = json!({ "zone": "UTC" });
        let terms = serde_json::from_value(terms).expect("terms of a programme");
        let set = programme::set(&tables, terms, &next()).await;
        set.expect("a programme");
        let early = "early-birds".parse().expect("a word");
        let set = segments::set(&tables, MIA, BTreeSet::from([early]), &next()).await;
        set.expect("a segment");
    }

    async fn end_rules(&self, next: &mut impl FnMut() -> Act) {
        let tables = self.tables();
        let over = "retired-rule".parse().expect("a word");
        let set = rules::set(&tables, &over, shipped()["review"].clone(), &next()).await;
        set.expect("a draft");
        let ended = rules::set_state(&tables, &over, &end(), &next()).await;
        ended.expect("an ended rule");
        let over = "retired-week".parse().expect("a word");
        let set = promotions::set(&tables, &over, spring_week(), &next()).await;
        set.expect("a draft");
        let ended = promotions::set_state(&tables, &over, &end(), &next()).await;
        ended.expect("an ended promotion");
    }

    /// What the stream of the members brings to the log.
    pub(super) async fn log_activities(&self) {
        let items = self.snapshot().items.into_iter();
        let records = items.filter(|(key, _)| rewards::is_record(&key.sk));
        let records: Vec<Record> = records
            .map(|(_, item)| table::read(item).expect("a record"))
            .collect();
        let logged = rewards::log(&self.tables(), &records).await;
        logged.expect("logged activities");
    }

    /// One backtest of a rule is done. The next one, on fewer days, has just begun.
    pub(super) async fn try_rule(&self) {
        let needs: ((Tables, WholeTables), BacktestQueue) = self.give();
        let (both, queue) = &needs;
        let book = rewards::book::read(&self.tables()).await.expect("a book");
        for (id, number, days, at) in [(BACKTESTED, 121, 60, days_ago(1)), (TRYING, 122, 7, now())]
        {
            let order = backtest::Order {
                rule_id: "app-streak".parse().expect("a word"),
                version: 1,
                days,
            };
            let started = backtest::start(&both.0, queue, (id, order), &act(number, at)).await;
            started.expect("a new backtest");
            for job in self.jobs.take().iter().filter(|_| id == BACKTESTED) {
                let job = serde_json::from_str(&job.body).expect("a job");
                let walked = backtest::walk(both, queue, &book, &job, at).await;
                walked.expect("a stretch");
            }
        }
    }
}

/// The terms of the rules that come with the system, by name.
pub(super) fn shipped() -> BTreeMap<String, Terms<String>> {
    let text = include_str!("../../infra/reward-rules.json");
    serde_json::from_str(text).expect("terms of rules")
}

/// Such terms, but worth a fixed amount, and at most so much on a day.
fn worth(
    amount: &str,
    daily_cap: &str,
    expires_after_months: Option<u32>,
    terms: &Terms<String>,
) -> Terms<String> {
    let limit = Limit {
        period: Period::Day,
        zone: Clock::Member,
        max: Quota::Amount(rjv(daily_cap)),
        at_edge: Edge::Refuse,
    };
    Terms {
        amount: Formula::Fixed {
            amount: rjv(amount),
        },
        amount_max: rjv("1000"),
        limits: vec![limit],
        apart: None,
        expires_after_months,
        ..terms.clone()
    }
}

/// Twice as much for trying features, this week.
fn spring_week() -> PromotionTerms {
    let terms = json!({
        "title": "Spring week",
        "kinds": ["feature_explored"],
        "from": days_ago(1),
        "until": days_ago(-6),
        "zone": "Europe/Berlin",
        "effect": {"multiplier": "2"},
    });
    serde_json::from_value(terms).expect("terms of a promotion")
}

fn publish() -> Order {
    Order {
        state: Wanted::Active,
        version: Some(1),
        backtest_id: None,
        reason: Some(text("The first rules")),
    }
}

fn end() -> Order {
    Order {
        state: Wanted::Ended,
        version: None,
        backtest_id: None,
        reason: None,
    }
}
