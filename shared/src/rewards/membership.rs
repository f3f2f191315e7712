//! What others than rewards ask about a member: the segments and the goals, for reading beside their own items.

use std::collections::BTreeSet;

use super::keys;
use super::profile::Profile;
use super::standing::{Scope, Standing};
use crate::error::Failure;
use crate::id::MemberId;
use crate::table::{self, Item, Key};
use crate::text::Word;

/// Where a member's segments stand.
pub fn segments_key(member: MemberId) -> Key {
    keys::profile(member)
}

/// The segments that were found at [`segments_key`].
pub fn segments_from(found: Option<Item>) -> Result<BTreeSet<Word>, Failure> {
    let profile: Option<Profile> = found.map(table::read).transpose()?;
    Ok(profile.map(|profile| profile.segments).unwrap_or_default())
}

/// Where the goals that a member reached stand.
pub fn goals_key(member: MemberId) -> Key {
    keys::standing(member, &Scope::Member)
}

/// The goals that were found at [`goals_key`].
pub fn goals_from(found: Option<Item>) -> Result<BTreeSet<Word>, Failure> {
    let standing: Option<Standing> = found.map(table::read).transpose()?;
    Ok(standing
        .map(|standing| standing.goals_reached)
        .unwrap_or_default())
}
