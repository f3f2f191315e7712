//! Cases: problems with codes that no rule decides, and that administrators look at.

use serde::{Deserialize, Serialize};

use super::keys;
use crate::error::{Error, Failure, Rejection};
use crate::id::{CaseId, CodeId, MemberId, PartnerId, ProductId, PurchaseId, derived};
use crate::table::{self, Condition, Tables, Write, text};
use crate::text::Text;
use crate::time::Timestamp;

/// A problem with a code that somebody has to look at. A code has one at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Case {
    /// Its name.
    pub case_id: CaseId,
    /// The code that did not work.
    pub code_id: CodeId,
    /// What it was bought with.
    pub purchase_id: PurchaseId,
    /// Whose it is.
    pub member_id: MemberId,
    /// Whose code it is.
    pub partner_id: PartnerId,
    /// What it is a code for.
    pub product_id: ProductId,
    /// What the member says.
    pub note: Text<0, 500>,
    /// Why it was not decided at once.
    pub why: Why,
    /// Since when.
    pub opened_at: Timestamp,
    /// What became of it.
    #[serde(flatten)]
    pub state: State,
}

/// Why a problem was not decided at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "CaseWhy")]
pub enum Why {
    /// The product has no remedy for codes that do not work.
    NoRemedy,
    /// The product's time for giving back is over.
    TooLate,
    /// The member had as many problems decided at once lately as are.
    TooMany,
}

/// What became of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
#[schemars(rename = "CaseState")]
pub enum State {
    /// It waits for an administrator.
    Open {},
    /// An administrator decided it.
    Decided {
        /// How.
        decision: Decision,
        /// Why.
        reason: Text<1, 400>,
        /// Who, named as a member is.
        decided_by: MemberId,
        /// When.
        decided_at: Timestamp,
    },
}

/// How a case can be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The tokens come back, and the code is dead.
    Refund,
    /// Another code takes its place.
    Replace,
    /// The code stays as it is.
    Refuse,
}

/// The stages of a case, by which they are listed.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "CaseStage")]
pub enum Stage {
    /// It waits for an administrator.
    #[default]
    Open,
    /// An administrator decided it.
    Decided,
}

impl Case {
    /// The name of the case of this code.
    pub fn id_of(code: CodeId) -> CaseId {
        CaseId::new(derived(&["case", &code.to_string()]))
    }
}

impl State {
    /// In which stage this is.
    pub fn stage(&self) -> Stage {
        match self {
            Self::Open {} => Stage::Open,
            Self::Decided { .. } => Stage::Decided,
        }
    }
}

impl Stage {
    /// Its text, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Decided => "decided",
        }
    }
}

impl Decision {
    /// Its text, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refund => "refund",
            Self::Replace => "replace",
            Self::Refuse => "refuse",
        }
    }
}

/// Reads one case.
pub async fn find(tables: &Tables, id: CaseId) -> Result<Case, Error> {
    let case = tables.get(&keys::case(id)).await?;
    Ok(case.ok_or(Rejection::CaseNotFound)?)
}

/// Reads the cases in a stage, the oldest first, behind the place `after`; and the place to go on from, if there may be more.
pub async fn list(
    tables: &Tables,
    stage: Stage,
    after: Option<String>,
    limit: usize,
) -> Result<(Vec<Case>, Option<String>), Failure> {
    tables.page(&keys::cases(stage, after, limit)).await
}

/// The writes that open a case.
pub(super) fn open(case: &Case) -> Result<[Write; 2], Failure> {
    let item = table::item(case)?;
    Ok([
        Write::create(keys::case(case.case_id), item.clone()),
        Write::create(keys::listed(case), item),
    ])
}

/// The writes that take a case from its stage to the next, in itself and in the lists.
pub(super) fn moved(before: &Case, after: &Case) -> Result<[Write; 3], Failure> {
    let still = || Condition::Equals("state", text(before.state.stage().as_str()));
    let item = table::item(after)?;
    Ok([
        Write::put(keys::case(after.case_id), item.clone(), still()),
        Write::delete(keys::listed(before), still()),
        Write::create(keys::listed(after), item),
    ])
}
