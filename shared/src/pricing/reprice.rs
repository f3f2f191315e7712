//! How rules move a price: towards what they come to together, by small steps, and not too often.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::price::{Dynamic, Measured, Part, Price, PriceTerms};
use super::priced::Published;
use super::rule::PublishedRule;
use super::selection::Subject;
use super::signals::{Signals, parts};
use super::standing::Standing;
use crate::ratio::{Exact, Ratio};
use crate::text::Word;
use crate::time::Timestamp;

/// A price that has moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repriced {
    /// The price as it is now.
    pub price: Price,
    /// What the factor was.
    pub factor_before: Ratio,
    /// Whether it moved. If not, its version is the same, and only its lows were brought up to date.
    pub is_moved: bool,
    /// Why it moved, by rule. It may be none: the last rule may be gone, and the price on its way back.
    pub causes: Vec<Cause>,
}

/// What a rule has to do with a price that moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "PriceCause")]
pub struct Cause {
    /// Which rule.
    pub rule_id: Word,
    /// In which version.
    pub version: u32,
    /// In which band what it looks at lies now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band: Option<u8>,
    /// What it looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measured>,
    /// How many times the price it made before.
    pub factor_before: Ratio,
    /// How many times the price it makes now.
    pub factor: Ratio,
}

/// The price after rules looked at it, if that changes anything worth writing down: the price itself, or lows that say more
/// than before. What rules say is approached by at most a step at a time, and no sooner than the interval after the last one.
pub fn reprice(
    price: &Price,
    published: Published<'_>,
    subject: &Subject<'_>,
    signals: &Signals,
    now: Timestamp,
) -> Option<Repriced> {
    let standing = Standing::new(price, published, subject);
    let lows = price.lows.noted(&standing, now);
    let moved = moved(&standing, published.rules, subject, Some(signals), now);
    if moved.is_none() && lows.says(&price.lows) {
        return None;
    }
    let causes = moved
        .as_ref()
        .map(|dynamic| causes(&price.dynamic.parts, &dynamic.parts));
    let is_moved = moved.is_some();
    Some(Repriced {
        factor_before: price.dynamic.factor,
        causes: causes.unwrap_or_default(),
        price: Price {
            version: price.version.saturating_add(u32::from(is_moved)),
            dynamic: moved.unwrap_or_else(|| price.dynamic.clone()),
            lows,
            changed_at: if is_moved { now } else { price.changed_at },
            ..price.clone()
        },
        is_moved,
    })
}

/// The price with other terms, which are [`PriceTerms::checked`], as its next version. What rules made of it stays.
pub fn reset(
    price: &Price,
    terms: PriceTerms,
    published: Published<'_>,
    subject: &Subject<'_>,
    now: Timestamp,
) -> Price {
    let standing = Standing::new(price, published, subject);
    Price {
        version: price.version.saturating_add(1),
        terms,
        lows: price.lows.noted(&standing, now),
        changed_at: now,
        ..price.clone()
    }
}

/// What rules make of a price now, if that is something else than before and the last move is long enough ago. Without
/// signals, rules that look at them say what they said.
pub(super) fn moved(
    standing: &Standing<'_>,
    rules: &[PublishedRule],
    subject: &Subject<'_>,
    signals: Option<&Signals>,
    now: Timestamp,
) -> Option<Dynamic> {
    let (terms, before) = (&standing.price.terms, &standing.price.dynamic);
    let interval = TimeDelta::minutes(terms.interval_minutes.into());
    if before
        .moved_at
        .is_some_and(|last| now < last.plus(interval))
    {
        return None;
    }
    let parts = parts(rules, subject, &before.parts, signals, now);
    let target = Ratio::product(parts.iter().map(|part| part.factor));
    let factor = stepped(before.factor, within(standing, target), terms.step_max);
    let said = |part: &Part| (part.rule_id.clone(), part.version, part.band, part.factor);
    let is_same = factor == before.factor
        && target == before.target
        && parts.iter().map(said).eq(before.parts.iter().map(said));
    (!is_same).then_some(Dynamic {
        factor,
        target,
        parts,
        moved_at: Some(now),
    })
}

/// A factor as close to another as one step allows.
fn stepped(from: Ratio, to: Ratio, step_max: Ratio) -> Ratio {
    let (lowest, highest) = (
        from.units().saturating_sub(step_max.units()),
        from.units().saturating_add(step_max.units()),
    );
    Ratio::from_units(to.units().clamp(lowest, highest))
}

/// The part of a factor that floor and ceiling leave of it. A factor beyond would show nothing, and would first have to come
/// back before it showed anything.
fn within(standing: &Standing<'_>, factor: Ratio) -> Ratio {
    let terms = &standing.price.terms;
    let rate = standing.rate.map_or(Ratio::ONE, |(_, rate)| rate);
    let one = rate.of(terms.base);
    let of_one = |bound| Exact::from(bound).in_units_of(&one);
    let (lowest, highest) = (of_one(terms.floor), of_one(terms.ceiling));
    factor.clamp(lowest.min(Ratio::ONE), highest.max(Ratio::ONE))
}

/// Each rule that had or has a part in a price.
fn causes(before: &[Part], after: &[Part]) -> Vec<Cause> {
    let find = |parts: &[Part], id: &Word| parts.iter().find(|part| part.rule_id == *id).cloned();
    let gone = before
        .iter()
        .filter(|part| find(after, &part.rule_id).is_none());
    let factor = |part: Option<Part>| part.map_or(Ratio::ONE, |part| part.factor);
    let cause = |part: &Part| Cause {
        rule_id: part.rule_id.clone(),
        version: part.version,
        band: part.band,
        measured: part.measured,
        factor_before: factor(find(before, &part.rule_id)),
        factor: factor(find(after, &part.rule_id)),
    };
    after.iter().chain(gone).map(cause).collect()
}
