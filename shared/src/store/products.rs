//! Products as administrators keep them: created with a price and a stock, and changed under their version.

use crate::audit::{self, Act, Action};
use crate::catalog::{self, Changes, Partner, Product};
use crate::error::{Error, Rejection};
use crate::id::ProductId;
use crate::table::{self, Lost, Tables};

/// Adds a product, or answers the one that the same request added before.
pub async fn create(tables: &Tables, product: Product, act: &Act) -> Result<Product, Error> {
    let partner = partner_of(tables, &product).await?;
    let product = product.checked(&partner).map_err(Rejection::from)?;
    let write = catalog::product_write(&product)?;
    let id = product.product_id;
    let note = audit::note(act, Action::CreateProduct, id, None, Some(&product))?;
    match table::commit(tables, vec![write.or(()), note.or(())]).await {
        Ok(_) => Ok(product),
        Err(Lost::Failed(failure)) => Err(failure.into()),
        Err(Lost::Refused((), found)) => {
            let there: Product = table::read(found.unwrap_or_default())?;
            if product.same_beginning(&there) {
                return Ok(there);
            }
            Err(Rejection::ProductConflict {
                product_id: there.product_id.to_string(),
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
) -> Result<Product, Error> {
    let before = catalog::product(tables, id)
        .await?
        .ok_or(Rejection::ProductNotFound)?;
    let after = before.changed(changes);
    if after == before {
        return Ok(before);
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
    let write = catalog::product_change(&before, &after)?;
    let note = audit::note(act, Action::UpdateProduct, id, Some(&before), Some(&after))?;
    match table::commit(tables, vec![write.or(()), note.or(())]).await {
        Ok(_) => Ok(after),
        Err(Lost::Failed(failure)) => Err(failure.into()),
        Err(Lost::Refused((), found)) => {
            let there: Product = table::read(found.unwrap_or_default())?;
            Err(Rejection::VersionConflict {
                version: there.version,
            }
            .into())
        }
    }
}

async fn partner_of(tables: &Tables, product: &Product) -> Result<Partner, Error> {
    let partner = catalog::partner(tables, product.partner_id).await?;
    Ok(partner.ok_or(Rejection::PartnerNotFound)?)
}
