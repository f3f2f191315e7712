//! The rules of the house that a compiler does not know. Each finding says where and what, so that it can be put right at once.

mod arrows;
mod contracts;
mod environment;
mod keys;
mod names;
mod samples;
mod sizes;
mod sources;
mod template;

pub use self::sources::read;
