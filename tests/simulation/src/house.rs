//! What every run begins with: partners, products, rules, secrets, and names for members.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use shared::amount::Rjv;
use shared::audit::Act;
use shared::catalog::{self, Class, Offer, Partner, Product, ProductState};
use shared::codes::{Lookup, Mint};
use shared::id::{AuditId, MemberId, QuoteId, derived};
use shared::ledger::Category;
use shared::pricing::{self, Quantity, Quote};
use shared::purchases::Secrets;
use shared::rewards::{self, Activity, ReportSource, Rule, RuleBook};
use shared::seal::{Keyring, Signing};
use shared::table::Tables;
use shared::text::{Reference, Text};
use shared::time::Timestamp;
use uuid::Uuid;

/// The catalogue, the rules and the secrets of a small system.
pub struct House {
    /// The secrets of which codes are made.
    pub secrets: Secrets,
    /// The secrets that sign quotes.
    pub signing: Signing,
    /// What is on sale: the products of three partners.
    pub offers: Vec<Offer>,
    /// What activities are worth.
    pub rules: RuleBook,
}

/// Reference of the partner and the product, price, and for how many days a code is valid.
const OFFERS: [(&str, &str, &str, u32); 3] = [
    ("gym", "pass", "25", 30),
    ("lab", "test", "30", 365),
    ("spa", "hour", "20", 1),
];

/// Kind of activity, what one is worth, what a day can earn, after how many months the tokens expire.
const RULES: [(&str, u32, u32, Option<u32>); 4] = [
    ("survey_completed", 25, 100, None),
    ("sensor_shared", 40, 80, Some(1)),
    ("app_opened", 1, 3, Some(1)),
    ("steps_walked", 1, 1000, None),
];

/// The kinds of activities that earn something.
pub const KINDS: [&str; 4] = [RULES[0].0, RULES[1].0, RULES[2].0, RULES[3].0];

/// When a run begins.
///
/// # Panics
///
/// Never: the text is an instant.
pub fn start() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().expect("an instant")
}

/// The member with this number.
pub fn member(number: u128) -> MemberId {
    MemberId::new(Uuid::from_u128(0x100 + number))
}

/// A text that is known to fit.
///
/// # Panics
///
/// If it does not.
pub fn text<const MIN: usize, const MAX: usize>(text: &str) -> Text<MIN, MAX> {
    text.to_owned().try_into().expect("a text of that length")
}

/// An activity that a member's app reported at `now`.
///
/// # Panics
///
/// If `event` or `kind` is not one.
pub fn activity(member: MemberId, event: &str, kind: &str, now: Timestamp) -> Activity {
    let event_id: Reference = text(event);
    Activity {
        activity_id: Activity::id_of(member, ReportSource::App, &event_id),
        member_id: member,
        source: ReportSource::App,
        event_id,
        kind: kind.parse().expect("a kind"),
        occurred_at: None,
        reported_at: now,
    }
}

/// What a future answers that waits for nothing, as those do that only use the store in memory.
///
/// # Panics
///
/// If it waits.
pub fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the store in memory waits for nothing"),
    }
}

fn keyring(letter: &str) -> Keyring {
    Keyring::parse(&format!(r#"{{"1":"{}"}}"#, letter.repeat(64))).expect("a keyring")
}

/// What an administrator does to a thing at an instant.
pub fn act(subject: &str, at: Timestamp) -> Act {
    Act {
        actor: member(0),
        request_id: format!("{subject} at {at}"),
        at,
        id: AuditId::new(derived(&[subject, &at.to_string()])),
    }
}

impl House {
    /// Opens the house in `tables`, which must be in memory.
    ///
    /// # Panics
    ///
    /// If they are not empty.
    pub fn open(tables: &Tables) -> Self {
        let offers: Vec<Offer> = OFFERS.into_iter().map(offer).collect();
        for Offer { product, partner } in &offers {
            let partner = catalog::partner_write(partner).expect("a write");
            at_once(tables.commit(&[partner])).expect("a new partner");
            let act = act(product.reference.as_str(), start());
            let created = at_once(catalog::create(tables, product.clone(), &act));
            created.expect("a new product");
        }
        let rules = RULES.into_iter().map(|(kind, amount, daily_cap, months)| {
            let rule = Rule {
                kind: kind.parse().expect("a kind"),
                category: Category::Engagement,
                amount: Rjv::whole(amount),
                daily_cap: Rjv::whole(daily_cap),
                expires_after_months: months,
                version: 0,
            };
            let set = at_once(rewards::set_rule(tables, rule, &act(kind, start())));
            let rule = set.expect("a new rule");
            (rule.kind.clone(), rule)
        });
        Self {
            rules: rules.collect(),
            offers,
            secrets: Secrets {
                mint: Mint(keyring("m")),
                lookup: Lookup(keyring("l")),
            },
            signing: Signing(keyring("s")),
        }
    }

    /// A quote for the first product.
    ///
    /// # Panics
    ///
    /// If so many cannot be bought at a time.
    pub fn quote(&self, number: u128, member: MemberId, quantity: u32, now: Timestamp) -> Quote {
        let id = QuoteId::new(Uuid::from_u128(0x200 + number));
        let quantity = Quantity::try_from(quantity).expect("a quantity");
        let offer = self.offers.first().expect("an offer");
        pricing::quote(id, member, offer, quantity, now).expect("a quote")
    }
}

fn offer((partner, product, price, valid_days): (&str, &str, &str, u32)) -> Offer {
    let partner = Partner {
        partner_id: Partner::id_of(&text(partner)),
        reference: text(partner),
        name: text(partner),
        class: Class::Standard,
        created_at: start(),
    };
    let product = Product {
        product_id: Product::id_of(&text(product)),
        partner_id: partner.partner_id,
        reference: text(product),
        title: text(product),
        description: text(""),
        token_price: price.to_owned().try_into().expect("a price"),
        price_version: 1,
        code_valid_days: valid_days.try_into().expect("days"),
        state: ProductState::Live,
        version: 1,
        created_at: start(),
    };
    Offer { product, partner }
}
