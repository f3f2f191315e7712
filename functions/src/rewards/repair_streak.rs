//! `POST /v1/streaks/{rule_id}/repair`: mends the latest break of a streak; asking again answers the same.

use shared::lambda::{Answer, Call, Reply};
use shared::rewards::{self, Books};
use shared::table::Tables;
use shared::text::Word;

/// Mends the streak, and answers how it stands.
pub async fn handle((tables, books): &(Tables, Books), call: Call) -> Answer {
    let (member, rule_id) = (call.member()?, call.path::<Word>("rule_id")?);
    call.empty_body()?;
    let book = books.read(call.now()).await?;
    Reply::ok(&rewards::repair(tables, &book, member, &rule_id, call.now()).await?)
}
