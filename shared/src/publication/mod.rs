//! Publications: what administrators draft, publish, pause and end, version by version. Rules and promotions, of rewards
//! as well as of prices, are such.
//!
//! A version is written once and never changed, so what was decided by it can be explained for good. The head says which one
//! holds. A head, a version and the record of the act are written in one transaction under the head's revision, so versions
//! count from 1 without gaps, however many administrators write at once.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use self::store::{head, heads, set, set_state, version, versions};
use crate::audit::Action;
use crate::error::{Error, Rejection};
use crate::id::{BacktestId, MemberId};
use crate::invalid::Invalid;
use crate::table::{Key, Query, Tables};
use crate::text::{Text, Word};
use crate::time::Timestamp;

mod store;

/// What a publication says in one version.
pub trait Content: Clone + Serialize + DeserializeOwned + Send + Sync {
    /// The same as administrators write it.
    type Written: Clone + PartialEq + Serialize;

    /// Saying it.
    const SET: Action;
    /// Publishing, pausing, resuming and ending it.
    const SET_STATE: Action;

    /// As administrators write it.
    fn written(&self) -> Self::Written;

    /// From when on it says anything; always, without.
    fn from(&self) -> Option<Timestamp>;

    /// Up to when it says anything; for good, without.
    fn until(&self) -> Option<Timestamp>;

    /// Whether this can hold from one moment to the next in the place of `before`.
    fn may_follow(&self, _before: &Self) -> Result<(), Invalid> {
        Ok(())
    }

    /// Whether this version may be published by such an order.
    fn allow(
        _tables: &Tables,
        _id: &Word,
        _version: u32,
        _order: &Order,
    ) -> impl Future<Output = Result<(), Error>> + Send {
        std::future::ready(Ok(()))
    }

    /// There is none of this name.
    fn not_found() -> Rejection;

    /// Where a head stands.
    fn head(id: &Word) -> Key;

    /// Where all heads stand.
    fn heads(after: Option<String>, limit: usize) -> Query;

    /// Where a version stands.
    fn version(id: &Word, version: u32) -> Key;

    /// Where all versions stand, newest first.
    fn versions(id: &Word, after: Option<String>, limit: usize) -> Query;
}

/// A publication as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head<C> {
    /// Its name, chosen by the administrator who made it.
    pub id: Word,
    /// What administrators made of it.
    pub lifecycle: Lifecycle,
    /// How many versions there are.
    pub latest_version: u32,
    /// The version that holds, or held last; none, if it was never published.
    pub published: Option<Published<C>>,
    /// When anything about it changed last.
    pub changed_at: Timestamp,
    /// Counts the changes.
    pub revision: u64,
}

/// A version that was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published<C> {
    /// Which.
    pub version: u32,
    /// What it says.
    pub content: C,
    /// When it was published.
    pub published_at: Timestamp,
    /// Who published it, named as a member is.
    pub published_by: MemberId,
    /// The backtest it was published with.
    pub backtest_id: Option<BacktestId>,
    /// Why it was published.
    pub reason: Option<Text<1, 400>>,
}

/// What a publication says, or would say, in one version. It never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version<C> {
    /// Counts from 1.
    pub version: u32,
    /// What it says.
    pub content: C,
    /// When it was written.
    pub created_at: Timestamp,
    /// Who wrote it, named as a member is.
    pub created_by: MemberId,
}

/// What administrators made of a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lifecycle {
    /// Never published.
    Draft,
    /// Published.
    Published,
    /// Published, and held back for now.
    Paused,
    /// Over for good.
    Ended,
}

/// What a publication is at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "PublicationState")]
pub enum State {
    /// Never published.
    Draft,
    /// Published, and not yet begun.
    Scheduled,
    /// In force.
    Active,
    /// Held back for now.
    Paused,
    /// Ended by an administrator, or past its end.
    Ended,
}

/// What is wanted of a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// What it is to be.
    pub state: Wanted,
    /// Which version is to be published; the one that is, without.
    pub version: Option<u32>,
    /// The backtest of that version.
    pub backtest_id: Option<BacktestId>,
    /// Why.
    pub reason: Option<Text<1, 400>>,
}

/// What a publication can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "WantedState")]
pub enum Wanted {
    /// Published, or resumed.
    Active,
    /// Held back.
    Paused,
    /// Over for good.
    Ended,
}

/// What an order comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// It is already so.
    Nothing,
    /// Another version is published.
    Publish(u32),
    /// It becomes this.
    Become(Lifecycle),
}

impl State {
    /// Its text, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Ended => "ended",
        }
    }
}

impl<C: Content> Head<C> {
    /// What it is at `now`.
    pub fn state(&self, now: Timestamp) -> State {
        let content = self.published.as_ref().map(|published| &published.content);
        let over = content.and_then(C::until).is_some_and(|until| until <= now);
        let begun = content.and_then(C::from).is_none_or(|from| from <= now);
        match self.lifecycle {
            Lifecycle::Draft => State::Draft,
            Lifecycle::Ended => State::Ended,
            Lifecycle::Published | Lifecycle::Paused if over => State::Ended,
            Lifecycle::Paused => State::Paused,
            Lifecycle::Published if begun => State::Active,
            Lifecycle::Published => State::Scheduled,
        }
    }

    /// Whether it is published, and neither paused nor ended by an administrator.
    pub fn is_published(&self) -> bool {
        self.lifecycle == Lifecycle::Published
    }

    /// As administrators write it.
    pub fn written(&self) -> Head<C::Written> {
        let published = |published: &Published<C>| Published {
            version: published.version,
            content: published.content.written(),
            published_at: published.published_at,
            published_by: published.published_by,
            backtest_id: published.backtest_id,
            reason: published.reason.clone(),
        };
        Head {
            id: self.id.clone(),
            lifecycle: self.lifecycle,
            latest_version: self.latest_version,
            published: self.published.as_ref().map(published),
            changed_at: self.changed_at,
            revision: self.revision,
        }
    }

    /// What an order comes to at `now`. A draft is published or ended, what is published is paused, ended or published in
    /// another version, what is paused is resumed, ended or published in another version, and what is ended stays so.
    fn step(&self, order: &Order, now: Timestamp) -> Result<Step, Rejection> {
        let invalid = |pointer: &str, reason: &str| {
            Err(Rejection::InvalidBody {
                pointer: pointer.to_owned(),
                reason: reason.to_owned(),
            })
        };
        if order.state != Wanted::Active && order.version.is_some() {
            return invalid("/version", "only what becomes active is named by version");
        }
        if order.state != Wanted::Active && order.backtest_id.is_some() {
            return invalid("/backtest_id", "only publishing needs a backtest");
        }
        let published = self.published.as_ref().map(|published| published.version);
        let other = order.version.filter(|version| published != Some(*version));
        match (self.lifecycle, order.state) {
            (Lifecycle::Ended, Wanted::Ended) | (Lifecycle::Paused, Wanted::Paused) => {
                Ok(Step::Nothing)
            }
            (Lifecycle::Ended, _) | (Lifecycle::Draft, Wanted::Paused) => {
                Err(conflict(self.state(now)))
            }
            (_, Wanted::Ended) => Ok(Step::Become(Lifecycle::Ended)),
            (Lifecycle::Published, Wanted::Paused) => Ok(Step::Become(Lifecycle::Paused)),
            (_, Wanted::Active) => match (other, self.lifecycle) {
                (Some(version), _) => Ok(Step::Publish(version)),
                (None, Lifecycle::Draft) => {
                    invalid("/version", "say which version is to be published")
                }
                (None, Lifecycle::Paused) => Ok(Step::Become(Lifecycle::Published)),
                (None, _) => Ok(Step::Nothing),
            },
        }
    }

    /// The same after a change at `now`.
    fn changed(&self, now: Timestamp) -> Self {
        Self {
            changed_at: now,
            revision: self.revision.saturating_add(1),
            ..self.clone()
        }
    }
}

impl<C: Content> Version<C> {
    /// As administrators write it.
    pub fn written(&self) -> Version<C::Written> {
        Version {
            version: self.version,
            content: self.content.written(),
            created_at: self.created_at,
            created_by: self.created_by,
        }
    }
}

fn conflict(state: State) -> Rejection {
    Rejection::StateConflict {
        state: state.as_str().to_owned(),
    }
}
