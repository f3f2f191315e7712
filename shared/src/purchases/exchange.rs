//! Exchanging: an administrator or support ends a sold code and puts another in its place, whatever the product's policy says.

use super::Secrets;
use super::ending::{self, Ending};
use super::returns::{ATTEMPTS_MAX, product};
use crate::audit::{self, Act, Action};
use crate::codes::desk::{self, Noted};
use crate::codes::{Code, Life, State};
use crate::error::{Error, Failure, Rejection};
use crate::id::CodeId;
use crate::table::{Tables, Write};
use crate::text::Text;

/// Puts another code in the place of this one; answers both. Where another came in its place before, it is that one.
pub async fn exchange(
    tables: &Tables,
    secrets: &Secrets,
    id: CodeId,
    reason: &Text<1, 400>,
    act: &Act,
) -> Result<(Code, Code), Error> {
    for attempt in 1..=ATTEMPTS_MAX {
        let code = desk::find(tables, id).await?;
        if let Life::Replaced { replacement, .. } = code.life {
            let born = desk::find(tables, replacement).await?;
            return Ok((code, born));
        }
        desk::check_open(&code, act.at)?;
        let Some(sale) = &code.sale else {
            let state = "printed".to_owned();
            return Err(Rejection::CodeNotOpen { state }.into());
        };
        let payment = ending::payment(tables, sale.purchase_id).await?;
        let product = product(tables, &payment).await?;
        let along = [note(act, &code, reason)?];
        match ending::replace(tables, secrets, &code, &product, &along, act.at).await? {
            Some(Ending::Replaced(born)) => return Ok((desk::find(tables, id).await?, *born)),
            Some(Ending::Refunded { .. }) => {
                return Err(Failure::broken("a code was refunded instead of replaced").into());
            }
            None => tables.back_off(attempt).await,
        }
    }
    Err(Failure::unavailable("the code moved during every attempt to replace it").into())
}

/// What the log of acts has of it. Which code came in its place, the code itself says.
fn note(act: &Act, code: &Code, reason: &Text<1, 400>) -> Result<Write, Failure> {
    let before = Noted::of(code, None, act.at);
    let after = Noted {
        state: State::Replaced,
        reason: Some(reason.clone()),
        ..before.clone()
    };
    audit::note(
        act,
        Action::ReplaceCode,
        code.code_id,
        Some(&before),
        Some(&after),
    )
}
