//! How long it takes to price codes: a price is a function of values, so nothing but the processor is measured.

use std::hint::black_box;

use anyhow::Result;
use engine::market::start;
use serde_json::{Value, from_value, json};
use shared::catalog::Class;
use shared::id::{PartnerId, ProductId};
use shared::pricing::{
    Price, PricePromotionTerms, PriceRuleTerms, PriceTerms, Published, PublishedPromotion,
    PublishedRule, Quantity, Signals, Subject, calendar, price, reprice,
};
use shared::text::Word;
use uuid::Uuid;

use crate::report::{Budget, Row, Section, Unit};
use crate::rules::{BLOCK, microseconds};
use crate::setting::Setting;

/// How long pricing among 100 rules may take.
const BUDGET_MICROSECONDS: f64 = 20.0;

/// What holds for prices: so many rules and so many promotions.
struct Book {
    rules: Vec<PublishedRule>,
    promotions: Vec<PublishedPromotion>,
}

impl Book {
    /// Every second rule and promotion is for a product of this category, the others are for other categories.
    fn new(rules: u32, promotions: u32) -> Result<Self> {
        Ok(Self {
            rules: (0..rules).map(rule).collect::<Result<_>>()?,
            promotions: (0..promotions).map(promotion).collect::<Result<_>>()?,
        })
    }

    fn published(&self) -> Published<'_> {
        Published {
            rules: &self.rules,
            promotions: &self.promotions,
        }
    }
}

fn selection(number: u32) -> Value {
    let category = ["fitness", "food"][(number % 2) as usize];
    json!({ "categories": [category] })
}

/// Rules of all kinds in turn.
fn rule(number: u32) -> Result<PublishedRule> {
    let bands = json!([{ "from": 20, "factor": "1.01" }, { "from": 80, "factor": "0.99" }]);
    let shares = json!([{ "from": "20", "factor": "0.99" }, { "from": "80", "factor": "1.01" }]);
    let hours = json!({ "from": number % 24, "until": (number + 6) % 24 + 1 });
    let effect = match number / 2 % 5 {
        0 => json!({ "sell_through": { "days": 7, "bands": shares, "hysteresis": "2" } }),
        1 => json!({ "remaining": { "bands": bands, "hysteresis": 2 } }),
        2 => json!({ "week": { "zone": "Europe/Berlin", "hours": hours, "factor": "1.01" } }),
        3 => {
            json!({ "season": { "zone": "UTC", "from": "11-01", "until": "02-01", "factor": "1.01" } })
        }
        _ => {
            json!({ "class_rate": { "partner_class": "exclusive", "rate": "0.95", "priority": number } })
        }
    };
    let terms = json!({ "title": "A rule", "selection": selection(number), "effect": effect });
    let terms: PriceRuleTerms = from_value(terms)?;
    Ok(PublishedRule {
        rule_id: format!("rule-{number}").parse()?,
        version: 1,
        rule: terms.checked(start())?,
    })
}

/// Promotions of a day or more, some of them at hours only, most of which are over or yet to come.
fn promotion(number: u32) -> Result<PublishedPromotion> {
    let from = start().plus(chrono::TimeDelta::days(i64::from(number) - 10));
    let hours = number
        .is_multiple_of(3)
        .then(|| json!({ "from": number % 12, "until": 23 }));
    let terms = json!({
        "title": "A promotion",
        "selection": selection(number),
        "from": from,
        "until": from.plus(chrono::TimeDelta::days(7)),
        "zone": "Europe/Berlin",
        "hours": hours,
        "effect": { "percent_off": "5" },
        "stacking": "with_others",
    });
    let terms: PricePromotionTerms = from_value(terms)?;
    Ok(PublishedPromotion {
        promotion_id: format!("promotion-{number}").parse()?,
        version: 1,
        promotion: terms.checked(start())?,
    })
}

fn terms() -> Result<PriceTerms> {
    let tiers = json!([{ "from": 3, "percent_off": "4" }, { "from": 10, "percent_off": "8" }]);
    let terms = json!({ "base": "25", "bulk": { "mode": "graduated", "tiers": tiers } });
    Ok(from_value::<PriceTerms>(terms)?.checked()?)
}

/// The section.
pub fn run(setting: &Setting) -> Result<Section> {
    let blocks = setting.pick(40, 400);
    let category: Word = "fitness".parse()?;
    let subject = Subject {
        product_id: ProductId::new(Uuid::from_u128(1)),
        partner_id: PartnerId::new(Uuid::from_u128(2)),
        partner_class: Class::Exclusive,
        category: &category,
    };
    let signals = Signals {
        sold_by_day: vec![5; 30],
        remaining: Some(50),
    };
    let fresh = Price::new(subject.product_id, terms()?, start());
    let now = start().plus(chrono::TimeDelta::hours(6));
    let (none, few, all) = (Book::new(0, 0)?, Book::new(70, 4)?, Book::new(60, 40)?);
    let mut rows = Vec::new();
    for (among, book) in [("100 rules", &all), ("74 rules, few promotions", &few)] {
        let moved = reprice(&fresh, book.published(), &subject, &signals, start());
        let moved = moved.map_or_else(|| fresh.clone(), |repriced| repriced.price);
        for count in [1, Quantity::MAX] {
            let quantity = Quantity::try_from(count)?;
            let priced = |of: &Price, book: &Book| {
                microseconds(blocks, || {
                    black_box(price(of, book.published(), &subject, quantity, now));
                    Ok(())
                })
            };
            let name = format!("price {count} among {among}");
            let row = Row::new(name, priced(&moved, book)?, Unit::Microseconds);
            let row = row.beside("among none", priced(&fresh, &none)?);
            rows.push(row.within(Budget::at_most(BUDGET_MICROSECONDS)));
        }
    }
    let moves = microseconds(blocks, || {
        black_box(reprice(&fresh, all.published(), &subject, &signals, now));
        Ok(())
    })?;
    rows.push(Row::new(
        "look at a price by 100 rules",
        moves,
        Unit::Microseconds,
    ));
    let looks = microseconds(blocks / 40, || {
        black_box(calendar(&fresh, all.published(), &subject, now));
        Ok(())
    })?;
    rows.push(Row::new("look 30 days ahead", looks, Unit::Microseconds));
    Ok(Section {
        name: "pricing",
        title: "how long it takes to price codes".to_owned(),
        rows,
        notes: vec![format!(
            "Medians of {blocks} times {BLOCK} prices. 100 rules are 60 rules and 40 promotions, of which half are for the product."
        )],
    })
}
