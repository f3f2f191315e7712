//! The handlers, an area a folder, a function a file. Each has a binary of the same name in `bin/`.

/// A member's tokens and their history.
pub mod wallet;

/// Ways to earn: reports, rules and awards.
pub mod rewards;

/// What can be bought.
pub mod store;

/// Quotes, purchases and the codes they bring.
pub mod purchases;

/// Problems with codes that administrators decide.
pub mod cases;

/// What becomes of codes, counted.
pub mod usage;

/// What partners and staff do with codes, and what happens to them by themselves.
pub mod codes;

/// What members are told.
pub mod notifications;

/// Partners and their keys.
pub mod partners;

/// The products of partners, as administrators keep them.
pub mod products;

/// Prices, the rules and promotions that move them, and the job that does.
pub mod pricing;

/// Totals of the house's accounts, and the reconciliation of everything with everything.
pub mod insights;

/// Corrections of wallets by two administrators.
pub mod adjustments;

/// What administrators did.
pub mod audit;

/// The description of both APIs.
pub mod openapi;
