//! What AWS charges: on demand, in us-east-1, in dollars, taxes and free tiers left out.
//!
//! As of November 2026, from the vendor's price pages: "Amazon DynamoDB pricing" (on-demand capacity, halved on 2024-11-01),
//! "AWS Lambda pricing" (arm64), "Amazon API Gateway pricing" (first tier) and "Amazon SQS pricing" (FIFO). Many older texts
//! still print twice the price of DynamoDB.

/// A million write request units.
pub const WRITE_UNITS: f64 = 0.625;

/// A million read request units.
pub const READ_UNITS: f64 = 0.125;

/// A million requests to an HTTP API.
pub const HTTP_API: f64 = 1.00;

/// A million requests to a REST API.
pub const REST_API: f64 = 3.50;

/// A million invocations of functions.
pub const INVOCATIONS: f64 = 0.20;

/// A million requests to a FIFO queue: sending, receiving and deleting are one each, receiving and deleting for up to ten
/// messages.
pub const FIFO_QUEUE: f64 = 0.50;
