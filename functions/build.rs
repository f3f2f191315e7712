//! Links the functions to a fixed address.
//!
//! A program that may be loaded anywhere brings a list of the tens of thousands of places that its start must rewrite: a tenth
//! of its size, and a page fault for every page they are on.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-link-arg-bins=-no-pie");
}
