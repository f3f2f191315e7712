//! How many purchases a second there can be when everybody wants the same, by the simulated clock alone.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use fastrand::Rng;
use shared::amount::Rjv;
use shared::catalog::Partner;
use shared::error::Failure;
use shared::id::{PartnerId, QuoteId};
use shared::purchases;
use shared::rewards::terms::Formula;
use shared::rewards::{self, Programme};
use shared::store::{Ask, Offer};
use shared::table::{
    Cancelled, Condition, Item, Key, Memory, Page, Query, Store, Table, Tables, Write,
};
use shared::time::Timestamp;
use uuid::Uuid;

use crate::executor::{Executor, dice};
use crate::house::{House, activity, at_once, member, promise, start};

/// Purchases in the same simulated time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throughput {
    /// How many clients bought, one after the other as fast as they could.
    pub clients: u64,
    /// For how many simulated seconds.
    pub seconds: u64,
    /// Purchases when everybody bought from one partner.
    pub one_partner: u64,
    /// Purchases when everybody bought from a partner of their own.
    pub own_partners: u64,
    /// Purchases from one partner when its balance is stored and part of every transaction, as in textbooks.
    pub stored_house: u64,
}

/// How long a transaction holds its items, and how long reading one takes.
const TRANSACTION: Duration = Duration::from_millis(20);
const READ: Duration = Duration::from_millis(4);

/// Items of which each is held by one transaction at a time.
struct Held {
    executor: Executor,
    memory: Arc<Memory>,
    taken: Mutex<BTreeSet<Key>>,
    dice: Mutex<Rng>,
    /// An item that every transaction writes beside its own.
    house: Option<Key>,
}

/// Lets `clients` buy for `seconds` in each of the three worlds. A pure function of its arguments.
pub fn throughput(seed: u64, clients: u64, seconds: u64) -> Throughput {
    let house = Key {
        table: Table::Ledger,
        pk: "house".to_owned(),
        sk: "balance".to_owned(),
    };
    Throughput {
        clients,
        seconds,
        one_partner: purchases_in(seed, clients, seconds, false, None),
        own_partners: purchases_in(seed, clients, seconds, true, None),
        stored_house: purchases_in(seed, clients, seconds, false, Some(house)),
    }
}

fn purchases_in(
    seed: u64,
    clients: u64,
    seconds: u64,
    own_partners: bool,
    stored: Option<Key>,
) -> u64 {
    let memory = Arc::new(Memory::default());
    let quiet = Tables::new(Arc::clone(&memory));
    let house = Arc::new(House::open(&quiet));
    fund(&quiet, &house, clients, seconds);
    let executor = Executor::new(seed);
    let tables = Tables::new(Held {
        executor: executor.clone(),
        memory,
        taken: Mutex::default(),
        dice: Mutex::new(dice(seed, &[1])),
        house: stored,
    });
    let (bought, end) = (Arc::new(AtomicU64::new(0)), Duration::from_secs(seconds));
    for client in 0..clients {
        let mut offer = house.offers[0].clone();
        if own_partners {
            let partner_id = PartnerId::new(Uuid::from_u128(u128::from(client)));
            offer.partner = Partner {
                partner_id,
                ..offer.partner
            };
            offer.product.partner_id = partner_id;
        }
        let buying = buy(
            executor.clone(),
            tables.clone(),
            Arc::clone(&house),
            (client, offer, end),
            Arc::clone(&bought),
        );
        executor.spawn(&Arc::from(format!("client {client}")), buying);
    }
    let outcome = executor.run(u64::MAX, || executor.now() >= end);
    executor.close();
    assert!(outcome.is_ok(), "clients that buy come to an end");
    bought.load(Ordering::Relaxed)
}

/// Gives every client more tokens than it can spend.
fn fund(tables: &Tables, house: &House, clients: u64, seconds: u64) {
    let mut book = house.book.clone();
    book.programme = Programme::default();
    for rule in &mut book.rules {
        rule.terms.amount = Formula::Fixed {
            amount: Rjv::whole(1000),
        };
        rule.terms.amount_max = Rjv::MAX;
        rule.terms.limits.clear();
    }
    // At most 50 purchases a second, of 25 RJV each.
    let awards = seconds * 50 * 25 / 1000 + 1;
    for client in 0..clients {
        let owner = member(u128::from(client));
        for number in 0..awards {
            let survey = activity(
                owner,
                &format!("survey-{number}"),
                "survey_completed",
                start(),
            );
            let awarded = at_once(rewards::award(tables, &book, &[survey], start()));
            awarded.expect("an award");
        }
    }
}

async fn buy(
    executor: Executor,
    tables: Tables,
    house: Arc<House>,
    (client, offer, end): (u64, Offer, Duration),
    bought: Arc<AtomicU64>,
) {
    let owner = member(u128::from(client));
    let quantity = 1.try_into().expect("a quantity");
    let mut number = u128::from(client) << 64;
    while executor.now() < end {
        number += 1;
        let now = clock(&executor);
        let ask = Ask {
            quote_id: QuoteId::new(Uuid::from_u128(number)),
            member_id: owner,
            product_id: offer.product.product_id,
            quantity,
        };
        let quote = promise(&offer, ask, now);
        // A client that is told to try again does so at once.
        while executor.now() < end {
            let outcome = purchases::buy(&tables, &house.secrets, &quote, 1, now).await;
            if outcome.is_ok() && executor.now() <= end {
                bought.fetch_add(1, Ordering::Relaxed);
                break;
            }
        }
    }
}

fn clock(executor: &Executor) -> Timestamp {
    start().plus(TimeDelta::from_std(executor.now()).unwrap_or(TimeDelta::MAX))
}

#[async_trait]
impl Store for Held {
    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Failure> {
        self.executor.sleep(READ).await;
        self.memory.get_many(keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Failure> {
        self.executor.sleep(READ).await;
        self.memory.query(query).await
    }

    async fn commit(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        let unconditional = Condition::All(Vec::new());
        let house = self.house.clone();
        let house = house.map(|key| Write::put(key, Item::default(), unconditional));
        let writes: Vec<Write> = writes.iter().cloned().chain(house).collect();
        {
            let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
            if writes.iter().any(|write| taken.contains(&write.key)) {
                return Err(Cancelled::Contended);
            }
            taken.extend(writes.iter().map(|write| write.key.clone()));
        }
        self.executor.sleep(TRANSACTION).await;
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        for write in &writes {
            taken.remove(&write.key);
        }
        self.memory.make(&writes)
    }

    async fn back_off(&self, attempt: u32) {
        let longest = (20_u64 << attempt.min(6).saturating_sub(1)).min(640);
        let wait = {
            let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
            dice.u64(..longest * 1000)
        };
        self.executor.sleep(Duration::from_micros(wait)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partner_of_everybody_slows_nobody_down_and_a_stored_balance_does() {
        let measured = throughput(1, 12, 2);

        assert!(measured.one_partner * 100 >= measured.own_partners * 95);
        assert!(measured.stored_house * 100 <= measured.own_partners * 30);
        assert_eq!(measured, throughput(1, 12, 2));
    }
}
