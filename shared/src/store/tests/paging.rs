//! Lists of offers come in pages that leave nothing out and show nothing twice.

use std::cmp::Reverse;

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{in_days, now, offer, partner, product};
use crate::amount::Rjv;
use crate::catalog::{Class, Product, ProductState};
use crate::id::ProductId;
use crate::pricing::PriceBook;
use crate::store::{Filters, Offer, Place, Shelf, Sort, Visitor};

fn offers() -> impl Strategy<Value = Vec<Offer>> {
    let one = (
        (0..3_u8, any::<bool>(), 2000..=3000_u32),
        (select(vec!["spa", "food"]), any::<Option<bool>>()),
        (select(ProductState::ALL.to_vec()), 0..3_u64, -4..2_i64),
        (0..4_i64, 0..3_u8),
    );
    let offers = prop::collection::vec(one, 0..25);
    offers.prop_map(|offers| offers.into_iter().enumerate().map(build).collect())
}

type Drawn = (
    (u8, bool, u32),
    (&'static str, Option<bool>),
    (ProductState, u64, i64),
    (i64, u8),
);

fn build((index, drawn): (usize, Drawn)) -> Offer {
    let ((house, featured, cents), (category, region), (state, left, starts), (age, title)) = drawn;
    let class = if house == 0 {
        Class::Exclusive
    } else {
        Class::Standard
    };
    let partner = partner(&format!("house-{house}"), class);
    let region = region.map(|north| if north { "north" } else { "south" });
    let product = Product {
        // Few titles and instants, so that many are the same.
        title: format!("title {title}").try_into().unwrap(),
        featured: featured && class == Class::Exclusive,
        category: category.parse().unwrap(),
        region: region.map(|region| region.parse().unwrap()),
        state,
        starts_at: Some(in_days(starts)),
        created_at: in_days(-age),
        ..product(&format!("product-{index}"), &partner)
    };
    let price = format!("{}.{:02}", cents / 100, cents % 100);
    Offer {
        left: left.checked_sub(1),
        ..offer(product, partner, &price)
    }
}

fn filters() -> impl Strategy<Value = Filters> {
    let price = || prop::option::of((19..=31_u32).prop_map(Rjv::whole));
    let word = |words: Vec<&'static str>| prop::option::of(select(words));
    let classes = vec![Class::Exclusive, Class::Standard];
    (
        (prop::option::of(select(classes)), prop::option::of(0..3_u8)),
        (word(vec!["spa", "food"]), word(vec!["north", "east"])),
        (price(), price()),
        (any::<Option<bool>>(), any::<Option<bool>>()),
    )
        .prop_map(
            |((class, house), (category, region), prices, (affordable, available))| Filters {
                partner_class: class,
                partner_id: house
                    .map(|house| partner(&format!("house-{house}"), Class::Standard).partner_id),
                category: category.map(|word| word.parse().unwrap()),
                region: region.map(|word| word.parse().unwrap()),
                price_min: prices.0,
                price_max: prices.1,
                affordable,
                available,
            },
        )
}

/// Whether an offer is wanted, said once more and in another way.
fn is_wanted(offer: &Offer, filters: &Filters, funds: Rjv) -> bool {
    let (product, price) = (&offer.product, offer.price.terms.base);
    let is_shown = product.starts_at.unwrap() <= now()
        && (product.state == ProductState::Live || product.state == ProductState::Paused);
    let can_be_bought = product.state == ProductState::Live && offer.left != Some(0);
    let mut no = vec![!is_shown];
    no.extend(
        filters
            .partner_class
            .map(|class| class != offer.partner.class),
    );
    no.extend(filters.partner_id.map(|id| id != offer.partner.partner_id));
    no.extend(
        filters
            .category
            .as_ref()
            .map(|word| *word != product.category),
    );
    if let (Some(wanted), Some(region)) = (&filters.region, &product.region) {
        no.push(wanted != region);
    }
    no.extend(filters.price_min.map(|least| price < least));
    no.extend(filters.price_max.map(|most| price > most));
    no.extend(filters.affordable.map(|wanted| wanted != (price <= funds)));
    no.extend(filters.available.map(|wanted| wanted != can_be_bought));
    !no.contains(&true)
}

fn in_order(mut offers: Vec<&Offer>, sort: Sort) -> Vec<ProductId> {
    let id = |offer: &Offer| offer.product.product_id;
    offers.sort_by_key(|offer| id(offer));
    match sort {
        Sort::Price => offers.sort_by_key(|offer| offer.price.terms.base),
        Sort::Newest => offers.sort_by_key(|offer| Reverse(offer.product.created_at)),
        Sort::Featured => {
            offers.sort_by_key(|offer| offer.product.title.to_string());
            offers.sort_by_key(|offer| offer.partner.class != Class::Exclusive);
            offers.sort_by_key(|offer| !offer.product.featured);
        }
    }
    offers.into_iter().map(id).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn pages_hold_what_is_wanted_in_order_and_nothing_twice(
        offers in offers(),
        filters in filters(),
        sort in select(vec![Sort::Featured, Sort::Price, Sort::Newest]),
        limit in 1..8_usize,
        funds in 15..35_u32,
    ) {
        let visitor = Visitor { funds: Rjv::whole(funds), ..Visitor::default() };
        let shelf = Shelf::new(offers.clone(), PriceBook::default());
        let wanted = offers.iter().filter(|offer| is_wanted(offer, &filters, visitor.funds));

        let (mut walked, mut after) = (Vec::new(), None::<Place>);
        loop {
            let range = (after.as_ref(), limit);
            let (page, next) = shelf.page(&filters, sort, &visitor, range, now());
            prop_assert!(page.len() == limit || next.is_none());
            walked.extend(page.iter().map(|shown| shown.offer.product.product_id));
            // What a cursor says is what it was given.
            let json = serde_json::to_string(&next).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Option<Place>>(&json).unwrap(), &next);
            after = next;
            if after.is_none() {
                break;
            }
        }

        prop_assert_eq!(walked, in_order(wanted.collect(), sort));
    }

    #[test]
    fn what_goes_or_comes_between_pages_moves_nothing_else(
        offers in offers(),
        sort in select(vec![Sort::Featured, Sort::Newest]),
        limit in 1..8_usize,
        gone in any::<Index>(),
    ) {
        prop_assume!(!offers.is_empty());
        let (visitor, filters) = (Visitor::default(), Filters::default());
        let before = Shelf::new(offers.clone(), PriceBook::default());
        let mut rest = offers.clone();
        let gone = rest.remove(gone.index(rest.len())).product.product_id;
        let after = Shelf::new(rest, PriceBook::default());

        let (first, next) = before.page(&filters, sort, &visitor, (None, limit), now());
        let ids = |shown: Vec<crate::store::Shown<'_>>| -> Vec<ProductId> {
            shown.iter().map(|shown| shown.offer.product.product_id).collect()
        };
        let mut walked = ids(first);
        if let Some(next) = next {
            walked.extend(ids(after.page(&filters, sort, &visitor, (Some(&next), 100), now()).0));
        }
        let seen = offers.iter().filter(|offer| is_wanted(offer, &filters, Rjv::ZERO));
        let mut all = in_order(seen.collect(), sort);
        if !walked.contains(&gone) {
            all.retain(|id| *id != gone);
        }
        prop_assert_eq!(walked, all);
    }
}

#[test]
fn lists_with_other_filters_or_another_order_have_other_names() {
    let all = Filters::default();
    let cheap = Filters {
        price_max: Some(Rjv::whole(20)),
        ..Filters::default()
    };
    let dear = Filters {
        price_min: Some(Rjv::whole(20)),
        ..Filters::default()
    };
    let mut names: Vec<String> = [all, cheap, dear]
        .iter()
        .flat_map(|filters| [Sort::Featured, Sort::Price].map(|sort| filters.name(sort).unwrap()))
        .collect();

    names.sort();
    names.dedup();
    assert_eq!(names.len(), 6);
}
