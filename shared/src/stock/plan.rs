//! From which shards to take what one of them does not have. Plain numbers in, plain numbers out.

/// Into how many shards the stock of a product is cut.
pub const SHARDS: u8 = 8;

/// What is left in each shard.
pub type Left = [u32; SHARDS as usize];

/// So many from (or for) a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taking {
    /// Which shard, from 0.
    pub shard: u8,
    /// How many.
    pub count: u32,
}

/// What is left in all shards together.
pub fn total(left: &Left) -> u64 {
    left.iter().map(|count| u64::from(*count)).sum()
}

/// How to take `wanted`: from as few shards as can be, the first that has them all at or behind `start`, else from the fullest on.
/// None if all shards together have less.
pub fn plan(left: &Left, wanted: u32, start: u8) -> Option<Vec<Taking>> {
    let mut shards: Vec<Taking> = (0..SHARDS)
        .map(|step| start.wrapping_add(step) % SHARDS)
        .filter_map(|shard| {
            let count = *left.get(usize::from(shard))?;
            Some(Taking { shard, count })
        })
        .collect();
    if let Some(enough) = shards.iter().find(|taking| taking.count >= wanted) {
        let shard = enough.shard;
        return Some(if wanted == 0 {
            Vec::new()
        } else {
            vec![Taking {
                shard,
                count: wanted,
            }]
        });
    }
    // The sort keeps the order of shards that have the same, so that buyers who begin elsewhere end elsewhere.
    shards.sort_by_key(|taking| std::cmp::Reverse(taking.count));
    let mut missing = wanted;
    let mut takings = Vec::new();
    for Taking { shard, count } in shards {
        let count = count.min(missing);
        missing -= count;
        if count > 0 {
            takings.push(Taking { shard, count });
        }
    }
    (missing == 0).then_some(takings)
}

/// `count` dealt out over all shards, as evenly as can be.
pub fn spread(count: u32) -> Left {
    let shards = u32::from(SHARDS);
    let mut left = Left::default();
    for (shard, share) in (0..shards).zip(&mut left) {
        *share = count / shards + u32::from(shard < count % shards);
    }
    left
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_shard_that_has_enough_is_taken_alone() {
        let left = [1, 5, 0, 9, 9, 9, 9, 9];

        let taken = |wanted, start| plan(&left, wanted, start).unwrap();
        assert_eq!(taken(3, 0), vec![Taking { shard: 1, count: 3 }]);
        assert_eq!(taken(3, 7), vec![Taking { shard: 7, count: 3 }]);
        assert_eq!(taken(0, 2), vec![]);
        assert_eq!(plan(&[0, 1, 0, 0, 0, 0, 0, 0], 2, 0), None);
    }

    proptest! {
        #[test]
        fn a_plan_takes_exactly_what_is_wanted_and_there(
            left in prop::array::uniform8(0_u32..30),
            wanted in 0_u32..200,
            start in any::<u8>(),
        ) {
            match plan(&left, wanted, start) {
                None => prop_assert!(u64::from(wanted) > total(&left)),
                Some(takings) => {
                    prop_assert_eq!(takings.iter().map(|taking| taking.count).sum::<u32>(), wanted);
                    let mut after = left;
                    for Taking { shard, count } in takings {
                        prop_assert!(count > 0);
                        let shard = &mut after[usize::from(shard)];
                        prop_assert!(*shard >= count);
                        *shard -= count;
                    }
                    prop_assert_eq!(total(&after) + u64::from(wanted), total(&left));
                }
            }
        }

        #[test]
        fn a_stock_is_spread_evenly_and_whole(count in any::<u32>()) {
            let left = spread(count);
            prop_assert_eq!(total(&left), u64::from(count));
            prop_assert!(left.iter().max().unwrap() - left.iter().min().unwrap() <= 1);
        }
    }
}
