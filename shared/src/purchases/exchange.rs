//! Exchanging: an administrator or support ends a sold code and puts another in its place, whatever the product's policy says.

use super::returns::{ATTEMPTS_MAX, product};
use super::{Secrets, ending};
use crate::audit::{Act, Action};
use crate::codes::{Code, Life, desk};
use crate::error::{Error, Failure, Rejection};
use crate::id::CodeId;
use crate::table::Tables;
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
        let expected = ending::successor_id(secrets, &code)?;
        tables.back_off(attempt).await;
    }
    Err(Failure::unavailable("the code moved during every attempt to replace it").into())
}
