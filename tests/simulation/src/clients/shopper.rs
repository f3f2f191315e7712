//! A member who buys.

use std::sync::Arc;
use std::time::Duration;

use shared::error::{Error, Rejection};
use shared::id::{MemberId, ProductId, QuoteId};
use shared::pricing::Quantity;
use shared::purchases::{self, Purchase};
use shared::store::{self, Ask, Quote};
use shared::time::Timestamp;
use uuid::Uuid;

use super::{Answer, Client};
use crate::house::member;
use crate::instances::{Function, Instance};
use crate::mutants::Mutant;
use crate::plan::Errand;
use crate::world::World;

/// What is wanted, by whom.
#[derive(Clone, Copy)]
struct Wish {
    member: MemberId,
    product: ProductId,
    quantity: Quantity,
}

impl Client {
    /// Asks for a quote and buys it, on one device or two, and perhaps sends the same again days later.
    pub(super) async fn shop(mut self, errand: Errand) {
        let Errand::Buy {
            member: owner,
            offer,
            quantity,
            hesitates,
            devices,
            shows,
            again_after,
        } = errand
        else {
            return;
        };
        let world = Arc::clone(&self.world);
        let wish = Wish {
            member: member(owner),
            product: world.house.offers[offer].product.product_id,
            quantity: Quantity::try_from(quantity).expect("a quantity"),
        };
        let Some(quote) = self.quote(wish).await else {
            return;
        };
        world.executor.sleep(hesitates).await;
        let mut others = Vec::new();
        for device in 1..devices {
            let other = Self::new(&world, self.number, u64::try_from(device).unwrap_or(1));
            let (done, quote) = (world.executor.slot(), quote.clone());
            others.push(done.clone());
            let shopping = async move { done.put(other.buy(wish, quote).await.0) };
            world.executor.spawn(&world.executor.label(), shopping);
        }
        let (purchase, mut client) = self.buy(wish, quote.clone()).await;
        for other in others {
            let _ = other.take().await;
        }
        if let Some(after) = again_after {
            world.executor.sleep(after).await;
            client = client.buy(wish, quote).await.1;
        }
        if let Some(purchase) = purchase.filter(|_| shows) {
            client.show(purchase).await;
        }
    }

    /// Asks for a price. None if it is refused, for a reason that holds.
    async fn quote(&mut self, wish: Wish) -> Option<String> {
        let world = Arc::clone(&self.world);
        let id = self.dice.u128(..);
        let mut attempt = 0;
        let answer = self
            .insist(Function::Quote, move |instance, now| {
                let world = Arc::clone(&world);
                attempt += 1;
                let ask = Ask {
                    quote_id: QuoteId::new(Uuid::from_u128(id.wrapping_add(attempt))),
                    member_id: wish.member,
                    product_id: wish.product,
                    quantity: wish.quantity,
                };
                async move {
                    let offers = instance.store.shelf(now).await?;
                    let (quote, _) = store::quote(&instance.tables, &offers, ask, now).await?;
                    Ok(store::seal(&world.house.signing, &quote)?)
                }
            })
            .await;
        match &answer.outcome {
            Ok(text) => return Some(text.clone()),
            Err(rejection) => {
                // What is on the shelf may be seconds old.
                let from = answer.asked.saturating_sub(SHELF_AGE_MAX);
                let span = (from, answer.answered);
                if !is_withheld(&self.world, wish, rejection, span) {
                    self.object("got no quote", &answer.outcome);
                }
            }
        }
        None
    }

    /// Sends the quote until it is executed or refused for good.
    async fn buy(mut self, wish: Wish, mut text: String) -> (Option<Purchase>, Self) {
        let mut attempt = 0;
        loop {
            let (quote, version) =
                store::open(&self.world.house.signing, &text).expect("a quote of ours");
            self.world.books().mean_order(quote.quote_id, self.number);
            self.world.books().promise(&quote);
            let (asked, world) = (quote.clone(), Arc::clone(&self.world));
            let answer = self
                .ask(Function::Buy, |instance, now| async move {
                    execute(&world, &instance, asked, version, now).await
                })
                .await;
            if let Some(answer) = answer {
                let purchase = self.judge_purchase(&quote, &answer);
                return (purchase, self);
            }
            attempt += 1;
            self.pause(attempt).await;
            if self.world.plan.mutant == Some(Mutant::FreshQuote) {
                text = self.quote(wish).await.unwrap_or(text);
            }
        }
    }

    fn judge_purchase(&self, quote: &Quote, answer: &Answer<Purchase>) -> Option<Purchase> {
        let world = &self.world;
        match &answer.outcome {
            Ok(purchase) => {
                if purchase.quote_id != quote.quote_id {
                    self.object("got another purchase", &answer.outcome);
                }
                let verdict = world.knowledge().bought(&world.books(), purchase);
                world.judge(verdict);
                Some(purchase.clone())
            }
            Err(rejection) => {
                if !is_justified(world, quote, rejection, answer) {
                    self.object(
                        "was refused although nothing spoke against it",
                        &answer.outcome,
                    );
                }
                None
            }
        }
    }

    /// Looks at the codes of a purchase.
    pub(super) async fn show(&mut self, purchase: Purchase) {
        let world = Arc::clone(&self.world);
        let (owner, id) = (purchase.purchase_id.member, purchase.purchase_id);
        let answer = self
            .insist(Function::Reveal, move |instance, now| {
                let world = Arc::clone(&world);
                async move {
                    let found = purchases::find(&instance.tables, owner, id).await?;
                    let keys = (&world.house.secrets, &world.house.vault);
                    let codes = purchases::reveal(&instance.tables, keys, &found, now).await?;
                    let texts = codes
                        .into_iter()
                        .map(|(code, text)| (code, text.to_string()));
                    Ok(texts.collect::<Vec<_>>())
                }
            })
            .await;
        match answer.outcome {
            Ok(codes) => {
                let verdict = {
                    let (books, mut knowledge) = (self.world.books(), self.world.knowledge());
                    knowledge.revealed(&books, &purchase, &codes)
                };
                self.world.judge(verdict);
            }
            refused @ Err(_) => self.object("was not shown its codes", &refused),
        }
    }

    /// Looks at the codes of some purchase made earlier.
    pub(super) async fn look_again(mut self, owner: MemberId) {
        let purchases: Vec<Purchase> = {
            let knowledge = self.world.knowledge();
            let own = knowledge.purchases();
            own.filter(|purchase| purchase.purchase_id.member == owner)
                .cloned()
                .collect()
        };
        if let Some(purchase) = self.dice.choice(purchases) {
            self.show(purchase).await;
        }
    }
}

/// What the function `purchases-buy` does.
async fn execute(
    world: &World,
    instance: &Instance,
    mut quote: Quote,
    version: u32,
    now: Timestamp,
) -> Result<Purchase, Error> {
    if world.plan.mutant == Some(Mutant::RepricedAtPurchase) {
        let shelf = instance.store.shelf(now).await?;
        let offer = shelf.find(quote.product_id)?;
        quote.total = shelf.price(offer, quote.quantity, now).total;
    }
    purchases::buy(&instance.tables, &world.house.secrets, &quote, version, now).await
}

/// Whether there was an instant, while the request was under way, at which its refusal was the truth.
fn is_justified(
    world: &World,
    quote: &Quote,
    rejection: &Rejection,
    answer: &Answer<Purchase>,
) -> bool {
    let books = world.books();
    let bought = books.bought(quote.quote_id).map(|(at, _)| at);
    if bought.is_some_and(|at| at < answer.asked) {
        return false;
    }
    let until = bought.map_or(answer.answered, |at| {
        at.saturating_sub(Duration::from_nanos(1))
    });
    match rejection {
        Rejection::QuoteExpired { expired_at } => {
            *expired_at == quote.expires_at && answer.clock >= *expired_at
        }
        Rejection::InsufficientTokens {
            available,
            required,
            ..
        } => {
            let wallets = books.wallets(quote.member_id, answer.asked, until);
            *required == quote.total
                && available < required
                && wallets.iter().any(|wallet| {
                    // A wallet's clock never runs back, so a later instant of it may count.
                    let clock = wallet
                        .changed_at
                        .map_or(answer.clock, |at| at.max(answer.clock));
                    wallet.available(clock) == *available
                })
        }
        rejection => {
            drop(books);
            let wish = Wish {
                member: quote.member_id,
                product: quote.product_id,
                quantity: quote.quantity,
            };
            is_withheld(world, wish, rejection, (answer.asked, until))
        }
    }
}

/// So old may be what a process knows of the shelf.
const SHELF_AGE_MAX: Duration = Duration::from_secs(5);

/// Whether there was an instant of that time at which so many were not to be had, by this member or by anybody.
fn is_withheld(
    world: &World,
    wish: Wish,
    rejection: &Rejection,
    (from, to): (Duration, Duration),
) -> bool {
    let (books, wanted) = (world.books(), wish.quantity.get());
    let goods = books.goods();
    match rejection {
        Rejection::SoldOut { left } => {
            let (least, most) = goods.left_between(wish.product, from, to);
            (u64::from(least)..=u64::from(most)).contains(left) && *left < u64::from(wanted)
        }
        Rejection::PerMemberLimit {
            per_member_max,
            left,
        } => {
            let held = goods.held_between((wish.member, wish.product), from, to);
            let rest = |held: &u32| per_member_max.saturating_sub(*held);
            held.iter().any(|held| rest(held) == *left) && *left < wanted
        }
        Rejection::ProductUnavailable => goods.is_withheld(wish.product, from, to),
        _ => false,
    }
}
