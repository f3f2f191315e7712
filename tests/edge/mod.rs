//! Every handler at its edge: the sample events of `events/` go in as Lambda would deliver them, and what Lambda would get
//! comes out. The samples are the tests' data, so they cannot rot.

mod adjustments;
mod answers;
mod audit;
mod bodies;
mod codes;
mod described;
mod events;
mod failures;
mod identity;
mod known;
mod lists;
mod samples;
mod secrets;
mod serve;
mod timing;
