//! Rebuilding: a wallet becomes the fold of its entries again. No tokens move, and nobody has a say in what comes out.

use crate::audit::{self, Act, Action};
use crate::error::{Error, Failure, Rejection};
use crate::id::MemberId;
use crate::ledger::{self, Flaw, Proof};
use crate::table::{self, Lost, Tables};

/// How often a rebuild is tried again because the wallet moved.
const ATTEMPTS_MAX: u32 = 8;

/// Makes a wallet the fold of its entries, where these are sound; a sound wallet stays as it is. Answers the proof afterwards.
///
/// A wallet that cannot be read at all must be taken away by hand first: nothing tells whether it moves meanwhile.
pub async fn rebuild(tables: &Tables, member: MemberId, act: &Act) -> Result<Proof, Error> {
    for attempt in 1..=ATTEMPTS_MAX {
        let proof = ledger::prove(tables, member).await?;
        match &proof.flaw {
            None => return Ok(proof),
            Some(
                Flaw::WrongWallet { .. } | Flaw::NoWallet { .. } | Flaw::UncountedEntries { .. },
            ) => {}
            Some(
                Flaw::UnreadableEntry { .. } | Flaw::BadEntry { .. } | Flaw::MissingEntries { .. },
            ) => {
                let seq_sound = proof.folded.seq;
                return Err(Rejection::EntriesUnsound { seq_sound }.into());
            }
        }
        let (before, after) = (proof.stored.as_ref(), Some(&proof.folded));
        let writes = vec![
            ledger::replace(before, &proof.folded)?.or(()),
            audit::note(act, Action::RebuildWallet, member, before, after)?.or(()),
        ];
        match table::commit(tables, writes).await {
            Ok(_) => return Ok(ledger::prove(tables, member).await?),
            Err(Lost::Refused((), _)) => tables.back_off(attempt).await,
            Err(Lost::Failed(failure)) => return Err(failure.into()),
        }
    }
    Err(Failure::unavailable("the wallet moved during every attempt to rebuild it").into())
}
