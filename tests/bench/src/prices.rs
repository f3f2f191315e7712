//! What AWS charges: on demand, in us-east-1, in dollars, without free tiers and taxes.
//!
//! Written down in November 2026 from texts about the vendor's price list, not from the list itself, which cannot be read by a
//! program; whoever relies on a figure compares it with the service's price page first. DynamoDB halved its on-demand
//! prices on 2024-11-01; many older texts still print twice as much.

/// A million write request units of DynamoDB. Source: guides to its pricing of 2025, after the halving.
pub const WRITE_UNITS: f64 = 0.625;

/// A million read request units of DynamoDB. Source: as above.
pub const READ_UNITS: f64 = 0.125;

/// A million requests to an HTTP API, first tier. Source: guides to API Gateway of 2025.
pub const HTTP_API: f64 = 1.00;

/// A million requests to a REST API, first tier. Source: as above.
pub const REST_API: f64 = 3.50;

/// A million invocations of functions. Source: guides to Lambda of 2026-03.
pub const INVOCATIONS: f64 = 0.20;

/// A second of a GB of memory of a function on arm64. Source: as above.
pub const GIGABYTE_SECOND: f64 = 0.000_013_333_4;

/// A million requests to a FIFO queue: sending, receiving and deleting are one each, receiving and deleting for up to ten
/// messages. Source: guides to SQS of 2025.
pub const FIFO_QUEUE: f64 = 0.50;
