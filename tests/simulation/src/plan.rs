//! What a run consists of. It follows from the seed: which operation each number stands for, when it begins, and its dice,
//! whatever other operations are left out.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use fastrand::Rng;
use shared::ledger::RefundReason;
use shared::rewards::ActivityKind;

use crate::executor::dice;
use crate::faults::Fault;
use crate::house::{BROUGHT, FEW, KINDS, PROMOTION, RULES, WARES_COUNT, ZONES};
use crate::mutants::Mutant;

/// What is to happen in a run.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// From which everything follows.
    pub seed: u64,
    /// How many operations.
    pub operations: usize,
    /// Of these, only those with these numbers; all, if not set.
    pub only: Option<BTreeSet<usize>>,
    /// The chance that a request goes wrong.
    pub faults_percent: u32,
    /// Faults that do not happen.
    pub without: BTreeSet<Fault>,
    /// The planted bug.
    pub mutant: Option<Mutant>,
    /// Whether the steps are written down.
    pub is_traced: bool,
}

/// Something somebody sets out to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Its number, from 0.
    pub number: usize,
    /// When it begins.
    pub starts_at: Duration,
    /// What it is.
    pub errand: Errand,
}

/// What somebody sets out to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Errand {
    /// A member's app reports an activity, or a service or partner saw one, under the number of an event.
    Report {
        member: u128,
        event: usize,
        kind: ActivityKind,
        /// How much was done.
        size: u32,
        done: Done,
    },
    /// A member's phone shows another clock.
    SetZone { member: u128, zone: &'static str },
    /// A member buys codes, perhaps on two devices at a time.
    Buy {
        member: u128,
        offer: usize,
        quantity: u32,
        hesitates: Duration,
        devices: usize,
        shows: bool,
        again_after: Option<Duration>,
    },
    /// A member looks at codes bought earlier.
    Reveal { member: u128 },
    /// A member goes through wallet, history and purchases.
    List { member: u128 },
    /// A partner redeems a code, perhaps at two tills at a time.
    Redeem {
        tills: usize,
        after: Duration,
        is_foreign: bool,
        is_guess: bool,
    },
    /// A member gives a code back; without a reason, it did not work.
    Return {
        member: u128,
        reason: Option<RefundReason>,
        devices: usize,
    },
    /// A partner redeems a code while its holder gives it back, and perhaps the desk does something with it.
    Contest { work: Option<Deskwork> },
    /// Support or an administrator does something with a sold code, and perhaps another one at the same time.
    Attend {
        work: Deskwork,
        other: Option<Deskwork>,
    },
    /// An administrator publishes a rule that says something else.
    SetRule {
        rule: &'static str,
        amount: u32,
        limit: u32,
    },
    /// An administrator holds a rule or a promotion back for a time.
    Pause { what: &'static str, time: Duration },
    /// An administrator changes what holds for all rules.
    SetProgramme { day: u32, budget: u32 },
    /// An administrator changes a price.
    SetPrice { offer: usize, price: u32 },
    /// An administrator puts more, or fewer, of the product on sale of which there are few.
    SetTotal { total: u32 },
    /// An administrator holds the promotion of prices back for a time.
    PauseSpring { time: Duration },
    /// An administrator has codes read that a partner brings.
    Import { first: u32, rows: u32 },
    /// The clock strikes: prices follow the rules.
    Reprice,
    /// The clock strikes: what ran out is counted.
    Expire,
    /// Something that is not an activity gets into the queue.
    Junk { member: u128 },
}

/// What is done with a single code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deskwork {
    /// It ends.
    Revoke,
    /// It is valid until so many days from then on.
    Extend { days: i64 },
    /// Another takes its place.
    Replace,
}

/// When something was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// Nobody says: when it is reported.
    Now,
    /// So long before it is reported; by a wrong clock, after.
    Ago(TimeDelta),
    /// At the first instant of the promotion.
    AsPromotionBegins,
    /// At the first instant after the promotion.
    AsPromotionEnds,
}

impl Errand {
    /// What it is called in a trace.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Report { .. } => "report",
            Self::Buy { .. } => "buy",
            Self::Reveal { .. } => "reveal",
            Self::List { .. } => "list",
            Self::Redeem { .. } => "redeem",
            Self::Return { .. } => "return",
            Self::Contest { .. } => "contest",
            Self::Attend { .. } => "attend",
            Self::SetZone { .. } => "set zone",
            Self::SetRule { .. } => "set rule",
            Self::Pause { .. } => "pause",
            Self::SetProgramme { .. } => "set programme",
            Self::SetPrice { .. } => "set price",
            Self::SetTotal { .. } => "set total",
            Self::PauseSpring { .. } => "pause spring",
            Self::Import { .. } => "import",
            Self::Reprice => "reprice",
            Self::Expire => "expire",
            Self::Junk { .. } => "junk",
        }
    }
}

/// How many members take part at most. The fewer there are, the more their operations meet.
const MEMBERS_MAX: u32 = 4;

/// How the operations of a run are spread.
#[derive(Clone, Copy)]
struct Pace {
    members: u32,
    /// How many of a hundred operations follow at once.
    in_bursts: u32,
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

impl Plan {
    /// The operations, in the order in which they begin.
    pub fn operations(&self) -> Vec<Operation> {
        let (mut starts_at, mut operations) = (Duration::ZERO, Vec::new());
        let mut dice_of_run = dice(self.seed, &[5]);
        let pace = Pace {
            members: dice_of_run.u32(1..=MEMBERS_MAX),
            in_bursts: dice_of_run.u32(50..85),
        };
        for number in 0..self.operations {
            let mut dice = dice(self.seed, &[2, u64::try_from(number).unwrap_or_default()]);
            starts_at += gap(&mut dice, pace);
            let errand = errand(&mut dice, pace, number);
            if self.only.as_ref().is_none_or(|only| only.contains(&number)) {
                operations.push(Operation {
                    number,
                    starts_at,
                    errand,
                });
            }
        }
        operations
    }
}

/// Mostly operations come in bursts; now and then minutes, days or a month pass.
fn gap(dice: &mut Rng, pace: Pace) -> Duration {
    let millis = match dice.u32(..100) {
        share if share < pace.in_bursts => dice.u64(..25),
        0..85 => dice.u64(..5_000),
        85..95 => dice.u64(..600_000),
        95..99 => dice.u64(..86_400_000),
        _ => dice.u64(..35 * 86_400_000),
    };
    self::millis(millis)
}

fn errand(dice: &mut Rng, pace: Pace, number: usize) -> Errand {
    let member = u128::from(dice.u32(..pace.members));
    match dice.u32(..100) {
        0..35 => report(dice, member, number),
        35..60 => buy(dice, member),
        60..63 => Errand::Reveal { member },
        63..66 => Errand::List { member },
        66..71 => redeem(dice),
        71..75 => give_back(dice, member),
        75..78 => attend(dice),
        78..95 => contest(dice),
        95..97 => administer(dice, member),
        97..99 => keep(dice),
        _ => Errand::Junk { member },
    }
}

/// Mostly something new, now and then an event that was reported before, or another one under its name.
fn report(dice: &mut Rng, member: u128, number: usize) -> Errand {
    let known = dice.u32(..10) < 2;
    let back = dice.usize(1..6);
    let event = if known {
        number.saturating_sub(back)
    } else {
        number
    };
    let kind = kind(dice);
    let (size, hours, minutes) = (dice.u32(..60), dice.i64(1..200), dice.i64(-8..60));
    let done = match dice.u32(..20) {
        0..13 => Done::Now,
        13..16 => Done::Ago(TimeDelta::hours(hours)),
        16..18 => Done::Ago(TimeDelta::minutes(minutes)),
        18 => Done::AsPromotionBegins,
        _ => Done::AsPromotionEnds,
    };
    Errand::Report {
        member,
        event,
        kind,
        size,
        done,
    }
}

fn kind(dice: &mut Rng) -> ActivityKind {
    let all: u32 = KINDS.iter().map(|(_, often)| often).sum();
    let mut place = dice.u32(..all);
    for (kind, often) in KINDS {
        if place < often {
            return kind;
        }
        place -= often;
    }
    KINDS[0].0
}

fn administer(dice: &mut Rng, member: u128) -> Errand {
    let rule = RULES[dice.usize(..RULES.len())];
    let (amount, limit, time) = (dice.u32(1..40), dice.u32(..80), dice.u64(..2 * 86_400_000));
    match dice.u32(..10) {
        0..3 => Errand::SetRule {
            rule,
            amount,
            limit,
        },
        3..5 => Errand::Pause {
            what: if amount < 4 { PROMOTION } else { rule },
            time: millis(time),
        },
        5..6 => Errand::SetProgramme {
            day: 100 + limit,
            budget: 3000 + limit,
        },
        _ => Errand::SetZone {
            member,
            zone: ZONES[dice.usize(..ZONES.len())].0,
        },
    }
}

fn keep(dice: &mut Rng) -> Errand {
    let (offer, price, time) = (
        dice.usize(..WARES_COUNT),
        dice.u32(20..=30),
        dice.u64(..172_800_000),
    );
    let (total, first, rows) = (dice.u32(1..20), dice.u32(..30), dice.u32(1..12));
    let rows = if rows == 11 { 200 } else { rows };
    match dice.u32(..12) {
        0..2 => Errand::SetPrice { offer, price },
        2..4 => Errand::SetTotal { total },
        4 => Errand::PauseSpring { time: millis(time) },
        5..9 => Errand::Import { first, rows },
        9..11 => Errand::Reprice,
        _ => Errand::Expire,
    }
}

/// The products, those of which there are few more often than others.
const OFTEN: [usize; 8] = [0, 0, 1, 2, FEW, FEW, BROUGHT, BROUGHT];

fn buy(dice: &mut Rng, member: u128) -> Errand {
    let quantity = match dice.u32(..20) {
        0..13 => 1,
        13..19 => dice.u32(2..4),
        _ => 20,
    };
    let hesitates = match dice.u32(..10) {
        0..8 => dice.u64(..2_000),
        _ => dice.u64(..700_000),
    };
    let again = dice.u64(..2 * 86_400_000);
    Errand::Buy {
        member,
        quantity,
        hesitates: millis(hesitates),
        offer: OFTEN[dice.usize(..OFTEN.len())],
        devices: if dice.u32(..4) == 0 { 2 } else { 1 },
        shows: dice.u32(..4) > 0,
        again_after: (dice.u32(..4) == 0).then(|| millis(again)),
    }
}

fn give_back(dice: &mut Rng, member: u128) -> Errand {
    let reason = match dice.u32(..8) {
        0..4 => Some(RefundReason::ChangedMind),
        4 => Some(RefundReason::DidNotWork),
        5 => Some(RefundReason::Expired),
        _ => None,
    };
    Errand::Return {
        member,
        reason,
        devices: if dice.u32(..3) == 0 { 2 } else { 1 },
    }
}

fn deskwork(dice: &mut Rng) -> Deskwork {
    let days = dice.i64(1..90);
    match dice.u32(..3) {
        0 => Deskwork::Revoke,
        1 => Deskwork::Extend { days },
        _ => Deskwork::Replace,
    }
}

fn attend(dice: &mut Rng) -> Errand {
    let (work, other) = (deskwork(dice), deskwork(dice));
    Errand::Attend {
        work,
        other: dice.bool().then_some(other),
    }
}

fn contest(dice: &mut Rng) -> Errand {
    let work = deskwork(dice);
    Errand::Contest {
        work: (dice.u32(..6) == 0).then_some(work),
    }
}

fn redeem(dice: &mut Rng) -> Errand {
    let after = match dice.u32(..10) {
        0..7 => dice.u64(..3_000),
        7..9 => dice.u64(..3 * 86_400_000),
        _ => dice.u64(..40 * 86_400_000),
    };
    Errand::Redeem {
        tills: if dice.u32(..3) == 0 { 2 } else { 1 },
        after: millis(after),
        is_foreign: dice.u32(..8) == 0,
        is_guess: dice.u32(..12) == 0,
    }
}
