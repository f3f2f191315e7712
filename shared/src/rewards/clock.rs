//! A member's clock: which zone counts the days, and the change to another.

use std::collections::BTreeSet;

use super::profile::{Profile, TooManyChanges};
use super::{Book, keys, known};
use crate::error::{Error, Failure, Rejection};
use crate::id::MemberId;
use crate::table::{self, Condition, Lost, Tables, Write};
use crate::time::Timestamp;
use crate::zone::Zone;

/// How often a change is tried again because the profile moved.
const ATTEMPTS_MAX: u32 = 5;

/// Reads a member's clock and segments.
pub async fn profile(tables: &Tables, book: &Book, member: MemberId) -> Result<Profile, Failure> {
    let known = known::of(tables, book, member, &BTreeSet::new()).await?;
    Ok(known.profile)
}

/// Lets a member's clock show `zone`, from the end of the present local day on; what is so already changes nothing.
pub async fn set_zone(
    tables: &Tables,
    member: MemberId,
    zone: &Zone,
    now: Timestamp,
) -> Result<Profile, Error> {
    let place = keys::profile(member);
    for attempt in 1..=ATTEMPTS_MAX {
        let before: Option<Profile> = tables.get(&place).await?;
        // Whoever has no profile named no zone, so that the first one holds at once: the programme's does not matter.
        let before = before.unwrap_or_else(|| Profile::unknown(&Zone::utc()));
        let mut after = before.in_zone(zone.clone(), now).map_err(Rejection::from)?;
        if after == before {
            return Ok(after);
        }
        after.version = before.version.saturating_add(1);
        let unchanged = Condition::unchanged("version", before.version);
        let write = Write::put(place.clone(), table::item(&after)?, unchanged);
        match table::commit(tables, vec![write.or(())]).await {
            Ok(_) => return Ok(after),
            Err(Lost::Refused((), _)) => tables.back_off(attempt).await,
            Err(Lost::Failed(failure)) => return Err(failure.into()),
        }
    }
    Err(Failure::unavailable("the profile moved during every attempt to change its zone").into())
}

impl From<TooManyChanges> for Rejection {
    fn from(TooManyChanges { again_at }: TooManyChanges) -> Self {
        Self::TimeZoneChangedTooOften { again_at }
    }
}
