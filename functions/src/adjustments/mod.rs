pub mod approve;
pub mod list;
pub mod propose;
pub mod reject;
pub mod show;
