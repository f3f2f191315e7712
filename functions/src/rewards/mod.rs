pub mod award;
pub mod collect;
pub mod list_rules;
pub mod report;
pub mod set_rule;
