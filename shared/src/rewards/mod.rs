//! Rewards: what members report, the rules that say what it is worth, and the award that puts it into the wallet once.

pub mod budget;
pub mod expression;
pub mod kind;
pub mod limit;
pub mod profile;
pub mod promotion;
pub mod streak;
pub mod terms;

mod activity;
mod award;
mod keys;
mod report;
mod rule;
mod window;

pub use self::activity::{Activity, ActivityKind, Outcome, Record, ReportSource, accept};
pub use self::award::{award, is_record, record, record_key};
pub use self::report::{Report, report};
pub use self::rule::{Rule, RuleBook, Rules, rules, set_rule};
