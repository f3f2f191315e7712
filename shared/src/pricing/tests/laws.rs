//! Laws that hold for all prices.

use super::*;

/// What the steps lead to.
fn climbed(priced: &Priced) -> Option<Rjv> {
    let mut price = priced.base;
    for factor in &priced.factors {
        price = match factor.effect {
            Change::Up(amount) => price.checked_add(amount)?,
            Change::Down(amount) => price.checked_sub(amount)?,
        };
        if price != factor.unit_price || !price.micros().is_multiple_of(10_000) {
            return None;
        }
    }
    Some(price)
}

proptest! {
    #[test]
    fn nothing_costs_less_than_the_floor_or_more_than_the_ceiling(
        price in prices(),
        rules in rates(),
        promotions in promotions(),
        quantity in 1..=Quantity::MAX,
    ) {
        let priced = priced(&price, &rules, &promotions, quantity, NOON);
        let bounds = price.terms.floor..=price.terms.ceiling;
        prop_assert!(bounds.contains(&priced.unit_price));
        prop_assert!(bounds.contains(&priced.low_30d));
        prop_assert!(priced.before.is_none_or(|before| bounds.contains(&before)));
        prop_assert!(priced.total >= price.terms.floor.checked_mul(quantity).unwrap());
        prop_assert!(priced.total <= price.terms.ceiling.checked_mul(quantity).unwrap());
        prop_assert_eq!(priced.total.micros() % 10_000, 0);
    }

    #[test]
    fn the_steps_add_up_exactly(
        price in prices(),
        rules in rates(),
        promotions in promotions(),
        quantity in 1..=Quantity::MAX,
    ) {
        let priced = priced(&price, &rules, &promotions, quantity, NOON);
        prop_assert_eq!(climbed(&priced), Some(priced.unit_price), "{:?}", priced);
    }

    #[test]
    fn more_codes_never_cost_less_together_nor_more_each(
        price in prices(),
        rules in rates(),
        promotions in promotions(),
    ) {
        let totals = (1..=Quantity::MAX).map(|quantity| priced(&price, &rules, &promotions, quantity, NOON));
        let totals: Vec<Priced> = totals.collect();
        for pair in totals.windows(2) {
            prop_assert!(pair[0].total <= pair[1].total);
            prop_assert!(pair[0].unit_price >= pair[1].unit_price || pair[0].total == pair[1].total
                || pair[1].total <= pair[0].unit_price.checked_mul(pair[1].quantity.get()).unwrap());
        }
    }

    #[test]
    fn a_nudge_saves_what_it_says(
        price in prices(),
        promotions in promotions(),
        quantity in 1..=Quantity::MAX,
    ) {
        let now = priced(&price, &[], &promotions, quantity, NOON);
        if let Some(nudge) = &now.nudge {
            let then = priced(&price, &[], &promotions, nudge.quantity.get(), NOON);
            prop_assert_eq!(nudge.quantity.get(), quantity + nudge.more);
            let alike = u128::from(now.total.micros()) * u128::from(nudge.quantity.get()) / u128::from(quantity);
            let saved = alike - u128::from(then.total.micros());
            prop_assert_eq!(u128::from(nudge.saves.micros()), saved / 10_000 * 10_000);
        }
    }

    #[test]
    fn the_order_of_rules_and_promotions_is_irrelevant(
        price in prices(),
        (rules, shuffled_rules) in rates().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        (promotions, shuffled) in promotions().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        quantity in 1..=Quantity::MAX,
    ) {
        let priced = |rules: &[_], promotions: &[_]| super::priced(&price, rules, promotions, quantity, NOON);
        prop_assert_eq!(priced(&rules, &promotions), priced(&shuffled_rules, &shuffled));
    }

    /// Among promotions that apply together, priorities and names change nothing but the order in which they are shown.
    #[test]
    fn which_stacked_promotion_comes_first_is_irrelevant(
        price in prices(),
        promotions in promotions(),
        priorities in Just((0..6).collect::<Vec<i32>>()).prop_shuffle(),
        quantity in 1..=Quantity::MAX,
    ) {
        let stacked = promotions.into_iter().filter(|promotion| promotion.promotion.stacking == Stacking::WithOthers);
        let before: Vec<PublishedPromotion> = stacked.collect();
        let after = before.iter().zip(priorities).map(|(promotion, priority)| {
            let mut promotion = promotion.clone();
            promotion.promotion.priority = priority;
            promotion
        });
        let after: Vec<PublishedPromotion> = after.collect();
        let [before, after] = [before, after].map(|all| priced(&price, &[], &all, quantity, NOON));
        prop_assert_eq!((before.unit_price, before.total, before.before), (after.unit_price, after.total, after.before));
        let names = |priced: &Priced| -> std::collections::BTreeSet<Word> {
            priced.promotions.iter().map(|promotion| promotion.id.clone()).collect()
        };
        prop_assert_eq!(names(&before), names(&after));
    }

    #[test]
    fn a_promotion_never_makes_codes_dearer(
        price in prices(),
        rules in rates(),
        promotions in promotions(),
        quantity in 1..=Quantity::MAX,
    ) {
        let with = priced(&price, &rules, &promotions, quantity, NOON);
        let without = priced(&price, &rules, &[], quantity, NOON);
        prop_assert!(with.total <= without.total);
        let one = priced(&price, &rules, &promotions, 1, NOON);
        let alone = priced(&price, &rules, &[], 1, NOON);
        let cheaper = one.unit_price < alone.unit_price;
        prop_assert_eq!(with.before, cheaper.then_some(alone.unit_price));
    }

    #[test]
    fn what_is_paid_for_each_code_adds_up(micros in 0..=Rjv::MAX.micros(), quantity in 1..=Quantity::MAX) {
        let total = Rjv::from_micros(micros).unwrap();
        let shares: Vec<Rjv> = (0..quantity).map(|index| paid(total, count(quantity), index)).collect();
        prop_assert_eq!(Rjv::checked_sum(shares.iter().copied()), Some(total));
        prop_assert!(shares.is_sorted_by(|a, b| a >= b));
        prop_assert!(shares[0].micros() - shares[shares.len() - 1].micros() <= 1);
        prop_assert!(paid(total, count(quantity), quantity).is_zero());
    }

    #[test]
    fn volume_tiers_that_are_accepted_never_make_more_cost_less(
        from in 2..=Quantity::MAX,
        units in 1..1_000_000_u32,
        price in 100..=100_000_u64,
    ) {
        let tier = Tier { from, percent_off: Ratio::from_units(units) };
        let bulk = Bulk { mode: BulkMode::Volume, tiers: vec![tier] };
        let exact = |count: u32, units: u32| u64::from(count) * price * u64::from(1_000_000 - units);
        let falls = exact(from, units) < exact(from - 1, 0);
        prop_assert_eq!(bulk.check().is_err(), falls);
    }
}
