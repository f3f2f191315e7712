//! Rewards: what members do, the rules that say what it is worth, and the award that puts it into the wallet once.
//!
//! An activity is reported ([`report`]), checked against the schema of its [`kind`], and awarded ([`award`]) by a pure decision
//! over the [`book`] of rules and what is known of the member. Everything a decision reads comes in as a value, so that trying
//! it out, making it again and making it for real are the same.

pub mod backtest;
pub mod book;
pub mod budget;
pub mod expression;
pub mod kind;
pub mod limit;
pub mod profile;
pub mod programme;
pub mod promotion;
pub mod promotions;
pub mod rules;
pub mod segments;
pub mod streak;
pub mod terms;
pub mod ways;

mod activity;
mod award;
mod clock;
mod days;
mod decide;
mod keys;
mod known;
mod log;
mod membership;
mod record;
mod report;
mod sentence;
mod sighting;
mod simulate;
mod spending;
mod standing;
mod told;
mod window;
mod worth;

pub use self::activity::{Activity, OCCURRED_AGO_MAX, ReportSource, accept};
pub use self::award::{award, is_record, record, record_key};
pub use self::book::{Book, Books, Programme};
pub use self::clock::{profile, set_zone};
pub use self::days::{Days, repair, streaks};
pub use self::decide::{Changes, Decision, Purse, ReadAll, Situation, decide};
pub use self::kind::{ActivityKind, FieldValue, Fields, Reporter};
pub use self::log::{Counts, Group, Grouping, activities, log, members, totals};
pub use self::membership::{goals_from, goals_key, segments_from, segments_key};
pub use self::record::{LimitTrace, Outcome, Reason, Record, RuleRef, Trace};
pub use self::report::{Report, report};
pub use self::sentence::{remedy, sentence};
pub use self::sighting::Sighting;
pub use self::simulate::{BEFORE_MAX, Doing, Simulated, Trial, simulate};
pub use self::spending::{Spending, spending};
pub use self::standing::{Scope, Standing};
pub use self::terms::{Rule, Terms};
pub use self::told::{Told, decided, told};
