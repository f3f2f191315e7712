//! `GET /admin/v1/prices/{product_id}/calendar`: what a code will cost in the next 30 days, as far as it is known.

use shared::lambda::{Answer, Call, Reply};
use shared::pricing::{self, prices};
use shared::table::Tables;

/// Answers the calendar.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    call.staff()?;
    call.no_query()?;
    let product = call.path("product_id")?;
    let subjected = prices::find_subjected(tables, product).await?;
    let book = pricing::read_book(tables, call.now()).await?;
    let (price, subject) = (&subjected.price, subjected.subject());
    Reply::ok(&pricing::calendar(
        price,
        book.published(),
        &subject,
        call.now(),
    ))
}
