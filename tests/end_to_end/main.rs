//! The running local cloud, through its real edges: HTTP with tokens and keys, queues, streams and topics, IAM enforced.
//!
//! `cargo local test e2e` starts the cloud and says in `RJV_STACK` where it is described. Every test makes the members,
//! partners and products it changes, so that tests run side by side, and again on the same cloud.

mod access;
mod addresses;
mod adjusting;
mod administering;
mod auditing;
mod bringing;
mod buying;
mod earning;
mod guessing;
mod helping;
mod history;
mod input;
mod keys;
mod operations;
mod pricing;
mod privileges;
mod reconciling;
mod redeeming;
mod reserving;
mod returning;
mod rewarding;
mod shopping;
mod support;
