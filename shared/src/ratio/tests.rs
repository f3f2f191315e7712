//! Tests of ratios and of rounding, against fractions of plain integers.

use proptest::prelude::*;
use serde_json::json;

use super::*;

const MODES: [RoundingMode; 4] = [
    RoundingMode::Down,
    RoundingMode::HalfUp,
    RoundingMode::HalfEven,
    RoundingMode::Up,
];

fn rjv(micros: u64) -> Rjv {
    Rjv::from_micros(micros).unwrap()
}

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

#[test]
fn text_is_a_plain_decimal_without_trailing_zeros() {
    for (text, shown) in [
        ("1", "1"),
        ("1.5", "1.5"),
        ("0001.5000", "1.5"),
        ("0.0001", "0.0001"),
        ("0", "0"),
        ("1000.0000", "1000"),
    ] {
        assert_eq!(ratio(text).to_string(), shown);
    }
}

#[test]
fn anything_else_is_refused() {
    for text in [
        "",
        ".5",
        "5.",
        "-1",
        "+1",
        "1e2",
        " 1",
        "1,5",
        "1.2.3",
        "１",
        "1.00000",
        "1000.0001",
        "1001",
        "99999999999999999999",
    ] {
        assert_eq!(text.parse::<Ratio>(), Err(InvalidRatio), "{text:?}");
    }
    assert!(serde_json::from_value::<Ratio>(json!(1.5)).is_err());
}

#[test]
fn each_mode_takes_its_multiple() {
    for (micros, [down, half_up, half_even, up]) in [
        (0, [0, 0, 0, 0]),
        (4, [0, 0, 0, 10]),
        (5, [0, 10, 0, 10]),
        (6, [0, 10, 10, 10]),
        (10, [10, 10, 10, 10]),
        (15, [10, 20, 20, 20]),
        (25, [20, 30, 20, 30]),
    ] {
        for (mode, expected) in MODES.into_iter().zip([down, half_up, half_even, up]) {
            let rounding = Rounding { to: rjv(10), mode };
            let rounded = rounding.apply(&rjv(micros).into());
            assert_eq!(rounded, Some(rjv(expected)), "{micros} {mode:?}");
        }
    }
}

#[test]
fn what_is_above_every_amount_is_none() {
    let rounding = |to| Rounding {
        to,
        mode: RoundingMode::Up,
    };

    assert_eq!(rounding(rjv(1)).apply(&Rjv::MAX.into()), Some(Rjv::MAX));
    assert_eq!(rounding(rjv(7)).apply(&Rjv::MAX.into()), None);
    assert_eq!(rounding(rjv(1)).apply(&Ratio::MAX.of(Rjv::MAX)), None);
    assert_eq!(rounding(Rjv::MAX).apply(&rjv(1).into()), Some(Rjv::MAX));
}

#[test]
fn rounding_to_nothing_is_refused() {
    let rounding = Rounding {
        to: Rjv::ZERO,
        mode: RoundingMode::Down,
    };

    assert_eq!(rounding.checked().unwrap_err().pointer, "/to");
    assert_eq!(rounding.apply(&rjv(1).into()), None);
}

#[test]
fn the_description_asks_for_a_multiple_above_zero() {
    let schema = schemars::schema_for!(Rounding);

    let pattern = schema.pointer("/properties/to/pattern").unwrap();
    assert_eq!(pattern, Rjv::POSITIVE);
}

/// The multiple that a mode takes of a fraction, counted with plain integers.
fn expected(numerator: u128, denominator: u128, to: u128, mode: RoundingMode) -> u128 {
    let whole = denominator * to;
    let (below, rest) = (numerator / whole, numerator % whole);
    let raised = match mode {
        RoundingMode::Down => false,
        RoundingMode::HalfUp => 2 * rest >= whole,
        RoundingMode::HalfEven => 2 * rest > whole || (2 * rest == whole && below % 2 == 1),
        RoundingMode::Up => rest > 0,
    };
    (below + u128::from(raised)) * to
}

#[test]
fn a_product_is_rounded_once_and_bounded() {
    let product = |texts: &[&str]| Ratio::product(texts.iter().map(|text| ratio(text))).to_string();

    assert_eq!(product(&[]), "1");
    assert_eq!(product(&["1.1", "0.9"]), "0.99");
    assert_eq!(product(&["0.0001", "0.5"]), "0.0001");
    assert_eq!(product(&["0.0001", "0.4999", "1000"]), "0.05");
    assert_eq!(product(&["1000", "1000"]), "1000");
    assert_eq!(
        Exact::from(rjv(2)).in_units_of(&Exact::from(rjv(3))),
        ratio("0.6667")
    );
    assert_eq!(
        Exact::from(rjv(2)).in_units_of(&Exact::from(Rjv::ZERO)),
        Ratio::MAX
    );
}

proptest! {
    #[test]
    fn a_product_is_the_same_in_any_order(units in prop::collection::vec(0..=Ratio::MAX.0, 0..8)) {
        let ratios: Vec<Ratio> = units.into_iter().map(Ratio).collect();
        let reversed = ratios.iter().rev().copied();
        prop_assert_eq!(Ratio::product(ratios.iter().copied()), Ratio::product(reversed));
    }

    #[test]
    fn text_and_ratio_are_one_to_one(units in 0..=Ratio::MAX.0) {
        let ratio = Ratio(units);
        prop_assert_eq!(ratio.to_string().parse(), Ok(ratio));
        prop_assert_eq!(json!(ratio), json!(ratio.to_string()));
    }

    #[test]
    fn what_looks_like_at_least_one_is_so(text in &Ratio::AT_LEAST_ONE[1..Ratio::AT_LEAST_ONE.len() - 1]) {
        prop_assert!(text.parse::<Ratio>().is_ok_and(|ratio| ratio >= Ratio::ONE));
    }

    #[test]
    fn a_share_is_rounded_as_with_plain_integers(
        micros in prop_oneof![0..100_000_u64, 0..=Rjv::MAX.micros()],
        units in prop_oneof![0..=30_000_u32, 0..=Ratio::MAX.0],
        to in prop_oneof![1..=2000_u64, 1..=Rjv::MAX.micros()],
        count in 0..100_u64,
    ) {
        for mode in MODES {
            let rounding = Rounding { to: rjv(to), mode };
            let numerator = u128::from(micros) * u128::from(units);
            let within = |amount: u128| u64::try_from(amount).ok().and_then(Rjv::from_micros);
            let (once, percent) = (Ratio(units).of(rjv(micros)), Ratio(units).percent_of(rjv(micros)));
            prop_assert_eq!(rounding.apply(&once), within(expected(numerator, 10_000, to.into(), mode)));
            prop_assert_eq!(rounding.apply(&percent), within(expected(numerator, 1_000_000, to.into(), mode)));
            let many = once.times(count);
            prop_assert_eq!(
                rounding.apply(&many),
                within(expected(numerator * u128::from(count), 10_000, to.into(), mode))
            );
        }
    }

    #[test]
    fn sums_and_differences_are_exact(a in 0..=Rjv::MAX.micros(), b in 0..=Rjv::MAX.micros(), units in 0..=Ratio::MAX.0) {
        let (a, b) = (Ratio(units).of(rjv(a)), Exact::from(rjv(b)));
        prop_assert_eq!(&a.plus(&b).minus(&b), &a);
        prop_assert!(a <= b || b.minus(&a) == Exact::from(Rjv::ZERO));
    }
}
