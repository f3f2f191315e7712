//! Stacking: what an amount becomes when several promotions apply to it.

use serde::{Deserialize, Serialize};

use super::Effect;
use crate::amount::Rjv;
use crate::invalid::Invalid;
use crate::ratio::{Exact, Ratio, Rounding, RoundingMode};

/// How several promotions work together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stacking {
    /// Which way.
    pub mode: StackingMode,
    /// All of them together never give more than so many times the base amount, and never less than it: at least 1.
    #[schemars(extend("pattern" = Ratio::AT_LEAST_ONE))]
    pub ceiling: Ratio,
}

/// The ways in which promotions work together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StackingMode {
    /// Only the one that gives most.
    Highest,
    /// Multipliers are multiplied, bonuses added after that.
    Multiply,
    /// What each would give on top alone is added.
    Add,
}

impl Stacking {
    /// The stacking, if its ceiling leaves room for the base.
    pub fn checked(self) -> Result<Self, Invalid> {
        if self.ceiling < Ratio::ONE {
            let reason = "promotions never give less than the base: at least 1";
            return Err(Invalid::at("/ceiling", reason));
        }
        Ok(self)
    }

    /// What `base` becomes under promotions with these effects, in whatever order they stand. It is worked out exactly and
    /// rounded once, at the end; where rounding would lift it above the ceiling, the multiple below the ceiling is taken.
    /// It is never less than the base would be, rounded likewise. None if the amount is above [`Rjv::MAX`].
    pub fn apply(
        &self,
        base: impl Into<Exact>,
        effects: &[Effect],
        rounding: Rounding,
    ) -> Option<Rjv> {
        let base = base.into();
        let ceiling = base.times_ratio(self.ceiling.max(Ratio::ONE));
        let total = self.total(&base, effects).min(ceiling.clone());
        let mut amount = rounding.apply(&total)?;
        if Exact::from(amount) > ceiling {
            let mode = RoundingMode::Down;
            amount = Rounding { mode, ..rounding }.apply(&ceiling)?;
        }
        Some(amount.max(rounding.apply(&base)?))
    }

    fn total(self, base: &Exact, effects: &[Effect]) -> Exact {
        match self.mode {
            StackingMode::Highest => {
                let each = effects.iter().map(|effect| effect.on(base));
                each.max().unwrap_or_else(|| base.clone())
            }
            StackingMode::Multiply => {
                let (multipliers, bonuses): (Vec<Effect>, Vec<Effect>) = effects
                    .iter()
                    .partition(|effect| matches!(effect, Effect::Multiplier(_)));
                let in_order = multipliers.iter().chain(&bonuses);
                in_order.fold(base.clone(), |total, effect| effect.on(&total))
            }
            StackingMode::Add => effects.iter().fold(base.clone(), |total, effect| {
                total.plus(&effect.on(base).minus(base))
            }),
        }
    }
}

impl Effect {
    /// What an amount becomes by this effect alone.
    fn on(self, amount: &Exact) -> Exact {
        match self {
            Self::Multiplier(ratio) => amount.times_ratio(ratio.max(Ratio::ONE)),
            Self::Bonus(bonus) => amount.plus(&bonus.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const MODES: [StackingMode; 3] = [
        StackingMode::Highest,
        StackingMode::Multiply,
        StackingMode::Add,
    ];

    fn rjv(text: &str) -> Rjv {
        text.parse().unwrap()
    }

    fn ratio(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    fn times(text: &str) -> Effect {
        Effect::Multiplier(ratio(text))
    }

    fn bonus(text: &str) -> Effect {
        Effect::Bonus(rjv(text))
    }

    fn stacking(mode: StackingMode, ceiling: &str) -> Stacking {
        let ceiling = ratio(ceiling);
        Stacking { mode, ceiling }
    }

    fn rounding(to: &str, mode: RoundingMode) -> Rounding {
        Rounding { to: rjv(to), mode }
    }

    #[test]
    fn each_mode_stacks_in_its_way() {
        let effects = [bonus("3"), times("1.5"), times("2"), bonus("1")];
        let to_micros = rounding("0.000001", RoundingMode::Down);

        for (mode, expected) in MODES.into_iter().zip(["20", "34", "29"]) {
            let amount = stacking(mode, "1000").apply(rjv("10"), &effects, to_micros);
            assert_eq!(amount, Some(rjv(expected)), "{mode:?}");
            let alone = stacking(mode, "1000").apply(rjv("10"), &[], to_micros);
            assert_eq!(alone, Some(rjv("10")), "{mode:?}");
        }
    }

    #[test]
    fn all_together_stay_below_the_ceiling() {
        let effects = [times("2"), times("2"), bonus("100")];

        for mode in MODES {
            let amount = stacking(mode, "2.5").apply(
                rjv("10"),
                &effects,
                rounding("0.01", RoundingMode::Up),
            );
            assert_eq!(amount, Some(rjv("25")), "{mode:?}");
        }
        let up = rounding("10", RoundingMode::Up);
        let whole = |base| stacking(StackingMode::Add, "1.5").apply(rjv(base), &effects, up);
        assert_eq!(whole("30"), Some(rjv("40")), "not 50, which is above 45");
        assert_eq!(whole("1"), Some(rjv("10")), "as the base alone");
    }

    #[test]
    fn it_is_rounded_once() {
        // A third promotion of 1.1 lifts 3.63 to 3.993; rounded in between it would be 4 or more.
        let effects = [times("1.1"), times("1.1"), times("1.1")];
        let half_up = rounding("1", RoundingMode::HalfUp);

        let amount = stacking(StackingMode::Multiply, "1000").apply(rjv("3.3"), &effects, half_up);
        assert_eq!(amount, Some(rjv("4")));
        let base = ratio("2.5").percent_of(rjv("0.00001"));
        let amount = stacking(StackingMode::Multiply, "1000").apply(
            base,
            &[times("4")],
            rounding("0.000001", RoundingMode::Down),
        );
        assert_eq!(amount, Some(rjv("0.000001")));
    }

    #[test]
    fn many_fine_factors_are_exact() {
        let effects = [times("1.0001"); 60];
        let to_micros = rounding("0.000001", RoundingMode::Down);

        let amount = stacking(StackingMode::Multiply, "1000").apply(
            Rjv::whole(1_000_000),
            &effects,
            to_micros,
        );
        // 1.0001^60, of which no float of 64 bits has all these digits.
        assert_eq!(amount, Some(rjv("1006017.734268")));
    }

    #[test]
    fn a_ceiling_below_the_base_is_refused() {
        let stacking = stacking(StackingMode::Add, "0.9999");

        assert_eq!(stacking.checked().unwrap_err().pointer, "/ceiling");
        let amount = stacking.apply(rjv("1"), &[times("2")], rounding("0.1", RoundingMode::Down));
        assert_eq!(amount, Some(rjv("1")));
        let schema = schemars::schema_for!(Stacking);
        assert_eq!(
            schema.pointer("/properties/ceiling/pattern"),
            Some(&json!(Ratio::AT_LEAST_ONE))
        );
    }

    fn effects() -> impl Strategy<Value = Vec<Effect>> {
        let effect = prop_oneof![
            (10_000..=40_000_u32).prop_map(|units| times(&format!(
                "{}.{:04}",
                units / 10_000,
                units % 10_000
            ))),
            (1..=20_000_000_u64)
                .prop_map(|micros| Effect::Bonus(Rjv::from_micros(micros).unwrap())),
        ];
        prop::collection::vec(effect, 0..6)
    }

    fn roundings() -> impl Strategy<Value = Rounding> {
        let modes = prop::sample::select(vec![
            RoundingMode::Down,
            RoundingMode::HalfUp,
            RoundingMode::HalfEven,
            RoundingMode::Up,
        ]);
        let to = prop_oneof![Just(1_u64), Just(10_000), Just(250_000), 1..=3_000_000_u64];
        (to, modes).prop_map(|(to, mode)| Rounding {
            to: Rjv::from_micros(to).unwrap(),
            mode,
        })
    }

    fn stackings() -> impl Strategy<Value = Stacking> {
        let ceiling = (10_000..=60_000_u32)
            .prop_map(|units| ratio(&format!("{}.{:04}", units / 10_000, units % 10_000)));
        (prop::sample::select(MODES.to_vec()), ceiling)
            .prop_map(|(mode, ceiling)| Stacking { mode, ceiling })
    }

    proptest! {
        #[test]
        fn the_order_of_promotions_is_irrelevant(
            stacking in stackings(),
            (effects, shuffled) in effects().prop_flat_map(|effects| (Just(effects.clone()), Just(effects).prop_shuffle())),
            micros in 0..=50_000_000_u64,
            rounding in roundings(),
        ) {
            let base = Rjv::from_micros(micros).unwrap();
            prop_assert_eq!(stacking.apply(base, &effects, rounding), stacking.apply(base, &shuffled, rounding));
        }

        #[test]
        fn the_ceiling_and_the_base_hold(
            stacking in stackings(),
            effects in effects(),
            micros in 0..=50_000_000_u64,
            rounding in roundings(),
        ) {
            let base = Rjv::from_micros(micros).unwrap();
            let amount = stacking.apply(base, &effects, rounding).unwrap();
            let alone = rounding.apply(&base.into()).unwrap();
            prop_assert!(amount >= alone);
            prop_assert!(Exact::from(amount) <= stacking.ceiling.of(base) || amount == alone);
            prop_assert_eq!(amount.micros() % rounding.to.micros(), 0);
        }

        #[test]
        fn more_base_and_more_promotions_never_give_less(
            stacking in stackings(),
            effects in effects(),
            more in effects(),
            micros in 0..=50_000_000_u64,
            on_top in 0..=1_000_000_u64,
            rounding in roundings(),
        ) {
            let [base, larger] = [micros, micros + on_top].map(|micros| Rjv::from_micros(micros).unwrap());
            let amount = stacking.apply(base, &effects, rounding);
            prop_assert!(amount <= stacking.apply(larger, &effects, rounding));
            let all: Vec<Effect> = effects.iter().chain(&more).copied().collect();
            prop_assert!(amount <= stacking.apply(base, &all, rounding));
        }

        #[test]
        fn any_input_has_an_answer(stacking in stackings(), effects in effects(), micros in 0..=Rjv::MAX.micros(), to in 0..=Rjv::MAX.micros()) {
            let rounding = Rounding { to: Rjv::from_micros(to).unwrap(), mode: RoundingMode::Up };
            let base = Rjv::from_micros(micros).unwrap();
            let amount = stacking.apply(base, &effects, rounding);
            prop_assert!(amount.is_none_or(|amount| amount >= base));
        }
    }
}
