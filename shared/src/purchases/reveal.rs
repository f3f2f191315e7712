//! Revealing: the holder, and nobody else, reads the codes of a purchase.

use super::{Purchase, Secrets};
use crate::codes::{self, Code, CodeText, TextOf};
use crate::error::Failure;
use crate::table::{self, Lost, Tables};
use crate::time::Timestamp;

/// The codes of a purchase with their texts, derived anew. The first time is noted on each code.
pub async fn reveal(
    tables: &Tables,
    secrets: &Secrets,
    purchase: &Purchase,
    now: Timestamp,
) -> Result<Vec<(Code, CodeText)>, Failure> {
    let codes = super::codes(tables, std::slice::from_ref(purchase)).await?;
    let text = |code: &Code| {
        let text = match &code.text {
            TextOf::Minted { seed, index } => codes::mint(
                &secrets.mint,
                &secrets.lookup,
                code.key_version,
                *seed,
                *index,
            ),
            TextOf::Imported { .. } => None,
        };
        // A text under which the code cannot be found must not be shown: the secrets are not those it was minted with.
        let text =
            text.filter(|text| secrets.lookup.id(code.key_version, text) == Some(code.code_id));
        text.ok_or_else(|| {
            Failure::broken(format!(
                "the secrets of version {} do not mint a code that was sold",
                code.key_version
            ))
        })
    };
    let texts = codes.iter().map(text).collect::<Result<Vec<_>, _>>()?;
    let unseen = codes.iter().filter(|code| code.revealed_at.is_none());
    let notes = unseen
        .map(|code| codes::reveal(code.code_id, now).or(()))
        .collect();
    match table::commit(tables, notes).await {
        // Refused: the same holder, twice at once. One of them noted it.
        Ok(_) | Err(Lost::Refused((), _)) => Ok(codes.into_iter().zip(texts).collect()),
        Err(Lost::Failed(failure)) => Err(failure),
    }
}
