//! A member who gives codes back, and reports problems with them.

use chrono::TimeDelta;
use shared::catalog::StockKind;
use shared::codes::{self, Redemption, Reservation, pool};
use shared::id::{CodeId, JobId, MemberId, RedemptionId};
use shared::purchases::{self, Case, Decision, Problem, Purchase};
use shared::seal::Place;
use shared::stock::{self, Left};
use shared::store::Quote;
use uuid::Uuid;

use super::world::days_ago;
use super::{World, act, now, partner_id, product_id, text};

/// A member with a trial hour that ran out, six day passes with which all kinds of things happened, and one that the gym brought.
pub const GIA: MemberId = MemberId::new(Uuid::from_u128(0x6666_6666_6666_4666_8666_6666_6666_6666));

/// A member with four day passes and a ticket that ran out: two passes were replaced, and the other two are cases. Since they were
/// reported, one of these was redeemed after all, and a partner holds the other.
pub const HAL: MemberId = MemberId::new(Uuid::from_u128(0x7777_7777_7777_4777_8777_7777_7777_7777));

/// Hal's four day passes.
pub fn hals_code(index: u32) -> CodeId {
    World::code_id(205, index)
}

/// Gia's six day passes: one is there to be used, one is reserved, two were replaced, one is a case, and one was.
pub fn gias_code(index: u32) -> CodeId {
    World::code_id(202, index)
}

/// The one code that the gym brought.
pub fn brought_code() -> CodeId {
    let lookup = super::lookup();
    let id = lookup.imported(1, partner_id("corner-gym"), BROUGHT);
    id.expect("an id")
}

const BROUGHT: &str = "GYM-2026-0001";

impl World {
    /// Lives through all of that.
    pub(super) async fn live_gias_past(&self) {
        for event in ["survey-1", "survey-2", "survey-3"] {
            self.earn(GIA, event, "education_completed", days_ago(20))
                .await;
        }
        self.spend(201, GIA, "gym-trial", 1, days_ago(5)).await;
        let passes = self.spend(202, GIA, "gym-day-pass", 6, days_ago(1)).await;
        let reservation = Reservation {
            partner_id: partner_id("corner-gym"),
            reference: text("order-9"),
            until: now().plus(TimeDelta::minutes(10)),
            extends: false,
            now: now(),
        };
        let code = Self::code(202, 1);
        let reserved = codes::reserve(&self.tables(), &super::lookup(), &code, &reservation).await;
        reserved.expect("a reserved code");
        for index in 2..6 {
            self.report(&passes, gias_code(index)).await;
        }
        let (id, reason) = (Case::id_of(gias_code(5)), text("It was used at the till."));
        let (secrets, act) = (super::secrets(), act(60, days_ago(1)));
        let refusal = (Decision::Refuse, &reason);
        let decided = purchases::decide_case(&self.tables(), &secrets, id, refusal, &act).await;
        decided.expect("a decided case");
        self.buy_what_was_brought().await;
    }

    /// Lives through Hal's part of it.
    pub(super) async fn live_hals_past(&self) {
        for event in ["survey-1", "survey-2", "survey-3"] {
            self.earn(HAL, event, "education_completed", days_ago(20))
                .await;
        }
        self.spend(204, HAL, "gym-festival", 1, days_ago(5)).await;
        let passes = self.spend(205, HAL, "gym-day-pass", 4, days_ago(1)).await;
        for index in 0..4 {
            self.report(&passes, hals_code(index)).await;
        }
        let (tables, lookup) = (self.tables(), super::lookup());
        let order = Redemption {
            redemption_id: RedemptionId::new(Uuid::from_u128(2)),
            partner_id: partner_id("corner-gym"),
            reference: text("order-10"),
            redeemed_at: now(),
        };
        let used = codes::redeem(&tables, &lookup, &Self::code(205, 2), &order).await;
        used.expect("a redeemed code");
        let wish = Reservation {
            partner_id: partner_id("corner-gym"),
            reference: text("order-11"),
            until: now().plus(TimeDelta::minutes(10)),
            extends: false,
            now: now(),
        };
        let reserved = codes::reserve(&tables, &lookup, &Self::code(205, 3), &wish).await;
        reserved.expect("a reserved code");
    }

    async fn report(&self, passes: &Purchase, code_id: CodeId) {
        let problem = Problem {
            member_id: passes.purchase_id.member,
            purchase_id: passes.purchase_id,
            code_id,
            note: text("The gate stayed shut."),
            at: days_ago(1),
        };
        let reported = purchases::report(&self.tables(), &super::secrets(), &problem).await;
        reported.expect("a problem");
    }

    /// A day pass out of a pool, which Gia has seen.
    async fn buy_what_was_brought(&self) {
        let product = product_id("gym-day-pass");
        let code_id = brought_code();
        let place = Place {
            product_id: product,
            code_id,
        };
        let vault = super::vault();
        let (key_version, ciphertext) = vault.seal(place, BROUGHT).expect("a ciphertext");
        let entry = pool::Entry {
            code_id,
            last4: "0001".to_owned(),
            ciphertext,
            key_version,
            job_id: JobId::new(Uuid::from_u128(1)),
        };
        let mut left = Left::default();
        left[usize::from(pool::shard_of(code_id))] = 1;
        let mut writes = stock::create(product, &left);
        writes.push(pool::put(product, &entry).expect("a write"));
        self.tables().commit(&writes).await.expect("a pool");
        let quote = self.quote(203, GIA, "gym-day-pass", 1, days_ago(1)).await;
        let quote = Quote {
            stock: StockKind::Pool,
            ..quote
        };
        let secrets = super::secrets();
        let bought = purchases::buy(&self.tables(), &secrets, &quote, 1, days_ago(1)).await;
        let bought = bought.expect("a purchase");
        let secrets = (&secrets, &vault);
        let shown = purchases::reveal(&self.tables(), secrets, &bought, days_ago(1)).await;
        shown.expect("a code");
    }
}
