//! Offers, partners and members that the tests of the store have in common.

mod keeping;
mod paging;
mod selling;

use chrono::TimeDelta;
use uuid::Uuid;

use super::Offer;
use crate::audit::Act;
use crate::catalog::{Class, Partner, Product};
use crate::id::{AuditId, MemberId};
use crate::pricing::{Price, PriceTerms};
use crate::time::Timestamp;

const MEMBER: MemberId = MemberId::new(Uuid::from_u128(7));

fn now() -> Timestamp {
    "2026-11-24T08:00:00Z".parse().unwrap()
}

fn in_days(days: i64) -> Timestamp {
    now().plus(TimeDelta::days(days))
}

fn act(number: u128) -> Act {
    Act {
        actor: MEMBER,
        request_id: number.to_string(),
        at: now(),
        id: AuditId::new(Uuid::from_u128(number)),
    }
}

fn partner(reference: &str, class: Class) -> Partner {
    let name = reference.to_owned().try_into().unwrap();
    let reference = reference.to_owned().try_into().unwrap();
    Partner::new(reference, name, class, in_days(-90))
}

fn product(reference: &str, partner: &Partner) -> Product {
    let title = reference.to_owned().try_into().unwrap();
    let reference = reference.to_owned().try_into().unwrap();
    let days = 30.try_into().unwrap();
    Product::new(reference, partner.partner_id, title, days, in_days(-60))
}

fn offer(product: Product, partner: Partner, price: &str) -> Offer {
    let terms = PriceTerms::of(price.parse().unwrap());
    let price = Price::new(product.product_id, terms, in_days(-60));
    Offer::new(product, partner, price)
}

fn pass() -> Offer {
    let gym = partner("gym", Class::Standard);
    offer(product("pass", &gym), gym, "25")
}
