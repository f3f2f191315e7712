//! Segments of members, as administrators keep them: words by which rules and promotions are for some and not for others.

use std::collections::BTreeSet;

use serde::Serialize;

use super::profile::Profile;
use super::{keys, programme};
use crate::audit::{self, Act, Action};
use crate::error::{Error, Failure, Rejection};
use crate::id::MemberId;
use crate::invalid::Invalid;
use crate::table::{self, Condition, Tables, Write};
use crate::text::Word;

/// The most segments a member can be in.
pub const SEGMENTS_MAX: usize = 20;

/// How often a change is tried again because the member's profile changed.
const ATTEMPTS_MAX: u32 = 8;

/// A member's segments, as the audit log has them.
#[derive(Serialize)]
struct Segments<'a> {
    segments: &'a BTreeSet<Word>,
}

/// Reads a member's segments.
pub async fn show(tables: &Tables, member: MemberId) -> Result<BTreeSet<Word>, Failure> {
    let profile: Option<Profile> = tables.get(&keys::profile(member)).await?;
    Ok(profile.map(|profile| profile.segments).unwrap_or_default())
}

/// Puts a member into these segments and no other; if that is so already, nothing changes.
pub async fn set(
    tables: &Tables,
    member: MemberId,
    segments: BTreeSet<Word>,
    act: &Act,
) -> Result<BTreeSet<Word>, Error> {
    if segments.len() > SEGMENTS_MAX {
        let reason = format!("a member is in at most {SEGMENTS_MAX} segments");
        return Err(Rejection::from(Invalid::at("/segments", reason)).into());
    }
    for attempt in 1..=ATTEMPTS_MAX {
        let before: Option<Profile> = tables.get(&keys::profile(member)).await?;
        let before = match before {
            Some(profile) => profile,
            None => Profile::unknown(&programme::show(tables).await?.zone),
        };
        if before.segments == segments {
            return Ok(segments);
        }
        let mut after = before.clone();
        after.segments.clone_from(&segments);
        after.version = before.version.saturating_add(1);
        let unchanged = Condition::unchanged("version", before.version);
        let write = Write::put(keys::profile(member), table::item(&after)?, unchanged);
        let [old, new] = [&before, &after].map(|profile| Segments {
            segments: &profile.segments,
        });
        let note = audit::note(act, Action::SetSegments, member, Some(&old), Some(&new))?;
        if table::commit_unless_moved(tables, vec![write, note], attempt).await? {
            return Ok(segments);
        }
    }
    Err(Failure::unavailable("the profile changed during every attempt to set it").into())
}
