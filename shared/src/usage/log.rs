//! The log: what images of codes say is added to what is known, and the difference to the counts.

use std::collections::BTreeMap;

use super::followed::{Followed, Shares, give};
use super::keys;
use crate::catalog::{self, Class, Partner};
use crate::codes::Code;
use crate::error::Failure;
use crate::id::PartnerId;
use crate::table::{self, Condition, Item, Key, Tables, Write};
use crate::time::Timestamp;

/// Codes of one transaction. Each takes seven writes at most: what is known of it, two where it waits or is found, the counts of
/// three days, and the standing of a member. 100 are allowed.
const CODES_MAX: usize = 14;

/// How often a transaction is tried again because what is known of a code moved.
const ATTEMPTS_MAX: u32 = 20;

/// Logs and counts what these images of codes say and was not known before.
pub async fn log(tables: &Tables, codes: &[Code]) -> Result<(), Failure> {
    follow(tables, codes, None).await
}

/// Logs and counts what these images say. At `now`, if they are the present ones, some may have run out.
pub(super) async fn follow(
    tables: &Tables,
    codes: &[Code],
    now: Option<Timestamp>,
) -> Result<(), Failure> {
    let mut of_shards: BTreeMap<u8, BTreeMap<Key, Vec<&Code>>> = BTreeMap::new();
    for code in codes {
        let of_shard = of_shards.entry(keys::shard(code.code_id)).or_default();
        of_shard.entry(keys::followed(code)).or_default().push(code);
    }
    for codes in of_shards.into_values() {
        let codes: Vec<(Key, Vec<&Code>)> = codes.into_iter().collect();
        for codes in codes.chunks(CODES_MAX) {
            follow_few(tables, codes, now).await?;
        }
    }
    Ok(())
}

/// Follows a few codes of one shard, each with its images, in one transaction.
async fn follow_few(
    tables: &Tables,
    codes: &[(Key, Vec<&Code>)],
    now: Option<Timestamp>,
) -> Result<(), Failure> {
    for attempt in 1..=ATTEMPTS_MAX {
        let places: Vec<Key> = codes.iter().map(|(key, _)| key.clone()).collect();
        let found = table::get_distinct(tables, places.into_iter()).await?;
        let classes = classes(tables, codes, &found).await?;
        let mut step = Step::default();
        for (key, images) in codes {
            let before = found.get(key).cloned().map(table::read).transpose()?;
            step.add(key, before, images, &classes, now)?;
        }
        if step.writes.is_empty() {
            return Ok(());
        }
        if table::commit_unless_moved(tables, step.finish(), attempt).await? {
            return Ok(());
        }
    }
    Err(Failure::unavailable(
        "codes moved during every attempt to count them",
    ))
}

/// The classes of the partners whose codes are seen for the first time.
async fn classes(
    tables: &Tables,
    codes: &[(Key, Vec<&Code>)],
    found: &BTreeMap<Key, Item>,
) -> Result<BTreeMap<PartnerId, Class>, Failure> {
    let new = codes.iter().filter(|(key, _)| !found.contains_key(key));
    let partners = new.flat_map(|(_, images)| images.iter().map(|code| code.partner_id));
    let places: Vec<Key> = partners.map(catalog::partner_key).collect();
    let partners = table::get_distinct(tables, places.into_iter()).await?;
    let class = |item: Item| {
        let partner: Partner = table::read(item)?;
        Ok((partner.partner_id, partner.class))
    };
    partners.into_values().map(class).collect()
}

/// What one transaction adds to what was found.
#[derive(Default)]
struct Step {
    writes: Vec<Write>,
    shares: Shares,
}

impl Step {
    fn add(
        &mut self,
        key: &Key,
        before: Option<Followed>,
        images: &[&Code],
        classes: &BTreeMap<PartnerId, Class>,
        now: Option<Timestamp>,
    ) -> Result<(), Failure> {
        let Some(first) = images.first() else {
            return Ok(());
        };
        let start = if let Some(before) = &before {
            before.clone()
        } else {
            let class = classes.get(&first.partner_id).copied();
            let class = class.ok_or_else(|| Failure::broken("a code of a missing partner"))?;
            Followed::new(first, class)
        };
        let after = images
            .iter()
            .fold(start, |known, code| known.seeing(code, now));
        if before.as_ref() == Some(&after) {
            return Ok(());
        }
        self.share(before.as_ref(), &after)?;
        self.wait(before.as_ref(), &after)?;
        if before.is_none() {
            let place = keys::last4(&first.last4, first.product_id, first.code_id);
            self.writes.push(Write::create(place, code_item(&after)?));
        }
        let version = before.map_or(0, |before| before.version);
        let after = Followed {
            version: version.saturating_add(1),
            ..after
        };
        let unchanged = Condition::unchanged("version", version);
        self.writes
            .push(Write::put(key.clone(), table::item(&after)?, unchanged));
        Ok(())
    }

    /// Adds what belongs to the code now and did not before.
    fn share(&mut self, before: Option<&Followed>, after: &Followed) -> Result<(), Failure> {
        let mut give_all = |shares: Shares, sign: i64| {
            for (key, numbers) in shares {
                for (number, more) in numbers {
                    give(
                        &mut self.shares,
                        key.clone(),
                        number,
                        more.saturating_mul(sign),
                    );
                }
            }
        };
        give_all(after.shares()?, 1);
        if let Some(before) = before {
            give_all(before.shares()?, -1);
        }
        Ok(())
    }

    /// Moves the code among those that wait for the end of their validity.
    fn wait(&mut self, before: Option<&Followed>, after: &Followed) -> Result<(), Failure> {
        let (was, is) = (before.and_then(Followed::due), after.due());
        if was == is {
            return Ok(());
        }
        let always = || Condition::All(Vec::new());
        if let Some(key) = was {
            self.writes.push(Write::delete(key, always()));
        }
        if let Some(key) = is {
            self.writes
                .push(Write::put(key, code_item(after)?, always()));
        }
        Ok(())
    }

    /// Whatever condition fails, the answer is the same: read again and add again.
    fn finish(self) -> Vec<Write> {
        let mut writes = self.writes;
        for (key, numbers) in self.shares {
            let more: Vec<(&'static str, i64)> =
                numbers.into_iter().filter(|(_, more)| *more != 0).collect();
            if !more.is_empty() {
                writes.push(Write::add(key, more, Condition::All(Vec::new())));
            }
        }
        writes
    }
}

/// What stands where a code is found.
fn code_item(followed: &Followed) -> Result<Item, Failure> {
    table::item(&super::search::Found {
        code_id: followed.code_id,
    })
}
