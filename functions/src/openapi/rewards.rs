//! The operations by which administrators keep rules, promotions and what else awards depend on.

use shared::rewards::Terms;
use shared::rewards::programme::ProgrammeTerms;
use shared::rewards::promotion::PromotionTerms;

use super::operation::{Operation, admin};
use crate::rewards;
use crate::rewards::views::{PromotionView, RuleView, VersionView};
use shared::lambda::PageQuery;

pub fn rules() -> Vec<Operation> {
    vec![
        admin("rewards-set-rule", "PUT /admin/v1/reward-rules/{rule_id}")
            .says("Say what a rule says in its next version; nothing is awarded by it before it is published")
            .body::<Terms<String>>()
            .answers::<VersionView<Terms<String>>>(200)
            .refuses(&["STATE_CONFLICT"]),
        admin(
            "rewards-set-rule-state",
            "PUT /admin/v1/reward-rules/{rule_id}/state",
        )
        .says("Publish a version of a rule, pause it, resume it, or end it for good")
        .body::<rewards::set_rule_state::Body>()
        .answers::<RuleView>(200)
        .refuses(&["RULE_NOT_FOUND", "VERSION_NOT_FOUND", "STATE_CONFLICT"])
        .refuses(&["BACKTEST_OR_REASON_NEEDED"]),
        admin(
            "rewards-simulate-rule",
            "POST /admin/v1/reward-rules/{rule_id}/simulate",
        )
        .says("Try what a version of a rule would give, published or not; nothing is written")
        .body::<rewards::simulate_rule::Body>()
        .answers::<rewards::simulate_rule::View>(200)
        .refuses(&["RULE_NOT_FOUND", "VERSION_NOT_FOUND"]),
        admin("rewards-show-rule", "GET /admin/v1/reward-rules/{rule_id}")
            .says("A rule and its versions, the newest first")
            .query::<PageQuery>()
            .answers::<rewards::show_rule::View>(200)
            .refuses(&["RULE_NOT_FOUND"]),
        admin("rewards-list-rules", "GET /admin/v1/reward-rules")
            .says("All rules, each with the version that holds")
            .answers::<rewards::list_rules::View>(200),
    ]
}

pub fn promotions() -> Vec<Operation> {
    vec![
        admin(
            "rewards-set-promotion",
            "PUT /admin/v1/reward-promotions/{promotion_id}",
        )
        .says("Say what a promotion gives in its next version; nothing is given by it before it is published")
        .body::<PromotionTerms>()
        .answers::<VersionView<PromotionTerms>>(200)
        .refuses(&["STATE_CONFLICT"]),
        admin(
            "rewards-set-promotion-state",
            "PUT /admin/v1/reward-promotions/{promotion_id}/state",
        )
        .says("Publish a version of a promotion, pause it, resume it, or end it for good")
        .body::<rewards::set_promotion_state::Body>()
        .answers::<PromotionView>(200)
        .refuses(&["PROMOTION_NOT_FOUND", "VERSION_NOT_FOUND"])
        .refuses(&["STATE_CONFLICT"]),
        admin(
            "rewards-show-promotion",
            "GET /admin/v1/reward-promotions/{promotion_id}",
        )
        .says("A promotion and its versions, the newest first")
        .query::<PageQuery>()
        .answers::<rewards::show_promotion::View>(200)
        .refuses(&["PROMOTION_NOT_FOUND"]),
        admin("rewards-list-promotions", "GET /admin/v1/reward-promotions")
            .says("All promotions, each with the version that holds")
            .answers::<rewards::list_promotions::View>(200),
    ]
}

pub fn programme_and_segments() -> Vec<Operation> {
    vec![
        admin("rewards-set-programme", "PUT /admin/v1/reward-programme")
            .says("Say what holds for all rules together")
            .body::<ProgrammeTerms>()
            .answers::<rewards::set_programme::View>(200),
        admin("rewards-show-programme", "GET /admin/v1/reward-programme")
            .says("What holds for all rules together")
            .answers::<rewards::show_programme::View>(200),
        admin(
            "rewards-set-segments",
            "PUT /admin/v1/members/{member_id}/segments",
        )
        .says("Put a member into these segments and no other")
        .body::<rewards::set_segments::Body>()
        .answers::<rewards::set_segments::View>(200),
        admin(
            "rewards-show-segments",
            "GET /admin/v1/members/{member_id}/segments",
        )
        .says("Which segments a member is in")
        .answers::<rewards::show_segments::View>(200),
    ]
}
