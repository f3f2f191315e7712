//! The authorizer of the partner API: whose key is this, and what is known of wrong codes that came with it?

use shared::error::Failure;
use shared::guesses::{self, Admission};
use shared::lambda::Knock;
use shared::table::Tables;

/// Answers whose key it is; nobody's if it is not a live one.
pub async fn handle(tables: &Tables, knock: Knock) -> Result<Option<Admission>, Failure> {
    guesses::authorize(tables, &knock.key, knock.address.as_deref()).await
}
