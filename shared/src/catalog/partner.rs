//! Partners and their classes.

use serde::{Deserialize, Serialize};

use super::keys;
use crate::error::Failure;
use crate::id::{PartnerId, derived};
use crate::table::{self, Condition, Key, Tables, Write, number};
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
    /// Why none of its products can be bought for now, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sales_paused: Option<SalesPause>,
    /// Counts all changes.
    pub version: u32,
}

/// A pause of the sales of a partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SalesPause {
    /// Since when.
    pub since: Timestamp,
    /// By whom.
    pub by: PausedBy,
    /// Why.
    pub reason: Text<1, 200>,
}

/// Who paused the sales of a partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PausedBy {
    /// An administrator.
    Administrator,
    /// Nobody: too many of its codes did not work.
    Refusals,
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

    /// A new partner, whose products can be bought.
    pub fn new(reference: Reference, name: Text<1, 100>, class: Class, now: Timestamp) -> Self {
        Self {
            partner_id: Self::id_of(&reference),
            reference,
            name,
            class,
            created_at: now,
            sales_paused: None,
            version: 1,
        }
    }

    /// The partner with its sales paused, or not, as its next version.
    #[must_use]
    pub fn with_sales(&self, paused: Option<SalesPause>) -> Self {
        Self {
            sales_paused: paused,
            version: self.version.saturating_add(1),
            ..self.clone()
        }
    }
}

/// The write that adds a partner.
pub fn partner_write(partner: &Partner) -> Result<Write, Failure> {
    Ok(Write::create(
        keys::partner(partner.partner_id),
        table::item(partner)?,
    ))
}

/// The write by which a partner follows the version that was read.
pub fn partner_change(before: &Partner, after: &Partner) -> Result<Write, Failure> {
    Ok(Write::put(
        keys::partner(after.partner_id),
        table::item(after)?,
        Condition::Equals("version", number(before.version.into())),
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
