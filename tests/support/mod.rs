//! A small world in memory, in which handlers and laws are tried.
//!
//! It is built by the functions that build the real one, under fixed secrets and a fixed clock, so that every id, quote,
//! cursor and code in it is the same in every run and can stand in the sample events.

mod adjustments;
mod bulk;
mod needs;
mod outbox;
mod prices;
mod returns;
mod rewards;
mod shelf;
mod store;
mod streaks;
mod world;

pub use self::adjustments::{adjustment_id, proposal};
pub use self::bulk::{batch_id, import_id, vouchers};
pub use self::needs::{lookup, secrets, signing, vault};
pub use self::outbox::Outbox;
pub use self::returns::{brought_code, gias_code, hals_code};
pub use self::store::{Fault, INNER_STORY};
pub use self::world::{
    ADA, BACKTESTED, BEN, CLEO, DONE, EVE, GYM_KEYS, LAB_KEY, MIA, RUNNING, Snapshot, TRYING,
    World, partner_id, product_id,
};

use shared::audit::Act;
use shared::id::AuditId;
use shared::lambda::Fresh;
use shared::text::Text;
use shared::time::Timestamp;
use uuid::Uuid;

/// The instant at which the world stands still.
pub fn now() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().expect("an instant")
}

/// What is fresh at `now`: an id and random bits that follow from `number`.
pub fn fresh(number: u8, now: Timestamp) -> Fresh {
    Fresh {
        now,
        // Nothing in the world has such an id or such a key.
        id: Uuid::from_u128(u128::from(number) << 64),
        random: [[number | 0x40; 32], [number | 0x80; 32]],
    }
}

/// The act of Ada with this number.
pub fn act(number: u8, at: Timestamp) -> Act {
    Act {
        actor: ADA,
        request_id: format!("request-{number}"),
        at,
        id: AuditId::new(Uuid::from_u128(0xa000 + u128::from(number))),
    }
}

/// A text of the wanted kind.
pub fn text<const MIN: usize, const MAX: usize>(text: &str) -> Text<MIN, MAX> {
    text.to_owned().try_into().expect("a text of that length")
}
