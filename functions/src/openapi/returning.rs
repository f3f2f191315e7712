//! Operations about codes that are given back, or do not work.

use shared::lambda::Page;
use shared::purchases::Case;

use super::operation::{Operation, admin, member};
use crate::{cases, purchases};

/// The operations.
pub fn operations() -> Vec<Operation> {
    vec![
        member(
            "purchases-refund",
            "POST /v1/purchases/{purchase_id}/refunds",
        )
        .says("Give codes back unused; the product says what comes of it, and the same codes again answer the same")
        .body::<purchases::refund::Body>()
        .answers::<purchases::refund::View>(200)
        .refuses(&["PURCHASE_NOT_FOUND", "CODE_NOT_FOUND", "CODE_NOT_RETURNABLE"])
        .refuses(&["CODE_RESERVED", "CODE_REVEALED"])
        .refuses(&["RETURN_TOO_LATE", "RETURN_REFUSED"]),
        member(
            "purchases-report-problem",
            "POST /v1/purchases/{purchase_id}/problems",
        )
        .says("Say that a code did not work; it is replaced or refunded at once, or somebody looks at it")
        .body::<purchases::report_problem::Body>()
        .answers::<purchases::report_problem::View>(200)
        .refuses(&["PURCHASE_NOT_FOUND", "CODE_NOT_FOUND"])
        .refuses(&["CODE_NOT_RETURNABLE", "CODE_RESERVED"]),
        admin("cases-list", "GET /admin/v1/cases")
            .says("Problems with codes that no rule decides, the oldest first")
            .query::<cases::list::Query>()
            .answers::<Page<Case>>(200),
        admin("cases-decide", "POST /admin/v1/cases/{case_id}/decision")
            .says("Decide a case, and do what follows; the same decision again answers the same")
            .body::<cases::decide::Body>()
            .answers::<cases::decide::View>(200)
            .refuses(&["CASE_NOT_FOUND", "CASE_DECIDED", "CODE_NOT_RETURNABLE"])
            .refuses(&["CODE_RESERVED"]),
    ]
}
