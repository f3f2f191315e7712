//! `GET /admin/v1/members/{member_id}/segments`: which segments a member is in.

use std::collections::BTreeSet;

use serde::Serialize;
use shared::id::MemberId;
use shared::lambda::{Answer, Call, Reply};
use shared::rewards::segments;
use shared::table::Tables;
use shared::text::Word;

/// A member's segments.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    member_id: MemberId,
    segments: BTreeSet<Word>,
}

/// Answers the segments.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    call.staff()?;
    let member_id = call.path("member_id")?;
    call.no_query()?;
    let segments = segments::show(tables, member_id).await?;
    Reply::ok(&View {
        member_id,
        segments,
    })
}
