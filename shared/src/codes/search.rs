//! Finding a partner's code by what somebody typed.
//!
//! A text with the check characters of our codes is looked for as such first, and the step is tried at once: a right code costs
//! one request. Only a text that is no code of ours is then looked for among those that the partner brought.

use super::{Code, Lookup, keys};
use crate::error::Failure;
use crate::id::{CodeId, PartnerId};
use crate::table::{self, Key, Lost, Tables, Write};

/// Tries `step` on the partner's code with this text, and answers the code as it is then, whether the step was made or not. None
/// if the partner has no such code.
pub(super) async fn attempt(
    tables: &Tables,
    lookup: &Lookup,
    partner: PartnerId,
    input: &str,
    step: impl Fn(CodeId) -> Write,
) -> Result<Option<Tried>, Failure> {
    for id in lookup.find(input) {
        // Under an older version of the secrets the same text would be another code; only an item ends the search.
        if let Some(tried) = make(tables, partner, step(id)).await? {
            return Ok(Some(tried));
        }
    }
    match imported(tables, lookup, partner, input).await? {
        Some(code) => make(tables, partner, step(code.code_id)).await,
        None => Ok(None),
    }
}

/// A code after a step was tried.
pub(super) struct Tried {
    /// The code.
    pub code: Code,
    /// Whether the step was made.
    pub is_made: bool,
}

/// Reads the partner's code with this text.
pub(super) async fn find(
    tables: &Tables,
    lookup: &Lookup,
    partner: PartnerId,
    input: &str,
) -> Result<Option<Code>, Failure> {
    let minted = first(tables, partner, lookup.find(input)).await?;
    if minted.is_some() {
        return Ok(minted);
    }
    imported(tables, lookup, partner, input).await
}

async fn imported(
    tables: &Tables,
    lookup: &Lookup,
    partner: PartnerId,
    input: &str,
) -> Result<Option<Code>, Failure> {
    first(tables, partner, lookup.find_imported(partner, input)).await
}

/// The first of these codes that is there and the partner's.
async fn first(
    tables: &Tables,
    partner: PartnerId,
    ids: Vec<CodeId>,
) -> Result<Option<Code>, Failure> {
    if ids.is_empty() {
        return Ok(None);
    }
    let keys: Vec<Key> = ids.into_iter().map(keys::code).collect();
    for item in tables.get_many(&keys).await?.into_iter().flatten() {
        let code: Code = table::read(item)?;
        if code.partner_id == partner {
            return Ok(Some(code));
        }
    }
    Ok(None)
}

/// Another partner's code is as good as none.
async fn make(tables: &Tables, partner: PartnerId, step: Write) -> Result<Option<Tried>, Failure> {
    let (item, is_made) = match table::commit(tables, vec![step.or(())]).await {
        Ok(item) => (item, true),
        Err(Lost::Refused((), item)) => (item, false),
        Err(Lost::Failed(failure)) => return Err(failure),
    };
    let Some(item) = item else {
        return Ok(None);
    };
    let code: Code = table::read(item)?;
    Ok((code.partner_id == partner).then_some(Tried { code, is_made }))
}
