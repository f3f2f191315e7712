//! The world itself: two partners, four products, two rules, and two members with a past.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use chrono::TimeDelta;
use shared::amount::Rjv;
use shared::catalog::{Class, Partner, Product};
use shared::codes::{self, Code, Redemption, Reservation};
use shared::id::{
    BacktestId, CodeId, EntryId, MemberId, PartnerId, ProductId, QuoteId, RedemptionId, RunId,
};
use shared::insights::{self, Run, Starter};
use shared::ledger::{self, Entry, Filter};
use shared::messaging::{Message, ReconciliationQueue};
use shared::notifications::{self, News};
use shared::objects::InMemory;
use shared::partners::{self, ApiKey, LiveKey, WebhookSecret};
use shared::purchases::{self, Purchase, Secrets};
use shared::rewards::{self, ActivityKind, Report, ReportSource};
use shared::store::{self, Ask, Quote, Store};
use shared::table::{
    self, AttributeValue, Condition, Item, Key, Memory, Store as _, Table, Tables, WholeTables,
    Write,
};
use shared::time::Timestamp;
use shared::usage;
use uuid::Uuid;

use super::store::Shared;
use super::{Fault, Outbox, act, now, text};

/// A member who earned 185 RJV, bought two blood tests and a trial hour, and has 115 RJV left.
pub const MIA: MemberId = MemberId::new(Uuid::from_u128(0x1111_1111_1111_4111_8111_1111_1111_1111));

/// A member who earned 60 RJV and bought a day pass.
pub const BEN: MemberId = MemberId::new(Uuid::from_u128(0x2222_2222_2222_4222_8222_2222_2222_2222));

/// A member whose wallet administrators corrected, and nothing else happened to it.
pub const CLEO: MemberId =
    MemberId::new(Uuid::from_u128(0x3333_3333_3333_4333_8333_3333_3333_3333));

/// A member whose wallet was emptied by a hand in the table. Its entries say 60 RJV.
pub const DAN: MemberId = MemberId::new(Uuid::from_u128(0x4444_4444_4444_4444_8444_4444_4444_4444));

/// A member whose one entry was taken away by a hand in the table.
pub const FAY: MemberId = MemberId::new(Uuid::from_u128(0x5555_5555_5555_4555_8555_5555_5555_5555));

/// The administrator who opened the store.
pub const ADA: MemberId = MemberId::new(Uuid::from_u128(0xaaaa_aaaa_aaaa_4aaa_8aaa_aaaa_aaaa_aaaa));

/// The other administrator.
pub const EVE: MemberId = MemberId::new(Uuid::from_u128(0xbbbb_bbbb_bbbb_4bbb_8bbb_bbbb_bbbb_bbbb));

/// The random bits of the two keys of the partner `corner-gym`.
pub const GYM_KEYS: [[u8; 32]; 2] = [[1; 32], [2; 32]];

/// The random bits of the one key of the partner `longevity-lab`.
pub const LAB_KEY: [u8; 32] = [3; 32];

/// A reconciliation that is done.
pub const DONE: RunId = RunId::new(Uuid::from_u128(0x019a_b63b_4c00_7000_8000_0000_0000_d07e));

/// A reconciliation that has just begun.
pub const RUNNING: RunId = RunId::new(Uuid::from_u128(0x019a_b8a5_d200_7000_8000_0000_0000_a11e));

/// A backtest that is done.
pub const BACKTESTED: BacktestId =
    BacktestId::new(Uuid::from_u128(0x019a_b63b_4c00_7000_8000_0000_0000_b007));

/// A backtest that has just begun.
pub const TRYING: BacktestId =
    BacktestId::new(Uuid::from_u128(0x019a_b8a5_d200_7000_8000_0000_0000_b117));

/// Everything an operation can change.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// What is in the tables.
    pub items: BTreeMap<Key, Item>,
    /// Activities on their way to their award.
    pub queued: Vec<Message>,
    /// News on the topic.
    pub published: Vec<Message>,
    /// Stretches of reconciliations.
    pub jobs: Vec<Message>,
}

/// A whole system, its clock standing at [`now`].
pub struct World {
    memory: Arc<Memory>,
    /// What does not work.
    pub fault: Fault,
    /// The queue that carries activities to their award.
    pub queue: Outbox,
    /// The topic that tells of entries.
    pub topic: Outbox,
    /// The queue that carries the stretches of reconciliations.
    pub jobs: Outbox,
    /// The files of the bucket.
    pub files: Arc<InMemory>,
}

/// The id of the partner with this reference.
pub fn partner_id(reference: &str) -> PartnerId {
    Partner::id_of(&text(reference))
}

/// The id of the product with this reference.
pub fn product_id(reference: &str) -> ProductId {
    Product::id_of(&text(reference))
}

impl World {
    /// The same world every time.
    pub async fn new() -> Self {
        static FIRST: OnceLock<World> = OnceLock::new();
        if let Some(first) = FIRST.get() {
            return first.copied();
        }
        let made = Self::make().await;
        FIRST.get_or_init(|| made).copied()
    }

    /// Another world in which the same has happened.
    fn copied(&self) -> Self {
        Self {
            memory: Arc::new(Memory::clone(&self.memory)),
            fault: self.fault,
            queue: self.queue.copied(),
            topic: self.topic.copied(),
            jobs: self.jobs.copied(),
            files: Arc::new(InMemory::clone(&self.files)),
        }
    }

    /// Lets everything happen that has happened before a test begins.
    async fn make() -> Self {
        let world = Self {
            memory: Arc::default(),
            fault: Fault::None,
            queue: Outbox::default(),
            topic: Outbox::default(),
            jobs: Outbox::default(),
            files: Arc::default(),
        };
        world.open_partners().await;
        world.fill_shelf().await;
        world.limit_shelf().await;
        world.import_codes().await;
        world.print_codes().await;
        world.set_rules().await;
        world.set_prices().await;
        world.live_mias_past().await;
        world.live_bens_past().await;
        world.live_gias_past().await;
        world.live_hals_past().await;
        world.follow_codes().await;
        world.correct_wallets().await;
        world.log_activities().await;
        world.try_rule().await;
        world.reconcile().await;
        world.tamper().await;
        world.break_streaks().await;
        world
    }

    /// A handle on its tables.
    pub fn tables(&self) -> Tables {
        Tables::new(Shared {
            memory: Arc::clone(&self.memory),
            fault: self.fault,
        })
    }

    /// A handle on its tables from end to end.
    pub fn whole_tables(&self) -> WholeTables {
        WholeTables::new(Arc::clone(&self.memory))
    }

    /// Everything an operation can change, as it is now; but for the counters of wrong codes, which refusals change.
    pub fn snapshot(&self) -> Snapshot {
        let mut items = self.memory.items();
        items.retain(|key, _| !key.pk.starts_with("guess#"));
        Snapshot {
            items,
            queued: self.queue.messages(),
            published: self.topic.messages(),
            jobs: self.jobs.messages(),
        }
    }

    /// Makes every item unreadable, as a bug or a careless hand might.
    pub async fn corrupt(&self) {
        for key in self.memory.items().into_keys() {
            let write = Write::put(key, Item::default(), Condition::All(Vec::new()));
            let written = self.memory.commit(&[write]).await;
            written.expect("an unconditional write");
        }
    }

    /// A quote as it would be given at `issued_at`.
    pub async fn quote(
        &self,
        number: u128,
        member: MemberId,
        product: &str,
        quantity: u32,
        issued_at: Timestamp,
    ) -> Quote {
        let on_sale = Store::new(self.tables()).shelf(issued_at).await;
        let on_sale = on_sale.expect("a shelf");
        let ask = Ask {
            quote_id: QuoteId::new(Uuid::from_u128(number)),
            member_id: member,
            product_id: product_id(product),
            quantity: quantity.try_into().expect("a quantity"),
        };
        let quoted = store::quote(&self.tables(), &on_sale, ask, issued_at).await;
        quoted.expect("a quote").0
    }

    /// The text of one of the codes that were minted from the quote with this number.
    pub fn code(quote: u128, index: u32) -> String {
        let Secrets { mint, lookup } = super::secrets();
        let seed = Uuid::from_u128(quote);
        let code = codes::mint(&mint, &lookup, 1, seed, index).expect("a code");
        code.to_string()
    }

    /// The name of one of the codes that were minted from the quote with this number.
    pub fn code_id(quote: u128, index: u32) -> CodeId {
        let found = super::lookup().find(&Self::code(quote, index));
        *found.last().expect("a code of ours")
    }

    /// A member's entries, newest first.
    pub async fn entries(&self, member: MemberId) -> Vec<Entry> {
        let read = ledger::history(&self.tables(), member, Filter::default(), None, 100).await;
        read.expect("a history").0
    }

    async fn open_partners(&self) {
        for (reference, name, class, random, number) in [
            ("corner-gym", "Corner Gym", Class::Standard, GYM_KEYS[0], 1),
            (
                "longevity-lab",
                "Longevity Lab",
                Class::Exclusive,
                LAB_KEY,
                2,
            ),
        ] {
            let partner = Partner::new(text(reference), text(name), class, days_ago(30));
            let (api_key, secret) = (ApiKey::new(random), WebhookSecret::new(random));
            let key = LiveKey::new(partner.partner_id, text("first"), &api_key, days_ago(30));
            let (tables, act) = (self.tables(), act(number, days_ago(30)));
            let created = partners::create(&tables, &partner, key, &secret, &api_key, &act).await;
            created.expect("a new partner");
        }
        let (gym, api_key) = (partner_id("corner-gym"), ApiKey::new(GYM_KEYS[1]));
        let key = LiveKey::new(gym, text("second"), &api_key, days_ago(29));
        let act = act(3, days_ago(29));
        let issued = partners::issue(&self.tables(), gym, key, &api_key, &act).await;
        issued.expect("a second key");
    }

    async fn live_mias_past(&self) {
        for event in ["survey-1", "survey-2", "survey-3"] {
            self.earn(MIA, event, "education_completed", days_ago(20))
                .await;
        }
        self.spend(1, MIA, "gym-trial", 1, days_ago(19)).await;
        self.earn(MIA, "opened-1", "app_opened", days_ago(2)).await;
        self.spend(2, MIA, "lab-blood-test", 2, days_ago(1)).await;
        let order = Redemption {
            redemption_id: RedemptionId::new(Uuid::from_u128(1)),
            partner_id: partner_id("longevity-lab"),
            reference: text("order-1"),
            redeemed_at: days_ago(1).plus(TimeDelta::hours(1)),
        };
        let used = codes::redeem(&self.tables(), &super::lookup(), &Self::code(2, 1), &order).await;
        used.expect("a redeemed code");
        for entry in self.entries(MIA).await {
            let delivered = notifications::deliver(&self.tables(), &News::of(&entry)).await;
            delivered.expect("a notification");
        }
    }

    async fn live_bens_past(&self) {
        self.earn(BEN, "survey-1", "education_completed", days_ago(3))
            .await;
        self.spend(3, BEN, "gym-day-pass", 1, days_ago(2)).await;
        let asked_at = now().plus(-TimeDelta::minutes(10));
        let wish = Reservation {
            partner_id: partner_id("corner-gym"),
            reference: text("till-7"),
            until: asked_at.plus(TimeDelta::minutes(40)),
            extends: false,
            now: asked_at,
        };
        let reserved =
            codes::reserve(&self.tables(), &super::lookup(), &Self::code(3, 0), &wish).await;
        reserved.expect("a reserved code");
    }

    /// What became of codes is counted, as far as the stream has brought it.
    async fn follow_codes(&self) {
        let items = self.memory.items().into_iter();
        let codes = items.filter(|(key, _)| key.table == Table::Codes && key.sk == "code");
        let codes = codes.map(|(_, item)| table::read(item).expect("a code"));
        let logged = usage::log(&self.tables(), &codes.collect::<Vec<Code>>()).await;
        logged.expect("a log");
    }

    /// One reconciliation is done, and found nothing. The next one has just begun.
    async fn reconcile(&self) {
        let (tables, whole, queue): (Tables, WholeTables, ReconciliationQueue) = self.give();
        for (number, at) in [(DONE, days_ago(1)), (RUNNING, now())] {
            let run = Run::new(number, Starter::Schedule {}, at);
            let started = insights::start(&tables, &queue, run, Vec::new()).await;
            started.expect("a new reconciliation");
            let jobs = self.jobs.take();
            for job in jobs.iter().filter(|_| number == DONE) {
                let job = serde_json::from_str(&job.body).expect("a job");
                let walked = insights::walk(&tables, &whole, &queue, job, at).await;
                walked.expect("a stretch");
            }
        }
    }

    /// Somebody reaches into the tables: a wallet is emptied, and another one's entry taken away.
    async fn tamper(&self) {
        for member in [DAN, FAY] {
            let event = "survey-1";
            self.earn(member, event, "education_completed", now()).await;
        }
        let (always, none) = (
            Condition::All(Vec::new()),
            AttributeValue::M(HashMap::new()),
        );
        let first = EntryId {
            member: FAY,
            seq: 1,
        };
        let writes = [
            Write::set(
                ledger::wallet_key(DAN),
                vec![("lots", none)],
                always.clone(),
            ),
            Write::delete(ledger::entry_key(first), always),
        ];
        let tampered = self.memory.commit(&writes).await;
        tampered.expect("two unconditional writes");
    }

    pub(super) async fn earn(&self, member: MemberId, event: &str, kind: &str, at: Timestamp) {
        let kind: ActivityKind = kind.parse().expect("a kind");
        let fields = match kind {
            ActivityKind::EducationCompleted => r#"{"content":"sleep-basics","minutes":12}"#,
            _ => "{}",
        };
        let report = Report {
            member_id: member,
            source: ReportSource::App,
            event_id: text(event),
            kind,
            fields: serde_json::from_str(fields).expect("fields"),
            evidence: None,
            occurred_at: None,
        };
        let book = rewards::book::read(&self.tables()).await.expect("a book");
        let awarded = rewards::award(&self.tables(), &book, &[report.activity(at)], at).await;
        awarded.expect("an award");
    }

    pub(super) async fn spend(
        &self,
        quote: u128,
        member: MemberId,
        product: &str,
        quantity: u32,
        at: Timestamp,
    ) -> Purchase {
        let quote = self.quote(quote, member, product, quantity, at).await;
        let bought = purchases::buy(&self.tables(), &self.give(), &quote, 1, at).await;
        bought.expect("a purchase")
    }
}

pub(super) fn rjv(amount: &str) -> Rjv {
    amount.parse().expect("an amount")
}

pub(super) fn days_ago(days: i64) -> Timestamp {
    now().plus(-TimeDelta::days(days))
}
