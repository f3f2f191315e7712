//! Revealing: the holder, and nobody else, reads the codes of a purchase.

use std::fmt;

use super::{Purchase, Secrets};
use crate::codes::{self, Code, Life, TextOf};
use crate::error::Failure;
use crate::seal::{Place, Vault};
use crate::table::{self, Tables};
use crate::time::Timestamp;

/// How often codes are read again because something became of them meanwhile.
const ATTEMPTS_MAX: u32 = 8;

/// A code as it is written in full. It can be shown, and does not get into a log by mistake.
#[derive(Clone, PartialEq, Eq)]
pub struct InFull(String);

impl fmt::Display for InFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for InFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a code in full")
    }
}

/// The codes of a purchase that can be used or were, with their texts: derived anew, or out of the vault. What was replaced is
/// shown as what took its place, and what was ended otherwise is not shown. The first time is noted on each code.
pub async fn reveal(
    tables: &Tables,
    (secrets, vault): (&Secrets, &Vault),
    purchase: &Purchase,
    now: Timestamp,
) -> Result<Vec<(Code, InFull)>, Failure> {
    for attempt in 1..=ATTEMPTS_MAX {
        let codes = super::codes(tables, std::slice::from_ref(purchase)).await?;
        let alive = |code: &Code| matches!(code.life, Life::Issued | Life::Redeemed { .. });
        let codes: Vec<Code> = codes.into_iter().flatten().filter(alive).collect();
        let texts = codes.iter().map(|code| in_full(secrets, vault, code));
        let texts = texts.collect::<Result<Vec<_>, _>>()?;
        let unseen = codes.iter().filter(|code| code.revealed_at.is_none());
        let notes = unseen.map(|code| codes::reveal(code, now)).collect();
        // Nothing is shown before that is noted: a code that is given back at the same time was either seen or not.
        if table::commit_unless_moved(tables, notes, attempt).await? {
            return Ok(codes.into_iter().zip(texts).collect());
        }
    }
    Err(Failure::unavailable(
        "the codes moved during every attempt to reveal them",
    ))
}

fn in_full(secrets: &Secrets, vault: &Vault, code: &Code) -> Result<InFull, Failure> {
    let version = code.key_version;
    match &code.text {
        TextOf::Minted { seed, index } => {
            let text = codes::mint(&secrets.mint, &secrets.lookup, version, *seed, *index);
            // A text under which the code cannot be found must not be shown: the secrets are not those it was minted with.
            let text = text.filter(|text| secrets.lookup.id(version, text) == Some(code.code_id));
            let text = text.ok_or_else(|| {
                Failure::broken(format!(
                    "the secrets of version {version} do not mint a code that was sold"
                ))
            })?;
            Ok(InFull(text.to_string()))
        }
        TextOf::Imported { ciphertext } => {
            let place = Place {
                product_id: code.product_id,
                code_id: code.code_id,
            };
            Ok(InFull(vault.open(place, version, ciphertext)?))
        }
    }
}
