//! The steps from the base to what one code costs, each with what it adds or takes off: they add up exactly.

use super::bulk::Sum;
use super::priced::{Change, Factor, Published, Step};
use super::promotion::PublishedPromotion;
use super::quantity::Quantity;
use super::standing::Standing;
use super::{cents, stacking};
use crate::amount::Rjv;
use crate::ratio::Ratio;
use crate::text::{Text, Word};

/// Steps so far, and what one code costs after them.
struct Ladder {
    factors: Vec<Factor>,
    price: Rjv,
}

/// Who takes a step.
#[derive(Default)]
struct Source {
    id: Option<Word>,
    version: Option<u32>,
    title: Option<Text<1, 80>>,
}

/// The steps from the base to what one of so many codes costs.
pub fn factors(
    standing: &Standing<'_>,
    published: Published<'_>,
    applied: &[&PublishedPromotion],
    quantity: Quantity,
    sum: &Sum,
) -> Vec<Factor> {
    let mut ladder = Ladder {
        factors: Vec::new(),
        price: standing.price.terms.base,
    };
    ladder.dynamic(standing, published);
    if let Some((rule, _)) = standing.rate {
        let source = Source {
            id: Some(rule.rule_id.clone()),
            version: Some(rule.version),
            title: Some(rule.rule.title.clone()),
        };
        ladder.moves(Step::ClassRate, source, standing.regular());
    }
    let after = stacking::after(ladder.price, applied);
    for (promotion, price) in applied.iter().zip(after) {
        ladder.promotion(promotion, price);
    }
    ladder.end(quantity, sum);
    ladder.factors
}

impl Ladder {
    /// A step that is worth showing even if it changes nothing.
    fn step(&mut self, step: Step, source: Source, price: Rjv) {
        let effect = if price > self.price {
            Change::Up(price.saturating_sub(self.price))
        } else {
            Change::Down(self.price.saturating_sub(price))
        };
        self.factors.push(Factor {
            step,
            id: source.id,
            version: source.version,
            title: source.title,
            effect,
            unit_price: price,
        });
        self.price = price;
    }

    /// A step that is worth showing if it changes something.
    fn moves(&mut self, step: Step, source: Source, price: Rjv) {
        if price != self.price {
            self.step(step, source, price);
        }
    }

    /// Rules one after the other. Where the factor has come to what they say, the last of them makes it even.
    fn dynamic(&mut self, standing: &Standing<'_>, published: Published<'_>) {
        let (dynamic, end) = (&standing.price.dynamic, standing.moved());
        let is_there = dynamic.factor == dynamic.target;
        let mut parts = dynamic
            .parts
            .iter()
            .filter(|part| part.factor != Ratio::ONE)
            .peekable();
        while let Some(part) = parts.next() {
            let is_last = parts.peek().is_none();
            let price = if is_last && is_there {
                end
            } else {
                cents::times(self.price, part.factor)
            };
            let mut rules = published.rules.iter();
            let rule =
                rules.find(|rule| rule.version == part.version && rule.rule_id == part.rule_id);
            let source = Source {
                id: Some(part.rule_id.clone()),
                version: Some(part.version),
                title: rule.map(|rule| rule.rule.title.clone()),
            };
            self.moves(Step::Dynamic, source, price);
        }
        let (terms, regular) = (&standing.price.terms, standing.regular());
        let rest = if end < self.price && regular >= terms.ceiling {
            Step::Ceiling
        } else if end > self.price && regular <= terms.floor {
            Step::Floor
        } else {
            Step::Pace
        };
        self.moves(rest, Source::default(), end);
    }

    fn promotion(&mut self, promotion: &PublishedPromotion, price: Rjv) {
        let source = Source {
            id: Some(promotion.promotion_id.clone()),
            version: Some(promotion.version),
            title: Some(promotion.promotion.title.clone()),
        };
        self.step(Step::Promotion, source, price);
    }

    /// Several codes at once, and the bounds of what each of them costs.
    fn end(&mut self, quantity: Quantity, sum: &Sum) {
        let end = cents::average(sum.total, quantity.get());
        if sum.is_bounded {
            self.moves(Step::Bulk, Source::default(), sum.unbounded);
            let bound = if end > self.price {
                Step::Floor
            } else {
                Step::Ceiling
            };
            self.moves(bound, Source::default(), end);
        } else {
            self.moves(Step::Bulk, Source::default(), end);
        }
    }
}
