//! Imports and batches: one of each that is done, and some that are on their way.

use shared::catalog::{ProductState, Stock};
use shared::codes::Lookup;
use shared::codes::jobs::batch::{self, Batch, Order};
use shared::codes::jobs::import::{self, Codes, Format, Import};
use shared::id::{JobId, ProductId};
use shared::messaging::{ImportQueue, MintingQueue};
use shared::objects::Objects;
use shared::purchases::Secrets;
use shared::seal::Vault;
use shared::table::Tables;

use super::world::{World, days_ago, product_id};
use super::{act, now, text};

/// The product whose codes are brought by its partner.
pub fn vouchers() -> ProductId {
    product_id("gym-vouchers")
}

/// The import of that product with this reference.
pub fn import_id(reference: &str) -> JobId {
    Import::id_of(vouchers(), &text(reference))
}

/// The batch of day passes with this reference.
pub fn batch_id(reference: &str) -> JobId {
    Batch::id_of(product_id("gym-day-pass"), &text(reference))
}

impl World {
    /// Vouchers: `spring` is imported, `summer` waits for its file, `autumn` has one that is too large, `winter` one that is none,
    /// `harvest` has a good one, and `advent` is about to be imported.
    pub(super) async fn import_codes(&self) {
        let vouchers = shared::catalog::Product {
            stock: Stock::Pool {},
            state: ProductState::Draft,
            ..super::shelf::product("gym-vouchers", "corner-gym", "Voucher", 30)
        };
        self.put_up(vouchers, "20", 60).await;
        let (tables, objects): (Tables, Objects) = self.give();
        let (queue, lookup): (ImportQueue, Lookup) = self.give();
        let vault: Vault = self.give();
        let listed = ["SPRING-0001", "SPRING-0002", "spring 3"].map(str::to_owned);
        let orders = [
            ("spring", Codes::Listed(listed.to_vec()), None),
            ("summer", Codes::Uploaded(Format::Csv), None),
            (
                "autumn",
                Codes::Uploaded(Format::Csv),
                Some(17 * 1024 * 1024),
            ),
            ("winter", Codes::Uploaded(Format::Csv), Some(0)),
            ("advent", Codes::Listed(vec!["ADVENT-01".to_owned()]), None),
            ("harvest", Codes::Uploaded(Format::Csv), Some(12)),
        ];
        for ((reference, codes, size), number) in orders.into_iter().zip(61..) {
            let tools = (&tables, &objects, &queue, &lookup);
            let order = (self::vouchers(), text(reference));
            let ordered = import::start(tools, order, &codes, &act(number, days_ago(2))).await;
            let ordered = ordered.expect("a new import");
            if let Some(size) = size {
                let file = vec![b'A'; size];
                let written = objects.write(&ordered.upload(), file).await;
                written.expect("an upload");
            }
        }
        for job in self.jobs.take() {
            let tools = import::Tools {
                tables: &tables,
                objects: &objects,
                vault: &vault,
                lookup: &lookup,
            };
            let job: import::Job = serde_json::from_str(&job.body).expect("a job");
            if job.job_id == import_id("advent") {
                continue;
            }
            let read = import::walk(tools, &queue, job, days_ago(2)).await;
            read.expect("a stretch");
        }
    }

    /// Day passes for print: `flyers` are minted, `posters` were a month ago, and `cards` are about to be.
    pub(super) async fn print_codes(&self) {
        let (tables, objects): (Tables, Objects) = self.give();
        let queue: MintingQueue = self.give();
        let secrets: Secrets = self.give();
        for ((reference, at), number) in [("posters", 20), ("flyers", 2), ("cards", 0)]
            .into_iter()
            .zip(70..)
        {
            let order = Order {
                product_id: product_id("gym-day-pass"),
                reference: text(reference),
                count: 3,
                expires_at: now().plus(chrono::TimeDelta::days(90)),
            };
            let at = days_ago(at);
            let started = batch::start((&tables, &queue), order, &act(number, at)).await;
            started.expect("a new batch");
            for job in self.jobs.take() {
                if reference == "cards" {
                    continue;
                }
                let tools = batch::Tools {
                    tables: &tables,
                    objects: &objects,
                    mint: &secrets.mint,
                    lookup: &secrets.lookup,
                };
                let job = serde_json::from_str(&job.body).expect("a job");
                let minted = batch::walk(tools, &queue, job, at).await;
                minted.expect("a stretch");
            }
        }
    }
}
