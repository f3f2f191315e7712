//! Links the functions to a fixed address.
//!
//! A program that may be loaded anywhere brings a list of the tens of thousands of places that its start must rewrite: a tenth
//! of its size, and a page fault for every page they are on. Stack, heap and libraries keep their random addresses.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Other systems' linkers do not know the word; on them functions are only tested.
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
