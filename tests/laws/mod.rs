//! Laws: what holds for every sequence of operations. What holds when they race, repeat and get lost on the way, the
//! simulation shows (`tests/simulation/`), whose house and books are used here as well.

mod acts;
mod adjustments;
mod books;
mod budget;
mod clients;
mod desk;
mod folding;
mod goods;
mod guessing;
mod operations;
mod reconciling;
mod reserving;
mod returning;
mod rewards;
mod selling;
mod store;
mod till;
mod torn;
mod waking;
mod world;
