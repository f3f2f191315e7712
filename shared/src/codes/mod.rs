//! Single-use codes: minted from a quote, known to their table only by a digest, redeemed by one conditional write.
//!
//! A code's text is derived from the quote that was paid and a secret, so a repeated purchase mints the same codes and finds
//! them already there, and no table holds anything that could be redeemed. Deliberately absent: a list of codes by partner
//! or product, and any way back from redeemed.

mod code;
mod imported;
mod keys;
mod redemption;
mod reservation;
mod search;
mod secret;
mod steps;

pub mod desk;
pub mod jobs;
pub mod pool;

pub use self::code::{Code, Life, Sale, State, TextOf};
pub use self::imported::{ImportedText, Unfit};
pub use self::redemption::{Redemption, redeem, validate};
pub use self::reservation::{Minutes, Reservation, release, reserve};
pub use self::secret::{CodeText, Lookup, Mint, masked, mint, normalised};
pub use self::steps::{extend, refund, replace, reveal, revoke, unless_extended};

use crate::error::Failure;
use crate::id::CodeId;
use crate::table::{self, Key, Tables, Write};

/// Whether an item of the table with this sort key is a code.
pub fn is_code(sk: &str) -> bool {
    keys::is_code(sk)
}

/// Where a code stands.
pub fn code_key(id: CodeId) -> Key {
    keys::code(id)
}

/// The write that puts a newly sold code on sale's other side: into the hands of its buyer.
pub fn create(code: &Code) -> Result<Write, Failure> {
    Ok(Write::create(keys::code(code.code_id), table::item(code)?))
}

/// Reads codes, in the order of `ids`.
pub async fn read(tables: &Tables, ids: &[CodeId]) -> Result<Vec<Code>, Failure> {
    let mut codes = Vec::with_capacity(ids.len());
    for ids in ids.chunks(table::KEYS_MAX) {
        let keys: Vec<Key> = ids.iter().copied().map(keys::code).collect();
        for item in tables.get_many(&keys).await? {
            codes.push(table::read(
                item.ok_or_else(|| Failure::broken("a sold code is missing"))?,
            )?);
        }
    }
    Ok(codes)
}
