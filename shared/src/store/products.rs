//! Products as administrators keep them: created with a price and a stock, and changed under their version.

use serde::Serialize;

use crate::audit::{self, Act, Action};
use crate::catalog::{self, Changes, Partner, Product, Stock};
use crate::error::{Error, Failure, Rejection};
use crate::id::ProductId;
use crate::invalid::Invalid;
use crate::pricing::{self, Price, PriceTerms};
use crate::stock;
use crate::table::{self, Lost, Tables, Write};

/// A product that is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProduct {
    /// The product.
    pub product: Product,
    /// What its codes cost at first.
    pub price: PriceTerms,
}

/// A product as administrators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "KeptProduct")]
pub struct Kept {
    /// The product.
    #[serde(flatten)]
    pub product: Product,
    /// What its codes cost.
    pub price: Price,
    /// How many are left, where they run out.
    pub left: Option<u64>,
}

/// What the failed condition of a change means.
enum Why {
    /// The product is not at the version that was read.
    ProductMoved,
    /// A shard of the stock has less than it had when it was read.
    StockMoved,
}

/// How often a change of a stock is tried again because some of it was sold.
const ATTEMPTS_MAX: u32 = 8;

/// Adds a product, or answers the one that the same request added before.
pub async fn create(tables: &Tables, new: NewProduct, act: &Act) -> Result<Kept, Error> {
    let partner = partner_of(tables, &new.product).await?;
    let product = new.product.checked(&partner).map_err(Rejection::from)?;
    let id = product.product_id;
    let (price, prices) = pricing::first_price_writes(id, new.price.clone(), act)?;
    let mut writes = vec![catalog::product_write(&product)?];
    writes.extend(prices);
    writes.extend(first_stock(&product));
    writes.push(audit::note(
        act,
        Action::CreateProduct,
        id,
        None,
        Some(&product),
    )?);
    let writes = writes.into_iter().map(|write| write.or(()));
    match table::commit(tables, writes.collect()).await {
        Ok(_) => Ok(Kept {
            left: total(product.stock),
            product,
            price,
        }),
        Err(Lost::Failed(failure)) => Err(failure.into()),
        Err(Lost::Refused((), found)) => {
            let there: Product = table::read(found.unwrap_or_default())?;
            let first = pricing::prices::version(tables, id, price.version).await?;
            if product.same_beginning(&there) && first.terms == price.terms {
                return kept(tables, there).await;
            }
            Err(Rejection::ProductConflict {
                product_id: id.to_string(),
            }
            .into())
        }
    }
}

/// Changes the product that is at `version`, or answers it if it already is as the changes want it.
pub async fn update(
    tables: &Tables,
    id: ProductId,
    version: u32,
    changes: Changes,
    act: &Act,
) -> Result<Kept, Error> {
    for attempt in 1..=ATTEMPTS_MAX {
        let before = find(tables, id).await?;
        let after = before.changed(changes.clone());
        if after == before {
            return kept(tables, before).await;
        }
        if before.version != version {
            return Err(Rejection::VersionConflict {
                version: before.version,
            }
            .into());
        }
        if !before.state.leads_to(after.state) {
            return Err(Rejection::StateConflict {
                state: before.state.as_str().to_owned(),
            }
            .into());
        }
        let partner = partner_of(tables, &after).await?;
        let after = after.checked(&partner).map_err(Rejection::from)?;
        let mut writes = vec![catalog::product_change(&before, &after)?.or(Why::ProductMoved)];
        let shards = change_of_stock(tables, &before, &after).await?.into_iter();
        writes.extend(shards.map(|write| write.or(Why::StockMoved)));
        let note = audit::note(act, Action::UpdateProduct, id, Some(&before), Some(&after))?;
        writes.push(note.or(Why::ProductMoved));
        match table::commit(tables, writes).await {
            Ok(_) => return kept(tables, after).await,
            Err(Lost::Failed(failure)) => return Err(failure.into()),
            Err(Lost::Refused(Why::StockMoved, _)) => tables.back_off(attempt).await,
            Err(Lost::Refused(Why::ProductMoved, found)) => {
                let there: Product = table::read(found.unwrap_or_default())?;
                return Err(Rejection::VersionConflict {
                    version: there.version,
                }
                .into());
            }
        }
    }
    Err(Failure::unavailable("the stock moved during every attempt to change it").into())
}

/// Reads one product as administrators see it.
pub async fn show(tables: &Tables, id: ProductId) -> Result<Kept, Error> {
    kept(tables, find(tables, id).await?).await
}

async fn find(tables: &Tables, id: ProductId) -> Result<Product, Error> {
    let product = catalog::product(tables, id).await?;
    Ok(product.ok_or(Rejection::ProductNotFound)?)
}

async fn kept(tables: &Tables, product: Product) -> Result<Kept, Error> {
    let id = product.product_id;
    let price = pricing::prices::find(tables, id).await?;
    let left = if product.stock.kind().is_counted() {
        let left = stock::left(tables, &[id]).await?;
        Some(left.get(&id).map_or(0, stock::total))
    } else {
        None
    };
    Ok(Kept {
        product,
        price,
        left,
    })
}

async fn partner_of(tables: &Tables, product: &Product) -> Result<Partner, Error> {
    let partner = catalog::partner(tables, product.partner_id).await?;
    Ok(partner.ok_or(Rejection::PartnerNotFound)?)
}

/// How many there are to begin with, where they run out.
fn total(stock: Stock) -> Option<u64> {
    match stock {
        Stock::Unlimited {} => None,
        Stock::Limited { total } => Some(total.get().into()),
        Stock::Pool {} => Some(0),
    }
}

/// The writes of what a product has to begin with.
fn first_stock(product: &Product) -> Vec<Write> {
    let counts = match product.stock {
        Stock::Unlimited {} => return Vec::new(),
        Stock::Limited { total } => stock::spread(total.get()),
        Stock::Pool {} => stock::spread(0),
    };
    stock::create(product.product_id, &counts)
}

/// The writes by which what is left follows a changed total.
async fn change_of_stock(
    tables: &Tables,
    before: &Product,
    after: &Product,
) -> Result<Vec<Write>, Error> {
    if before.stock == after.stock {
        return Ok(Vec::new());
    }
    let (Stock::Limited { total: was }, Stock::Limited { total }) = (before.stock, after.stock)
    else {
        let reason = "a product keeps the kind of its stock";
        return Err(Rejection::from(Invalid::at("/stock/kind", reason)).into());
    };
    let id = before.product_id;
    let left = stock::left(tables, &[id]).await?;
    let left = left.get(&id).copied().unwrap_or_default();
    let difference = i64::from(total.get()) - i64::from(was.get());
    let writes = stock::change_total(id, &left, difference);
    Ok(writes.ok_or(Rejection::SoldOut {
        left: stock::total(&left),
    })?)
}
