//! Laws: what holds for every sequence of operations. What holds when they race, repeat and get lost on the way, the
//! simulation shows (`tests/simulation/`), whose house and books are used here as well.

mod books;
mod budget;
mod operations;
mod world;
