//! What is said of every outcome.

use uuid::Uuid;

use super::*;
use crate::id::{ActivityId, EntryId, MemberId};
use crate::ratio::{Rounding, RoundingMode};
use crate::rewards::expression::NoValue;
use crate::rewards::streak::Milestone;
use crate::rewards::{Activity, Fields, ReportSource};

fn now() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().unwrap()
}

fn record(kind: ActivityKind, outcome: Outcome, trace: Trace) -> Record {
    let member_id = MemberId::new(Uuid::from_u128(1));
    Record {
        activity: Activity {
            activity_id: ActivityId::new(Uuid::from_u128(2)),
            member_id,
            source: ReportSource::App,
            event_id: "event-1".to_owned().try_into().unwrap(),
            kind,
            fields: Fields::from([("minutes".to_owned(), FieldValue::Integer(4))]),
            evidence: None,
            occurred_at: None,
            reported_at: now(),
        },
        outcome,
        trace,
        decided_at: now(),
    }
}

fn rjv(amount: &str) -> Rjv {
    amount.parse().unwrap()
}

fn earned(amount: &str, trace: Trace) -> String {
    let outcome = Outcome::Awarded {
        entry_id: EntryId {
            member: MemberId::new(Uuid::from_u128(1)),
            seq: 1,
        },
        amount: rjv(amount),
    };
    sentence(
        &record(ActivityKind::AppOpened, outcome, trace),
        None,
        now(),
    )
}

fn trace(base: &str) -> Trace {
    Trace {
        base: Some(rjv(base)),
        ..Trace::default()
    }
}

fn milestone(days: u32, bonus: &str) -> Milestone {
    Milestone {
        days,
        bonus: rjv(bonus),
    }
}

#[test]
fn what_was_earned_is_said_with_what_it_is_made_of() {
    let row = |days: &str| vec![("streak.days".to_owned(), days.to_owned())];
    let plain = trace("0.25");
    let first = Trace {
        facts: row("1"),
        ..trace("0.25")
    };
    let third = Trace {
        facts: row("3"),
        ..trace("0.25")
    };
    let seventh = Trace {
        milestones: vec![milestone(7, "5")],
        ..trace("0.25")
    };
    let promoted = Trace {
        promoted: Some(rjv("0.5")),
        ..trace("0.25")
    };
    let both = Trace {
        milestones: vec![milestone(7, "5")],
        promoted: Some(rjv("0.5")),
        ..trace("0.25")
    };

    for (amount, trace, said) in [
        ("0.25", plain, "+0.25 RJV for opening the app"),
        ("0.25", first, "+0.25 RJV for opening the app"),
        (
            "0.25",
            third,
            "+0.25 RJV for opening the app, day 3 in a row",
        ),
        (
            "5.25",
            seventh.clone(),
            "+0.25 RJV for opening the app, day 7 in a row: +5 RJV on top",
        ),
        (
            "3",
            seventh,
            "+3 RJV for opening the app, day 7 in a row, as much as a limit still allowed",
        ),
        (
            "0.5",
            promoted,
            "+0.5 RJV for opening the app, 0.25 RJV of it by a promotion",
        ),
        (
            "5.5",
            both,
            "+0.5 RJV for opening the app, 0.25 RJV of it by a promotion, day 7 in a row: +5 RJV on top",
        ),
    ] {
        assert_eq!(earned(amount, trace), said);
    }
}

fn told(qualification: Option<&str>) -> Told {
    Told {
        title: "Regular updates".to_owned().try_into().unwrap(),
        description: "Share data on four of seven days."
            .to_owned()
            .try_into()
            .unwrap(),
        rounding: Rounding {
            to: rjv("0.01"),
            mode: RoundingMode::Down,
        },
        qualification: qualification.map(str::to_owned),
    }
}

fn reached(scope: Option<LimitScope>, period: Period, resets_at: Option<&str>) -> Reason {
    Reason::LimitReached {
        scope,
        period,
        resets_at: resets_at.map(|at| at.parse().unwrap()),
    }
}

/// A reason, what is said of it, and what would change it.
type Case = (Reason, &'static str, &'static str);

fn about_limits() -> Vec<Case> {
    let ahead = Some("2026-11-23T12:59:00Z");
    let soon = Some("2026-11-23T08:00:01Z");
    let past = Some("2026-11-23T07:00:00Z");
    let far = Some("2026-12-01T00:00:00Z");
    vec![
        (
            Reason::NoRule {},
            "There is no reward for this at the moment",
            "Nothing you can do: no rule is about this, at this time, for you",
        ),
        (
            reached(None, Period::Day, ahead),
            "Daily limit reached, resets in 5 h",
            "Do it again in 5 h: it counts then",
        ),
        (
            reached(Some(LimitScope::Category), Period::Week, far),
            "Weekly limit of rewards like this reached, resets in 8 days",
            "Do it again in 8 days: it counts then",
        ),
        (
            reached(Some(LimitScope::Member), Period::Month, past),
            "Monthly limit of all rewards reached; by now there is room again",
            "Do it again: it counts now",
        ),
        (
            reached(Some(LimitScope::Partner), Period::Lifetime, None),
            "Limit for all time with this partner reached",
            "Nothing you can do: this limit holds for all time",
        ),
        (
            reached(None, Period::RollingMinutes(1440), soon),
            "Limit for 24 h reached, resets in 1 min",
            "Do it again in 1 min: it counts then",
        ),
    ]
}

fn about_the_rest() -> Vec<Case> {
    let at = |text: &str| Some(text.parse().unwrap());
    let soon = at("2026-11-23T08:00:01Z");
    let past = at("2026-11-23T07:00:00Z");
    let far = at("2026-12-01T00:00:00Z");
    vec![
        (
            Reason::CoolingDown { resets_at: soon },
            "Too soon after the last time, counts again in 1 min",
            "Do it again in 1 min: it counts then",
        ),
        (
            Reason::CoolingDown { resets_at: past },
            "It was too soon after the last time",
            "Do it again: it counts now",
        ),
        (
            Reason::BudgetExhausted { resets_at: far },
            "Everything there was to give was given, more in 8 days",
            "Do it again in 8 days: there is more then",
        ),
        (
            Reason::BudgetExhausted { resets_at: None },
            "Everything there was to give was given",
            "Nothing you can do: all there was to give was given",
        ),
        (
            Reason::NothingEarned {},
            "This was too little to earn anything",
            "More of it: what was reported comes to less than the rule rewards",
        ),
        (
            Reason::TooLate {},
            "This was reported too late to be counted",
            "Reporting it sooner after it was done",
        ),
        (
            Reason::InFuture {},
            "This was reported for a time that had not come yet",
            "Reporting it with the time at which it was done",
        ),
        (
            Reason::NotComputable {
                problem: NoValue::DivisionByZero,
            },
            "This could not be worked out because of a mistake of ours",
            "Nothing you can do: the rule has a mistake that we have to mend",
        ),
    ]
}

#[test]
fn a_refusal_says_why_and_until_when() {
    for (reason, said, changes) in about_limits().into_iter().chain(about_the_rest()) {
        let record = record(
            ActivityKind::AppOpened,
            Outcome::Refused(reason),
            Trace::default(),
        );
        assert_eq!(sentence(&record, None, now()), said);
        assert_eq!(remedy(&record, None, now()).unwrap(), changes);
        assert!(!said.contains("null") && !changes.contains("null"));
    }
}

/// A qualification, what is said of an activity that does not meet it, and what would change it.
const NEEDS: [(Option<&str>, &str, &str); 8] = [
    (
        Some("streak.days_of_last_7 >= 4"),
        "You need 4 days with data in the last 7 first",
        "You need 4 days with data in the last 7 first; it was 3",
    ),
    (
        Some("streak.days > 2 && streak.days_of_last_7 >= 4"),
        "You need 3 days in a row first",
        "You need 3 days in a row first; it was 2",
    ),
    (
        Some("streak.days >= 2 && minutes >= 10"),
        "This takes at least 10 minutes",
        "This takes at least 10 minutes; it was 4",
    ),
    (
        Some("member.earned >= 20"),
        "You need to have earned 20 RJV first",
        "You need to have earned 20 RJV first; it was 12.5",
    ),
    (
        Some("records >= 5"),
        "This takes at least 5 records",
        "This takes at least 5 records",
    ),
    (
        Some("(minutes >= 10 || streak.days >= 9)"),
        "Not yet. Share data on four of seven days.",
        "More than this: the rule asks for it before it gives anything",
    ),
    (
        None,
        "Not yet. Share data on four of seven days.",
        "More than this: the rule asks for it before it gives anything",
    ),
    (
        Some("streak.days >= 9 || rating >= 2 && minutes >= 10"),
        "Not yet. Share data on four of seven days.",
        "More than this: the rule asks for it before it gives anything",
    ),
];

#[test]
fn what_is_missing_is_read_off_the_qualification() {
    let facts = [
        ("streak.days_of_last_7", "3"),
        ("streak.days", "2"),
        ("member.earned", "12.5"),
    ];
    let trace = Trace {
        facts: facts
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        ..Trace::default()
    };
    let of = |kind| {
        record(
            kind,
            Outcome::Refused(Reason::NotQualified {}),
            trace.clone(),
        )
    };
    let data = of(ActivityKind::DataUpdated);

    for (qualification, said, changes) in NEEDS {
        let told = told(qualification);
        assert_eq!(sentence(&data, Some(&told), now()), said);
        assert_eq!(remedy(&data, Some(&told), now()).unwrap(), changes);
    }
    let opened = of(ActivityKind::AppOpened);
    let told = told(Some("streak.days_of_last_7 >= 4"));
    assert_eq!(
        sentence(&opened, Some(&told), now()),
        "You need 4 days in the last 7 first"
    );
    assert_eq!(
        sentence(&opened, None, now()),
        "This takes more before it is rewarded"
    );
}
