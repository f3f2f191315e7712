//! Partners and their classes.

use serde::{Deserialize, Serialize};

use super::keys;
use crate::error::Failure;
use crate::id::{PartnerId, derived};
use crate::table::{self, Key, Tables, Write};
use crate::text::{Reference, Text};
use crate::time::Timestamp;

/// A partner whose codes are sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Partner {
    /// Its name here.
    pub partner_id: PartnerId,
    /// What the administrators call it.
    pub reference: Reference,
    /// What members read.
    pub name: Text<1, 100>,
    /// On which terms it takes part.
    pub class: Class,
    /// Since when.
    pub created_at: Timestamp,
}

/// On which terms a partner takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "PartnerClass")]
pub enum Class {
    /// One of many.
    Standard,
    /// Takes part here and nowhere else.
    Exclusive,
}

impl Partner {
    /// The name of the partner with this reference.
    pub fn id_of(reference: &Reference) -> PartnerId {
        PartnerId::new(derived(&["partner", reference.as_str()]))
    }
}

/// The write that adds a partner.
pub fn partner_write(partner: &Partner) -> Result<Write, Failure> {
    Ok(Write::create(
        keys::partner(partner.partner_id),
        table::item(partner)?,
    ))
}

/// Where a partner stands.
pub fn partner_key(id: PartnerId) -> Key {
    keys::partner(id)
}

/// Reads one partner.
pub async fn partner(tables: &Tables, id: PartnerId) -> Result<Option<Partner>, Failure> {
    tables.get(&keys::partner(id)).await
}

/// Reads partners in the order of their ids, behind `after`; and the one to go on behind, if there may be more.
pub async fn partners(
    tables: &Tables,
    after: Option<PartnerId>,
    limit: usize,
) -> Result<(Vec<Partner>, Option<PartnerId>), Failure> {
    let (partners, next): (Vec<Partner>, _) = tables.page(&keys::partners(after, limit)).await?;
    let next = next.and(partners.last().map(|partner| partner.partner_id));
    Ok((partners, next))
}
