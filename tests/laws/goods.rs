//! Products with a stock, a limit or a pool, and quotes for them, as laws about selling and giving back need them.

use chrono::TimeDelta;
use shared::amount::Rjv;
use shared::catalog::{self, Product, Returns, Stock};
use shared::codes::pool;
use shared::id::{AdjustmentId, JobId, MemberId, QuoteId};
use shared::ledger::{self, Expiry, Order, Reason, Side, Source, Wallet};
use shared::pricing::{PriceTerms, Quantity, first_price_writes};
use shared::seal::Place;
use shared::stock::{self, Left};
use shared::store::Quote;
use shared::table::Tables;
use simulation::{act, at_once, start, text};
use uuid::Uuid;

use super::world::{World, vault};

/// A product of the partner whose codes are bought here, as it stands in the catalogue.
pub struct Goods(pub Product);

impl Goods {
    /// A product of which there are so many codes.
    pub fn of(world: &World, stock: Stock, count: u32) -> Self {
        Self::new(world, stock, count, |product| product)
    }

    /// The same product with another such stock: what a partner brings again.
    pub fn again(world: &World, goods: &Self, count: u32) -> Self {
        stocked(world, &goods.0, count);
        Self(goods.0.clone())
    }

    /// The same, with something changed about it.
    pub fn new(
        world: &World,
        stock: Stock,
        count: u32,
        change: impl FnOnce(Product) -> Product,
    ) -> Self {
        let days = 30.try_into().unwrap();
        let product = Product::new(text("good"), world.partner(), text("Good"), days, start());
        let product = change(Product { stock, ..product });
        let tables = Tables::new(std::sync::Arc::clone(&world.memory));
        let terms = PriceTerms::of(Rjv::whole(20));
        let act = act("good", start());
        let (_, mut writes) = first_price_writes(product.product_id, terms, &act).unwrap();
        writes.push(catalog::product_write(&product).unwrap());
        at_once(tables.commit(&writes)).unwrap();
        stocked(world, &product, count);
        Self(product)
    }

    /// A limited stock of five.
    pub fn five() -> Stock {
        Stock::Limited {
            total: 5.try_into().unwrap(),
        }
    }

    /// A quote for so many of them, at 20 RJV each.
    pub fn quote(&self, number: u128, member_id: MemberId, quantity: u32) -> Quote {
        let product = &self.0;
        let unit_price = Rjv::whole(20);
        Quote {
            quote_id: QuoteId::new(Uuid::from_u128(0x9_0000 + number)),
            member_id,
            product_id: product.product_id,
            partner_id: product.partner_id,
            quantity: Quantity::try_from(quantity).unwrap(),
            unit_price,
            total: unit_price.checked_mul(quantity).unwrap(),
            price_version: 1,
            promotions: Vec::new(),
            stock: product.stock.kind(),
            per_member_max: product.per_member_max,
            code_valid_days: product.code_valid_days,
            codes_valid_until: None,
            issued_at: start(),
            expires_at: start().plus(TimeDelta::minutes(10)),
        }
    }

    /// How many are left.
    pub fn left(&self, world: &World) -> u64 {
        let tables = Tables::new(std::sync::Arc::clone(&world.memory));
        let left = at_once(stock::left(&tables, &[self.0.product_id])).unwrap();
        stock::total(&left[&self.0.product_id])
    }
}

/// The product with these remedies.
pub fn returning(returns: Returns) -> impl FnOnce(Product) -> Product {
    move |product| Product { returns, ..product }
}

/// Gives a member 25 RJV, whatever the budgets of the programme say.
pub fn fund(world: &World, member: MemberId) {
    let order = Order::Credit {
        amount: Rjv::whole(25),
        expiry: Expiry::Never,
        source: Source::Adjustment {
            adjustment_id: AdjustmentId::new(member.uuid()),
            side: Side::Credit,
            reason: Reason::Goodwill,
            ticket: text("T-1"),
            proposed_by: simulation::member(1000),
            approved_by: simulation::member(1001),
            corrects: None,
        },
    };
    let before = Wallet::empty(member);
    let (entries, after) = before.decide(order, start()).unwrap();
    let (wallet, mut writes) = ledger::writes(&before, &after, &entries).unwrap();
    writes.push(wallet);
    let tables = Tables::new(std::sync::Arc::clone(&world.memory));
    at_once(tables.commit(&writes)).unwrap();
}

/// Puts so many codes of a product in stock.
fn stocked(world: &World, product: &Product, count: u32) {
    let mut writes = Vec::new();
    match product.stock {
        Stock::Unlimited {} => {}
        Stock::Limited { .. } => {
            writes.extend(stock::create(product.product_id, &stock::spread(count)));
        }
        Stock::Pool {} => {
            let mut left = Left::default();
            for entry in (0..count).map(|number| entry(world, product, number)) {
                left[usize::from(pool::shard_of(entry.code_id))] += 1;
                writes.push(pool::put(product.product_id, &entry).unwrap());
            }
            writes.extend(stock::create(product.product_id, &left));
        }
    }
    let tables = Tables::new(std::sync::Arc::clone(&world.memory));
    for write in writes {
        at_once(tables.commit(&[write])).unwrap();
    }
}

fn entry(world: &World, product: &Product, number: u32) -> pool::Entry {
    let text = format!("GOOD-{number:04}");
    let lookup = &world.house.secrets.lookup;
    let code_id = lookup.imported(1, product.partner_id, &text).unwrap();
    let place = Place {
        product_id: product.product_id,
        code_id,
    };
    let (key_version, ciphertext) = vault().seal(place, &text).unwrap();
    pool::Entry {
        code_id,
        last4: text[5..].to_owned(),
        ciphertext,
        key_version,
        job_id: JobId::new(Uuid::from_u128(1)),
    }
}
