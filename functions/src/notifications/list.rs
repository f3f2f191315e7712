//! `GET /v1/notifications`: the member's inbox, newest first.

use serde::Serialize;
use shared::lambda::{Answer, Call, PageQuery, Pages, Reply};
use shared::notifications::{self, Notification};
use shared::seal::Signing;
use shared::table::Tables;

/// A notification, and the sentence to show.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "InboxNotification")]
pub struct View {
    #[serde(flatten)]
    notification: Notification,
    message: String,
}

/// Answers a page of the inbox.
pub async fn handle((tables, keys): &(Tables, Signing), call: Call) -> Answer {
    let member = call.member()?;
    let query: PageQuery = call.query()?;
    let pages = Pages::of(keys, "notifications", member);
    let after = pages.open(query.cursor.as_deref())?;
    let (notifications, next) =
        notifications::inbox(tables, member, after, query.limit.get()).await?;
    let view = |notification: Notification| View {
        message: notification.message(),
        notification,
    };
    Reply::ok(&pages.page(notifications.into_iter().map(view).collect(), next)?)
}
