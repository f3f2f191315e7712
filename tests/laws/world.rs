//! A house in which operations are tried one after another, and the verbs with which members and partners get at it.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::TimeDelta;
use shared::amount::Rjv;
use shared::codes::{Code, Redemption};
use shared::error::{Error, Failure};
use shared::id::{MemberId, PartnerId, RedemptionId};
use shared::messaging::{Message, RewardQueue, Send, Sender};
use shared::purchases::{self, InFull, Purchase};
use shared::rewards::{self, Activity, Report};
use shared::seal::{Keyring, Vault};
use shared::store::Quote;
use shared::table::{AttributeValue, Condition, Key, Memory, Store, Tables, Write};
use shared::time::Timestamp;
use simulation::{Books, House, activity, start, text};
use uuid::Uuid;

pub struct World {
    pub tables: Tables,
    pub memory: Arc<Memory>,
    pub house: House,
    pub queued: Arc<Mutex<Vec<Activity>>>,
    queue: RewardQueue,
}

struct Queue(Arc<Mutex<Vec<Activity>>>);

#[async_trait]
impl Send for Queue {
    async fn send(&self, message: Message) -> Result<(), Failure> {
        self.0
            .lock()
            .unwrap()
            .push(serde_json::from_str(&message.body).unwrap());
        Ok(())
    }
}

impl World {
    /// The world whose tables are `store`, which keeps everything in `memory`.
    pub fn new(store: impl Store + 'static, memory: Arc<Memory>) -> Self {
        let quiet = Tables::new(Arc::clone(&memory));
        let queued = Arc::default();
        Self {
            tables: Tables::new(store),
            house: House::open(&quiet),
            memory,
            queue: RewardQueue(Sender::new(Queue(Arc::clone(&queued)))),
            queued,
        }
    }

    /// The world with nothing between it and its items.
    pub fn quiet() -> Self {
        let memory = Arc::new(Memory::default());
        Self::new(Arc::clone(&memory), memory)
    }

    /// The books, if nothing is wrong with them.
    pub fn books(&self) -> Books {
        Books::of(&self.memory).unwrap()
    }

    pub fn balance(&self, owner: MemberId) -> Rjv {
        let books = self.books();
        let wallet = books.wallet(owner);
        wallet.map_or(Rjv::ZERO, |wallet| wallet.available(start()))
    }

    pub async fn report(&self, activity: &Activity) -> Result<Activity, Error> {
        let Activity {
            member_id,
            source,
            event_id,
            kind,
            fields,
            evidence,
            occurred_at,
            reported_at,
            ..
        } = activity.clone();
        let report = Report {
            member_id,
            source,
            event_id,
            kind,
            fields,
            evidence,
            occurred_at,
        };
        rewards::report(&self.tables, &self.queue, report, reported_at).await
    }

    pub async fn award(&self, activities: &[Activity], now: Timestamp) -> Result<(), Failure> {
        rewards::award(&self.tables, &self.house.book, activities, now).await
    }

    /// Completes these surveys, which are worth 25 RJV each, however often that takes.
    pub async fn earn(&self, owner: MemberId, events: std::ops::Range<u32>) {
        for event in events {
            let event = format!("survey-{event}");
            let survey = [activity(owner, &event, "survey_completed", start())];
            while let Err(failure) = self.award(&survey, start()).await {
                assert!(failure.retryable(), "{}", failure.chain());
            }
        }
    }

    /// Changes an item as a careless hand would.
    pub async fn edit(&self, key: &Key, attribute: &'static str, value: AttributeValue) {
        let change = vec![(attribute, value)];
        let write = Write::set(key.clone(), change, Condition::All(Vec::new()));
        self.memory.commit(&[write]).await.unwrap();
    }

    /// Takes an item away.
    pub async fn remove(&self, key: &Key) {
        let write = Write::delete(key.clone(), Condition::All(Vec::new()));
        self.memory.commit(&[write]).await.unwrap();
    }

    pub fn quote(&self, number: u128, member: MemberId, quantity: u32, now: Timestamp) -> Quote {
        self.house.quote(number, member, quantity, now)
    }

    pub async fn buy(&self, quote: &Quote, now: Timestamp) -> Result<Purchase, Error> {
        purchases::buy(&self.tables, &self.house.secrets, quote, 1, now).await
    }

    pub async fn reveal(
        &self,
        purchase: &Purchase,
        now: Timestamp,
    ) -> Result<Vec<(Code, InFull)>, Failure> {
        let secrets = (&self.house.secrets, &vault());
        purchases::reveal(&self.tables, secrets, purchase, now).await
    }

    /// The partner whose codes are bought here.
    pub fn partner(&self) -> PartnerId {
        self.house.offers[0].partner.partner_id
    }

    pub async fn redeem(
        &self,
        partner_id: PartnerId,
        code: &str,
        now: Timestamp,
    ) -> Result<Code, Error> {
        let order = Redemption {
            redemption_id: RedemptionId::new(Uuid::from_u128(1)),
            partner_id,
            reference: text("order-1"),
            redeemed_at: now,
        };
        Ok(shared::codes::redeem(&self.tables, &self.house.secrets.lookup, code, &order).await?)
    }
}

/// The secrets that lock partners' codes.
pub fn vault() -> Vault {
    let keys = format!(r#"{{"1":"{}"}}"#, "v".repeat(64));
    Vault(Keyring::parse(&keys).unwrap())
}

/// A minute later.
pub fn later(now: Timestamp) -> Timestamp {
    now.plus(TimeDelta::minutes(1))
}
