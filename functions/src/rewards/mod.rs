pub mod award;
pub mod collect;
pub mod list_promotions;
pub mod list_rules;
pub mod report;
pub mod set_programme;
pub mod set_promotion;
pub mod set_promotion_state;
pub mod set_rule;
pub mod set_rule_state;
pub mod set_segments;
pub mod show_programme;
pub mod show_promotion;
pub mod show_rule;
pub mod show_segments;
pub mod simulate_rule;

pub mod views;
