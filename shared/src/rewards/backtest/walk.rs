//! Walking: the members' past is read from end to end, a stretch of a segment at a time, and replayed member by member.
//!
//! A member's items stand together, so a past is whole as soon as the next one begins. A stretch ends between two members;
//! what was read of the next one is read again.

use std::collections::BTreeMap;

use super::keys;
use super::replay::{Past, Trial};
use super::tally::Tally;
use crate::catalog::{self, Class, Partner};
use crate::error::Failure;
use crate::id::{MemberId, PartnerId};
use crate::ledger;
use crate::rewards::award::{is_profile, is_record};
use crate::table::{self, Item, Key, Scan, Stretch, Tables, WholeTables};

/// Into how many segments the table is cut.
pub(super) const SEGMENTS: u32 = 8;

/// How much is read at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pace {
    /// Reads of one stretch, if no member has more than that.
    pub reads: usize,
    /// Items of one read.
    pub items: usize,
}

/// A stretch under way.
pub(super) struct Walker<'a> {
    pub tables: &'a Tables,
    pub whole: &'a WholeTables,
    pub trial: &'a Trial,
    pub segment: u32,
    pub pace: Pace,
    pub tally: Tally,
    pub classes: BTreeMap<PartnerId, Class>,
}

/// What was read of one partition so far. Not every one is a member's.
struct Partition {
    name: String,
    past: Option<Past>,
    activities: u64,
    unreadable: u64,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            reads: 10,
            items: 1000,
        }
    }
}

impl Walker<'_> {
    /// Walks one stretch: answers behind which place the next one begins, and whether that is the end.
    pub async fn walk(&mut self, start: Option<Key>) -> Result<(Option<Key>, bool), Failure> {
        let (mut after, mut counted, mut last) = (start.clone(), start.clone(), start.clone());
        let mut open: Option<Partition> = None;
        for reads in 1_usize.. {
            let Stretch { items, next } = self.read(after).await?;
            let mut whole = Vec::new();
            for (key, item) in items {
                if open.as_ref().is_none_or(|open| open.name != key.pk) {
                    whole.extend(open.replace(Partition::new(&key.pk)));
                    counted.clone_from(&last);
                }
                if let Some(open) = &mut open {
                    open.add(self.trial, &key, item)?;
                }
                last = Some(key);
            }
            if next.is_none() {
                whole.extend(open.take());
            }
            self.count(whole).await?;
            if next.is_none() {
                return Ok((None, true));
            }
            if reads >= self.pace.reads && counted != start {
                return Ok((counted, false));
            }
            after = next;
        }
        Ok((counted, false))
    }

    async fn read(&self, after: Option<Key>) -> Result<Stretch, Failure> {
        let scan = Scan {
            table: keys::WALKED,
            segment: self.segment,
            segments: SEGMENTS,
            after,
            limit: self.pace.items,
        };
        self.whole.scan(&scan).await
    }

    /// Replays what is whole.
    async fn count(&mut self, partitions: Vec<Partition>) -> Result<(), Failure> {
        let mut pasts = Vec::new();
        for partition in partitions {
            let Tally {
                activities_read,
                unreadable,
                ..
            } = &mut self.tally;
            *activities_read = activities_read.saturating_add(partition.activities);
            *unreadable = unreadable.saturating_add(partition.unreadable);
            pasts.extend(partition.past.filter(|past| self.trial.concerns(past)));
        }
        self.learn_classes(&pasts).await?;
        let wallets = pasts.iter().map(|past| ledger::wallet_key(past.member_id));
        let mut wallets = table::get_distinct(self.tables, wallets).await?;
        for past in pasts {
            let item = wallets.remove(&ledger::wallet_key(past.member_id));
            let wallet = ledger::wallet_from(past.member_id, item)?;
            let lifetime = (wallet.lifetime_earned, wallet.lifetime_spent);
            let more = self.trial.replay(past, lifetime, &self.classes)?;
            self.tally.merge(more)?;
        }
        Ok(())
    }

    /// Reads of which class the partners are that reported something.
    async fn learn_classes(&mut self, pasts: &[Past]) -> Result<(), Failure> {
        let records = pasts.iter().flat_map(|past| &past.records);
        let partners = records.filter_map(|record| record.activity.source.partner());
        let unknown = partners.filter(|partner| !self.classes.contains_key(partner));
        let places = unknown.map(catalog::partner_key);
        for item in table::get_distinct(self.tables, places)
            .await?
            .into_values()
        {
            let partner: Partner = table::read(item)?;
            self.classes.insert(partner.partner_id, partner.class);
        }
        Ok(())
    }
}

impl Partition {
    fn new(name: &str) -> Self {
        let member: Option<MemberId> = name.parse().ok();
        Self {
            name: name.to_owned(),
            past: member.map(Past::of),
            activities: 0,
            unreadable: 0,
        }
    }

    fn add(&mut self, trial: &Trial, key: &Key, item: Item) -> Result<(), Failure> {
        let Some(past) = &mut self.past else {
            return Ok(());
        };
        if is_record(&key.sk) {
            self.activities = self.activities.saturating_add(1);
            match table::read(item) {
                Ok(record) => trial.note(past, record)?,
                Err(_) => self.unreadable = self.unreadable.saturating_add(1),
            }
        } else if is_profile(&key.sk) {
            match table::read(item) {
                Ok(profile) => past.profile = Some(profile),
                Err(_) => self.unreadable = self.unreadable.saturating_add(1),
            }
        }
        Ok(())
    }
}
