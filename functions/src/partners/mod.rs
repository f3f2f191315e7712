pub mod authorize;
pub mod create;
pub mod issue_key;
pub mod list;
pub mod revoke_key;
pub mod update;
