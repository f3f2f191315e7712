//! Bugs in what is read of rules and promotions.

use chrono::TimeDelta;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::amount::Rjv;
use shared::pricing::Price;
use shared::publication::Lifecycle;
use shared::rewards::promotions::PromotionHead;
use shared::rewards::rules::{RuleHead, RuleVersion};
use shared::table::{self, AttributeValue, Item, Key, Memory, Page, Query, Table};

use super::Mutant;
use crate::instances::Function;

impl Mutant {
    /// Changes what a function reads.
    pub fn page(self, function: Function, memory: &Memory, query: &Query, page: &mut Page) {
        if self == Self::FloorOverlooked && function == Function::Quote && query.pk == "store" {
            page.items.iter_mut().for_each(without_floor);
        }
        if !function.awards() || query.table != Table::Catalog {
            return;
        }
        let change_rule: &dyn Fn(&mut RuleHead) = match self {
            Self::OldVersion => &|head| first_version(memory, head),
            Self::PausedRule => &|head| head.lifecycle = Lifecycle::Published,
            Self::PriorityOverlooked => &|head| {
                if let Some(published) = &mut head.published {
                    published.content.priority = 0;
                }
            },
            Self::CooldownOverlooked => &|head| {
                if let Some(published) = &mut head.published {
                    published.content.cooldown_minutes = None;
                }
            },
            Self::PromotionClosed if query.pk == "reward-promotions" => {
                return change(&mut page.items, |head: &mut PromotionHead| {
                    if let Some(published) = &mut head.published {
                        let until = published.content.until;
                        published.content.until = until.plus(TimeDelta::milliseconds(1));
                    }
                });
            }
            _ => return,
        };
        if query.pk == "reward-rules" {
            change(&mut page.items, change_rule);
        }
    }
}

fn change<T: Serialize + DeserializeOwned>(items: &mut [Item], change: impl Fn(&mut T)) {
    for item in items {
        if let Ok(mut value) = table::read::<T>(item.clone()) {
            change(&mut value);
            *item = table::item(&value).unwrap_or_else(|_| item.clone());
        }
    }
}

/// Lets a price fall as low as it will.
fn without_floor(item: &mut Item) {
    let is_price =
        matches!(item.get("sk"), Some(AttributeValue::S(sk)) if sk.starts_with("price#"));
    if is_price && let Ok(mut price) = table::read::<Price>(item.clone()) {
        price.terms.floor = Rjv::whole(1);
        let mut sought = item.clone();
        if let Ok(changed) = table::item(&price) {
            sought.extend(changed.into_inner());
            *item = sought;
        }
    }
}

fn first_version(memory: &Memory, head: &mut RuleHead) {
    let first = Key {
        table: Table::Catalog,
        pk: format!("reward-rule#{}", head.id),
        sk: "000001".to_owned(),
    };
    let first = memory.item(&first);
    let first = first.and_then(|item| table::read::<RuleVersion>(item).ok());
    if let (Some(first), Some(published)) = (first, &mut head.published) {
        published.version = first.version;
        published.content = first.content;
    }
}
