//! Operations about what became of activities, and about what rules give.

use shared::lambda::{Page, PageQuery};

use super::operation::{Operation, admin, member};
use crate::rewards;

/// What members read, what administrators count, and what they try.
pub fn operations() -> Vec<Operation> {
    vec![
        member("rewards-list-activities", "GET /v1/activities")
            .says("What became of the member's activities, newest first, in a sentence each")
            .query::<PageQuery>()
            .answers::<Page<rewards::list_activities::View>>(200),
        member("rewards-show-activity", "GET /v1/activities/{activity_id}")
            .says("One activity, and what became of it")
            .answers::<rewards::show_activity::View>(200)
            .refuses(&["ACTIVITY_NOT_FOUND"]),
        member("rewards-explain", "GET /v1/activities/{activity_id}/why")
            .says("How the decision about an activity came about, and what would change it")
            .answers::<rewards::explain::View>(200)
            .refuses(&["ACTIVITY_NOT_FOUND"]),
        admin("rewards-report-totals", "GET /admin/v1/reports/rewards")
            .says("What was awarded and refused in a time, and how the budgets stand")
            .parameters::<rewards::report_totals::Query>()
            .answers::<rewards::report_totals::View>(200),
        admin(
            "rewards-start-backtest",
            "POST /admin/v1/reward-rules/{rule_id}/backtests",
        )
        .says("Try a version of a rule on the activities of the last days")
        .body::<rewards::start_backtest::Body>()
        .answers::<rewards::show_backtest::View>(202)
        .refuses(&["RULE_NOT_FOUND", "VERSION_NOT_FOUND"]),
        admin(
            "rewards-show-backtest",
            "GET /admin/v1/reward-rules/{rule_id}/backtests/{backtest_id}",
        )
        .says("One backtest, how far it is, and what came of it")
        .answers::<rewards::show_backtest::View>(200)
        .refuses(&["BACKTEST_NOT_FOUND"]),
    ]
}
