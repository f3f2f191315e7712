//! What is promised to whom, and how often the store is asked for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use uuid::Uuid;

use super::{MEMBER, in_days, now, offer, partner, pass, product};
use crate::catalog::{Class, EarlyAccess, PausedBy, Product, ProductState, SalesPause};
use crate::error::{Error, Failure, Rejection};
use crate::id::QuoteId;
use crate::pricing::PriceBook;
use crate::stock;
use crate::store::{
    Ask, Availability, Offer, QUOTE_LIFETIME, RemainingBand, Shelf, Status, Visitor, quote,
};
use crate::table;
use crate::table::{Cancelled, Item, Key, Memory, Page, Query, Store, Tables, Write};
use crate::time::Timestamp;
use crate::usage;

/// A store that counts how often it is asked.
struct Counted(Memory, Arc<AtomicUsize>);

#[async_trait]
impl Store for Counted {
    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Failure> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.get_many(keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Failure> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.query(query).await
    }

    async fn commit(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        self.0.commit(writes).await
    }

    async fn back_off(&self, attempt: u32) {
        self.0.back_off(attempt).await;
    }
}

fn with(change: impl FnOnce(&mut Product)) -> Offer {
    let mut offer = pass();
    change(&mut offer.product);
    offer
}

fn status_at(offer: &Offer, at: Timestamp) -> Option<Status> {
    offer.status(&Visitor::default(), at)
}

fn ask(offer: &Offer, quantity: u32) -> Ask {
    Ask {
        quote_id: QuoteId::new(Uuid::from_u128(1)),
        member_id: MEMBER,
        product_id: offer.product.product_id,
        quantity: quantity.try_into().unwrap(),
    }
}

fn refused(offer: &Offer, visitor: &Visitor, quantity: u32) -> Rejection {
    let shelf = Shelf::new(vec![offer.clone()], PriceBook::default());
    shelf
        .promise(ask(offer, quantity), visitor, now())
        .unwrap_err()
}

#[test]
fn drafts_and_what_is_archived_are_not_there() {
    for state in [ProductState::Draft, ProductState::Archived] {
        let offer = with(|product| product.state = state);
        assert_eq!(status_at(&offer, now()), None);
        let visitor = Visitor::default();
        assert_eq!(refused(&offer, &visitor, 1), Rejection::ProductNotFound);
    }
}

#[test]
fn a_sale_begins_and_ends_to_the_millisecond() {
    let offer = with(|product| {
        product.starts_at = Some(in_days(1));
        product.ends_at = Some(in_days(2));
    });
    let just_before = |at: Timestamp| at.plus(-chrono::TimeDelta::milliseconds(1));

    for (at, status) in [
        (just_before(in_days(1)), None),
        (in_days(1), Some(Status::Available)),
        (just_before(in_days(2)), Some(Status::Available)),
        (in_days(2), Some(Status::Ended)),
    ] {
        assert_eq!(status_at(&offer, at), status, "{at}");
    }
}

#[test]
fn codes_that_could_not_be_used_any_more_are_not_sold() {
    let last = in_days(3).day();
    let offer = with(|product| product.codes_valid_until = Some(last));
    let end = Timestamp::end_of(last);

    assert_eq!(end.to_string(), "2026-11-28T00:00:00.000Z");
    let just_before = end.plus(-chrono::TimeDelta::milliseconds(1));
    assert_eq!(status_at(&offer, just_before), Some(Status::Available));
    assert_eq!(status_at(&offer, end), Some(Status::Ended));
    assert_eq!(offer.product.code_expires_at(now()), end);
}

#[test]
fn what_is_paused_or_whose_partner_is_cannot_be_bought() {
    let paused = with(|product| product.state = ProductState::Paused);
    let mut of_paused = pass();
    of_paused.partner = of_paused.partner.with_sales(Some(SalesPause {
        since: now(),
        by: PausedBy::Refusals,
        reason: "Codes are refused.".to_owned().try_into().unwrap(),
    }));

    for offer in [paused, of_paused] {
        assert_eq!(status_at(&offer, now()), Some(Status::Paused));
        let visitor = Visitor::default();
        assert_eq!(refused(&offer, &visitor, 1), Rejection::ProductUnavailable);
    }
}

#[test]
fn early_access_is_for_those_it_names() {
    let early = EarlyAccess {
        from: in_days(-1),
        segments: [word("friends")].into(),
        goals: [word("slept-well")].into(),
        customers_of: Some(Class::Exclusive),
    };
    let offer = with(|product| {
        product.starts_at = Some(in_days(1));
        product.early_access = Some(early);
    });
    let nobody = Visitor::default();
    let others = Visitor {
        segments: [word("strangers")].into(),
        goals: [word("ran-far")].into(),
        customer_of: vec![Class::Standard],
        ..Visitor::default()
    };
    let friend = Visitor {
        segments: [word("friends")].into(),
        ..Visitor::default()
    };
    let sleeper = Visitor {
        goals: [word("slept-well")].into(),
        ..Visitor::default()
    };
    let customer = Visitor {
        customer_of: vec![Class::Exclusive],
        ..Visitor::default()
    };

    for visitor in [&nobody, &others] {
        assert_eq!(offer.status(visitor, now()), None);
        assert_eq!(offer.status(visitor, in_days(1)), Some(Status::Available));
        assert_eq!(refused(&offer, visitor, 1), Rejection::ProductNotFound);
    }
    for visitor in [&friend, &sleeper, &customer] {
        assert_eq!(offer.status(visitor, in_days(-2)), None);
        assert_eq!(offer.status(visitor, now()), Some(Status::EarlyAccess));
        assert_eq!(offer.status(visitor, in_days(1)), Some(Status::Available));
    }
}

#[test]
fn members_are_told_roughly_how_many_are_left() {
    for (left, band) in [
        (None, RemainingBand::Unlimited),
        (Some(0), RemainingBand::None),
        (Some(1), RemainingBand::Last),
        (Some(3), RemainingBand::Last),
        (Some(4), RemainingBand::Few),
        (Some(20), RemainingBand::Few),
        (Some(21), RemainingBand::Many),
    ] {
        let offer = Offer { left, ..pass() };
        let told = offer.availability(Status::Available, &Visitor::default());
        let expected = Availability {
            status: Status::Available,
            remaining_band: band,
            per_member_left: None,
        };
        assert_eq!(told, expected, "{left:?}");
    }
}

#[test]
fn more_than_there_are_or_than_a_member_may_have_is_refused() {
    let few = Offer {
        left: Some(2),
        ..pass()
    };
    let none = Offer {
        left: Some(0),
        ..pass()
    };
    let limited = with(|product| product.per_member_max = Some(3.try_into().unwrap()));
    let has_two = Visitor {
        holdings: [(limited.product.product_id, 2)].into(),
        ..Visitor::default()
    };

    let nobody = Visitor::default();
    assert_eq!(refused(&few, &nobody, 3), Rejection::SoldOut { left: 2 });
    assert_eq!(refused(&none, &nobody, 1), Rejection::SoldOut { left: 0 });
    let too_many = Rejection::PerMemberLimit {
        per_member_max: 3,
        left: 1,
    };
    assert_eq!(refused(&limited, &has_two, 2), too_many);
    assert_eq!(limited.per_member_left(&has_two), Some(1));
}

#[test]
fn a_quote_promises_what_the_price_says() {
    let offer = with(|product| product.codes_valid_until = Some(in_days(10).day()));
    let shelf = Shelf::new(vec![offer.clone()], PriceBook::default());

    let (quote, priced) = shelf
        .promise(ask(&offer, 4), &Visitor::default(), now())
        .unwrap();

    assert_eq!(quote.total, priced.total);
    assert_eq!(quote.total, crate::amount::Rjv::whole(100));
    assert_eq!(quote.unit_price, priced.unit_price);
    assert_eq!(quote.price_version, offer.price.version);
    assert_eq!(quote.expires_at, now().plus(QUOTE_LIFETIME));
    assert_eq!(
        quote.codes_expire_at(now()),
        Timestamp::end_of(in_days(10).day())
    );
}

#[derive(serde::Serialize)]
struct Customer {
    codes: i64,
}

#[tokio::test]
async fn a_quote_takes_one_request_at_most() {
    let lab = partner("lab", Class::Exclusive);
    let scan = Product {
        per_member_max: Some(2.try_into().unwrap()),
        starts_at: Some(in_days(1)),
        early_access: Some(EarlyAccess {
            from: in_days(-1),
            segments: [word("friends")].into(),
            goals: [word("slept-well")].into(),
            customers_of: Some(Class::Standard),
        }),
        ..product("scan", &lab)
    };
    let (pass, scan) = (pass(), offer(scan, lab, "30"));
    let shelf = Shelf::new(vec![pass.clone(), scan.clone()], PriceBook::default());
    let requests: Arc<AtomicUsize> = Arc::default();
    let tables = Tables::new(Counted(Memory::default(), Arc::clone(&requests)));

    quote(&tables, &shelf, ask(&pass, 1), now()).await.unwrap();
    assert_eq!(requests.swap(0, Ordering::Relaxed), 0);

    let refused = quote(&tables, &shelf, ask(&scan, 1), now()).await;
    let not_found = matches!(refused, Err(Error::Rejected(Rejection::ProductNotFound)));
    assert!(not_found);
    assert_eq!(requests.swap(0, Ordering::Relaxed), 1);

    let customer = table::item(&Customer { codes: 1 }).unwrap();
    let writes = [
        Write::create(usage::customer_key(MEMBER, Class::Standard), customer),
        stock::hold(MEMBER, scan.product.product_id, 1, 2).unwrap(),
    ];
    tables.commit(&writes).await.unwrap();
    quote(&tables, &shelf, ask(&scan, 1), now()).await.unwrap();
    assert_eq!(requests.swap(0, Ordering::Relaxed), 1);
    let refused = quote(&tables, &shelf, ask(&scan, 2), now()).await;
    let Err(Error::Rejected(Rejection::PerMemberLimit { left, .. })) = refused else {
        panic!("not refused: {refused:?}");
    };
    assert_eq!(left, 1);
}

fn word(text: &str) -> crate::text::Word {
    text.parse().unwrap()
}
