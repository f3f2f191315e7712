pub mod receipt;
pub mod show;
pub mod transaction;
pub mod transactions;
