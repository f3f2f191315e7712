//! The operations by which administrators keep prices, and the rules and promotions that move them.

use shared::lambda::{Page, PageQuery};
use shared::pricing::prices::PriceVersion;
use shared::pricing::{Calendar, PricePromotionTerms, PriceRuleTerms, Priced};

use super::operation::{Operation, admin};
use crate::pricing;
use crate::pricing::views::{PricePromotionView, PriceRuleView, PriceView, VersionView};

pub fn prices() -> Vec<Operation> {
    vec![
        admin("pricing-list-prices", "GET /admin/v1/prices")
            .says("All prices, a page at a time")
            .query::<PageQuery>()
            .answers::<Page<PriceView>>(200),
        admin("pricing-show-price", "GET /admin/v1/prices/{product_id}")
            .says("The price of a product, and what rules make of it")
            .answers::<PriceView>(200)
            .refuses(&["PRODUCT_NOT_FOUND"]),
        admin("pricing-set-price", "PUT /admin/v1/prices/{product_id}")
            .says("Say what a code costs before rules and promotions, and within which bounds it stays")
            .body::<pricing::set_price::Body>()
            .answers::<PriceView>(200)
            .refuses(&["PRODUCT_NOT_FOUND", "VERSION_CONFLICT"]),
        admin(
            "pricing-list-versions",
            "GET /admin/v1/prices/{product_id}/versions",
        )
        .says("Everything a price ever was and why, newest first")
        .query::<PageQuery>()
        .answers::<Page<PriceVersion>>(200)
        .refuses(&["PRODUCT_NOT_FOUND"]),
        admin(
            "pricing-preview",
            "GET /admin/v1/prices/{product_id}/preview",
        )
        .says("What so many codes cost at an instant, step by step, as a quote would say it")
        .parameters::<pricing::preview::Query>()
        .answers::<Priced>(200)
        .refuses(&["PRODUCT_NOT_FOUND"]),
        admin(
            "pricing-calendar",
            "GET /admin/v1/prices/{product_id}/calendar",
        )
        .says("What a code will cost in the next 30 days, as far as it is known")
        .answers::<Calendar>(200)
        .refuses(&["PRODUCT_NOT_FOUND"]),
    ]
}

pub fn rules() -> Vec<Operation> {
    vec![
        admin("pricing-list-rules", "GET /admin/v1/price-rules")
            .says("All price rules, each with the version that holds")
            .answers::<pricing::list_rules::View>(200),
        admin("pricing-show-rule", "GET /admin/v1/price-rules/{rule_id}")
            .says("A price rule and its versions, the newest first")
            .query::<PageQuery>()
            .answers::<pricing::show_rule::View>(200)
            .refuses(&["PRICE_RULE_NOT_FOUND"]),
        admin("pricing-set-rule", "PUT /admin/v1/price-rules/{rule_id}")
            .says("Say what a price rule says in its next version; it moves no price before it is published")
            .body::<PriceRuleTerms>()
            .answers::<VersionView<PriceRuleTerms>>(200)
            .refuses(&["STATE_CONFLICT"]),
        admin(
            "pricing-set-rule-state",
            "PUT /admin/v1/price-rules/{rule_id}/state",
        )
        .says("Publish a version of a price rule, pause it, resume it, or end it for good")
        .body::<pricing::set_rule_state::Body>()
        .answers::<PriceRuleView>(200)
        .refuses(&["PRICE_RULE_NOT_FOUND", "VERSION_NOT_FOUND"])
        .refuses(&["STATE_CONFLICT"]),
    ]
}

pub fn promotions() -> Vec<Operation> {
    vec![
        admin("pricing-list-promotions", "GET /admin/v1/price-promotions")
            .says("All price promotions, each with the version that holds")
            .answers::<pricing::list_promotions::View>(200),
        admin(
            "pricing-show-promotion",
            "GET /admin/v1/price-promotions/{promotion_id}",
        )
        .says("A price promotion and its versions, the newest first")
        .query::<PageQuery>()
        .answers::<pricing::show_promotion::View>(200)
        .refuses(&["PRICE_PROMOTION_NOT_FOUND"]),
        admin(
            "pricing-set-promotion",
            "PUT /admin/v1/price-promotions/{promotion_id}",
        )
        .says("Say what a price promotion says in its next version; nothing is taken off by it before it is published")
        .body::<PricePromotionTerms>()
        .answers::<VersionView<PricePromotionTerms>>(200)
        .refuses(&["STATE_CONFLICT"]),
        admin(
            "pricing-set-promotion-state",
            "PUT /admin/v1/price-promotions/{promotion_id}/state",
        )
        .says("Publish a version of a price promotion, pause it, resume it, or end it for good")
        .body::<pricing::set_promotion_state::Body>()
        .answers::<PricePromotionView>(200)
        .refuses(&["PRICE_PROMOTION_NOT_FOUND", "VERSION_NOT_FOUND"])
        .refuses(&["STATE_CONFLICT"]),
    ]
}
