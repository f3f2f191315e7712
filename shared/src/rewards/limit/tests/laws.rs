//! Laws of limits, held against a plain list of what was awarded.

use proptest::prelude::*;

use super::super::counter::BUCKETS_MAX;
use super::super::*;
use super::with_clocks;

/// An activity: when, in milliseconds after some instant, and what it is worth.
type Asked = (i64, Rjv);

/// What was awarded, and what the tally became by it.
#[derive(Default)]
struct Played {
    tally: Tally,
    awards: Vec<Asked>,
}

const START_MILLIS: i64 = 1_795_000_000_000;
const DAY_MILLIS: i64 = 86_400_000;

fn amounts() -> impl Strategy<Value = Rjv> {
    prop_oneof![
        9 => 1..=5_000_000_u64,
        1 => 0..=Rjv::MAX.micros(),
    ]
    .prop_map(|micros| Rjv::from_micros(micros).unwrap())
}

fn limits() -> impl Strategy<Value = Limit> {
    let period = prop_oneof![
        Just(Period::Day),
        Just(Period::Week),
        Just(Period::Month),
        Just(Period::Lifetime),
        rolling(),
    ];
    (period, quotas()).prop_map(|(period, (max, at_edge))| Limit {
        period,
        zone: Clock::Member,
        max,
        at_edge,
    })
}

fn rolling() -> impl Strategy<Value = Period> {
    prop_oneof![Just(1_u32), Just(60), 1..=100_000_u32].prop_map(Period::RollingMinutes)
}

fn quotas() -> impl Strategy<Value = (Quota, Edge)> {
    prop_oneof![
        prop_oneof![1..=5_u32, 30..=60_u32].prop_map(|count| (Quota::Count(count), Edge::Refuse)),
        (1..=50_000_000_u64, any::<bool>()).prop_map(|(micros, clips)| {
            let edge = if clips { Edge::Clip } else { Edge::Refuse };
            (Quota::Amount(Rjv::from_micros(micros).unwrap()), edge)
        }),
    ]
}

/// Activities within a minute, an hour, some days or some months, in any order, several at one instant.
fn asked(count_max: usize) -> impl Strategy<Value = Vec<Asked>> {
    let reach = prop_oneof![
        Just(90_000_i64),
        Just(3 * 3_600_000),
        Just(10 * DAY_MILLIS),
        Just(150 * DAY_MILLIS)
    ];
    reach.prop_flat_map(move |reach| {
        let instants =
            prop_oneof![4 => 0..=reach, 1 => (0..=reach).prop_map(|at| at - at % 60_000)];
        prop::collection::vec((instants, amounts()), 1..=count_max)
    })
}

fn at(millis: i64) -> Timestamp {
    instant(START_MILLIS + millis)
}

/// Awards what all limits leave of each activity, one after another.
fn play(limits: &[Limit], asked: &[Asked], mut look: impl FnMut(&Played, &Asked, Rjv)) -> Played {
    with_clocks(|clocks| {
        let mut played = Played::default();
        for asked in asked {
            let (millis, amount) = *asked;
            let given = limits.iter().fold(amount, |amount, limit| {
                limit.allow(&limit.state(&played.tally, at(millis), clocks), amount)
            });
            look(&played, asked, given);
            if !given.is_zero() {
                played.tally = played.tally.with(limits, at(millis), clocks, given);
                played.awards.push((millis, given));
            }
        }
        played
    })
}

/// The same stretch of time, exactly: of all windows that `millis` is in, those that can be fullest.
fn windows(limit: &Limit, awards: &[Asked], millis: i64) -> Vec<Vec<Asked>> {
    let within = |test: &dyn Fn(i64) -> bool| -> Vec<Asked> {
        let awards = awards.iter().copied();
        awards.filter(|(other, _)| test(*other)).collect()
    };
    match (limit.period.window(), limit.period) {
        (Some(window), _) => {
            let first = |millis| window.first_day(&Zone::utc(), at(millis));
            vec![within(&|other| first(other) == first(millis))]
        }
        (None, Period::RollingMinutes(minutes)) => {
            let length = i64::from(minutes) * MILLIS_PER_MINUTE;
            let starts = awards
                .iter()
                .map(|(start, _)| *start)
                .chain([millis, millis - length + 1]);
            let around = starts.filter(|start| (*start..*start + length).contains(&millis));
            around
                .map(|start| within(&|other| (start..start + length).contains(&other)))
                .collect()
        }
        (None, _) => vec![awards.to_vec()],
    }
}

fn exceeds(limit: &Limit, awards: &[Asked]) -> bool {
    match limit.max {
        Quota::Count(max) => awards.len() > usize::try_from(max).unwrap(),
        Quota::Amount(max) => {
            Rjv::checked_sum(awards.iter().map(|(_, amount)| *amount)).is_none_or(|sum| sum > max)
        }
    }
}

/// Whether an award of this amount would be too much in some window.
fn would_exceed(limit: &Limit, awards: &[Asked], asked: Asked) -> bool {
    let mut awards = awards.to_vec();
    awards.push(asked);
    let mut windows = windows(limit, &awards, asked.0).into_iter();
    windows.any(|window| exceeds(limit, &window))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn no_window_of_any_limit_is_ever_exceeded(
        limits in prop::collection::vec(limits(), 1..=3),
        asked in asked(150),
    ) {
        let played = play(&limits, &asked, |_, _, _| {});
        for limit in &limits {
            for (millis, _) in &played.awards {
                for window in windows(limit, &played.awards, *millis) {
                    prop_assert!(!exceeds(limit, &window), "{:?} has {:?}", limit, window);
                }
            }
        }
    }

    #[test]
    fn no_crowded_stretch_is_ever_exceeded(
        period in rolling(),
        count in 20..=200_u32,
        asked in asked(400),
    ) {
        let limit = Limit { period, zone: Clock::Member, max: Quota::Count(count), at_edge: Edge::Refuse };
        let played = play(&[limit], &asked, |_, _, _| {});
        for (millis, _) in &played.awards {
            for window in windows(&limit, &played.awards, *millis) {
                prop_assert!(!exceeds(&limit, &window));
            }
        }
    }

    #[test]
    fn what_is_refused_would_have_been_too_much(limit in limits(), asked in asked(150)) {
        let mut unjustified = None;
        play(&[limit], &asked, |played, asked, given| {
            // More awards than buckets are counted in steps, or are so long ago that nothing is known.
            let is_exact = played.awards.len() <= BUCKETS_MAX
                || (limit.period.window().is_some() && !is_unknown(&limit, &played.tally, asked.0))
                || limit.period == Period::Lifetime;
            let is_less = given < asked.1;
            if is_exact && is_less != would_exceed(&limit, &played.awards, *asked) {
                unjustified = Some((*asked, given));
            }
        });
        prop_assert_eq!(unjustified, None);
    }

    #[test]
    fn what_is_clipped_fills_the_limit(limit in limits(), asked in asked(60)) {
        play(&[limit], &asked, |played, (millis, amount), given| {
            if !given.is_zero() && given < *amount {
                let tally = with_clocks(|clocks| {
                    played.tally.with(&[limit], at(*millis), clocks, given)
                });
                let state = with_clocks(|clocks| limit.state(&tally, at(*millis), clocks));
                assert!(!state.left.is_some());
            }
        });
    }

    #[test]
    fn an_award_shows_in_the_state(limit in limits(), asked in asked(100)) {
        play(&[limit], &asked, |played, (millis, _), given| {
            let state = |tally: &Tally| with_clocks(|clocks| limit.state(tally, at(*millis), clocks));
            let after = with_clocks(|clocks| {
                played.tally.with(&[limit], at(*millis), clocks, given)
            });
            let (before, after) = (state(&played.tally), state(&after));
            if !given.is_zero() && after.left != Left::Unknown {
                let is_more = after.amount > before.amount || after.amount == Rjv::MAX;
                assert!(after.count > before.count && is_more);
            }
        });
    }

    #[test]
    fn room_comes_when_it_is_said_to_come(
        period in rolling(),
        (max, at_edge) in quotas(),
        asked in asked(100),
    ) {
        let limit = Limit { period, zone: Clock::Member, max, at_edge };
        play(&[limit], &asked, |played, (millis, _), _| {
            let state = |at| with_clocks(|clocks| limit.state(&played.tally, at, clocks));
            let now = state(at(*millis));
            let room = now.resets_at.unwrap();
            assert_eq!(now.left.is_some(), room == at(*millis));
            assert!(state(room).left.is_some());
            if room > at(*millis) {
                assert!(!state(room.plus(TimeDelta::milliseconds(-1))).left.is_some());
            }
        });
    }

    #[test]
    fn a_tally_is_read_as_it_was_written(
        limits in prop::collection::vec(limits(), 1..=3),
        asked in asked(150),
    ) {
        let played = play(&limits, &asked, |_, _, _| {});
        let text = serde_json::to_string(&played.tally).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Tally>(&text).unwrap(), &played.tally);
        prop_assert!(text.len() < 1100 * limits.len());
    }

    #[test]
    fn any_counter_that_can_be_read_can_be_used(
        text in "(-?[0-9]{1,16};)?[0-9]{1,16}(~[0-9]{1,16})?:[0-9]{1,10}:[0-9]{1,13}(,[+][0-9]{1,16}:[1-9]:[0-9]){0,3}",
        limit in limits(),
        millis in -START_MILLIS..=250_000_000_000_000_i64,
        amount in amounts(),
    ) {
        if let Ok(counter) = text.parse::<Counter>() {
            let tally = Tally(BTreeMap::from([(limit.key(), counter)]));
            with_clocks(|clocks| {
                let limits = &[limit];
                let state = limit.state(&tally, at(millis), clocks);
                assert!(limit.allow(&state, amount) <= amount);
                let after = tally.with(limits, at(millis), clocks, amount);
                limit.state(&after, at(millis), clocks);
                let text = serde_json::to_string(&after).unwrap();
                assert!(serde_json::from_str::<Tally>(&text).is_ok());
            });
        }
    }

    #[test]
    fn sums_stay_at_the_largest_amount(limit in limits(), millis in 0..=DAY_MILLIS) {
        with_clocks(|clocks| {
            let limits = &[limit];
            let once = Tally::default().with(limits, at(millis), clocks, Rjv::MAX);
            let twice = once.with(limits, at(millis), clocks, Rjv::MAX);
            assert_eq!(limit.state(&twice, at(millis), clocks).amount, Rjv::MAX);
        });
    }
}

fn is_unknown(limit: &Limit, tally: &Tally, millis: i64) -> bool {
    with_clocks(|clocks| limit.state(tally, at(millis), clocks).left == Left::Unknown)
}
