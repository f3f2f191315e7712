//! The authorizer of the partner API: whose key is this?

use shared::error::Failure;
use shared::partners::{self, ApiKey, Caller};
use shared::table::Tables;

/// Answers whose key it is; nobody's if it is not a live one.
pub async fn handle(tables: &Tables, key: ApiKey) -> Result<Option<Caller>, Failure> {
    partners::authorize(tables, &key).await
}
