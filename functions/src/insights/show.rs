//! `GET /admin/v1/reconciliations/{run_id}`: one reconciliation, how far it is, and its report.

use serde::Serialize;
use shared::amount::Rjv;
use shared::error::Failure;
use shared::insights::{self, Finding, Report};
use shared::lambda::{Answer, Call, Reply};
use shared::table::Tables;

use super::RunView;

/// A reconciliation with its report.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    #[serde(flatten)]
    run: RunView,
    /// Into how many parts it is cut.
    parts: usize,
    /// How many of them are walked to their end.
    parts_done: usize,
    /// What it found; once it is done.
    report: Option<ReportView>,
}

/// What a reconciliation found.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "ReconciliationReport")]
pub struct ReportView {
    /// All debits of all accounts, wallets and the house's.
    debit: Rjv,
    /// All credits; the same amount, or something is wrong.
    credit: Rjv,
    /// What is owed to members by the entries.
    liability: Rjv,
    /// Whether the folded totals of the closed days are the sums of their entries.
    totals_agree: bool,
    /// What is wrong. Where there is much, the first of it.
    findings: Vec<Finding>,
}

/// Answers the reconciliation.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    call.staff()?;
    let id = call.path("run_id")?;
    call.no_query()?;
    let run = insights::find(tables, id).await?;
    let (parts_done, parts) = insights::progress(tables, &run).await?;
    let report = insights::report(tables, id).await?;
    Reply::ok(&View {
        run: RunView::from(&run),
        parts,
        parts_done,
        report: report.map(ReportView::try_from).transpose()?,
    })
}

impl TryFrom<Report> for ReportView {
    type Error = Failure;

    fn try_from(report: Report) -> Result<Self, Failure> {
        let findings = report.findings.read()?;
        Ok(Self {
            debit: report.debit,
            credit: report.credit,
            liability: report.liability,
            totals_agree: report.totals_agree,
            findings,
        })
    }
}
