//! The audit log: what administrators did, with what was there before and after.
//!
//! A record is one write of the very transaction that carries out the act, so neither can exist without the other, and
//! records are never changed. Secrets do not belong into it: of a key it knows the name, the reference and the date.

mod keys;

use std::fmt::Display;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Failure;
use crate::id::{AuditId, MemberId};
use crate::table::{self, Tables, Write};
use crate::time::{Month, Timestamp};

/// Who acts, and in which request: what every act of an administrator is noted with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// The administrator.
    pub actor: MemberId,
    /// The request, by which the log has more.
    pub request_id: String,
    /// When.
    pub at: Timestamp,
    /// The name of the record.
    pub id: AuditId,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "AuditAction")]
pub enum Action {
    /// A reward rule was said anew, as its next version.
    SetRule,
    /// A reward rule was published, paused, resumed or ended.
    SetRuleState,
    /// A promotion was said anew, as its next version.
    SetPromotion,
    /// A promotion was published, paused, resumed or ended.
    SetPromotionState,
    /// What holds for all reward rules was said anew.
    SetProgramme,
    /// A member was put into other segments.
    SetSegments,
    /// A partner was added, with its first key.
    CreatePartner,
    /// The sales of a partner were paused or resumed.
    UpdatePartner,
    /// A partner got another key.
    IssueKey,
    /// A partner's key was revoked.
    RevokeKey,
    /// A product was added.
    CreateProduct,
    /// A product was changed.
    UpdateProduct,
    /// The terms of a price were said anew.
    SetPrice,
    /// A price rule was said anew, as its next version.
    SetPriceRule,
    /// A price rule was published, paused, resumed or ended.
    SetPriceRuleState,
    /// A price promotion was said anew, as its next version.
    SetPricePromotion,
    /// A price promotion was published, paused, resumed or ended.
    SetPricePromotionState,
    /// A code was ended.
    RevokeCode,
    /// The end of a code's validity was put off.
    ExtendCode,
    /// A code was ended, and another came in its place.
    ReplaceCode,
    /// A reconciliation was started.
    StartReconciliation,
    /// A version of a reward rule is tried on past activities.
    StartBacktest,
    /// An import of a partner's codes was ordered.
    StartImport,
    /// The file of an import was released for reading.
    RunImport,
    /// Codes for print were ordered.
    StartBatch,
    /// A link to the codes of a batch was handed out.
    DownloadBatch,
    /// A wallet was made the fold of its entries again.
    RebuildWallet,
    /// A correction of a wallet was proposed.
    ProposeAdjustment,
    /// A correction of a wallet was approved, and so made.
    ApproveAdjustment,
    /// A correction of a wallet was rejected.
    RejectAdjustment,
    /// A problem with a code was decided.
    DecideCase,
}

/// An act as the log has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "AuditRecord")]
pub struct Record {
    /// Its name.
    pub audit_id: AuditId,
    /// When it was done.
    pub at: Timestamp,
    /// Who did it, named as a member is.
    pub actor: MemberId,
    /// The request that did it.
    pub request_id: String,
    /// What was done.
    pub action: Action,
    /// To what: the id of the thing.
    pub subject: String,
    /// The thing as it was before; null if there was none.
    pub before: Value,
    /// The thing as it was afterwards; null if there is none any more.
    pub after: Value,
}

/// The write that notes an act which takes `subject` from `before` to `after`. It belongs into the transaction of the act.
pub fn note<T: Serialize>(
    act: &Act,
    action: Action,
    subject: impl Display,
    before: Option<&T>,
    after: Option<&T>,
) -> Result<Write, Failure> {
    let json = |thing: Option<&T>| {
        serde_json::to_value(thing)
            .map_err(|error| Failure::broken("writing an audit record").because(error))
    };
    let record = Record {
        audit_id: act.id,
        at: act.at,
        actor: act.actor,
        request_id: act.request_id.clone(),
        action,
        subject: subject.to_string(),
        before: json(before)?,
        after: json(after)?,
    };
    Ok(Write::create(keys::record(&record), table::item(&record)?))
}

/// Reads the records of a month, newest first, behind the place `after`; and the place to go on from, if there may be more.
pub async fn records(
    tables: &Tables,
    month: Month,
    after: Option<String>,
    limit: usize,
) -> Result<(Vec<Record>, Option<String>), Failure> {
    tables.page(&keys::records(month, after, limit)).await
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn act() -> Act {
        Act {
            actor: MemberId::new(Uuid::from_u128(1)),
            request_id: "request-1".to_owned(),
            at: "2026-11-30T23:59:59.999Z".parse().unwrap(),
            id: AuditId::new(Uuid::from_u128(2)),
        }
    }

    #[test]
    fn a_record_is_new_and_holds_what_changed() {
        let write = note(
            &act(),
            Action::SetRule,
            "app_opened",
            None,
            Some(&json!({"version": 1})),
        )
        .unwrap();

        assert_eq!(write.key.pk, "audit#2026-11");
        assert_eq!(write.condition, crate::table::Condition::Absent);
        let crate::table::Action::Put(item) = write.action else {
            panic!("no new item");
        };
        let record: Record = table::read(item).unwrap();
        assert_eq!(record.before, Value::Null);
        assert_eq!(record.after, json!({"version": 1}));
        assert_eq!(
            serde_json::to_value(record.action).unwrap(),
            json!("set_rule")
        );
    }
}
