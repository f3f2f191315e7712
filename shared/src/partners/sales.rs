//! Sales of a partner: paused and resumed by administrators. That too many of its codes did not work pauses them as well.

use crate::audit::{self, Act, Action};
use crate::catalog::{self, Partner, PausedBy, SalesPause};
use crate::error::{Error, Rejection};
use crate::id::PartnerId;
use crate::table::{self, Lost, Tables};
use crate::text::Text;

/// Pauses the sales of the partner that is at `version` for a reason, or resumes them without one. If it already is so, that is
/// the answer. Codes that were sold stay what they are.
pub async fn set_sales(
    tables: &Tables,
    id: PartnerId,
    version: u32,
    paused: Option<Text<1, 200>>,
    act: &Act,
) -> Result<Partner, Error> {
    let before = catalog::partner(tables, id)
        .await?
        .ok_or(Rejection::PartnerNotFound)?;
    let there = before.sales_paused.as_ref();
    let is_so = there.map(|pause| (pause.by, &pause.reason))
        == paused
            .as_ref()
            .map(|reason| (PausedBy::Administrator, reason));
    if is_so {
        return Ok(before);
    }
    if before.version != version {
        return Err(Rejection::VersionConflict {
            version: before.version,
        }
        .into());
    }
    let after = before.with_sales(paused.map(|reason| SalesPause {
        since: act.at,
        by: PausedBy::Administrator,
        reason,
    }));
    let write = catalog::partner_change(&before, &after)?;
    let note = audit::note(act, Action::UpdatePartner, id, Some(&before), Some(&after))?;
    match table::commit(tables, vec![write.or(()), note.or(())]).await {
        Ok(_) => Ok(after),
        Err(Lost::Failed(failure)) => Err(failure.into()),
        Err(Lost::Refused((), found)) => {
            let there: Partner = table::read(found.unwrap_or_default())?;
            Err(Rejection::VersionConflict {
                version: there.version,
            }
            .into())
        }
    }
}
