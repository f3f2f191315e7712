//! The steps of a code's life: each is one write, under the condition that the code is still where the step begins.
//!
//! All but the first look at it begin at `issued`, so that of any two of them at most one is made. While a partner has reserved
//! a code, only that partner's own steps are made.

use super::{Code, Redemption, keys};
use crate::id::{CodeId, EntryId, PartnerId};
use crate::table::{AttributeValue, Condition, Write, text};
use crate::text::{Reference, Text};
use crate::time::Timestamp;

/// Notes when a code was first shown to its holder, while it is in the state in which it was read: a code that was given back
/// in between is not shown any more.
pub fn reveal(code: &Code, now: Timestamp) -> Write {
    let state = code.life.state().as_str();
    Write::set(
        keys::code(code.code_id),
        vec![("revealed_at", text(now))],
        Condition::All(vec![
            Condition::Lacks("revealed_at"),
            Condition::Equals("state", text(state)),
        ]),
    )
}

/// Ends a code that is issued and not reserved.
pub fn revoke(id: CodeId, reason: &Text<1, 400>, now: Timestamp) -> Write {
    let marks = [("revoked_at", text(now)), ("reason", text(reason))];
    end(id, "revoked", marks, now)
}

/// Ends a code that is issued and not reserved, because `replacement` comes in its place.
pub fn replace(id: CodeId, replacement: CodeId, now: Timestamp) -> Write {
    let marks = [
        ("replaced_at", text(now)),
        ("replacement", text(replacement)),
    ];
    end(id, "replaced", marks, now)
}

/// Ends a code that is issued and not reserved, because `refund` gives back what was paid for it.
pub fn refund(id: CodeId, refund: EntryId, now: Timestamp) -> Write {
    let marks = [("refunded_at", text(now)), ("refund", text(refund))];
    end(id, "refunded", marks, now)
}

/// Ends a code that is issued and not reserved: its state becomes this, beside what else is noted.
fn end(
    id: CodeId,
    state: &str,
    [first, second]: [(&'static str, AttributeValue); 2],
    now: Timestamp,
) -> Write {
    Write::set(
        keys::code(id),
        vec![("state", text(state)), first, second],
        Condition::All(free(now)),
    )
}

/// The same step, made only while the code runs out when it was `seen` to: it goes by that, and must not undo an extension.
pub fn unless_extended(mut step: Write, seen: &Code) -> Write {
    let mut conditions = match step.condition {
        Condition::All(conditions) => conditions,
        other => vec![other],
    };
    conditions.push(Condition::Equals("expires_at", text(seen.expires_at)));
    step.condition = Condition::All(conditions);
    step
}

/// Lets a code that is issued and not reserved run out at `until` instead of at the instant that was `seen`.
pub fn extend(id: CodeId, seen: Timestamp, until: Timestamp, now: Timestamp) -> Write {
    let mut conditions = free(now);
    conditions.push(Condition::Equals("expires_at", text(seen)));
    Write::set(
        keys::code(id),
        vec![("expires_at", text(until))],
        Condition::All(conditions),
    )
}

/// Redeems a code of that partner that is issued, has not run out and is not reserved under another reference.
pub(super) fn redeem(id: CodeId, order: &Redemption) -> Write {
    let Redemption {
        redemption_id,
        partner_id,
        reference,
        redeemed_at,
    } = order;
    let mut conditions = usable(*partner_id, *redeemed_at);
    let mut open = open(*redeemed_at);
    open.push(Condition::Equals("reserved_as", text(reference)));
    conditions.push(Condition::Any(open));
    Write::set(
        keys::code(id),
        vec![
            ("state", text("redeemed")),
            ("redemption_id", text(redemption_id)),
            ("reference", text(reference)),
            ("redeemed_at", text(redeemed_at)),
        ],
        Condition::All(conditions),
    )
}

/// Reserves a code of that partner that is issued, has not run out and is not reserved.
pub(super) fn reserve(
    id: CodeId,
    partner: PartnerId,
    reference: &Reference,
    until: Timestamp,
    now: Timestamp,
) -> Write {
    let mut conditions = usable(partner, now);
    conditions.push(Condition::Any(open(now)));
    Write::set(
        keys::code(id),
        vec![
            ("reserved_as", text(reference)),
            ("reserved_until", text(until)),
            ("reservation_extended", AttributeValue::Bool(false)),
        ],
        Condition::All(conditions),
    )
}

/// Lets a reservation that holds, and was not extended before, hold until `until`.
pub(super) fn prolong(
    id: CodeId,
    partner: PartnerId,
    reference: &Reference,
    until: Timestamp,
    now: Timestamp,
) -> Write {
    let mut conditions = usable(partner, now);
    conditions.extend(held(reference, now));
    conditions.push(Condition::Equals(
        "reservation_extended",
        AttributeValue::Bool(false),
    ));
    // Extending never shortens.
    conditions.push(Condition::AtMost("reserved_until", text(until)));
    Write::set(
        keys::code(id),
        vec![
            ("reserved_until", text(until)),
            ("reservation_extended", AttributeValue::Bool(true)),
        ],
        Condition::All(conditions),
    )
}

/// Ends a reservation that holds.
pub(super) fn release(
    id: CodeId,
    partner: PartnerId,
    reference: &Reference,
    now: Timestamp,
) -> Write {
    let mut conditions = vec![
        Condition::Equals("state", text("issued")),
        Condition::Equals("partner_id", text(partner)),
    ];
    conditions.extend(held(reference, now));
    Write::set(
        keys::code(id),
        vec![("reserved_until", text(now))],
        Condition::All(conditions),
    )
}

/// It is issued, and nobody has reserved it.
fn free(now: Timestamp) -> Vec<Condition> {
    vec![
        Condition::Equals("state", text("issued")),
        Condition::Any(open(now)),
    ]
}

/// The ways in which nobody has reserved it.
fn open(now: Timestamp) -> Vec<Condition> {
    vec![
        Condition::Lacks("reserved_until"),
        Condition::AtMost("reserved_until", text(now)),
    ]
}

/// It is that partner's, issued, and has not run out.
fn usable(partner: PartnerId, now: Timestamp) -> Vec<Condition> {
    vec![
        Condition::Equals("state", text("issued")),
        Condition::Equals("partner_id", text(partner)),
        Condition::Above("expires_at", text(now)),
    ]
}

/// It is reserved under that reference.
fn held(reference: &Reference, now: Timestamp) -> [Condition; 2] {
    [
        Condition::Equals("reserved_as", text(reference)),
        Condition::Above("reserved_until", text(now)),
    ]
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;
    use crate::amount::Rjv;
    use crate::codes::{self, Life, TextOf};
    use crate::id::ProductId;
    use crate::table::{Cancelled, Memory};

    fn code(now: Timestamp) -> Code {
        let seed = Uuid::from_u128(1);
        Code {
            code_id: CodeId::new(seed),
            partner_id: PartnerId::new(seed),
            product_id: ProductId::new(seed),
            text: TextOf::Minted { seed, index: 0 },
            sale: None,
            key_version: 1,
            last4: "ABCD".to_owned(),
            unit_price: Rjv::whole(25),
            issued_at: now,
            expires_at: now.plus(TimeDelta::days(30)),
            revealed_at: None,
            reserved_as: None,
            reserved_until: None,
            reservation_extended: false,
            life: Life::Issued,
        }
    }

    #[test]
    fn a_step_that_goes_by_the_end_of_a_code_is_not_made_once_that_moved() {
        let now: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
        let (seen, memory) = (code(now), Memory::default());
        let (id, until) = (seen.code_id, now.plus(TimeDelta::days(60)));
        memory.make(&[codes::create(&seen).unwrap()]).unwrap();
        memory
            .make(&[extend(id, seen.expires_at, until, now)])
            .unwrap();
        let replaced = replace(id, CodeId::new(Uuid::from_u128(2)), now);
        let extended = Code {
            expires_at: until,
            ..seen.clone()
        };

        let late = memory.make(&[unless_extended(replaced.clone(), &seen)]);
        assert!(matches!(late, Err(Cancelled::Refused(_))), "{late:?}");
        memory
            .make(&[unless_extended(replaced, &extended)])
            .unwrap();
    }
}
