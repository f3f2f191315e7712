//! What one commit wrote, read back into values.

use std::collections::BTreeMap;

use serde::Deserialize;
use shared::audit::Record;
use shared::catalog::{Partner, Product};
use shared::codes::{Code, pool};
use shared::id::{CodeId, MemberId, ProductId};
use shared::ledger::{self, Entry, Wallet};
use shared::rewards::budget::Shard;
use shared::table::{Action, Item, Key, Memory, Table, Write};

use super::{Books, Verdict, ensure, parse, prices, rewards};
use crate::instances::Function;

/// What one commit wrote.
#[derive(Default)]
pub struct Written {
    /// For which function.
    pub by: Option<Function>,
    pub wallets: BTreeMap<MemberId, Wallet>,
    pub entries: Vec<Entry>,
    pub codes: Vec<Code>,
    pub goods: Goods,
    /// What was noted of acts.
    pub notes: Vec<Record>,
    pub prices: prices::Written,
    pub rewards: rewards::Written,
}

/// What it wrote that is about what is left to sell, and to whom.
#[derive(Default)]
pub struct Goods {
    pub products: Vec<Product>,
    pub partners: Vec<Partner>,
    /// What is left in a shard.
    pub shards: Vec<(ProductId, u8, u32)>,
    /// What came into a shard of a pool.
    pub put: Vec<(ProductId, u8, pool::Entry)>,
    /// What left it.
    pub taken: Vec<(ProductId, u8, CodeId)>,
    /// How many a member has of a product.
    pub holdings: Vec<(MemberId, ProductId, u32)>,
}

#[derive(Deserialize)]
struct Left {
    left: u32,
}

#[derive(Deserialize)]
struct Held {
    held: u32,
}

/// The place in a pool of which this is the key.
pub fn pool_place(key: &Key) -> Option<(ProductId, u8, CodeId)> {
    let (product, shard) = sharded(&key.pk, "pool#")?;
    Some((product, shard, key.sk.parse().ok()?))
}

fn sharded(pk: &str, what: &str) -> Option<(ProductId, u8)> {
    let (product, shard) = pk.strip_prefix(what)?.split_once('#')?;
    Some((product.parse().ok()?, shard.parse().ok()?))
}

/// Whether an item is in the log of acts.
pub fn is_note(key: &Key) -> bool {
    key.table == Table::Insights && key.pk.starts_with("audit#")
}

/// Whether an item may go.
fn may_go(key: &Key) -> bool {
    match key.table {
        Table::Insights if is_note(key) => false,
        Table::Partners | Table::Insights => true,
        Table::Codes => key.pk.starts_with("pool#"),
        Table::Ledger | Table::Catalog | Table::Members => false,
    }
}

impl Books {
    /// Reads back what was written.
    pub(super) fn sort(&self, writes: &[Write], memory: &Memory) -> Result<Written, String> {
        let mut written = Written::default();
        for Write { key, action, .. } in writes {
            let Some(item) = memory.item(key) else {
                let place = format!("{}/{}", key.pk, key.sk);
                ensure(may_go(key), || format!("{place} was deleted"))?;
                written.goods.taken.extend(pool_place(key));
                continue;
            };
            match (key.table, key.sk.as_str()) {
                (Table::Ledger, sk) if ledger::is_entry(sk) => {
                    written.entries.push(parse(item, "an entry")?);
                }
                (Table::Ledger, _) => {
                    let wallet: Wallet = parse(item, "a wallet")?;
                    written.wallets.insert(wallet.member_id, wallet);
                }
                (Table::Codes, "code") => {
                    let code: Code = parse(item, "a code")?;
                    ensure(
                        matches!(action, Action::Set(_)) || !self.codes.contains_key(&code.code_id),
                        || format!("{} was written over", code.code_id),
                    )?;
                    written.codes.push(code);
                }
                (Table::Codes, _) => {
                    if let Some((product, shard, _)) = pool_place(key) {
                        let entry = parse(item, "an entry of a pool")?;
                        written.goods.put.push((product, shard, entry));
                    }
                }
                (Table::Members | Table::Catalog, _) => sort_other(&mut written, key, item)?,
                (Table::Insights, _) if is_note(key) => {
                    written.notes.push(parse(item, "a record of an act")?);
                }
                (Table::Partners | Table::Insights, _) => {}
            }
        }
        Ok(written)
    }
}

/// Reads back what is in the catalogue, or about a member.
fn sort_other(written: &mut Written, key: &Key, item: Item) -> Verdict {
    let goods = &mut written.goods;
    if let Some((product, shard)) = sharded(&key.pk, "stock#") {
        let Left { left } = parse(item, "a shard of the stock")?;
        goods.shards.push((product, shard, left));
        return Ok(());
    }
    if let Some(member) = key.pk.strip_prefix("holdings#") {
        let place = (member.parse().ok(), key.sk.parse().ok());
        let Held { held } = parse(item, "what a member has")?;
        if let (Some(member), Some(product)) = place {
            goods.holdings.push((member, product, held));
        }
        return Ok(());
    }
    if key.sk.starts_with("product#") {
        goods.products.push(parse(item, "a product")?);
        return Ok(());
    }
    if key.sk.starts_with("partner#") {
        goods.partners.push(parse(item, "a partner")?);
        return Ok(());
    }
    if prices::is_about(key) {
        return written.prices.sort(key, item);
    }
    sort_rewards(&mut written.rewards, key, item)
}

/// Reads back what is about rewards.
fn sort_rewards(written: &mut rewards::Written, key: &Key, item: Item) -> Verdict {
    match (key.pk.as_str(), key.sk.as_str()) {
        (_, sk) if sk.starts_with("activity#") => written.records.push(parse(item, "a record")?),
        (pk, _) if pk.starts_with("budget#") => {
            let shard: Shard = parse(item, "a counter")?;
            written.shards.push((key.clone(), shard.drawn));
        }
        (pk, sk) if key.table == Table::Members => {
            let Ok(member) = pk.parse() else {
                return Ok(());
            };
            if let Some(scope) = sk.strip_prefix("tally#") {
                let standing = parse(item, "a standing")?;
                written.standings.push((member, scope.to_owned(), standing));
            } else if sk == "profile" {
                written.profiles.push((member, parse(item, "a profile")?));
            }
        }
        ("reward-rules", _) => written.rules.push(parse(item, "a rule")?),
        ("reward-promotions", _) => written.promotions.push(parse(item, "a promotion")?),
        ("reward-programme", _) => written.programmes.push(parse(item, "the programme")?),
        (pk, _) => {
            if let Some(rule) = pk.strip_prefix("reward-rule#") {
                let rule = rule.parse().map_err(|_| format!("{rule} is no name"))?;
                let version = parse(item, "a version of a rule")?;
                written.versions.push((rule, version));
            }
        }
    }
    Ok(())
}
