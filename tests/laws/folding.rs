//! Folding: the totals count each entry once, however it comes.

use std::sync::Arc;

use proptest::prelude::*;
use shared::insights::{self, Totals};
use shared::ledger::{self, Entry, Filter};
use shared::table::Tables;

use super::clients::{over, run};
use simulation::member;

use super::world::World;

/// All entries of a world, member by member.
pub async fn entries(world: &World, members: u128) -> Vec<Entry> {
    let mut all = Vec::new();
    for number in 0..members {
        let tables = Tables::new(Arc::clone(&world.memory));
        let page = ledger::history(&tables, member(number), Filter::default(), None, 100);
        all.extend(page.await.unwrap().0.into_iter().rev());
    }
    all
}

/// What the fold must come to.
pub fn totals_of(entries: &[Entry]) -> Totals {
    let mut totals = Totals::default();
    for entry in entries {
        totals.add(entry).unwrap();
    }
    totals
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn entries_are_folded_once_however_they_come(
        seed: u64,
        faults in 0_u64..40,
        batches in prop::collection::vec((any::<prop::sample::Index>(), 1_usize..9), 1..12),
    ) {
        run(async {
            let world = over(seed, faults);
            for number in 0..3 {
                world.earn(member(number), 0..4).await;
            }
            let all = entries(&world, 3).await;
            // Cut anywhere, in any order, some twice, some never; at last each member's newest arrives.
            for (place, size) in &batches {
                let from = place.index(all.len());
                let batch = &all[from..all.len().min(from + size)];
                let _ = insights::fold(&world.tables, batch).await;
            }
            let newest: Vec<Entry> = all.iter().filter(|entry| entry.seq == 4).cloned().collect();
            while insights::fold(&world.tables, &newest).await.is_err() {}

            let quiet = Tables::new(Arc::clone(&world.memory));
            let folded = insights::trial_balance(&quiet).await.unwrap().totals;
            assert_eq!(folded, totals_of(&all));
        });
    }

    #[test]
    fn folds_that_race_count_nothing_twice(seed: u64) {
        run(async {
            let world = over(seed, 10);
            for number in 0..3 {
                world.earn(member(number), 0..4).await;
            }
            let all = Arc::new(entries(&world, 3).await);
            let mut racers = tokio::task::JoinSet::new();
            for racer in 0..4 {
                let (world, all) = (Arc::clone(&world), Arc::clone(&all));
                racers.spawn_local(async move {
                    let mut mine = all.to_vec();
                    mine.rotate_left(racer * 3);
                    for batch in mine.chunks(1 + racer) {
                        while insights::fold(&world.tables, batch).await.is_err() {}
                    }
                });
            }
            racers.join_all().await;

            let quiet = Tables::new(Arc::clone(&world.memory));
            let folded = insights::trial_balance(&quiet).await.unwrap().totals;
            assert_eq!(folded, totals_of(&all));
        });
    }
}
