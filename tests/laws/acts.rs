//! The record of what administrators did is complete: it tells the whole life of a thing, whoever raced and whatever got lost.

use std::sync::Arc;

use proptest::prelude::*;
use shared::amount::Rjv;
use shared::audit::{self, Record};
use shared::error::{Error, Rejection};
use shared::ledger::Category;
use shared::rewards::{self, Rule};
use tokio::task::JoinSet;

use super::adjustments::act;
use super::clients::{insist, over, run};
use simulation::start;

use super::world::World;

const KIND: &str = "steps_counted";

fn rule(amount: u32) -> Rule {
    Rule {
        kind: KIND.parse().unwrap(),
        category: Category::Engagement,
        amount: Rjv::whole(amount),
        daily_cap: Rjv::whole(1000),
        expires_after_months: None,
        version: 0,
    }
}

/// The records of the rule, the oldest first, over a good line.
async fn records(world: &World) -> Vec<Record> {
    let tables = shared::table::Tables::new(Arc::clone(&world.memory));
    let month = start().month();
    let (mut records, next) = audit::records(&tables, month, None, 100).await.unwrap();
    assert_eq!(next, None);
    records.retain(|record| record.subject == KIND);
    records.sort_by_key(|record| record.after["version"].as_u64());
    records
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_version_of_a_rule_has_one_record_that_goes_on_from_the_last(seed: u64, faults in 0_u64..40) {
        run(async {
            let world = over(seed, faults);
            let mut racers = JoinSet::new();
            for racer in 0..6_u32 {
                let world = Arc::clone(&world);
                racers.spawn_local(async move {
                    // Two of the six set what another one sets too.
                    let rule = rule(1 + racer % 4);
                    let set: Result<Rule, Rejection> =
                        insist!(rewards::set_rule(&world.tables, rule.clone(), &act(racer.into())).await);
                    set.unwrap()
                });
            }
            racers.join_all().await;

            let there = rewards::rules(&world.tables).await;
            let records = records(&world).await;
            let mut before = serde_json::Value::Null;
            for (record, version) in records.iter().zip(1_u64..) {
                assert_eq!(record.before, before);
                assert_eq!(record.after["version"], version);
                before = record.after.clone();
            }
            if let Ok(there) = there {
                let there = &there[&KIND.parse().unwrap()];
                assert_eq!(before, serde_json::to_value(there).unwrap());
            }
        });
    }
}
