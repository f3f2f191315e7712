//! The desk: what administrators do with single codes. Each act is noted in the transaction that carries it out, and what was
//! done before is answered as if it were done now, without another note.

use chrono::TimeDelta;
use serde::Serialize;

use super::{Code, Life, Lookup, State, keys, steps};
use crate::audit::{self, Act, Action};
use crate::catalog;
use crate::error::{Error, Failure, Rejection};
use crate::id::CodeId;
use crate::invalid::Invalid;
use crate::table::{self, Tables, Write};
use crate::text::Text;
use crate::time::Timestamp;

/// How far ahead of now the end of a code's validity can be put: two years.
const AHEAD_MAX: TimeDelta = TimeDelta::days(731);

/// How often an act is tried again because the code moved.
const ATTEMPTS_MAX: u32 = 10;

/// Reads a code.
pub async fn find(tables: &Tables, id: CodeId) -> Result<Code, Error> {
    let code: Option<Code> = tables.get(&keys::code(id)).await?;
    Ok(code.ok_or(Rejection::CodeNotFound)?)
}

/// The names of the codes that have this text, in any spelling: one of ours, or one of a partner's own.
pub async fn named(tables: &Tables, lookup: &Lookup, text: &str) -> Result<Vec<CodeId>, Failure> {
    let mut names = lookup.find(text);
    let mut after = None;
    loop {
        let (partners, next) = catalog::partners(tables, after, table::KEYS_MAX).await?;
        for partner in partners {
            names.extend(lookup.find_imported(partner.partner_id, text));
        }
        after = next;
        if after.is_none() {
            break;
        }
    }
    let places = names.iter().map(|id| keys::code(*id));
    let found = table::get_distinct(tables, places).await?;
    names.retain(|id| found.contains_key(&keys::code(*id)));
    Ok(names)
}

/// Whether nothing became of the code yet, be it that it ran out, and no partner holds it.
pub fn check_open(code: &Code, now: Timestamp) -> Result<(), Rejection> {
    if !matches!(code.life, Life::Issued) {
        return Err(Rejection::CodeNotOpen {
            state: code.state(now).as_str().to_owned(),
        });
    }
    match code.reservation(now) {
        Some((_, reserved_until)) => Err(Rejection::CodeReserved { reserved_until }),
        None => Ok(()),
    }
}

/// Ends a code.
pub async fn revoke(
    tables: &Tables,
    id: CodeId,
    reason: &Text<1, 400>,
    act: &Act,
) -> Result<Code, Error> {
    let is_done = |code: &Code| matches!(code.life, Life::Revoked { .. });
    let step = |code: &Code| {
        if code.state(act.at) == State::Expired {
            let state = State::Expired.as_str().to_owned();
            return Err(Rejection::CodeNotOpen { state });
        }
        let life = Life::Revoked {
            revoked_at: act.at,
            reason: reason.clone(),
        };
        let after = Code {
            life,
            ..code.clone()
        };
        let end = steps::revoke(id, reason, act.at);
        // What is noted of its validity has to be true.
        Ok((steps::unless_extended(end, code), after))
    };
    take(tables, id, (Action::RevokeCode, reason), act, is_done, step).await
}

/// Puts off the end of a code's validity. A code that ran out lives again.
pub async fn extend(
    tables: &Tables,
    id: CodeId,
    until: Timestamp,
    reason: &Text<1, 400>,
    act: &Act,
) -> Result<Code, Error> {
    if until <= act.at || until > act.at.plus(AHEAD_MAX) {
        let reason = format!("lies ahead, at most {} days", AHEAD_MAX.num_days());
        return Err(Rejection::from(Invalid::at("/expires_at", reason)).into());
    }
    let is_done = |code: &Code| matches!(code.life, Life::Issued) && code.expires_at == until;
    let step = |code: &Code| {
        if code.expires_at > until {
            let expires_at = code.expires_at;
            return Err(Rejection::CodeValidLonger { expires_at });
        }
        let after = Code {
            expires_at: until,
            ..code.clone()
        };
        Ok((steps::extend(id, code.expires_at, until, act.at), after))
    };
    take(tables, id, (Action::ExtendCode, reason), act, is_done, step).await
}

/// Takes one step of an open code's life, unless it was taken before.
async fn take(
    tables: &Tables,
    id: CodeId,
    (action, reason): (Action, &Text<1, 400>),
    act: &Act,
    is_done: impl Fn(&Code) -> bool,
    step: impl Fn(&Code) -> Result<(Write, Code), Rejection>,
) -> Result<Code, Error> {
    for attempt in 1..=ATTEMPTS_MAX {
        let before = find(tables, id).await?;
        if is_done(&before) {
            return Ok(before);
        }
        check_open(&before, act.at)?;
        let (write, after) = step(&before)?;
        let writes = vec![write, note(act, action, (&before, &after), reason)?];
        if table::commit_unless_moved(tables, writes, attempt).await? {
            return Ok(after);
        }
    }
    Err(Failure::unavailable("the code moved during every attempt to act on it").into())
}

/// What the log of acts has of a code. Neither the code itself nor what it is made from belongs there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Noted {
    /// Its state.
    pub state: State,
    /// The first instant at which it can no longer be redeemed.
    pub expires_at: Timestamp,
    /// Why it is as it is, where somebody said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text<1, 400>>,
}

impl Noted {
    /// A code as it is at `now`, for this reason.
    pub fn of(code: &Code, reason: Option<&Text<1, 400>>, now: Timestamp) -> Self {
        Self {
            state: code.state(now),
            expires_at: code.expires_at,
            reason: reason.cloned(),
        }
    }
}

/// The note of an act on a code: what of it changed, and why.
fn note(
    act: &Act,
    action: Action,
    (before, after): (&Code, &Code),
    reason: &Text<1, 400>,
) -> Result<Write, Failure> {
    let was = Noted::of(before, None, act.at);
    let is = Noted::of(after, Some(reason), act.at);
    audit::note(act, action, before.code_id, Some(&was), Some(&is))
}
