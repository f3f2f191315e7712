//! Lives: a code goes on from issued once, to one end, and not while a partner has reserved it.

use std::time::Duration;

use shared::codes::{Code, Life};
use shared::text::Reference;
use shared::time::Timestamp;

use super::{Books, Verdict, ensure};

/// How a code ended: when, and under which reference if it was used.
struct End<'a> {
    at: Timestamp,
    reference: Option<&'a Reference>,
}

fn end(life: &Life) -> Option<End<'_>> {
    let (at, reference) = match life {
        Life::Issued => return None,
        Life::Redeemed {
            redeemed_at,
            reference,
            ..
        } => (*redeemed_at, Some(reference)),
        Life::Revoked { revoked_at, .. } => (*revoked_at, None),
        Life::Replaced { replaced_at, .. } => (*replaced_at, None),
        Life::Refunded { refunded_at, .. } => (*refunded_at, None),
    };
    Some(End { at, reference })
}

impl Books {
    /// A change of a code must be a step of its life.
    pub(super) fn change_code(&mut self, before: &Code, after: &Code, now: Duration) -> Verdict {
        let id = after.code_id;
        let same = Code {
            life: before.life.clone(),
            revealed_at: before.revealed_at,
            reserved_as: before.reserved_as.clone(),
            reserved_until: before.reserved_until,
            reservation_extended: before.reservation_extended,
            expires_at: before.expires_at,
            ..after.clone()
        };
        ensure(same == *before, || format!("{id} became another code"))?;
        ensure(
            before.revealed_at.is_none() || before.revealed_at == after.revealed_at,
            || format!("{id} was shown for the first time twice"),
        )?;
        ensure(after.expires_at >= before.expires_at, || {
            format!("{id} runs out sooner than was said")
        })?;
        if after.expires_at > before.expires_at {
            *self.extended.entry(id).or_default() += 1;
        }
        if let (Some(held_by), Some(until)) = (&after.reserved_as, after.reserved_until) {
            self.reservations.insert((id, until, held_by.clone()));
        }
        let Some(End { at, reference }) = end(&after.life) else {
            return reserved(before, after);
        };
        if before.life == after.life {
            let unchanged = Code {
                revealed_at: before.revealed_at,
                ..after.clone()
            };
            return ensure(unchanged == *before, || {
                format!("{id} changed after its end: {before:?} is now {after:?}")
            });
        }
        ensure(matches!(before.life, Life::Issued), || {
            let (before, after) = (&before.life, &after.life);
            format!("{id} went on after its end: {before:?} is now {after:?}")
        })?;
        let held_by = before.reservation(at).map(|(held_by, _)| held_by);
        ensure(held_by.is_none() || held_by == reference, || {
            let life = &after.life;
            format!("{id} was reserved as {held_by:?}, and is now {life:?}")
        })?;
        if reference.is_some() {
            self.redeemed.insert(id, now);
            ensure(at < before.expires_at, || {
                let until = before.expires_at;
                format!("{id} was redeemed at {at}, and ran out at {until}")
            })?;
        }
        self.ended.insert(id, now);
        Ok(())
    }
}

/// A reservation begins where none holds, is longer once, and ends.
fn reserved(before: &Code, after: &Code) -> Verdict {
    let id = after.code_id;
    let (Some(was), Some(is)) = (before.reserved_until, after.reserved_until) else {
        return ensure(
            before.reserved_until.is_none() || after.reserved_until.is_some(),
            || format!("the reservation of {id} was forgotten"),
        );
    };
    let longer_once = before.reservation_extended && after.reservation_extended && is > was;
    ensure(
        before.reserved_as != after.reserved_as || !longer_once,
        || format!("the reservation of {id} was extended twice"),
    )
}
