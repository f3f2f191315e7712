//! The record of what administrators did is complete: it tells the whole life of a thing, whoever raced and whatever got lost.

use std::sync::Arc;

use proptest::prelude::*;
use shared::audit::{self, Record};
use shared::error::{Error, Rejection};
use shared::rewards::Terms;
use shared::rewards::rules::{self, RuleVersion};
use tokio::task::JoinSet;

use super::adjustments::act;
use super::clients::{insist, over, run};

use simulation::{start, varied, word};

use super::world::World;

const RULE: &str = "proof-rule";

/// What the rule says, worth so much.
fn terms(amount: u32) -> Terms<String> {
    varied("app-opening", amount, 40)
}

/// The records of the rule, the oldest first, over a good line.
async fn records(world: &World) -> Vec<Record> {
    let tables = shared::table::Tables::new(Arc::clone(&world.memory));
    let month = start().month();
    let (mut records, next) = audit::records(&tables, month, None, 100).await.unwrap();
    assert_eq!(next, None);
    records.retain(|record| record.subject == RULE);
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
                    let (rule, terms) = (word(RULE), terms(10 + racer % 4));
                    let set: Result<RuleVersion, Rejection> =
                        insist!(rules::set(&world.tables, &rule, terms.clone(), &act(racer.into())).await);
                    set.unwrap()
                });
            }
            racers.join_all().await;

            let there = rules::find(&world.tables, &word(RULE)).await;
            let records = records(&world).await;
            let mut before = serde_json::Value::Null;
            for (record, version) in records.iter().zip(1_u64..) {
                assert_eq!(record.before, before);
                assert_eq!(record.after["version"], version);
                before = record.after.clone();
            }
            if let Ok(there) = there {
                assert_eq!(before["version"], there.latest_version);
            }
        });
    }
}
