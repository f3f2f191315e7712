//! A small world in memory, in which handlers and laws are tried.
