//! Whatever images of codes arrive how often and in which order: the counts are those of the codes.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::Index;

use super::super::log::follow;
use super::super::{Counts, Search, customer_key, is_customer, log, of, search, sold_since};
use super::*;
use crate::id::EntryId;
use crate::time::Day;

/// All images of a code, the oldest first.
type History = Vec<Code>;

/// What becomes of a code: how it is born, when it is shown, by how many days it is extended, how it ends and when.
#[derive(Clone, Debug)]
struct Fate {
    birth: u8,
    to: u8,
    is_exclusive: bool,
    product: u8,
    born: i64,
    revealed: Option<i64>,
    extended: Option<i64>,
    end: Option<(u8, i64)>,
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let fate = (
        (0..3_u8, 0..3_u8, any::<bool>(), 1..3_u8),
        (
            0..72_i64,
            prop::option::of(0..400_i64),
            prop::option::of(1..20_i64),
            prop::option::of((0..4_u8, 0..900_i64)),
        ),
    );
    let fate = fate.prop_map(
        |((birth, to, is_exclusive, product), (born, revealed, extended, end))| Fate {
            birth,
            to,
            is_exclusive,
            product,
            born,
            revealed,
            extended,
            end,
        },
    );
    prop::collection::vec(fate, 1..40)
}

fn hours(at: Timestamp, hours: i64) -> Timestamp {
    at.plus(TimeDelta::hours(hours))
}

fn history(number: u8, fate: &Fate) -> History {
    let mut code = sold(number, fate.to, hours(start(), fate.born));
    code.product_id = product(fate.product);
    if !fate.is_exclusive {
        code.partner_id = partner(Class::Standard);
    }
    match (fate.birth, &mut code.sale) {
        (0, sale) => *sale = None,
        (1, Some(sale)) => sale.first_code_id = Some(CodeId::new(Uuid::from_u128(1000))),
        _ => {}
    }
    let mut images = vec![code.clone()];
    if let Some(revealed) = fate.revealed {
        code.revealed_at = Some(hours(code.issued_at, revealed));
        images.push(code.clone());
    }
    if let Some(extended) = fate.extended {
        code.expires_at = code.expires_at.plus(TimeDelta::days(extended));
        images.push(code.clone());
    }
    if let Some((how, after)) = fate.end {
        code.life = ended(how, hours(code.issued_at, after), &code);
        images.push(code);
    }
    images
}

fn ended(how: u8, at: Timestamp, code: &Code) -> Life {
    match how {
        // Nothing is redeemed after it ran out.
        0 => Life::Redeemed {
            redemption_id: crate::id::RedemptionId::new(Uuid::nil()),
            reference: "order".to_owned().try_into().unwrap(),
            redeemed_at: at.min(code.expires_at.plus(TimeDelta::milliseconds(-1))),
        },
        1 => Life::Revoked {
            revoked_at: at,
            reason: "Printed twice".to_owned().try_into().unwrap(),
        },
        2 => Life::Replaced {
            replaced_at: at,
            replacement: CodeId::new(Uuid::from_u128(2000)),
        },
        _ => Life::Refunded {
            refunded_at: at,
            refund: EntryId {
                member: member(1),
                seq: 1,
            },
        },
    }
}

/// An instant at which some have run out and some have not.
fn now() -> Timestamp {
    "2026-11-20T00:00:00Z".parse().unwrap()
}

/// Counted in the plainest way.
fn naive(codes: &[Code], id: ProductId) -> BTreeMap<Day, Counts> {
    let mut days: BTreeMap<Day, Counts> = BTreeMap::new();
    for code in codes.iter().filter(|code| code.product_id == id) {
        let price = code.unit_price.micros();
        let born = days.entry(code.issued_at.day()).or_default();
        match &code.sale {
            None => born.printed += 1,
            Some(sale) if sale.first_code_id.is_some() => born.replacements += 1,
            Some(_) => {
                born.sold += 1;
                born.paid += price;
            }
        }
        if let Some(revealed_at) = code.revealed_at {
            days.entry(revealed_at.day()).or_default().revealed += 1;
        }
        match &code.life {
            Life::Issued if code.expires_at <= now() => {
                days.entry(code.expires_at.day()).or_default().expired += 1;
            }
            Life::Issued => {}
            Life::Redeemed { redeemed_at, .. } => {
                let day = days.entry(redeemed_at.day()).or_default();
                day.redeemed += 1;
                *match redeemed_at.since(code.issued_at).num_hours() {
                    0 => &mut day.within_hour,
                    1..24 => &mut day.within_day,
                    24..168 => &mut day.within_week,
                    168..720 => &mut day.within_month,
                    _ => &mut day.later,
                } += 1;
            }
            Life::Revoked { revoked_at, .. } => {
                days.entry(revoked_at.day()).or_default().revoked += 1;
            }
            Life::Replaced { replaced_at, .. } => {
                days.entry(replaced_at.day()).or_default().replaced += 1;
            }
            Life::Refunded { refunded_at, .. } => {
                let day = days.entry(refunded_at.day()).or_default();
                day.refunded += 1;
                day.paid_back += if code.sale.is_some() { price } else { 0 };
            }
        }
    }
    days
}

/// Whether a member keeps more of what was bought from partners of this class than was given back.
fn is_naive_customer(codes: &[Code], id: MemberId, class: Class) -> bool {
    let kept = |code: &Code| {
        let sale = code.sale.as_ref().filter(|sale| sale.member_id == id);
        let is_refunded = i64::from(matches!(code.life, Life::Refunded { .. }));
        sale.filter(|_| code.partner_id == partner(class))
            .map_or(0, |sale| {
                i64::from(sale.first_code_id.is_none()) - is_refunded
            })
    };
    codes.iter().map(kept).sum::<i64>() > 0
}

/// The codes that still wait for their end, as the table has them.
fn waiting(memory: &Memory) -> Vec<String> {
    let keys = memory.items().into_keys();
    let due = keys.filter(|key| key.pk.starts_with("due#"));
    let mut due: Vec<String> = due.map(|key| key.sk).collect();
    due.sort();
    due
}

async fn deliver(tables: &Tables, batch: &[Code], now: Option<Timestamp>) {
    for _ in 0..100 {
        if follow(tables, batch, now).await.is_ok() {
            return;
        }
    }
    panic!("no batch is taken");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn whatever_comes_how_often_in_which_order_the_counts_are_those_of_the_codes(
        fates in fates(),
        order in prop::collection::vec((any::<Index>(), any::<Index>(), any::<bool>()), 0..80),
        batch in 1..30_usize,
    ) {
        let histories: Vec<History> = (1..).zip(&fates).map(|(number, fate)| history(number, fate)).collect();
        let last: Vec<Code> = histories.iter().filter_map(|images| images.last().cloned()).collect();
        run(async {
            let (memory, tables) = tables(3).await;
            let picked: Vec<(Code, bool)> = order.iter().map(|(code, image, is_run)| {
                let images = &histories[code.index(histories.len())];
                // The job looks at codes as they are at that time, which is one of their images.
                (images[image.index(images.len())].clone(), *is_run)
            }).collect();
            for few in picked.chunks(batch) {
                for is_run in [false, true] {
                    let images: Vec<Code> = few.iter().filter(|(_, run)| *run == is_run).map(|(code, _)| code.clone()).collect();
                    deliver(&tables, &images, is_run.then(now)).await;
                }
            }
            deliver(&tables, &last, None).await;
            deliver(&tables, &last, Some(now())).await;

            let (from, until) = (start().day(), Day::from_ymd_opt(2027, 3, 1).unwrap());
            for id in [product(1), product(2)] {
                let expected = naive(&last, id);
                let mut found = of(&tables, id, from, until).await.unwrap();
                // A day whose code was extended again holds zeros.
                found.retain(|_, counts| *counts != Counts::default());
                prop_assert_eq!(&found, &expected);
                let sales = sold_since(&tables, &[id], from, until).await.unwrap();
                let sales = sales.get(&id).cloned().unwrap_or_default();
                let expected: BTreeMap<Day, u64> = expected.into_iter().map(|(day, counts)| (day, counts.sold)).filter(|(_, sold)| *sold > 0).collect();
                prop_assert_eq!(sales, expected);
            }
            for id in (0..3).map(member) {
                for class in [Class::Standard, Class::Exclusive] {
                    let found = memory.items().remove(&customer_key(id, class));
                    prop_assert_eq!(is_customer(found).unwrap(), is_naive_customer(&last, id, class));
                }
            }
            let open = last.iter().filter(|code| matches!(code.life, Life::Issued) && code.expires_at > now());
            let mut open: Vec<String> = open.map(|code| format!("{}#{}", code.expires_at, code.code_id)).collect();
            open.sort();
            prop_assert_eq!(waiting(&memory), open);
            Ok(())
        })?;
    }

    #[test]
    fn every_code_is_found_once_by_holder_purchase_and_last_characters(fates in fates(), limit in 1..9_usize) {
        let last: Vec<Code> = (1..).zip(&fates).filter_map(|(number, fate)| history(number, fate).pop()).collect();
        run(async {
            let (_, tables) = tables(3).await;
            deliver(&tables, &last, None).await;
            for id in (0..3).map(member) {
                let held = last.iter().filter(|code| code.sale.as_ref().is_some_and(|sale| sale.member_id == id));
                let mut held: Vec<CodeId> = held.map(|code| code.code_id).collect();
                held.sort();
                prop_assert_eq!(all(&tables, &Search::Holder(id), limit).await, held);
            }
            for code in &last {
                if let Some(sale) = &code.sale {
                    prop_assert_eq!(all(&tables, &Search::Purchase(sale.purchase_id), limit).await, vec![code.code_id]);
                }
            }
            for id in [None, Some(product(1)), Some(product(2))] {
                let alike = last.iter().filter(|code| id.is_none_or(|id| code.product_id == id));
                let mut alike: Vec<CodeId> = alike.map(|code| code.code_id).collect();
                alike.sort();
                let by = Search::Last4 { last4: "7KQ2".to_owned(), product: id };
                prop_assert_eq!(all(&tables, &by, limit).await, alike);
            }
            Ok(())
        })?;
    }
}

async fn all(tables: &Tables, by: &Search, limit: usize) -> Vec<CodeId> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let (page, next) = search(tables, by, after, limit).await.unwrap();
        assert!(page.len() <= limit);
        found.extend(page);
        after = next;
        if after.is_none() {
            found.sort();
            return found;
        }
    }
}

#[test]
fn a_code_of_a_missing_partner_is_a_failure_and_counts_nothing() {
    run(async {
        let memory = Arc::new(Memory::default());
        let tables = Tables::new(Arc::clone(&memory));

        assert!(log(&tables, &[sold(1, 1, start())]).await.is_err());
        assert!(memory.items().is_empty());
    });
}

#[test]
fn an_item_of_a_code_stays_below_a_kilobyte() {
    run(async {
        let (memory, tables) = tables(3).await;
        let fate = Fate {
            birth: 1,
            to: 1,
            is_exclusive: true,
            product: 1,
            born: 0,
            revealed: Some(1),
            extended: Some(1),
            end: Some((3, 400)),
        };
        deliver(&tables, &history(1, &fate), Some(now())).await;

        let items = memory.items();
        assert!(items.values().all(|item| table::size(item) < 1024));
    });
}

#[test]
fn breakage_is_the_share_of_what_ran_out() {
    let breakage = |expired, redeemed| {
        let counts = Counts {
            redeemed,
            expired,
            ..Counts::default()
        };
        counts.breakage()
    };

    assert_eq!(breakage(0, 0), None);
    assert_eq!(breakage(0, 5).as_deref(), Some("0.0000"));
    assert_eq!(breakage(5, 0).as_deref(), Some("1.0000"));
    assert_eq!(breakage(1, 2).as_deref(), Some("0.3333"));
    assert_eq!(breakage(2, 1).as_deref(), Some("0.6667"));
    assert_eq!(breakage(1, 19_999).as_deref(), Some("0.0001"));
    assert_eq!(breakage(u64::MAX, u64::MAX).as_deref(), Some("0.5000"));
}
