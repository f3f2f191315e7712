//! A member's clock: which zone counts the days, and the change to another.

use std::collections::BTreeSet;

use super::profile::{Profile, TooManyChanges};
use super::{Book, keys, known};
use crate::error::{Error, Failure, Rejection};
use crate::id::MemberId;
use crate::table::{self, Condition, Tables, Write};
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
        if table::commit_unless_moved(tables, vec![write], attempt).await? {
            return Ok(after);
        }
    }
    Err(Failure::unavailable("the profile moved during every attempt to change its zone").into())
}

impl From<TooManyChanges> for Rejection {
    fn from(TooManyChanges { again_at }: TooManyChanges) -> Self {
        Self::TimeZoneChangedTooOften { again_at }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use uuid::Uuid;

    use super::*;
    use crate::table::Memory;

    const MEMBER: MemberId = MemberId::new(Uuid::from_u128(7));

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    async fn set(tables: &Tables, zone: &str, now: &str) -> Result<Profile, Error> {
        let zone = Zone::named(zone, at(now)).unwrap();
        set_zone(tables, MEMBER, &zone, at(now)).await
    }

    #[tokio::test]
    async fn a_zone_that_is_set_again_changes_nothing() {
        let memory: Arc<Memory> = Arc::default();
        let tables = Tables::new(Arc::clone(&memory));
        let first = set(&tables, "Europe/Berlin", "2026-11-24T08:00:00Z").await;
        assert_eq!(first.unwrap().version, 1);

        let moved = set(&tables, "Asia/Tokyo", "2026-11-24T09:00:00Z")
            .await
            .unwrap();
        let before = memory.items();
        let again = set(&tables, "Asia/Tokyo", "2026-11-24T09:03:00Z")
            .await
            .unwrap();

        assert_eq!(again, moved);
        assert!(memory.items() == before);
        let next = again.next_zone(at("2026-11-24T09:03:00Z")).unwrap();
        assert_eq!(next.zone.name(), "Asia/Tokyo");
        assert_eq!(next.from, at("2026-11-24T23:00:00Z"));
    }

    #[tokio::test]
    async fn zones_that_change_too_often_are_refused() {
        let memory: Arc<Memory> = Arc::default();
        let tables = Tables::new(Arc::clone(&memory));
        let zones = ["Europe/Berlin", "Asia/Tokyo"].into_iter().cycle();
        for (day, zone) in (10..18).zip(zones.clone()) {
            let now = format!("2026-11-{day}T12:00:00Z");
            set(&tables, zone, &now).await.unwrap();
        }
        let before = memory.items();

        let refused = set(&tables, "America/Lima", "2026-11-19T12:00:00Z").await;

        let Err(Error::Rejected(Rejection::TimeZoneChangedTooOften { again_at })) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(again_at, at("2026-12-21T23:00:00Z"));
        assert!(memory.items() == before);
    }
}
