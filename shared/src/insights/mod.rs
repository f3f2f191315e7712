//! Insights: the totals of the house's accounts, and the reconciliation that holds everything against everything.
//!
//! No request writes a house account's balance. The ledger's stream is folded into totals instead ([`fold`]), and once a day
//! every wallet, code and activity is walked ([`walk`]): a wallet must be the fold of its entries, a code have its payment and
//! a payment its codes, an award its activity and an activity its award, and the totals be the sums of the entries.

mod activities;
mod codes;
mod fold;
mod keys;
mod pools;
mod rebuild;
mod report;
mod run;
mod totals;
mod trial_balance;
mod walk;
mod wallets;

pub use self::fold::fold;
pub use self::rebuild::rebuild;
pub use self::report::{Correction, Counts, Drift, Finding, Findings, Report};
pub use self::run::{Job, Part, Run, RunState, Starter, Walk, find, list, progress, report, start};
pub use self::totals::{Sums, Totals};
pub use self::trial_balance::{TrialBalance, trial_balance};
pub use self::walk::walk;
