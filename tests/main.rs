//! What is tested without a cloud: laws over values, handlers at their edge, and the tidiness of the tree.

mod edge;
mod laws;
mod support;
mod tidy;
