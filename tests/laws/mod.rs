//! Laws: what holds for every sequence of operations, whatever is repeated, raced or lost on the way.

mod acts;
mod adjustments;
mod audit;
mod books;
mod budget;
mod clients;
mod folding;
mod operations;
mod races;
mod reconciling;
mod store;
mod torn;
mod world;
