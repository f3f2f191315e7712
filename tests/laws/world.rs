//! A product that can be bought, members who want it, and the verbs with which they get at it.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::TimeDelta;
use shared::audit::Act;
use shared::catalog::{Class, Offer, Partner, Product, ProductState, TokenPrice, ValidDays};
use shared::codes::{Code, CodeText, Lookup, Mint, Redemption};
use shared::error::{Error, Failure};
use shared::id::{AuditId, MemberId, QuoteId, RedemptionId};
use shared::messaging::{Message, RewardQueue, Send, Sender};
use shared::pricing::{self, Quantity, Quote};
use shared::purchases::{self, Purchase, Secrets};
use shared::rewards::{self, Activity, Report, ReportSource, Rule, RuleBook, Rules};
use shared::seal::Keyring;
use shared::table::{Memory, Store, Tables};
use shared::text::Reference;
use shared::time::Timestamp;
use uuid::Uuid;

pub struct World {
    pub tables: Tables,
    pub memory: Arc<Memory>,
    pub secrets: Secrets,
    pub offer: Offer,
    pub rules: RuleBook,
    pub queued: Arc<Mutex<Vec<Activity>>>,
    reading: Rules,
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

pub fn start() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().unwrap()
}

/// An act of the administrator.
fn act(at: Timestamp) -> Act {
    Act {
        actor: member(0),
        request_id: "request".to_owned(),
        at,
        id: AuditId::new(Uuid::now_v7()),
    }
}

pub fn member(number: u128) -> MemberId {
    MemberId::new(Uuid::from_u128(0x100 + number))
}

fn keyring(letter: &str) -> Keyring {
    Keyring::parse(&format!(r#"{{"1":"{}"}}"#, letter.repeat(64))).unwrap()
}

impl World {
    /// The world whose tables are `store`, which keeps everything in `memory`.
    pub async fn new(store: impl Store + 'static, memory: Arc<Memory>) -> Self {
        let reference = |text: &str| Reference::try_from(text.to_owned()).unwrap();
        let partner = Partner {
            partner_id: Partner::id_of(&reference("gym")),
            reference: reference("gym"),
            name: "Gym".to_owned().try_into().unwrap(),
            class: Class::Standard,
            created_at: start(),
        };
        let product = Product {
            product_id: Product::id_of(&reference("pass")),
            partner_id: partner.partner_id,
            reference: reference("pass"),
            title: "Day pass".to_owned().try_into().unwrap(),
            description: String::new().try_into().unwrap(),
            token_price: TokenPrice::try_from("25".to_owned()).unwrap(),
            price_version: 1,
            code_valid_days: ValidDays::try_from(30).unwrap(),
            state: ProductState::Live,
            version: 1,
            created_at: start(),
        };
        let rule = |kind: &str, amount: u32, daily_cap: u32| Rule {
            kind: kind.parse().unwrap(),
            category: shared::ledger::Category::Engagement,
            amount: shared::amount::Rjv::whole(amount),
            daily_cap: shared::amount::Rjv::whole(daily_cap),
            expires_after_months: None,
            version: 0,
        };
        // The rules are set over a good line; what is tried comes afterwards.
        let quiet = Tables::new(Arc::clone(&memory));
        let mut rules = RuleBook::new();
        for rule in [
            rule("survey_completed", 25, 100),
            rule("app_opened", 1, 3),
            rule("steps_walked", 1, 1000),
        ] {
            let rule = rewards::set_rule(&quiet, rule, &act(start()))
                .await
                .unwrap();
            rules.insert(rule.kind.clone(), rule);
        }
        let queued = Arc::default();
        Self {
            tables: Tables::new(store),
            memory,
            secrets: Secrets {
                mint: Mint(keyring("m")),
                lookup: Lookup(keyring("l")),
            },
            offer: Offer { product, partner },
            rules,
            queue: RewardQueue(Sender::new(Queue(Arc::clone(&queued)))),
            queued,
            reading: Rules::new(quiet),
        }
    }

    pub async fn report(&self, activity: &Activity) -> Result<Activity, Error> {
        let Activity {
            member_id,
            source,
            event_id,
            kind,
            occurred_at,
            reported_at,
            ..
        } = activity.clone();
        let report = Report {
            member_id,
            source,
            event_id,
            kind,
            occurred_at,
        };
        rewards::report(
            &self.tables,
            &self.reading,
            &self.queue,
            report,
            reported_at,
        )
        .await
    }

    pub async fn award(&self, activities: &[Activity], now: Timestamp) -> Result<(), Failure> {
        rewards::award(&self.tables, &self.rules, activities, now).await
    }

    pub fn quote(&self, number: u128, member: MemberId, quantity: u32, now: Timestamp) -> Quote {
        let id = QuoteId::new(Uuid::from_u128(0x200 + number));
        pricing::quote(
            id,
            member,
            &self.offer,
            Quantity::try_from(quantity).unwrap(),
            now,
        )
        .unwrap()
    }

    pub async fn buy(&self, quote: &Quote, now: Timestamp) -> Result<Purchase, Error> {
        purchases::buy(&self.tables, &self.secrets, quote, 1, now).await
    }

    pub async fn reveal(
        &self,
        purchase: &Purchase,
        now: Timestamp,
    ) -> Result<Vec<(Code, CodeText)>, Failure> {
        purchases::reveal(&self.tables, &self.secrets, purchase, now).await
    }

    pub async fn redeem(
        &self,
        code: &str,
        reference: &str,
        request: u128,
        now: Timestamp,
    ) -> Result<Code, Error> {
        let order = Redemption {
            redemption_id: RedemptionId::new(Uuid::from_u128(request)),
            partner_id: self.offer.partner.partner_id,
            reference: Reference::try_from(reference.to_owned()).unwrap(),
            redeemed_at: now,
        };
        shared::codes::redeem(&self.tables, &self.secrets.lookup, code, &order).await
    }
}

pub fn activity(member: MemberId, event: &str, kind: &str, now: Timestamp) -> Activity {
    let event_id = Reference::try_from(event.to_owned()).unwrap();
    let activity_id = Activity::id_of(member, ReportSource::App, &event_id);
    let kind = kind.parse().unwrap();
    Activity {
        activity_id,
        member_id: member,
        source: ReportSource::App,
        event_id,
        kind,
        occurred_at: None,
        reported_at: now,
    }
}

/// A minute later.
pub fn later(now: Timestamp) -> Timestamp {
    now.plus(TimeDelta::minutes(1))
}
