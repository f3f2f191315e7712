//! Adjustments: what one administrator proposes to give to a wallet or to take from it, and another approves.
//!
//! A proposal moves nothing. Approving it is one transaction: the adjustment, the entry with its wallet, the mark on the entry
//! that it corrects, and the record of the act, so that two who decide at once cannot both have their way.

mod decide;
mod keys;

use serde::{Deserialize, Serialize};

use crate::amount::Rjv;
use crate::audit::{self, Act, Action};
use crate::error::{Error, Failure, Rejection};
use crate::id::{AdjustmentId, EntryId, MemberId, derived};
use crate::ledger::{self, Entry, Reason, Side};
use crate::table::{self, Condition, Lost, Tables, Write, text};
use crate::text::Reference;
use crate::time::Timestamp;

/// What is to be done to a wallet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Proposal {
    /// What the administrators call it.
    pub reference: Reference,
    /// Whose wallet it is about.
    pub member_id: MemberId,
    /// Whether tokens come (credit) or go (debit).
    pub side: Side,
    /// How many.
    pub amount: Rjv,
    /// Why.
    pub reason: Reason,
    /// Where it was asked for.
    pub ticket: Reference,
    /// After how many months tokens that come expire, from the approval on; they do not, without.
    pub expires_after_months: Option<u32>,
    /// The entry of the wallet that this corrects, where it is about one. An entry is corrected at most once.
    pub corrects: Option<EntryId>,
}

/// A proposal and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Adjustment {
    /// Its name.
    pub adjustment_id: AdjustmentId,
    /// What is to be done.
    #[serde(flatten)]
    pub proposal: Proposal,
    /// Who proposed it, named as a member is.
    pub proposed_by: MemberId,
    /// When.
    pub proposed_at: Timestamp,
    /// What became of it.
    #[serde(flatten)]
    pub state: State,
}

/// What became of a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
#[schemars(rename = "AdjustmentDecision")]
pub enum State {
    /// It waits for another administrator.
    Proposed {},
    /// It was approved, and the tokens moved.
    Applied {
        /// The entry that moved them.
        entry_id: EntryId,
        /// What the wallet held afterwards.
        balance_after: Rjv,
        /// Who approved it, named as a member is.
        decided_by: MemberId,
        /// When.
        decided_at: Timestamp,
    },
    /// It was rejected or taken back.
    Rejected {
        /// Who did that, named as a member is.
        decided_by: MemberId,
        /// When.
        decided_at: Timestamp,
    },
}

/// The stages of an adjustment, by which they are listed.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "AdjustmentState")]
pub enum Stage {
    /// It waits for another administrator.
    #[default]
    Proposed,
    /// It was approved, and the tokens moved.
    Applied,
    /// It was rejected or taken back.
    Rejected,
}

/// The mark on an entry that it was corrected.
#[derive(Serialize, Deserialize)]
struct Correction {
    adjustment_id: AdjustmentId,
}

/// The most that one adjustment may move: as much as the most valuable activity. What two people wave through by mistake
/// stays small; a larger correction is several adjustments, each looked at on its own.
pub const AMOUNT_MAX: Rjv = Rjv::whole(1000);

/// The longest that tokens may live: what is beyond is a slip of the keyboard.
const MONTHS_MAX: u32 = 120;

/// How often an adjustment is decided again because it or the wallet moved.
const ATTEMPTS_MAX: u32 = 8;

impl Adjustment {
    /// The name of the adjustment with this reference.
    pub fn id_of(reference: &Reference) -> AdjustmentId {
        AdjustmentId::new(derived(&["adjustment", reference.as_str()]))
    }
}

impl State {
    /// In which stage this is.
    pub fn stage(&self) -> Stage {
        match self {
            Self::Proposed {} => Stage::Proposed,
            Self::Applied { .. } => Stage::Applied,
            Self::Rejected { .. } => Stage::Rejected,
        }
    }
}

impl Stage {
    /// Its text, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Applied => "applied",
            Self::Rejected => "rejected",
        }
    }
}

/// Proposes an adjustment, or answers the one that the same request proposed before.
pub async fn propose(tables: &Tables, proposal: Proposal, act: &Act) -> Result<Adjustment, Error> {
    decide::check(&proposal)?;
    let id = Adjustment::id_of(&proposal.reference);
    let of_entry = |entry| [ledger::entry_key(entry), keys::correction(entry)];
    let keys: Vec<_> = [keys::adjustment(id)]
        .into_iter()
        .chain(proposal.corrects.into_iter().flat_map(of_entry))
        .collect();
    let mut found = tables.get_many(&keys).await?.into_iter();
    let mut next = || found.next().flatten();
    if let Some(there) = next() {
        return Ok(decide::repeat(table::read(there)?, &proposal, act)?);
    }
    if proposal.corrects.is_some() {
        let entry = next().ok_or(Rejection::EntryNotFound)?;
        table::read::<Entry>(entry)?;
        if let Some(mark) = next() {
            return Err(corrected(&table::read(mark)?).into());
        }
    }
    let adjustment = Adjustment {
        adjustment_id: id,
        proposal,
        proposed_by: act.actor,
        proposed_at: act.at,
        state: State::Proposed {},
    };
    let item = table::item(&adjustment)?;
    let note = audit::note(act, Action::ProposeAdjustment, id, None, Some(&adjustment))?;
    let writes = [
        Write::create(keys::adjustment(id), item.clone()),
        Write::create(keys::listed(&adjustment), item),
        note,
    ];
    match table::commit(tables, writes.map(|write| write.or(())).into()).await {
        Ok(_) => Ok(adjustment),
        Err(Lost::Failed(failure)) => Err(failure.into()),
        Err(Lost::Refused((), there)) => {
            let there = table::read(there.unwrap_or_default())?;
            Ok(decide::repeat(there, &adjustment.proposal, act)?)
        }
    }
}

/// Approves an adjustment and moves the tokens, or answers it if that was done before.
pub async fn approve(tables: &Tables, id: AdjustmentId, act: &Act) -> Result<Adjustment, Error> {
    for attempt in 1..=ATTEMPTS_MAX {
        let before = find(tables, id).await?;
        let Proposal {
            member_id,
            corrects,
            ..
        } = before.proposal;
        let mark = corrects.map(keys::correction);
        let keys: Vec<_> = [ledger::wallet_key(member_id)]
            .into_iter()
            .chain(mark.clone())
            .collect();
        let mut found = tables.get_many(&keys).await?.into_iter();
        let wallet = ledger::wallet_from(member_id, found.next().flatten())?;
        let there = found.next().flatten().map(table::read::<Correction>);
        let corrected_by = there.transpose()?.map(|mark| mark.adjustment_id);
        let Some(approval) = decide::approve(&before, &wallet, corrected_by, act)? else {
            return Ok(before);
        };
        let after = approval.adjustment;
        let mut writes = moved(&before, &after)?;
        let (wallet, entries) = ledger::writes(&wallet, &approval.wallet, &approval.entries)?;
        writes.push(wallet);
        writes.extend(entries);
        if let Some(mark) = mark {
            let correction = Correction { adjustment_id: id };
            writes.push(Write::create(mark, table::item(&correction)?));
        }
        let action = Action::ApproveAdjustment;
        writes.push(audit::note(act, action, id, Some(&before), Some(&after))?);
        if table::commit_unless_moved(tables, writes, attempt).await? {
            return Ok(after);
        }
    }
    Err(Failure::unavailable("the wallet moved during every attempt to adjust it").into())
}

/// Rejects an adjustment, or answers it if that was done before.
pub async fn reject(tables: &Tables, id: AdjustmentId, act: &Act) -> Result<Adjustment, Error> {
    for attempt in 1..=ATTEMPTS_MAX {
        let before = find(tables, id).await?;
        let Some(after) = decide::reject(&before, act)? else {
            return Ok(before);
        };
        let mut writes = moved(&before, &after)?;
        let action = Action::RejectAdjustment;
        writes.push(audit::note(act, action, id, Some(&before), Some(&after))?);
        if table::commit_unless_moved(tables, writes, attempt).await? {
            return Ok(after);
        }
    }
    Err(Failure::unavailable("the adjustment moved during every attempt to reject it").into())
}

/// Reads one adjustment.
pub async fn find(tables: &Tables, id: AdjustmentId) -> Result<Adjustment, Error> {
    let adjustment = tables.get(&keys::adjustment(id)).await?;
    Ok(adjustment.ok_or(Rejection::AdjustmentNotFound)?)
}

/// Reads the adjustments in a stage, the newest proposal first, behind the place `after`; and the place to go on from, if
/// there may be more.
pub async fn list(
    tables: &Tables,
    stage: Stage,
    after: Option<String>,
    limit: usize,
) -> Result<(Vec<Adjustment>, Option<String>), Failure> {
    tables.page(&keys::list(stage, after, limit)).await
}

fn corrected(mark: &Correction) -> Rejection {
    Rejection::EntryCorrected {
        adjustment_id: mark.adjustment_id.to_string(),
    }
}

/// The writes that take an adjustment from its stage to the next, in itself and in the lists.
fn moved(before: &Adjustment, after: &Adjustment) -> Result<Vec<Write>, Failure> {
    let id = before.adjustment_id;
    let still = || Condition::Equals("state", text(before.state.stage().as_str()));
    let item = table::item(after)?;
    Ok(vec![
        Write::put(keys::adjustment(id), item.clone(), still()),
        Write::delete(keys::listed(before), still()),
        Write::create(keys::listed(after), item),
    ])
}
