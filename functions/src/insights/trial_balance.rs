//! `GET /admin/v1/trial-balance`: every account of the house, what is owed to members, and whether both sides are equal.

use serde::Serialize;
use shared::amount::Rjv;
use shared::insights::{self, Sums, TrialBalance};
use shared::lambda::{Answer, Call, Reply};
use shared::table::Tables;
use shared::time::{Day, Timestamp};

/// All accounts, as far as entries are folded, which takes seconds.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    as_of: Timestamp,
    /// Every account of the house that moved, and all wallets together as `members`.
    accounts: Vec<AccountView>,
    /// All debits.
    debit: Rjv,
    /// All credits.
    credit: Rjv,
    is_balanced: bool,
    /// What is owed to members: credits less debits of all wallets.
    liability: Rjv,
    /// What was before this day was held against its entries by a reconciliation, and agreed.
    proven_before: Option<Day>,
}

/// What moved on an account.
#[derive(Serialize, schemars::JsonSchema)]
pub struct AccountView {
    /// The account's name, such as `issuance:engagement`.
    account: String,
    debit: Rjv,
    credit: Rjv,
    /// How many entries moved it.
    entries: u64,
}

/// Answers the trial balance.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    call.staff()?;
    call.no_query()?;
    let balance = insights::trial_balance(tables).await?;
    let sum = balance.totals.sum()?;
    Reply::ok(&View::new(&balance, sum, call.now()))
}

impl View {
    fn new(balance: &TrialBalance, sum: Sums, now: Timestamp) -> Self {
        let mut accounts: Vec<AccountView> = balance
            .totals
            .iter()
            .map(|(account, sums)| AccountView {
                account: account.to_string(),
                debit: sums.debit,
                credit: sums.credit,
                entries: sums.entries,
            })
            .collect();
        accounts.push(AccountView {
            account: "members".to_owned(),
            debit: sum.members_debit,
            credit: sum.members_credit,
            entries: sum.entries,
        });
        let side = |side: fn(&AccountView) -> Rjv| {
            Rjv::checked_sum(accounts.iter().map(side)).unwrap_or(Rjv::MAX)
        };
        let (debit, credit) = (side(|row| row.debit), side(|row| row.credit));
        Self {
            as_of: now,
            debit,
            credit,
            is_balanced: debit == credit,
            liability: sum.members_credit.saturating_sub(sum.members_debit),
            proven_before: balance.proven_before,
            accounts,
        }
    }
}
