//! `GET /admin/v1/reports/rewards`: what was awarded and refused in a time, and how the budgets stand. It takes seconds to get here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shared::amount::Rjv;
use shared::error::Rejection;
use shared::lambda::{Answer, Call, Reply};
use shared::ledger::Category;
use shared::rewards::budget::BudgetPeriod;
use shared::rewards::{
    self, ActivityKind, Books, Counts, Group, Grouping, Purse, RuleRef, Spending,
};
use shared::table::Tables;
use shared::text::Word;
use shared::time::{Day, Timestamp};

/// Which totals are wanted.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RewardReportQuery")]
pub struct Query {
    /// The first day, in UTC.
    from: Day,
    /// The day behind the last one, at most 92 days later.
    until: Day,
    /// By what they are added up.
    #[serde(default)]
    by: Grouping,
}

/// What was awarded and refused in a time.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "RewardReport")]
pub struct View {
    from: Day,
    until: Day,
    by: Grouping,
    as_of: Timestamp,
    /// Everything together.
    total: Sums,
    /// For each day, the members with a decided activity, added up: one who came on three days counts three times.
    member_days: u64,
    rows: Vec<Row>,
    /// How the budgets stand now, whatever time is asked for.
    budgets: Vec<BudgetView>,
}

/// One group. Which of the first four it is named by follows from `by`; a category or rule of null is that of no rule.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "RewardReportRow")]
pub struct Row {
    day: Option<Day>,
    category: Option<Category>,
    rule: Option<RuleRef>,
    kind: Option<ActivityKind>,
    #[serde(flatten)]
    sums: Sums,
    /// How many members had an activity decided on the day; by day only.
    members: Option<u64>,
}

/// What was awarded and refused.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "RewardSums")]
pub struct Sums {
    /// How often something was awarded.
    awarded: u64,
    /// How much.
    amount: Rjv,
    /// How often nothing was, by the code of the reason.
    refused: BTreeMap<String, u64>,
}

/// How a budget stands in its present period.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "BudgetStanding")]
pub struct BudgetView {
    /// Whose it is; the programme's, without.
    rule_id: Option<Word>,
    period: BudgetPeriod,
    /// The first day of the period; none, for all time.
    since: Option<Day>,
    /// When the next one begins; never, for all time.
    resets_at: Option<Timestamp>,
    amount: Rjv,
    drawn: Rjv,
    left: Rjv,
}

/// Answers the report.
pub async fn handle((tables, books): &(Tables, Books), call: Call) -> Answer {
    call.staff()?;
    let query: Query = call.query()?;
    query.check()?;
    let Query { from, until, by } = query;
    let groups = rewards::totals(tables, from, until, by).await?;
    let members = rewards::members(tables, from, until).await?;
    let book = books.read(call.now()).await?;
    let spending = rewards::spending(tables, &book, call.now()).await?;
    let mut total = Counts::default();
    for counts in groups.values() {
        total.merge(counts)?;
    }
    let row = |(group, counts)| Row::new(group, counts, &members);
    Reply::ok(&View {
        from,
        until,
        by,
        as_of: call.now(),
        total: total.into(),
        member_days: members.values().fold(0, |sum, day| day.saturating_add(sum)),
        rows: groups.into_iter().map(row).collect(),
        budgets: spending.into_iter().map(BudgetView::from).collect(),
    })
}

/// How many days a report is about at most.
const DAYS_MAX: i64 = 92;

impl Query {
    fn check(&self) -> Result<(), Rejection> {
        let days = (self.until - self.from).num_days();
        (1..=DAYS_MAX)
            .contains(&days)
            .then_some(())
            .ok_or_else(|| Rejection::InvalidQuery {
                reason: format!("`until` is 1 to {DAYS_MAX} days after `from`"),
            })
    }
}

impl Row {
    fn new(group: Group, counts: Counts, members: &BTreeMap<Day, u64>) -> Self {
        let mut row = Self {
            day: None,
            category: None,
            rule: None,
            kind: None,
            sums: counts.into(),
            members: None,
        };
        match group {
            Group::Day(day) => {
                row.day = Some(day);
                row.members = Some(members.get(&day).copied().unwrap_or_default());
            }
            Group::Category(category) => row.category = category,
            Group::Rule(rule) => row.rule = rule,
            Group::Kind(kind) => row.kind = Some(kind),
        }
        row
    }
}

impl From<Counts> for Sums {
    fn from(counts: Counts) -> Self {
        Self {
            awarded: counts.awarded,
            amount: counts.amount,
            refused: counts.refused,
        }
    }
}

impl From<Spending> for BudgetView {
    fn from(spending: Spending) -> Self {
        let budget = spending.budget;
        Self {
            rule_id: match spending.purse {
                Purse::Programme => None,
                Purse::Rule(rule) => Some(rule),
            },
            period: budget.period,
            since: spending.since,
            resets_at: spending.resets_at,
            amount: budget.amount,
            drawn: spending.drawn,
            left: budget.amount.saturating_sub(spending.drawn),
        }
    }
}
