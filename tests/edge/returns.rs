//! Giving codes back: what the samples of its functions are made of, and what clients see of it.

use serde_json::json;
use shared::id::{CodeId, ProductId, QuoteId};
use shared::pricing::Quantity;
use shared::purchases::Case;
use shared::store;
use uuid::Uuid;

use super::events::Event;
use super::serve;
use crate::support::{World, brought_code, fresh, gias_code, lookup, now, secrets, signing};

/// Texts and ids that samples hold.
pub fn known() -> Vec<(String, String)> {
    let mut known: Vec<(String, String)> = (0..6)
        .map(|index| {
            let id = gias_code(index).to_string();
            (format!("id, Gia's code {index}"), id)
        })
        .collect();
    for index in [4, 5] {
        let case = Case::id_of(gias_code(index)).to_string();
        known.push((format!("id, case of Gia's code {index}"), case));
    }
    known.push((
        "id, code of the gym's own".to_owned(),
        brought_code().to_string(),
    ));
    for (name, quote) in [("Mia's", 1), ("Gia's", 201)] {
        known.push((format!("id, {name} trial hour"), minted(quote).to_string()));
    }
    for kind in ["cas", "cod"] {
        known.push((
            format!("id, {kind} of nothing"),
            format!("{kind}_{}", "0".repeat(32)),
        ));
    }
    known
}

/// The first code of the quote with this number.
fn minted(quote: u128) -> CodeId {
    let (secrets, seed) = (secrets(), Uuid::from_u128(quote));
    let text = shared::codes::mint(&secrets.mint, &secrets.lookup, 1, seed, 0).expect("a code");
    lookup().id(1, &text).expect("an id")
}
