//! Notifications: what members are told, at most once each, however often the news arrives.

mod keys;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::amount::Rjv;
use crate::error::Failure;
use crate::id::{CodeId, EntryId, MemberId, NotificationId, PurchaseId, derived};
use crate::ledger::{Category, Entry, Kind, Side};
use crate::messaging::Message;
use crate::table::{self, Lost, Tables, Write};
use crate::time::Timestamp;

/// News, as they travel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum News {
    /// An entry was made.
    Entry(EntryNews),
    /// A code runs out soon.
    Code(CodeNews),
}

/// The news of an entry. They name no activity: what a member does for their health is nobody's business on the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryNews {
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

/// The news of a code. They name no product: what a member buys for their health is nobody's business on the way either.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeNews {
    /// The code.
    pub code_id: CodeId,
    /// What kind of news it is.
    pub kind: CodeKind,
    /// The purchase by which its holder finds it.
    pub purchase_id: PurchaseId,
    /// Its last four characters.
    pub last4: String,
    /// The first instant at which it can no longer be redeemed.
    pub expires_at: Timestamp,
    /// When its holder was to be told.
    pub due_at: Timestamp,
}

/// What a member is told of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "CodeNotificationKind")]
pub enum CodeKind {
    /// It runs out soon, and nobody redeemed it yet.
    CodeExpiring,
}

/// What a member finds in their inbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Notification {
    /// Its name.
    pub notification_id: NotificationId,
    /// When the entry was made, or the member was to be told.
    pub created_at: Timestamp,
    /// What it tells of.
    #[serde(flatten)]
    pub about: About,
}

/// What a notification tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "NotificationAbout")]
pub enum About {
    /// An entry.
    Entry {
        /// What kind of entry it tells of.
        kind: Kind,
        /// The entry it tells of.
        entry_id: EntryId,
        /// Whether tokens came (credit) or went (debit).
        side: Side,
        /// How much moved.
        amount: Rjv,
        /// What the wallet held afterwards.
        balance_after: Rjv,
    },
    /// A code.
    Code {
        /// What it tells of the code.
        kind: CodeKind,
        /// The code it tells of.
        code_id: CodeId,
        /// The purchase among whose codes it is found.
        purchase_id: PurchaseId,
        /// Its last four characters.
        last4: String,
        /// The first instant at which it can no longer be redeemed.
        expires_at: Timestamp,
    },
}

/// How long the inbox keeps a notification. The entry it tells of stays.
const KEPT: TimeDelta = TimeDelta::days(180);

impl News {
    /// The news that `entry` makes.
    pub fn of(entry: &Entry) -> Self {
        Self::Entry(EntryNews {
            entry_id: entry.entry_id,
            kind: entry.source.kind(),
            side: entry.source.counterpart().1,
            category: entry.source.category(),
            amount: entry.amount(),
            balance_after: entry.balance_after,
            recorded_at: entry.recorded_at,
        })
    }

    /// Whose news they are.
    pub fn member(&self) -> MemberId {
        match self {
            Self::Entry(news) => news.entry_id.member,
            Self::Code(news) => news.purchase_id.member,
        }
    }

    /// The news as a message, with what subscribers may filter by.
    pub fn message(&self) -> Result<Message, Failure> {
        let broken = |error| Failure::broken("writing news").because(error);
        let (kind, category) = match self {
            Self::Entry(news) => (news.kind.as_str(), news.category),
            Self::Code(news) => (news.kind.as_str(), None),
        };
        let mut attributes = BTreeMap::from([
            ("kind", kind.to_owned()),
            ("member_id", self.member().to_string()),
        ]);
        attributes.extend(category.map(|category| ("category", category.as_str().to_owned())));
        Ok(Message {
            body: serde_json::to_string(self).map_err(broken)?,
            attributes,
            fifo: None,
        })
    }

    /// The same news make the same notification.
    fn notification(&self) -> Notification {
        match self.clone() {
            Self::Entry(news) => Notification {
                notification_id: named(&[&news.entry_id.to_string()]),
                created_at: news.recorded_at,
                about: About::Entry {
                    kind: news.kind,
                    entry_id: news.entry_id,
                    side: news.side,
                    amount: news.amount,
                    balance_after: news.balance_after,
                },
            },
            Self::Code(news) => Notification {
                notification_id: named(&[
                    news.kind.as_str(),
                    &news.code_id.to_string(),
                    &news.due_at.to_string(),
                ]),
                created_at: news.due_at,
                about: About::Code {
                    kind: news.kind,
                    code_id: news.code_id,
                    purchase_id: news.purchase_id,
                    last4: news.last4,
                    expires_at: news.expires_at,
                },
            },
        }
    }
}

fn named(what: &[&str]) -> NotificationId {
    NotificationId::new(derived(&[&["notification"], what].concat()))
}

impl CodeKind {
    /// Its name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CodeExpiring => "code_expiring",
        }
    }
}

impl Notification {
    /// The sentence a member reads.
    pub fn message(&self) -> String {
        let (kind, side, amount, balance_after) = match &self.about {
            About::Entry {
                kind,
                side,
                amount,
                balance_after,
                ..
            } => (kind, side, amount, balance_after),
            About::Code {
                kind: CodeKind::CodeExpiring,
                last4,
                expires_at,
                ..
            } => return expiring(last4, *expires_at),
        };
        match kind {
            Kind::Award => format!("You earned {amount} RJV. Your balance is {balance_after} RJV."),
            Kind::Purchase => {
                format!("You spent {amount} RJV. Your balance is {balance_after} RJV.")
            }
            Kind::Refund => {
                format!("{amount} RJV came back for a code. Your balance is {balance_after} RJV.")
            }
            Kind::Expiry => format!("{amount} RJV expired. Your balance is {balance_after} RJV."),
            Kind::Adjustment => {
                let (what, way) = match side {
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

/// How long it is until then changes while the notification lies in the inbox, so the instant is said.
fn expiring(last4: &str, expires_at: Timestamp) -> String {
    let until = expires_at.to_string();
    let minutes = until.get(..16).unwrap_or(&until).replace('T', ", ");
    format!("Your code ending in {last4} can be redeemed until {minutes} UTC.")
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
    let key = keys::notification(news.member(), &notification);
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
