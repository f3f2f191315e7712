//! A small market: one partner with one product, rules that reward members, and the verbs with which members and partners
//! use it. All of them are the production code.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use async_trait::async_trait;
use shared::amount::Rjv;
use shared::catalog::{Class, Partner, Product, ValidDays};
use shared::codes::{Code, Lookup, Mint, Redemption};
use shared::error::{Error, Failure, Rejection};
use shared::guesses::Refused;
use shared::id::{MemberId, QuoteId, RedemptionId};
use shared::ledger::{self, Entry, Filter, Wallet};
use shared::messaging::{Message, RewardQueue, Send, Sender};
use shared::pricing::{Price, PriceBook, PriceTerms, Quantity};
use shared::purchases::{self, InFull, Purchase, Secrets};
use shared::rewards::{self, Activity, ActivityKind, Book, Report, ReportSource, Reporter};
use shared::seal::{Keyring, Vault};
use shared::store::{Ask, Offer, Quote, Shelf, Visitor};
use shared::table::Tables;
use shared::text::Reference;
use shared::time::Timestamp;
use uuid::Uuid;

use crate::rewarded;

/// The market on some tables.
pub struct Market {
    /// Where it keeps everything.
    pub tables: Tables,
    /// What codes are made of.
    pub secrets: Secrets,
    /// What is sold.
    pub offer: Offer,
    /// What is rewarded.
    pub book: Book,
    queue: RewardQueue,
    queued: Arc<Mutex<Vec<Activity>>>,
}

/// The reward queue: it keeps what is sent until it is asked for.
struct Queue(Arc<Mutex<Vec<Activity>>>);

#[async_trait]
impl Send for Queue {
    async fn send(&self, message: Message) -> Result<(), Failure> {
        let activity = serde_json::from_str(&message.body)
            .map_err(|error| Failure::broken("reading a queued activity").because(error))?;
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(activity);
        Ok(())
    }
}

/// When the market opens.
pub fn start() -> Timestamp {
    Timestamp::new(chrono::DateTime::UNIX_EPOCH).plus(chrono::TimeDelta::days(20_780))
}

/// A member.
pub fn member(number: u128) -> MemberId {
    MemberId::new(Uuid::from_u128((0x5eed << 64) + number))
}

/// An id that no other pair of numbers has.
pub fn uuid(member: u128, thing: u32) -> Uuid {
    Uuid::from_u128((member << 32) + u128::from(thing))
}

/// What a member did, as a source reports it.
pub fn activity(member: MemberId, event: &str, kind: &str, now: Timestamp) -> Result<Activity> {
    let event_id = reference(event)?;
    let kind: ActivityKind = kind.parse()?;
    let source = match kind.reporter() {
        Reporter::App => ReportSource::App,
        Reporter::Service => ReportSource::Service,
        Reporter::Partner => ReportSource::Partner(Partner::id_of(&reference("gym")?)),
    };
    Ok(Activity {
        activity_id: Activity::id_of(member, source, &event_id),
        member_id: member,
        source,
        event_id,
        kind,
        fields: rewarded::fields(kind),
        evidence: None,
        occurred_at: None,
        reported_at: now,
    })
}

fn reference(text: &str) -> Result<Reference> {
    Ok(Reference::try_from(text.to_owned())?)
}

fn keyring(letter: &str) -> Result<Keyring> {
    Ok(Keyring::parse(&format!(
        r#"{{"1":"{}"}}"#,
        letter.repeat(64)
    ))?)
}

fn offer() -> Result<Offer> {
    let name = "Gym".to_owned().try_into()?;
    let partner = Partner::new(reference("gym")?, name, Class::Standard, start());
    let title = "Day pass".to_owned().try_into()?;
    let days = ValidDays::try_from(30)?;
    let product = Product::new(reference("pass")?, partner.partner_id, title, days, start());
    let terms = PriceTerms::of(Rjv::whole(25));
    let price = Price::new(product.product_id, terms, start());
    Ok(Offer::new(product, partner, price))
}

impl Market {
    /// Opens it on these tables, which must be empty.
    pub async fn open(tables: Tables) -> Result<Self> {
        let book = rewarded::publish(&tables).await?;
        let queued = Arc::default();
        Ok(Self {
            secrets: Secrets {
                mint: Mint(keyring("m")?),
                lookup: Lookup(keyring("l")?),
            },
            offer: offer()?,
            book,
            queue: RewardQueue(Sender::new(Queue(Arc::clone(&queued)))),
            queued,
            tables,
        })
    }

    /// Reports an activity.
    pub async fn report(&self, activity: &Activity) -> Result<Activity, Error> {
        let report = Report {
            member_id: activity.member_id,
            source: activity.source,
            event_id: activity.event_id.clone(),
            kind: activity.kind,
            fields: activity.fields.clone(),
            evidence: activity.evidence.clone(),
            occurred_at: activity.occurred_at,
        };
        let now = activity.reported_at;
        rewards::report(&self.tables, &self.queue, report, now).await
    }

    /// Takes what was queued since the last call.
    pub fn queued(&self) -> Vec<Activity> {
        std::mem::take(&mut self.queued.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Awards activities of one member.
    pub async fn award(&self, activities: &[Activity], now: Timestamp) -> Result<(), Failure> {
        rewards::award(&self.tables, &self.book, activities, now).await
    }

    /// Lets a member earn the price of one code.
    pub async fn earn(&self, member: MemberId, event: &str) -> Result<()> {
        let survey = activity(member, event, "survey_completed", start())?;
        Ok(self.award(std::slice::from_ref(&survey), start()).await?)
    }

    /// A quote for some codes.
    pub fn quote(&self, number: u128, member: MemberId, quantity: u32) -> Result<Quote, Error> {
        let quantity = Quantity::try_from(quantity)
            .map_err(|error| Failure::broken("a quantity").because(error))?;
        let ask = Ask {
            quote_id: QuoteId::new(Uuid::from_u128((0xcafe << 64) + number)),
            member_id: member,
            product_id: self.offer.product.product_id,
            quantity,
        };
        Ok(self.promise(ask, start())?)
    }

    /// A quote as it is given at an instant.
    pub fn promise(&self, ask: Ask, now: Timestamp) -> Result<Quote, Rejection> {
        let offers = Shelf::new(vec![self.offer.clone()], PriceBook::default());
        let (quote, _) = offers.promise(ask, &Visitor::default(), now)?;
        Ok(quote)
    }

    /// Executes a quote.
    pub async fn buy(&self, quote: &Quote, now: Timestamp) -> Result<Purchase, Error> {
        purchases::buy(&self.tables, &self.secrets, quote, 1, now).await
    }

    /// Shows the codes of a purchase.
    pub async fn reveal(
        &self,
        purchase: &Purchase,
        now: Timestamp,
    ) -> Result<Vec<(Code, InFull)>, Failure> {
        // No partner brings codes here, so the vault stays shut.
        let vault = Vault(self.secrets.mint.0.clone());
        purchases::reveal(&self.tables, (&self.secrets, &vault), purchase, now).await
    }

    /// Redeems a code under the partner's reference.
    pub async fn redeem(&self, code: &str, order: &str, now: Timestamp) -> Result<Code, Refused> {
        let reference = Reference::try_from(order.to_owned())
            .map_err(|error| Failure::broken("a reference").because(error))?;
        let order = Redemption {
            redemption_id: RedemptionId::new(Uuid::from_u128(u128::from(order.len() as u64))),
            partner_id: self.offer.partner.partner_id,
            reference,
            redeemed_at: now,
        };
        shared::codes::redeem(&self.tables, &self.secrets.lookup, code, &order).await
    }

    /// The text of the first code of a purchase, without telling its holder.
    pub fn code(&self, purchase: &Purchase) -> Result<String> {
        let Secrets { mint, lookup } = &self.secrets;
        let code = shared::codes::mint(mint, lookup, 1, purchase.quote_id.uuid(), 0);
        Ok(code
            .context("the secrets of codes lack version 1")?
            .to_string())
    }

    /// A member's wallet.
    pub async fn wallet(&self, member: MemberId) -> Result<Wallet, Failure> {
        ledger::wallet(&self.tables, member).await
    }

    /// A page of a member's history.
    pub async fn history(&self, member: MemberId, limit: usize) -> Result<Vec<Entry>, Failure> {
        let page = ledger::history(&self.tables, member, Filter::default(), None, limit);
        Ok(page.await?.0)
    }
}
