pub mod deliver;
pub mod list;
pub mod publish;
