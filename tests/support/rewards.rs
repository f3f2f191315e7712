//! What activities are worth in the world.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use shared::audit::Act;
use shared::rewards::limit::{Clock, Edge, Limit, Period, Quota};
use shared::rewards::promotion::PromotionTerms;
use shared::rewards::publication::{Order, Wanted};
use shared::rewards::terms::Formula;
use shared::rewards::{Terms, programme, promotions, rules, segments};

use super::world::{MIA, World, days_ago, rjv};
use super::{act, text};

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
}

/// The terms of the rules that come with the system, by name.
fn shipped() -> BTreeMap<String, Terms<String>> {
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
