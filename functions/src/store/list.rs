//! `GET /v1/products`: what the caller can see in the store, and whether it can be bought and paid for.

use serde::Deserialize;
use shared::amount::Rjv;
use shared::catalog::Class;
use shared::error::{Failure, Rejection};
use shared::id::PartnerId;
use shared::lambda::{Answer, Call, Limit, Pages, Reply};
use shared::seal::Signing;
use shared::store::{Filters, Place, Sort, Store, Visitor};
use shared::table::Tables;
use shared::text::Word;

use super::ProductView;

/// Which products are wanted, and in which order.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Query {
    partner_class: Option<Class>,
    partner_id: Option<PartnerId>,
    category: Option<Word>,
    /// Products whose codes can be used there. Those whose codes can be used anywhere are among them.
    region: Option<Word>,
    /// What one code costs at least.
    price_min: Option<Rjv>,
    /// What one code costs at most.
    price_max: Option<Rjv>,
    /// Whether the caller has enough for one.
    affordable: Option<bool>,
    /// Whether it can be bought.
    available: Option<bool>,
    #[serde(default)]
    sort: Sort,
    #[serde(default)]
    limit: Limit,
    /// The `next_cursor` of the page before, of a list with the same filters and the same order.
    cursor: Option<String>,
}

impl Query {
    fn filters(&self) -> Result<Filters, Rejection> {
        let filters = Filters {
            partner_class: self.partner_class,
            partner_id: self.partner_id,
            category: self.category.clone(),
            region: self.region.clone(),
            price_min: self.price_min,
            price_max: self.price_max,
            affordable: self.affordable,
            available: self.available,
        };
        if !filters.is_possible() {
            return Err(Rejection::InvalidQuery {
                reason: "`price_min` is above `price_max`".to_owned(),
            });
        }
        Ok(filters)
    }
}

/// Answers a page of the store.
pub async fn handle((tables, store, keys): &(Tables, Store, Signing), call: Call) -> Answer {
    let (member, now) = (call.member()?, call.now());
    let query: Query = call.query()?;
    let filters = query.filters()?;
    let name = filters
        .name(query.sort)
        .map_err(|error| Failure::broken("naming a list of products").because(error))?;
    let pages = Pages::of(keys, &name, member);
    let after: Option<Place> = pages.open(query.cursor.as_deref())?;
    let shelf = store.shelf(now).await?;
    let visitor = Visitor::enter(tables, member, shelf.offers(), now).await?;
    let range = (after.as_ref(), query.limit.get());
    let (shown, next) = shelf.page(&filters, query.sort, &visitor, range, now);
    let visitor = visitor.with_holdings(tables, member, &shown).await?;
    let views = shown
        .into_iter()
        .map(|shown| ProductView::new(shown, &visitor));
    Reply::ok(&pages.page(views.collect(), next)?)
}
