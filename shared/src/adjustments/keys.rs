//! Keys of adjustments in the `Insights` table.
//!
//! | item       | pk                    | sk                             | read by                                     |
//! |------------|-----------------------|--------------------------------|---------------------------------------------|
//! | adjustment | `adj_<hex>`           | `adjustment`                   | administrators, by id; proposing, approving |
//! | listed     | `adjustments#<state>` | `<proposed at>#adj_<hex>`      | administrators, newest first                |
//! | correction | `ent_<hex>_<seq>`     | `correction`                   | proposing and approving                     |

use super::{Adjustment, Stage};
use crate::id::{AdjustmentId, EntryId};
use crate::table::{Key, Query, Table};

pub(super) fn adjustment(id: AdjustmentId) -> Key {
    Key {
        table: Table::Insights,
        pk: id.to_string(),
        sk: "adjustment".to_owned(),
    }
}

/// Where an adjustment is listed while it is in its stage.
pub(super) fn listed(adjustment: &Adjustment) -> Key {
    let Adjustment {
        adjustment_id,
        proposed_at,
        ..
    } = adjustment;
    Key {
        table: Table::Insights,
        pk: partition(adjustment.state.stage()),
        sk: format!("{proposed_at}#{adjustment_id}"),
    }
}

/// The adjustments in a stage, newest first, behind the sort key `after` if there is one.
pub(super) fn list(stage: Stage, after: Option<String>, limit: usize) -> Query {
    Query {
        table: Table::Insights,
        pk: partition(stage),
        prefix: String::new(),
        descending: true,
        after,
        limit,
    }
}

pub(super) fn correction(entry: EntryId) -> Key {
    Key {
        table: Table::Insights,
        pk: entry.to_string(),
        sk: "correction".to_owned(),
    }
}

fn partition(stage: Stage) -> String {
    format!("adjustments#{}", stage.as_str())
}
