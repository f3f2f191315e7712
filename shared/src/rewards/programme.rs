//! The programme as administrators keep it: what holds for all rules together.

use serde::{Deserialize, Serialize};

use super::book::Programme;
use super::budget::Budget;
use super::keys;
use super::limit::ScopedLimit;
use super::terms::{AMOUNT_MAX, LIMITS_MAX, limits_apart};
use crate::audit::{self, Act, Action};
use crate::error::{Error, Failure, Rejection};
use crate::invalid::Invalid;
use crate::table::{self, Condition, Tables, Write};
use crate::time::Timestamp;
use crate::zone::Zone;

/// The programme as administrators write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeTerms {
    /// The programme's time zone, by its IANA name.
    pub zone: String,
    /// What a member can earn over several rules together.
    #[serde(default)]
    pub limits: Vec<ScopedLimit>,
    /// What all members together can earn; anything, without.
    pub budget: Option<Budget>,
}

/// How often a change is tried again because another administrator was first.
const ATTEMPTS_MAX: u32 = 8;

impl Default for Programme {
    /// The programme before anybody says anything: by the clock of UTC, without limits.
    fn default() -> Self {
        Self {
            zone: Zone::utc(),
            limits: Vec::new(),
            budget: None,
            version: 0,
        }
    }
}

impl Programme {
    /// As administrators write it.
    pub fn written(&self) -> ProgrammeTerms {
        ProgrammeTerms {
            zone: self.zone.name().to_owned(),
            limits: self.limits.clone(),
            budget: self.budget,
        }
    }
}

impl ProgrammeTerms {
    /// The programme, if these are sound, with its time zone worked out at `now`.
    pub fn check(self, now: Timestamp) -> Result<Programme, Rejection> {
        let zone = Zone::named(&self.zone, now);
        let zone = zone.map_err(|error| Invalid::at("/zone", error.to_string()))?;
        if self.limits.len() > LIMITS_MAX {
            let reason = format!("at most {LIMITS_MAX} limits hold");
            return Err(Invalid::at("/limits", reason).into());
        }
        let mut limits = Vec::new();
        for (place, ScopedLimit { scope, limit }) in self.limits.into_iter().enumerate() {
            let limit = limit.checked();
            let limit = limit.map_err(|invalid| invalid.within(&format!("/limits/{place}")))?;
            limits.push(ScopedLimit { scope, limit });
        }
        limits_apart(limits.iter().map(|scoped| (scoped.scope, &scoped.limit)))?;
        let budget = self.budget.map(|budget| budget.checked(AMOUNT_MAX));
        let budget = budget.transpose();
        Ok(Programme {
            zone,
            limits,
            budget: budget.map_err(|invalid| invalid.within("/budget"))?,
            version: 0,
        })
    }
}

/// Reads the programme.
pub async fn show(tables: &Tables) -> Result<Programme, Failure> {
    let programme = tables.get(&keys::programme()).await?;
    Ok(programme.unwrap_or_default())
}

/// Makes these the programme's terms, if they are sound; if they are so already, nothing changes.
pub async fn set(tables: &Tables, terms: ProgrammeTerms, act: &Act) -> Result<Programme, Error> {
    let wanted = terms.check(act.at)?;
    for attempt in 1..=ATTEMPTS_MAX {
        let before = show(tables).await?;
        if before.version > 0 && before.written() == wanted.written() {
            return Ok(before);
        }
        if let (Some(budget), Some(before)) = (wanted.budget, &before.budget) {
            let checked = budget.checked_after(before);
            checked.map_err(|invalid| Rejection::from(invalid.within("/budget")))?;
        }
        let after = Programme {
            version: before.version.saturating_add(1),
            ..wanted.clone()
        };
        let unchanged = Condition::unchanged("version", before.version.into());
        let write = Write::put(keys::programme(), table::item(&after)?, unchanged);
        let (old, new) = (before.written(), after.written());
        let old = (before.version > 0).then_some(&old);
        let note = audit::note(act, Action::SetProgramme, "programme", old, Some(&new))?;
        if table::commit_unless_moved(tables, vec![write, note], attempt).await? {
            return Ok(after);
        }
    }
    Err(Failure::unavailable("the programme changed during every attempt to set it").into())
}
