//! Administrators who keep the store: prices, promotions, stocks, and codes that partners bring.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use shared::catalog::{self, Changes, Stock, StockTotal};
use shared::codes::jobs::import;
use shared::error::{Error, Failure, Rejection};
use shared::id::ProductId;
use shared::messaging::{Message, NewsTopic, Send, Sender};
use shared::pricing::prices::{self, Setting};
use shared::pricing::promotions;
use shared::publication::Lifecycle;
use shared::store;
use shared::table::Tables;
use shared::usage;

use super::Client;
use crate::house::{BROUGHT, FEW, SPRING, act, at_once, brought, pause, terms, text, word};
use crate::instances::Function;

/// How often a beat of the clock is tried.
const BEATS_MAX: u32 = 3;

impl Client {
    /// Sets what a code costs, whatever others do meanwhile.
    pub(super) async fn set_price(mut self, offer: usize, price: u32) {
        let id = self.product(offer);
        let wanted = terms(price);
        let number = self.number;
        let answer = self
            .insist(Function::Administer, move |instance, now| {
                let terms = terms(price);
                async move {
                    let act = act(&format!("{id} by {number}"), now);
                    let seen = prices::find(&instance.tables, id).await?;
                    let setting = Setting {
                        version: seen.version,
                        terms,
                        note: None,
                    };
                    again(prices::set(&instance.tables, id, setting, &act).await)
                }
            })
            .await;
        let is_set = answer.outcome.as_ref();
        if !is_set.is_ok_and(|price| price.terms == wanted) {
            self.object("did not set its price", &answer.outcome);
        }
    }

    fn product(&self, offer: usize) -> ProductId {
        self.world.house.offers[offer].product.product_id
    }

    /// Puts so many of a product on sale in all, unless more were sold.
    pub(super) async fn set_total(mut self, total: u32) {
        let (id, number) = (self.product(FEW), self.number);
        let stock = Stock::Limited {
            total: StockTotal::try_from(total).expect("a total"),
        };
        let answer = self
            .insist(Function::Administer, move |instance, now| async move {
                let act = act(&format!("{id} by {number}"), now);
                let product = catalog::product(&instance.tables, id).await?;
                let product = product.ok_or(Rejection::ProductNotFound)?;
                let changes = Changes {
                    stock: Some(stock),
                    ..Changes::default()
                };
                let version = product.version;
                again(store::update(&instance.tables, id, version, changes, &act).await)
            })
            .await;
        let (from, to) = (answer.asked, answer.answered);
        let is_right = match &answer.outcome {
            Ok(kept) => kept.product.stock == stock,
            Err(Rejection::SoldOut { left }) => {
                let (least, most) = self.world.books().goods().left_between(id, from, to);
                (u64::from(least)..=u64::from(most)).contains(left)
            }
            Err(_) => false,
        };
        if !is_right {
            self.object("did not set its stock", &answer.outcome);
        }
    }

    /// Holds the promotion of prices back, and resumes it after a while.
    pub(super) async fn pause_spring(mut self, time: Duration) {
        for paused in [true, false] {
            let number = self.number;
            let answer = self
                .insist(Function::Administer, move |instance, now| async move {
                    let act = act(&format!("{SPRING}, paused: {paused} by {number}"), now);
                    let (tables, id, order) = (&instance.tables, word(SPRING), pause(paused));
                    let head = promotions::set_state(tables, &id, &order, &act).await?;
                    Ok(head.lifecycle)
                })
                .await;
            let wanted = if paused {
                Lifecycle::Paused
            } else {
                Lifecycle::Published
            };
            if answer.outcome.as_ref() != Ok(&wanted) {
                self.object("did not pause or resume it", &answer.outcome);
            }
            self.world.executor.sleep(time).await;
        }
    }

    /// Has codes read that a partner brings: so many rows, of which most were there before.
    pub(super) async fn import(mut self, first: u32, rows: u32) {
        let (id, world) = (self.product(BROUGHT), Arc::clone(&self.world));
        let codes = import_codes(first, rows);
        let name = import_name(self.number);
        let answer = self
            .insist(Function::Administer, move |instance, now| {
                let (world, name) = (Arc::clone(&world), name.clone());
                let codes = import::Codes::Listed(codes.clone());
                async move {
                    let lookup = &world.house.secrets.lookup;
                    let tools = (
                        &instance.tables,
                        &instance.objects,
                        &instance.imports,
                        lookup,
                    );
                    let order = (id, text(&name));
                    import::start(tools, order, &codes, &act(&name, now)).await
                }
            })
            .await;
        if answer.outcome.is_err() {
            self.object("did not have its codes imported", &answer.outcome);
        }
    }

    /// The clock strikes: prices follow the rules. A beat that fails is tried twice more, and then another one follows some day.
    pub(super) async fn reprice(mut self) {
        for _ in 0..BEATS_MAX {
            let answer = self
                .ask(Function::Reprice, move |instance, now| async move {
                    Ok(shared::repricing::reprice(&instance.tables, now).await?)
                })
                .await;
            match answer.map(|answer| answer.outcome) {
                None => {}
                Some(Ok(_)) => return,
                Some(refused) => return self.object("did not reprice", &refused.map(|_| ())),
            }
        }
    }

    /// The clock strikes: what ran out is counted.
    pub(super) fn expire(self) {
        let tables = Tables::new(Arc::clone(&self.world.memory));
        let topic = NewsTopic(Sender::new(Silence));
        let told = at_once(usage::expire(&tables, &topic, self.world.now()));
        if let Err(failure) = told {
            let sentence = format!("codes-expire is broken: {}", failure.chain());
            self.world.judge(Err(sentence));
        }
    }
}

/// The codes that such an import brings, each several times if there are many rows.
pub fn import_codes(first: u32, rows: u32) -> Vec<String> {
    (0..rows).map(|row| brought(first + row % 7)).collect()
}

/// What the import of this operation is called.
pub fn import_name(number: usize) -> String {
    format!("import-{number}")
}

/// Where nobody listens.
struct Silence;

#[async_trait]
impl Send for Silence {
    async fn send(&self, _: Message) -> Result<(), Failure> {
        Ok(())
    }
}

/// Somebody else was faster: the administrator reads it again.
fn again<T>(outcome: Result<T, Error>) -> Result<T, Error> {
    match outcome {
        Err(Error::Rejected(Rejection::VersionConflict { .. })) => {
            Err(Failure::unavailable("it changed meanwhile").into())
        }
        outcome => outcome,
    }
}
