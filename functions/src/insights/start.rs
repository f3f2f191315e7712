//! `POST /admin/v1/reconciliations`: starts a reconciliation, or answers the one that is under way and wakes what got stuck.

use shared::audit::{self, Action};
use shared::id::RunId;
use shared::insights::{self, Run, Starter};
use shared::lambda::{Answer, Call, Reply};
use shared::messaging::ReconciliationQueue;
use shared::table::Tables;

use super::RunView;

/// Starts it.
pub async fn handle((tables, queue): &(Tables, ReconciliationQueue), call: Call) -> Answer {
    let act = call.admin()?;
    call.empty_body()?;
    let starter = Starter::Administrator {
        member_id: act.actor,
    };
    let run = Run::new(RunId::new(call.fresh().id), starter, call.now());
    let note = audit::note(
        &act,
        Action::StartReconciliation,
        run.run_id,
        None,
        Some(&run),
    )?;
    let run = insights::start(tables, queue, run, vec![note]).await?;
    Reply::accepted(&RunView::from(&run))
}
