//! Stocks, pools and imports on both stores at once, from the first code to the last, and what comes back.

use std::sync::Arc;

use async_trait::async_trait;
use engine::market::{Market, member, start};
use shared::audit::Act;
use shared::catalog::{self, Product, Stock};
use shared::codes::desk;
use shared::codes::jobs::import::{self, Codes, Import, Job, State, Tools};
use shared::codes::{Code, State as CodeState};
use shared::error::{Error, Failure, Rejection};
use shared::id::{AuditId, CodeId};
use shared::ledger::RefundReason;
use shared::messaging::{ImportQueue, Message, Send, Sender};
use shared::objects::{InMemory, Objects};
use shared::purchases::{self, Purchase};
use shared::seal::Vault;
use shared::stock::{self, Left};
use shared::usage;
use uuid::Uuid;

use super::pair::{Pair, run};

/// A queue whose messages the test brings itself.
struct Quiet;

#[async_trait]
impl Send for Quiet {
    async fn send(&self, _: Message) -> Result<(), Failure> {
        Ok(())
    }
}

/// A market that sells out of this stock, with a member who can afford ten codes.
async fn market(stock: Stock, left: Left) -> (Market, Arc<Pair>) {
    let (tables, pair) = Pair::tables().await;
    let mut market = Market::open(tables).await.unwrap();
    let product = &mut market.offer.product;
    *product = Product {
        stock,
        per_member_max: Some(9.try_into().unwrap()),
        ..product.clone()
    };
    let mut writes = stock::create(product.product_id, &left);
    writes.push(catalog::product_write(product).unwrap());
    writes.push(catalog::partner_write(&market.offer.partner).unwrap());
    market.tables.commit(&writes).await.unwrap();
    for event in 0..30 {
        let event = format!("survey-{event}");
        market.earn(member(1), &event).await.unwrap();
    }
    (market, pair)
}

fn act(number: u128) -> Act {
    Act {
        actor: member(9),
        request_id: "request".to_owned(),
        at: start(),
        id: AuditId::new(Uuid::from_u128(0xac7_0000 + number)),
    }
}

async fn buy(market: &Market, number: u128, quantity: u32) -> Result<Purchase, Error> {
    let quote = market.quote(number, member(1), quantity)?;
    market.buy(&quote, start()).await
}

async fn give_back(market: &Market, purchase: &Purchase, code: CodeId) -> Result<(), Error> {
    let whose = (purchase.purchase_id.member, purchase.purchase_id);
    let (tables, secrets) = (&market.tables, &market.secrets);
    let reason = RefundReason::ChangedMind;
    purchases::give_back(tables, secrets, whose, &[code], reason, start()).await?;
    Ok(())
}

fn sold_out(bought: Result<Purchase, Error>) -> u64 {
    match bought {
        Err(Error::Rejected(Rejection::SoldOut { left })) => left,
        other => panic!("{other:?}"),
    }
}

async fn code(market: &Market, id: CodeId) -> Code {
    desk::find(&market.tables, id).await.unwrap()
}

#[test]
fn a_limited_stock_is_sold_to_the_last_and_refilled_by_what_comes_back() {
    run(async {
        let five = Stock::Limited {
            total: 5.try_into().unwrap(),
        };
        let (market, pair) = market(five, [1, 1, 1, 1, 1, 0, 0, 0]).await;

        let first = buy(&market, 1, 2).await.unwrap();
        buy(&market, 2, 2).await.unwrap();
        assert_eq!(sold_out(buy(&market, 3, 2).await), 1);
        buy(&market, 4, 1).await.unwrap();
        assert_eq!(sold_out(buy(&market, 5, 1).await), 0);

        let ids = first.codes.iter().map(|code| code.code_id);
        let ids: Vec<CodeId> = ids.collect();
        for _ in 0..2 {
            give_back(&market, &first, ids[0]).await.unwrap();
        }
        let (tables, secrets) = (&market.tables, &market.secrets);
        let reason = "lost".to_owned().try_into().unwrap();
        let exchanged = purchases::exchange(tables, secrets, ids[1], &reason, &act(1)).await;
        let (old, born) = exchanged.unwrap();
        // What became of it is the answer.
        give_back(&market, &first, ids[1]).await.unwrap();
        buy(&market, 6, 1).await.unwrap();

        let seen = [code(&market, ids[0]).await, old, born];
        let states = seen.each_ref().map(|code| code.state(start()));
        assert_eq!(
            states,
            [CodeState::Refunded, CodeState::Replaced, CodeState::Issued]
        );
        for _ in 0..2 {
            usage::log(&market.tables, &seen).await.unwrap();
        }
        pair.assert_equal_items().await;
    });
}

#[test]
fn what_a_partner_brings_is_imported_once_and_sold_once() {
    run(async {
        let (market, pair) = market(Stock::Pool {}, Left::default()).await;
        let product = market.offer.product.product_id;
        let vault = Vault(market.secrets.mint.0.clone());
        let objects = Objects::new(Arc::new(InMemory::default()));
        let queue = ImportQueue(Sender::new(Quiet));
        let tools = (&market.tables, &objects, &queue, &market.secrets.lookup);
        let bring = async |name: &str, number: u128, codes: &[&str]| -> Import {
            let order = (product, name.to_owned().try_into().unwrap());
            let codes = Codes::Listed(codes.iter().map(|code| (*code).to_owned()).collect());
            let import = import::start(tools, order, &codes, &act(number)).await;
            let Import {
                product_id, job_id, ..
            } = import.unwrap();
            let job = Job { product_id, job_id };
            let tools = Tools {
                tables: &market.tables,
                objects: &objects,
                vault: &vault,
                lookup: &market.secrets.lookup,
            };
            // The message comes twice.
            for _ in 0..2 {
                import::walk(tools, &queue, job, start()).await.unwrap();
            }
            import::find(&market.tables, product, job.job_id)
                .await
                .unwrap()
        };

        let first = bring("first", 1, &["GYM-1", "GYM-2", "GYM-3", "GYM-1", "x"]).await;
        assert!(matches!(first.state, State::Done { .. }), "{first:?}");
        let counts = first.counts;
        assert_eq!(
            (counts.imported, counts.duplicate, counts.invalid),
            (3, 1, 1)
        );
        let bought = buy(&market, 1, 2).await.unwrap();
        let second = bring("second", 2, &["GYM-1", "GYM-2", "GYM-3", "GYM-4"]).await;
        assert_eq!((second.counts.imported, second.counts.duplicate), (1, 3));
        assert_eq!(sold_out(buy(&market, 2, 3).await), 2);
        let secrets = (&market.secrets, &vault);
        let shown = purchases::reveal(&market.tables, secrets, &bought, start()).await;
        assert_eq!(shown.unwrap().len(), 2);
        buy(&market, 3, 2).await.unwrap();
        assert_eq!(sold_out(buy(&market, 4, 1).await), 0);
        pair.assert_equal_items().await;
    });
}
