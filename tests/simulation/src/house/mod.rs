//! What every run begins with: partners, products, rules, secrets, and names for members.

mod brought;
mod prices;
mod rewards;
mod wares;

use std::pin::pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Waker};

use shared::audit::Act;
use shared::catalog::Partner;
use shared::codes::{Lookup, Mint};
use shared::id::{AuditId, MemberId, QuoteId, derived};
use shared::pricing::{PriceBook, Quantity};
use shared::purchases::Secrets;
use shared::rewards::{Activity, ActivityKind, Book, ReportSource, Reporter, book};
use shared::seal::{Keyring, Signing, Vault};
use shared::store::{self, Ask, NewProduct, Offer, Quote, Shelf, Visitor};
use shared::table::{Memory, Tables, Write};
use shared::text::{Reference, Text};
use shared::time::Timestamp;
use uuid::Uuid;

pub use self::brought::{brought, stocked};
pub use self::prices::SPRING;
pub use self::rewards::{
    KINDS, PROMOTION, RULES, ZONES, fields, pause, programme, promoted, publish, varied, word,
};
pub use self::wares::{BROUGHT, FEW, PARTNERS, WARES_COUNT, terms};

/// The catalogue, the rules and the secrets of a small system.
pub struct House {
    /// The secrets of which codes are made.
    pub secrets: Secrets,
    /// The secrets that lock the codes which partners bring.
    pub vault: Vault,
    /// The secrets that sign quotes.
    pub signing: Signing,
    /// What is on sale: the products of three partners.
    pub offers: Vec<Offer>,
    /// What activities are worth, as it is at first.
    pub book: Book,
}

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

/// An activity that was reported at `now` by whoever reports such activities.
///
/// # Panics
///
/// If `event` or `kind` is not one.
pub fn activity(member: MemberId, event: &str, kind: &str, now: Timestamp) -> Activity {
    let event_id: Reference = text(event);
    let kind: ActivityKind = kind.parse().expect("a kind");
    let source = source(kind, 0);
    Activity {
        activity_id: Activity::id_of(member, source, &event_id),
        member_id: member,
        source,
        event_id,
        kind,
        fields: fields(kind, 9),
        evidence: None,
        occurred_at: None,
        reported_at: now,
    }
}

/// Who reports such activities; of the partners the one with this number.
pub fn source(kind: ActivityKind, partner: usize) -> ReportSource {
    match kind.reporter() {
        Reporter::App => ReportSource::App,
        Reporter::Service => ReportSource::Service,
        Reporter::Partner => {
            let (reference, _) = PARTNERS[partner % PARTNERS.len()];
            ReportSource::Partner(Partner::id_of(&text(reference)))
        }
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

fn secrets() -> Secrets {
    Secrets {
        mint: Mint(keyring("m")),
        lookup: Lookup(keyring("l")),
    }
}

fn vault() -> Vault {
    Vault(keyring("v"))
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

/// The items of every house, made once by what makes them in production, and the book that they come to.
static OPENING: LazyLock<(Vec<Write>, Book)> = LazyLock::new(|| {
    let memory = Arc::new(Memory::default());
    let tables = Tables::new(Arc::clone(&memory));
    at_once(tables.commit(&wares::partner_writes())).expect("new partners");
    for Offer { product, price, .. } in wares::offers() {
        let act = act(product.reference.as_str(), start());
        let price = price.terms;
        let new = NewProduct { product, price };
        at_once(store::create(&tables, new, &act)).expect("a new product");
    }
    rewards::open(&tables);
    prices::open(&tables);
    brought::open(&tables);
    let items = memory.items().into_iter();
    let writes = items.map(|(key, item)| Write::create(key, item));
    let book = at_once(book::read(&tables)).expect("a book");
    (writes.collect(), book)
});

impl House {
    /// Opens the house in `tables`, which must be in memory.
    ///
    /// # Panics
    ///
    /// If they are not empty.
    pub fn open(tables: &Tables) -> Self {
        let offers = wares::offers();
        let (items, book) = &*OPENING;
        for write in items {
            at_once(tables.commit(std::slice::from_ref(write))).expect("a new item");
        }
        Self {
            book: book.clone(),
            offers,
            secrets: secrets(),
            vault: vault(),
            signing: Signing(keyring("s")),
        }
    }

    /// A quote for the first product.
    ///
    /// # Panics
    ///
    /// If so many cannot be bought at a time.
    pub fn quote(&self, number: u128, member: MemberId, quantity: u32, now: Timestamp) -> Quote {
        let ask = Ask {
            quote_id: QuoteId::new(Uuid::from_u128(0x200 + number)),
            member_id: member,
            product_id: self.offers[0].product.product_id,
            quantity: Quantity::try_from(quantity).expect("a quantity"),
        };
        promise(&self.offers[0], ask, now)
    }
}

/// What is promised for an offer that nothing but its own price moves.
///
/// # Panics
///
/// If it is not to be had.
pub fn promise(offer: &Offer, ask: Ask, now: Timestamp) -> Quote {
    let shelf = Shelf::new(vec![offer.clone()], PriceBook::default());
    let promised = shelf.promise(ask, &Visitor::default(), now);
    promised.expect("a quote").0
}
