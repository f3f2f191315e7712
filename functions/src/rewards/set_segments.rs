//! `PUT /admin/v1/members/{member_id}/segments`: a member is in these segments from now on, and in no other.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use shared::id::MemberId;
use shared::lambda::{Answer, Call, Reply};
use shared::rewards::segments;
use shared::table::Tables;
use shared::text::Word;

/// The segments.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    #[schemars(length(max = 20))]
    segments: BTreeSet<Word>,
}

/// A member's segments.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    member_id: MemberId,
    segments: BTreeSet<Word>,
}

/// Sets the segments.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let act = call.admin()?;
    let member_id = call.path("member_id")?;
    let body: Body = call.body()?;
    let segments = segments::set(tables, member_id, body.segments, &act).await?;
    Reply::ok(&View {
        member_id,
        segments,
    })
}
