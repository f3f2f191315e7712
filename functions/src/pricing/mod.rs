pub mod calendar;
pub mod list_prices;
pub mod list_promotions;
pub mod list_rules;
pub mod list_versions;
pub mod preview;
pub mod reprice;
pub mod set_price;
pub mod set_promotion;
pub mod set_promotion_state;
pub mod set_rule;
pub mod set_rule_state;
pub mod show_price;
pub mod show_promotion;
pub mod show_rule;

pub mod views;
