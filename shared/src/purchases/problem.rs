//! Problems: a code did not work for its holder. It is replaced or refunded at once, within limits, or becomes a case.

use serde::{Deserialize, Serialize};

use super::case::{self, Case, Decision, State, Why};
use super::ending::{self, Ending, Sold};
use super::returns::{ATTEMPTS_MAX, bought, code_of, product};
use super::{Secrets, keys, refusals, remedy};
use crate::audit::{self, Act, Action};
use crate::catalog::{Product, Remedy};
use crate::codes::Code;
use crate::error::{Error, Failure, Rejection};
use crate::id::{CaseId, CodeId, MemberId, PartnerId, PurchaseId};
use crate::ledger::RefundReason;
use crate::table::{self, Condition, Tables, Write};
use crate::text::Text;
use crate::time::Timestamp;

/// What a member reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Who.
    pub member_id: MemberId,
    /// What they bought.
    pub purchase_id: PurchaseId,
    /// Which code of it.
    pub code_id: CodeId,
    /// What they say.
    pub note: Text<0, 500>,
    /// When.
    pub at: Timestamp,
}

/// What is done about a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The code was ended at once.
    Ended(Ending),
    /// Somebody looks, or looked, at it.
    Case(Box<Case>),
}

/// The problems of a member that were decided at once lately.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Standing {
    version: u64,
    decided: Vec<Timestamp>,
}

/// Does what is to be done about a problem, or answers what was done about it before; and whose code it is about.
pub async fn report(
    tables: &Tables,
    secrets: &Secrets,
    problem: &Problem,
) -> Result<(Answer, PartnerId), Error> {
    let payment = bought(tables, problem.member_id, problem.purchase_id).await?;
    let product = product(tables, &payment).await?;
    for attempt in 1..=ATTEMPTS_MAX {
        let code = code_of(tables, problem.purchase_id, problem.code_id).await?;
        let partner = code.partner_id;
        if let Some(ending) = ending::past(tables, &code).await? {
            return Ok((Answer::Ended(ending), partner));
        }
        let id = Case::id_of(problem.code_id);
        if let Some(case) = tables.get::<Case>(&keys::case(id)).await? {
            return Ok((Answer::Case(Box::new(case)), partner));
        }
        remedy::check_free(&code, RefundReason::DidNotWork, problem.at)?;
        let sold = Sold {
            code,
            payment: payment.clone(),
        };
        match decide(tables, secrets, problem, &sold, &product).await? {
            Some(answer) => return Ok((answer, partner)),
            None => tables.back_off(attempt).await,
        }
    }
    Err(Failure::unavailable("the code or the wallet moved during every attempt").into())
}

/// One try to do what is to be done; none if something has moved.
async fn decide(
    tables: &Tables,
    secrets: &Secrets,
    problem: &Problem,
    sold: &Sold,
    product: &Product,
) -> Result<Option<Answer>, Error> {
    let (code, now) = (&sold.code, problem.at);
    let place = keys::standing(problem.member_id);
    let standing: Standing = tables.get(&place).await?.unwrap_or_default();
    let recent = remedy::recent(&standing.decided, now);
    let counted = refusals::count(code, now);
    let remedy = match why_not(sold, product, &recent, now) {
        Some(why) => return open(tables, problem, code, why, counted).await,
        None => remedy::of(product.returns, RefundReason::DidNotWork),
    };
    let mut decided = recent;
    decided.push(now);
    let after = Standing {
        version: standing.version.saturating_add(1),
        decided,
    };
    let unchanged = Condition::unchanged("version", standing.version);
    let along = [Write::put(place, table::item(&after)?, unchanged), counted];
    if remedy == Remedy::Replace {
        match ending::replace(tables, secrets, code, product, &along, now).await {
            // Nothing is left to replace it with.
            Err(Error::Rejected(Rejection::SoldOut { .. } | Rejection::ReturnRefused)) => {}
            done => return Ok(done?.map(Answer::Ended)),
        }
    }
    let done = ending::refund(tables, sold, RefundReason::DidNotWork, &along, now).await?;
    Ok(done.map(Answer::Ended))
}

/// Why the problem is not decided at once, if so.
fn why_not(sold: &Sold, product: &Product, recent: &[Timestamp], now: Timestamp) -> Option<Why> {
    let returns = product.returns;
    if remedy::of(returns, RefundReason::DidNotWork) == Remedy::Refuse {
        return Some(Why::NoRemedy);
    }
    if remedy::returnable_until(
        &sold.code,
        sold.payment.recorded_at,
        RefundReason::DidNotWork,
        returns,
    ) <= now
    {
        return Some(Why::TooLate);
    }
    (!remedy::is_within_limit(recent)).then_some(Why::TooMany)
}

async fn open(
    tables: &Tables,
    problem: &Problem,
    code: &Code,
    why: Why,
    counted: Write,
) -> Result<Option<Answer>, Error> {
    let case = Case {
        case_id: Case::id_of(code.code_id),
        code_id: code.code_id,
        purchase_id: problem.purchase_id,
        member_id: problem.member_id,
        partner_id: code.partner_id,
        product_id: code.product_id,
        note: problem.note.clone(),
        why,
        opened_at: problem.at,
        state: State::Open {},
    };
    let mut writes = case::open(&case)?.to_vec();
    writes.push(counted);
    let done = table::commit_unless_moved(tables, writes, 1).await?;
    Ok(done.then(|| Answer::Case(Box::new(case))))
}

/// Decides a case, or answers it if it was decided in the same way before; and what became of the code.
pub async fn decide_case(
    tables: &Tables,
    secrets: &Secrets,
    id: CaseId,
    (decision, reason): (Decision, &Text<1, 400>),
    act: &Act,
) -> Result<(Case, Option<Ending>), Error> {
    for attempt in 1..=ATTEMPTS_MAX {
        let before = case::find(tables, id).await?;
        let code = code_of(tables, before.purchase_id, before.code_id).await?;
        if let State::Decided {
            decision: there, ..
        } = &before.state
        {
            if *there == decision {
                let ending = ending::past(tables, &code).await?;
                return Ok((before, ending));
            }
            return Err(Rejection::CaseDecided {
                decision: there.as_str().to_owned(),
            }
            .into());
        }
        let after = Case {
            state: State::Decided {
                decision,
                reason: reason.clone(),
                decided_by: act.actor,
                decided_at: act.at,
            },
            ..before.clone()
        };
        let mut along = case::moved(&before, &after)?.to_vec();
        let action = Action::DecideCase;
        along.push(audit::note(act, action, id, Some(&before), Some(&after))?);
        match settle(tables, secrets, code, decision, along, (act.at, attempt)).await? {
            Some(ending) => return Ok((after, ending)),
            None => tables.back_off(attempt).await,
        }
    }
    Err(Failure::unavailable("the case moved during every attempt to decide it").into())
}

/// Carries out what was decided, with the writes that go along; none if something has moved.
async fn settle(
    tables: &Tables,
    secrets: &Secrets,
    code: Code,
    decision: Decision,
    along: Vec<Write>,
    (now, attempt): (Timestamp, u32),
) -> Result<Option<Option<Ending>>, Error> {
    if decision == Decision::Refuse {
        let done = table::commit_unless_moved(tables, along, attempt).await?;
        return Ok(done.then_some(None));
    }
    remedy::check_open(&code, now)?;
    let unsold = || Failure::broken("a case about a code that nobody bought");
    let sale = code.sale.as_ref().ok_or_else(unsold)?;
    let payment = ending::payment(tables, sale.purchase_id).await?;
    let ending = if decision == Decision::Replace {
        let product = product(tables, &payment).await?;
        ending::replace(tables, secrets, &code, &product, &along, now).await?
    } else {
        let sold = Sold { code, payment };
        ending::refund(tables, &sold, RefundReason::DidNotWork, &along, now).await?
    };
    Ok(ending.map(Some))
}
