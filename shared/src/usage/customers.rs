//! Customers: of partners of which class a member has bought, and not given back.

use serde::Deserialize;

use super::keys;
use crate::catalog::Class;
use crate::error::Failure;
use crate::id::MemberId;
use crate::table::{self, Item, Key};

#[derive(Deserialize)]
struct Standing {
    codes: i64,
}

/// Where it stands whether a member is a customer of partners of a class. It is known seconds after a purchase.
pub fn customer_key(member: MemberId, class: Class) -> Key {
    keys::customer(member, class)
}

/// Whether the member is one, given what was found at [`customer_key`]: who keeps at least one code that was not refunded.
pub fn is_customer(found: Option<Item>) -> Result<bool, Failure> {
    let standing: Option<Standing> = found.map(table::read).transpose()?;
    Ok(standing.is_some_and(|standing| standing.codes > 0))
}
