//! What is known of a member, read at once.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;

use super::profile::Profile;
use super::standing::{Scope, Standing};
use super::{Book, keys};
use crate::error::Failure;
use crate::id::MemberId;
use crate::ledger::{self, Wallet};
use crate::table::{self, Item, Key, Tables};

/// A member's clock and segments, and what was given within some scopes.
pub(super) struct Known {
    /// The clock and the segments.
    pub profile: Profile,
    /// What was given within each scope; nothing, where there is none.
    pub standings: BTreeMap<Scope, Standing>,
}

/// Reads a member's profile and these standings.
pub(super) async fn of(
    tables: &Tables,
    book: &Book,
    member: MemberId,
    scopes: &BTreeSet<Scope>,
) -> Result<Known, Failure> {
    let mut items = table::get_distinct(tables, places(member, scopes)).await?;
    Known::take(&mut items, book, member, scopes)
}

/// The same, and the wallet.
pub(super) async fn with_wallet(
    tables: &Tables,
    book: &Book,
    member: MemberId,
    scopes: &BTreeSet<Scope>,
) -> Result<(Known, Wallet), Failure> {
    let wallet = ledger::wallet_key(member);
    let places = places(member, scopes).chain([wallet.clone()]);
    let mut items = table::get_distinct(tables, places).await?;
    let wallet = ledger::wallet_from(member, items.remove(&wallet))?;
    Ok((Known::take(&mut items, book, member, scopes)?, wallet))
}

fn places(member: MemberId, scopes: &BTreeSet<Scope>) -> impl Iterator<Item = Key> {
    let standings = scopes
        .iter()
        .map(move |scope| keys::standing(member, scope));
    standings.chain([keys::profile(member)])
}

impl Known {
    fn take(
        items: &mut BTreeMap<Key, Item>,
        book: &Book,
        member: MemberId,
        scopes: &BTreeSet<Scope>,
    ) -> Result<Self, Failure> {
        let profile = take(items, &keys::profile(member))?;
        let mut standings = BTreeMap::new();
        for scope in scopes {
            if let Some(standing) = take(items, &keys::standing(member, scope))? {
                standings.insert(scope.clone(), standing);
            }
        }
        Ok(Self {
            profile: profile.unwrap_or_else(|| Profile::unknown(&book.programme.zone)),
            standings,
        })
    }
}

fn take<T: DeserializeOwned>(
    items: &mut BTreeMap<Key, Item>,
    key: &Key,
) -> Result<Option<T>, Failure> {
    items.remove(key).map(table::read).transpose()
}
