//! Notifications: what members are told, at most once each, however often the news arrives.

mod keys;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::amount::Rjv;
use crate::error::Failure;
use crate::id::{EntryId, MemberId, NotificationId, derived};
use crate::ledger::{Category, Entry, Kind, Side};
use crate::messaging::Message;
use crate::table::{self, Lost, Tables, Write};
use crate::time::Timestamp;

/// The news of an entry, as it travels. It names no activity: what a member does for their health is nobody's business on the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct News {
    /// The entry.
    pub entry_id: EntryId,
    /// What kind of entry it is.
    pub kind: Kind,
    /// Whether tokens came (credit) or went (debit).
    pub side: Side,
    /// What a reward was for, where it is one.
    pub category: Option<Category>,
    /// How much moved.
    pub amount: Rjv,
    /// What the wallet held afterwards.
    pub balance_after: Rjv,
    /// When it was made.
    pub recorded_at: Timestamp,
}

/// What a member finds in their inbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Notification {
    /// Its name.
    pub notification_id: NotificationId,
    /// What kind of entry it tells of.
    pub kind: Kind,
    /// The entry it tells of.
    pub entry_id: EntryId,
    /// Whether tokens came (credit) or went (debit).
    pub side: Side,
    /// How much moved.
    pub amount: Rjv,
    /// What the wallet held afterwards.
    pub balance_after: Rjv,
    /// When the entry was made.
    pub created_at: Timestamp,
}

/// How long the inbox keeps a notification. The entry it tells of stays.
const KEPT: TimeDelta = TimeDelta::days(180);

impl News {
    /// The news that `entry` makes.
    pub fn of(entry: &Entry) -> Self {
        Self {
            entry_id: entry.entry_id,
            kind: entry.source.kind(),
            side: entry.source.counterpart().1,
            category: entry.source.category(),
            amount: entry.amount(),
            balance_after: entry.balance_after,
            recorded_at: entry.recorded_at,
        }
    }

    /// The news as a message, with what subscribers may filter by.
    pub fn message(&self) -> Result<Message, Failure> {
        let broken = |error| Failure::broken("writing news").because(error);
        let mut attributes = BTreeMap::from([
            ("kind", self.kind.as_str().to_owned()),
            ("member_id", self.entry_id.member.to_string()),
        ]);
        attributes.extend(
            self.category
                .map(|category| ("category", category.as_str().to_owned())),
        );
        Ok(Message {
            body: serde_json::to_string(self).map_err(broken)?,
            attributes,
            fifo: None,
        })
    }

    fn notification(&self) -> Notification {
        Notification {
            notification_id: NotificationId::new(derived(&[
                "notification",
                &self.entry_id.to_string(),
            ])),
            kind: self.kind,
            entry_id: self.entry_id,
            side: self.side,
            amount: self.amount,
            balance_after: self.balance_after,
            created_at: self.recorded_at,
        }
    }
}

impl Notification {
    /// The sentence a member reads.
    pub fn message(&self) -> String {
        let Self {
            amount,
            balance_after,
            ..
        } = self;
        match self.kind {
            Kind::Award => format!("You earned {amount} RJV. Your balance is {balance_after} RJV."),
            Kind::Purchase => {
                format!("You spent {amount} RJV. Your balance is {balance_after} RJV.")
            }
            Kind::Refund => {
                format!("{amount} RJV came back for a code. Your balance is {balance_after} RJV.")
            }
            Kind::Expiry => format!("{amount} RJV expired. Your balance is {balance_after} RJV."),
            Kind::Adjustment => {
                let (what, way) = match self.side {
                    Side::Credit => ("added", "to"),
                    Side::Debit => ("took", "from"),
                };
                format!(
                    "We {what} {amount} RJV {way} your wallet to correct it. Your balance is {balance_after} RJV."
                )
            }
        }
    }
}

#[derive(Serialize)]
struct Kept {
    #[serde(flatten)]
    notification: Notification,
    ttl: i64,
}

/// Puts the news into its member's inbox. News that is there already stays as it is.
pub async fn deliver(tables: &Tables, news: &News) -> Result<(), Failure> {
    let notification = news.notification();
    let key = keys::notification(news.entry_id.member, &notification);
    let ttl = notification.created_at.plus(KEPT).epoch_seconds();
    let write = Write::create(key, table::item(&Kept { notification, ttl })?);
    match table::commit(tables, vec![write.or(())]).await {
        Ok(_) | Err(Lost::Refused((), _)) => Ok(()),
        Err(Lost::Failed(failure)) => Err(failure),
    }
}

/// Reads a member's inbox, newest first, behind the place `after`; and the place to go on from.
pub async fn inbox(
    tables: &Tables,
    member: MemberId,
    after: Option<String>,
    limit: usize,
) -> Result<(Vec<Notification>, Option<String>), Failure> {
    tables.page(&keys::inbox(member, after, limit)).await
}
