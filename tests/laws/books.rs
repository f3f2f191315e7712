//! The ledger on its own: pure functions over wallets and entries.

use chrono::TimeDelta;
use proptest::prelude::*;
use shared::amount::Rjv;
use shared::error::{Error, Rejection};
use shared::id::{ActivityId, AdjustmentId, CodeId, MemberId, PartnerId, ProductId, QuoteId};
use shared::ledger::{
    Category, Drift, Entry, Expiry, Order, Reason, Side, SoldCode, Source, Wallet,
};
use shared::time::Timestamp;
use uuid::Uuid;

fn start() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().unwrap()
}

fn micros(amount: u64) -> Rjv {
    Rjv::from_micros(amount).unwrap()
}

fn award(number: u128, category: Category) -> Source {
    Source::Award {
        activity_id: ActivityId::new(Uuid::from_u128(number)),
        activity_kind: "app_opened".to_owned(),
        category,
        occurred_at: start(),
        rule_id: "app-streak".parse().unwrap(),
        rule_version: 1,
    }
}

fn purchase(number: u128, unit_price: Rjv) -> Source {
    Source::Purchase {
        quote_id: QuoteId::new(Uuid::from_u128(number)),
        product_id: ProductId::new(Uuid::from_u128(1)),
        partner_id: PartnerId::new(Uuid::from_u128(2)),
        unit_price,
        price_version: 1,
        codes: vec![SoldCode {
            code_id: CodeId::new(Uuid::from_u128(number)),
            last4: "ABCD".to_owned(),
        }],
        codes_expire_at: start().plus(TimeDelta::days(30)),
        limited: false,
        member_max: None,
    }
}

fn adjustment(number: u128, side: Side, reason: Reason) -> Source {
    Source::Adjustment {
        adjustment_id: AdjustmentId::new(Uuid::from_u128(number)),
        side,
        reason,
        ticket: "T-1".to_owned().try_into().unwrap(),
        proposed_by: MemberId::new(Uuid::from_u128(8)),
        approved_by: MemberId::new(Uuid::from_u128(9)),
        corrects: None,
    }
}

/// An order and how many days pass before it.
fn orders() -> impl Strategy<Value = Vec<(Order, i64)>> {
    let credit = (
        1_u64..50_000_000,
        prop::option::of(0_u32..4),
        prop::sample::select(Category::ALL.to_vec()),
    )
        .prop_map(|(amount, months, category)| {
            let expiry = months.map_or(Expiry::Never, |months| {
                Expiry::months_after(start(), months)
            });
            Order::Credit {
                amount: micros(amount),
                expiry,
                source: award(u128::from(amount), category),
            }
        });
    let spend = (1_u64..60_000_000).prop_map(|amount| Order::Spend {
        amount: micros(amount),
        source: purchase(u128::from(amount), micros(amount)),
    });
    let adjust = (
        1_u64..20_000_000,
        any::<bool>(),
        prop::sample::select(Reason::ALL.to_vec()),
    )
        .prop_map(|(micro, gives, reason)| {
            let amount = micros(micro);
            if gives {
                let source = adjustment(micro.into(), Side::Credit, reason);
                let expiry = Expiry::months_after(start(), 1);
                Order::Credit {
                    amount,
                    expiry,
                    source,
                }
            } else {
                let source = adjustment(micro.into(), Side::Debit, reason);
                Order::Spend { amount, source }
            }
        });
    prop::collection::vec((prop_oneof![credit, spend, adjust], -1_i64..40), 1..40)
}

/// Carries out the orders; answers the wallet and all entries.
fn play(orders: Vec<(Order, i64)>) -> (Wallet, Vec<Entry>, Timestamp) {
    let (mut wallet, mut entries, mut now) = (
        Wallet::empty(MemberId::new(Uuid::from_u128(7))),
        Vec::new(),
        start(),
    );
    for (order, days) in orders {
        now = now.plus(TimeDelta::days(days));
        match wallet.decide(order.clone(), now) {
            Ok((posted, after)) => {
                entries.extend(posted);
                wallet = after;
            }
            Err(Error::Rejected(Rejection::InsufficientTokens {
                available,
                required,
                missing,
            })) => {
                assert!(matches!(order, Order::Spend { amount, .. } if amount == required));
                assert_eq!(available.checked_add(missing), Some(required));
                assert!(available < required);
            }
            Err(error) => panic!("{error:?}"),
        }
    }
    (wallet, entries, now)
}

fn fold(member: MemberId, entries: &[Entry]) -> Result<Wallet, Drift> {
    entries
        .iter()
        .try_fold(Wallet::empty(member), |wallet, entry| wallet.apply(entry))
}

proptest! {
    #[test]
    fn legs_sum_to_zero(orders in orders()) {
        for entry in play(orders).1 {
            let side = |side: Side| Rjv::checked_sum(entry.legs.iter().filter(|leg| leg.side == side).map(|leg| leg.amount));
            prop_assert!(entry.legs.len() >= 2);
            prop_assert_eq!(side(Side::Debit), side(Side::Credit));
        }
    }

    #[test]
    fn a_wallet_is_the_fold_of_its_entries(orders in orders()) {
        let (wallet, entries, _) = play(orders);
        prop_assert_eq!(fold(wallet.member_id, &entries), Ok(wallet));
    }

    #[test]
    fn tokens_come_from_issuance_or_adjustments_and_go_to_sales_expiry_or_adjustments(orders in orders()) {
        let (wallet, entries, _) = play(orders);
        let moved = |kind: fn(&Source) -> bool| {
            Rjv::checked_sum(entries.iter().filter(|entry| kind(&entry.source)).map(Entry::amount)).unwrap()
        };
        let earned = moved(|source| matches!(source, Source::Award { .. }));
        let spent = moved(|source| matches!(source, Source::Purchase { .. }));
        let expired = moved(|source| matches!(source, Source::Expiry {}));
        let given = moved(|source| matches!(source, Source::Adjustment { side: Side::Credit, .. }));
        let taken = moved(|source| matches!(source, Source::Adjustment { side: Side::Debit, .. }));
        let came = earned.micros() + given.micros();
        let went = spent.micros() + expired.micros() + taken.micros();
        prop_assert_eq!(wallet.lots.total().unwrap().micros(), came - went);
        prop_assert_eq!(wallet.lifetime_earned, earned);
        prop_assert_eq!(wallet.lifetime_spent, spent);
    }

    #[test]
    fn nothing_is_paid_with_tokens_that_ran_out(orders in orders()) {
        let (_, entries, _) = play(orders);
        for entry in entries.iter().filter(|entry| matches!(entry.source, Source::Purchase { .. })) {
            prop_assert!(entry.lots.iter().all(|(expiry, _)| !expiry.is_past(entry.recorded_at)));
        }
    }

    #[test]
    fn what_is_available_can_be_spent_and_no_more(orders in orders()) {
        let (wallet, _, now) = play(orders);
        let available = wallet.available(now);
        let spend = |amount| wallet.decide(Order::Spend { amount, source: purchase(1, amount) }, now);
        if !available.is_zero() {
            prop_assert!(spend(available).is_ok());
        }
        prop_assert!(spend(available.checked_add(micros(1)).unwrap()).is_err());
    }

    #[test]
    fn history_does_not_run_backwards(orders in orders()) {
        let (_, entries, _) = play(orders);
        prop_assert!(entries.windows(2).all(|pair| pair[0].recorded_at <= pair[1].recorded_at));
    }

    #[test]
    fn any_change_of_history_is_noticed(orders in orders(), place in any::<prop::sample::Index>(), change in 0_usize..8) {
        let (wallet, mut entries, _) = play(orders);
        prop_assume!(!entries.is_empty());
        let place = place.index(entries.len());
        let entry = &mut entries[place];
        match change {
            0 => entry.seq += 1,
            1 => entry.recorded_at = entry.recorded_at.plus(TimeDelta::milliseconds(1)),
            2 => entry.legs.swap(0, 1),
            3 => entry.legs[0].amount = entry.legs[0].amount.checked_add(micros(1)).unwrap(),
            4 => entry.balance_after = entry.balance_after.checked_add(micros(1)).unwrap(),
            5 => entry.previous_hash = entry.hash,
            6 => entry.source = purchase(99, micros(99)),
            _ => { entries.remove(place); }
        }
        let refolded = fold(wallet.member_id, &entries);
        prop_assert!(refolded != Ok(wallet), "{refolded:?}");
    }

    #[test]
    fn a_forged_entry_with_a_right_hash_still_breaks_the_chain(orders in orders(), place in any::<prop::sample::Index>()) {
        let (wallet, mut entries, _) = play(orders);
        prop_assume!(entries.len() > 1);
        let place = place.index(entries.len() - 1);
        entries[place].recorded_at = entries[place].recorded_at.plus(TimeDelta::milliseconds(-1));
        entries[place].hash = entries[place].compute_hash().unwrap();
        prop_assert!(fold(wallet.member_id, &entries).is_err());
    }
}

/// The bytes that are hashed are a promise to whoever checks a history later, so they are written down.
#[test]
fn the_canonical_form_is_what_it_always_was() {
    let wallet = Wallet::empty(MemberId::new(Uuid::from_u128(7)));
    let order = Order::Credit {
        amount: Rjv::whole(5),
        expiry: Expiry::Never,
        source: award(1, Category::Engagement),
    };
    let (entries, _) = wallet.decide(order, start()).unwrap();

    let canonical = String::from_utf8(entries[0].canonical().unwrap()).unwrap();

    assert_eq!(
        canonical,
        concat!(
            r#"{"balance_after":"5","entry_id":"ent_00000000000000000000000000000007_1","kind":"award","#,
            r#""legs":[{"account":"issuance:engagement","amount":"5","side":"debit"},"#,
            r#"{"account":"member:mem_00000000000000000000000000000007","amount":"5","side":"credit"}],"#,
            r#""lots":{"never":"5"},"previous_hash":"19ed92ed4aeeb00044f47538eba5786d3520d0a17cb485466c0ea95e1e7b12a9","recorded_at":"2026-11-23T08:00:00.000Z","seq":1,"#,
            r#""source":{"activity_id":"act_00000000000000000000000000000001","activity_kind":"app_opened","#,
            r#""category":"engagement","occurred_at":"2026-11-23T08:00:00.000Z","rule_id":"app-streak","rule_version":1}}"#
        )
    );
    assert_eq!(
        entries[0].hash.to_string(),
        "9a93c008bdc9e402853458c8b1386edd321b816918807709e3c6205d4bd2a828"
    );
}
