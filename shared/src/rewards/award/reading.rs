//! Reading what decisions about some activities of a member need, in one request while it fits into one.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{self, Partner};
use crate::error::Failure;
use crate::id::{ActivityId, MemberId, PartnerId};
use crate::ledger::{self, Wallet};
use crate::rewards::budget::Shard;
use crate::rewards::decide::{self, Purse, Situation};
use crate::rewards::profile::Profile;
use crate::rewards::standing::Scope;
use crate::rewards::{Activity, Book, keys};
use crate::table::{self, Item, Key, Tables};
use crate::time::Timestamp;

/// Which items a decision about some activities needs.
pub(super) struct Reading {
    member: MemberId,
    records: Vec<ActivityId>,
    scopes: BTreeSet<Scope>,
    /// Counters of budgets, and where each stands.
    shards: BTreeMap<(Purse, u8), Key>,
    partners: BTreeSet<PartnerId>,
}

/// What was found of it.
pub(super) struct Found {
    pub wallet: Wallet,
    pub known: BTreeSet<ActivityId>,
    pub situation: Situation,
    pub partners: BTreeMap<PartnerId, Partner>,
    /// Where each counter of a budget stands that was read.
    pub places: BTreeMap<(Purse, u8), Key>,
    /// Counters that are there at all.
    pub drawn: BTreeMap<(Purse, u8), Shard>,
}

impl Reading {
    pub fn of(book: &Book, activities: &[&Activity], member: MemberId, now: Timestamp) -> Self {
        let mut reading = Self {
            member,
            records: activities
                .iter()
                .map(|activity| activity.activity_id)
                .collect(),
            scopes: BTreeSet::new(),
            shards: BTreeMap::new(),
            partners: BTreeSet::new(),
        };
        for activity in activities {
            reading.scopes.extend(decide::scopes(book, activity));
            reading.partners.extend(activity.source.partner());
            for (purse, budget) in decide::budgets(book, activity) {
                let window = budget.window(now, &book.programme.zone);
                let shard = budget.home(member);
                let place = keys::shard(&purse, shard, window);
                reading.shards.insert((purse, shard), place);
            }
        }
        reading
    }

    pub fn read_all_of(&mut self, book: &Book, purse: &Purse, now: Timestamp) {
        if let Some(budget) = book.budget(purse) {
            let window = budget.window(now, &book.programme.zone);
            for shard in 0..budget.shards {
                let place = keys::shard(purse, shard, window);
                self.shards.insert((purse.clone(), shard), place);
            }
        }
    }

    pub async fn read(&self, tables: &Tables, book: &Book) -> Result<Found, Failure> {
        let member = self.member;
        let scopes = self
            .scopes
            .iter()
            .map(|scope| keys::standing(member, scope));
        let partners = self
            .partners
            .iter()
            .map(|partner| catalog::partner_key(*partner));
        let records = self.records.iter().map(|id| keys::activity(member, *id));
        let places = [ledger::wallet_key(member), keys::profile(member)]
            .into_iter()
            .chain(records)
            .chain(scopes)
            .chain(partners)
            .chain(self.shards.values().cloned());
        let mut items = table::get_distinct(tables, places).await?;
        let wallet = ledger::wallet_from(member, items.remove(&ledger::wallet_key(member)))?;
        let known = self.records.iter().copied();
        let known = known.filter(|id| items.contains_key(&keys::activity(member, *id)));
        let known = known.collect();
        let scopes = self.scopes.iter().cloned();
        let scopes = scopes.map(|scope| (keys::standing(member, &scope), scope));
        let partners = self.partners.iter().copied();
        let partners = partners.map(|partner| (catalog::partner_key(partner), partner));
        let shards = self.shards.iter();
        let shards = shards.map(|(of, place)| (place.clone(), of.clone()));
        let standings = take_all(&mut items, scopes)?;
        let found_partners = take_all(&mut items, partners)?;
        let drawn: BTreeMap<_, Shard> = take_all(&mut items, shards)?;
        let profile: Option<Profile> = take(&mut items, &keys::profile(member))?;
        let read = self.shards.keys().cloned();
        let shards = read.map(|of| {
            let shard = drawn.get(&of).copied().unwrap_or_default();
            (of, shard)
        });
        Ok(Found {
            known,
            situation: Situation {
                profile: profile.unwrap_or_else(|| Profile::unknown(&book.programme.zone)),
                lifetime_earned: wallet.lifetime_earned,
                lifetime_spent: wallet.lifetime_spent,
                partner_class: None,
                standings,
                shards: Some(shards.collect()),
            },
            wallet,
            partners: found_partners,
            places: self.shards.clone(),
            drawn,
        })
    }
}

/// The things that are there of some, each told by where it stands.
fn take_all<K: Ord, T: serde::de::DeserializeOwned>(
    items: &mut BTreeMap<Key, Item>,
    places: impl Iterator<Item = (Key, K)>,
) -> Result<BTreeMap<K, T>, Failure> {
    let mut found = BTreeMap::new();
    for (place, name) in places {
        if let Some(thing) = take(items, &place)? {
            found.insert(name, thing);
        }
    }
    Ok(found)
}

fn take<T: serde::de::DeserializeOwned>(
    items: &mut BTreeMap<Key, Item>,
    key: &Key,
) -> Result<Option<T>, Failure> {
    items.remove(key).map(table::read).transpose()
}
