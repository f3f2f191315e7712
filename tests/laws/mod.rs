//! Laws: what holds for every sequence of operations, whatever is repeated, raced or lost on the way.

mod books;
mod budget;
mod operations;
mod store;
mod world;
