//! Texts that only the world's secrets can write, and ids that follow from its names: the sample events hold them, so they
//! must be those of the world. When a test here fails, it says what to put into the sample instead.

use std::collections::BTreeSet;
use std::fmt::Display;

use aws_lambda_events::dynamodb::Event as StreamEvent;
use chrono::TimeDelta;
use serde_json::Value;
use shared::amount::Rjv;
use shared::lambda::Pages;
use shared::ledger::is_entry;
use shared::partners::{ApiKey, LiveKey};
use shared::rewards::{Activity, ReportSource};
use shared::store::{self, Filters, Quote, Sort};

use super::events::{self, Event};
use super::serve;
use crate::support::{
    BACKTESTED, BEN, DONE, GYM_KEYS, LAB_KEY, MIA, RUNNING, TRYING, World, batch_id, fresh,
    import_id, now, partner_id, product_id, signing, text, vouchers,
};

/// A text and what it is.
type Known = (String, String);

fn known(name: impl Into<String>, text: impl Display) -> Known {
    (name.into(), text.to_string())
}

async fn quotes(world: &World) -> Vec<Known> {
    let ago = |minutes| now().plus(-TimeDelta::minutes(minutes));
    let seal = |quote| store::seal(&signing(), &quote).expect("a sealed quote");
    let good = seal(world.quote(100, MIA, "gym-day-pass", 1, ago(1)).await);
    let bens = seal(world.quote(103, BEN, "gym-day-pass", 1, ago(1)).await);
    let (words, _) = good.rsplit_once('.').expect("a signature");
    let (_, signature) = bens.rsplit_once('.').expect("a signature");
    vec![
        known(
            "quote, Mia's words with Ben's signature",
            format!("{words}.{signature}"),
        ),
        known("quote, Mia's for a day pass", &good),
        known(
            "quote, Mia's for twenty blood tests",
            seal(world.quote(101, MIA, "lab-blood-test", 20, ago(1)).await),
        ),
        known(
            "quote, Mia's for a day pass, an hour old",
            seal(world.quote(102, MIA, "gym-day-pass", 1, ago(60)).await),
        ),
        known(
            "quote, Mia's for four lockers",
            seal(Quote {
                quantity: 4.try_into().expect("a quantity"),
                total: Rjv::whole(84),
                ..world.quote(104, MIA, "gym-locker", 1, ago(1)).await
            }),
        ),
        known(
            "quote, Mia's for three scans",
            seal(Quote {
                quantity: 3.try_into().expect("a quantity"),
                total: Rjv::whole(63),
                ..world.quote(105, MIA, "lab-scan", 1, ago(1)).await
            }),
        ),
        known("quote, Ben's for a day pass", &bens),
    ]
}

fn codes() -> Vec<Known> {
    vec![
        known("code, issued, for a blood test", World::code(2, 0)),
        known("code, redeemed, for a blood test", World::code(2, 1)),
        known("code, expired, for a trial hour", World::code(1, 0)),
        known("code, issued, for a day pass", World::code(3, 0)),
        known("id, code issued, for a blood test", World::code_id(2, 0)),
        known("id, code redeemed, for a blood test", World::code_id(2, 1)),
        known("id, code reserved, for a day pass", World::code_id(3, 0)),
    ]
}

fn cursors() -> Vec<Known> {
    let keys = signing();
    let cursor = |list: &str, caller: &str, place: Value| {
        let page = Pages::of(&keys, list, caller).page(Vec::<()>::new(), Some(place));
        let page = page.expect("a page");
        known(
            format!("cursor, {list} of {caller}"),
            page.next_cursor.expect("a cursor"),
        )
    };
    let ben = BEN.to_string();
    vec![
        cursor("transactions", &ben, 2.into()),
        cursor("purchases", &ben, 2.into()),
        cursor("notifications", &ben, "notification#".into()),
        cursor(
            &Filters::default().name(Sort::Featured).expect("a name"),
            &ben,
            serde_json::json!({"featured": [true, true, "Day pass", product_id("gym-day-pass")]}),
        ),
        cursor(
            "partners",
            "admin",
            serde_json::json!(partner_id("corner-gym")),
        ),
        cursor(
            "audit",
            "admin",
            serde_json::json!(["2026-10", "2026-10-24T08:00:00.000Z#"]),
        ),
        cursor(
            "admin-products",
            "admin",
            serde_json::json!(product_id("gym-day-pass")),
        ),
    ]
}

fn ids() -> Vec<Known> {
    let mut ids = Vec::new();
    for reference in ["corner-gym", "longevity-lab"] {
        ids.push(known(
            format!("id, partner {reference}"),
            partner_id(reference),
        ));
    }
    for reference in [
        "gym-day-pass",
        "gym-trial",
        "gym-sauna",
        "lab-blood-test",
        "gym-locker",
        "lab-scan",
    ] {
        ids.push(known(
            format!("id, product {reference}"),
            product_id(reference),
        ));
    }
    for (partner, reference, random) in [
        ("corner-gym", "first", GYM_KEYS[0]),
        ("corner-gym", "second", GYM_KEYS[1]),
        ("longevity-lab", "first", LAB_KEY),
    ] {
        let key = LiveKey::new(
            partner_id(partner),
            text(reference),
            &ApiKey::new(random),
            now(),
        );
        ids.push(known(
            format!("id, key {reference} of {partner}"),
            key.key_id,
        ));
    }
    for (name, member, event) in [
        ("Mia's", MIA, "survey-4"),
        ("Mia's", MIA, "survey-5"),
        ("Ben's", BEN, "survey-4"),
    ] {
        let id = Activity::id_of(member, ReportSource::App, &text(event));
        ids.push(known(format!("id, {name} activity {event}"), id));
    }
    ids
}

fn ids_of_nothing_and_of_the_future() -> Vec<Known> {
    let mut ids = vec![
        known("id, run that is done", DONE),
        known("id, run under way", RUNNING),
        known("id, backtest that is done", BACKTESTED),
        known("id, backtest under way", TRYING),
        known("id, product vouchers", vouchers()),
    ];
    for reference in ["spring", "summer", "autumn", "winter", "advent", "harvest"] {
        ids.push(known(
            format!("id, import {reference}"),
            import_id(reference),
        ));
    }
    for reference in ["flyers", "posters", "cards"] {
        ids.push(known(format!("id, batch {reference}"), batch_id(reference)));
    }
    ids.push(known(
        "id, ent of Mia's next award",
        format!("ent_{}_7", MIA.uuid().simple()),
    ));
    for kind in ["act", "adj", "bkt", "job", "key", "prd", "prt", "run"] {
        ids.push(known(
            format!("id, {kind} of nothing"),
            format!("{kind}_{}", "0".repeat(32)),
        ));
    }
    for kind in ["ent", "pur"] {
        ids.push(known(
            format!("id, {kind} of nothing"),
            format!("{kind}_{}_999", MIA.uuid().simple()),
        ));
        ids.push(known(
            format!("id, {kind} that is Ben's"),
            format!("{kind}_{}_2", BEN.uuid().simple()),
        ));
        ids.push(known(
            format!("id, {kind} of Mia's blood tests"),
            format!("{kind}_{}_6", MIA.uuid().simple()),
        ));
    }
    ids
}

/// Every text that a sample may hold.
async fn texts(world: &World) -> Vec<Known> {
    let mut texts = quotes(world).await;
    texts.extend(codes());
    texts.extend(cursors());
    texts.push(known("key, longevity-lab", ApiKey::new(LAB_KEY).reveal()));
    texts.push(known("key, nobody's", ApiKey::new([9; 32]).reveal()));
    texts.extend(ids());
    texts.extend(super::returns::known());
    texts.extend(ids_of_nothing_and_of_the_future());
    texts
}

/// The words of a text that look as if the system had made them.
fn made(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "_.-".contains(c)));
    words.filter(|word| {
        is_id(word)
            || is_code(word)
            || word.starts_with("rjvk_")
            || (word.len() > 40 && word.starts_with("1."))
    })
}

fn is_id(word: &str) -> bool {
    let hex = word.split('_').nth(1).unwrap_or_default();
    word.as_bytes().get(3) == Some(&b'_')
        && hex.len() == 32
        && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_code(word: &str) -> bool {
    let groups: Vec<&str> = word.split('-').collect();
    groups.len() == 3 && groups.iter().all(|group| group.len() == 6)
}

fn strings(json: &Value) -> Vec<&str> {
    match json {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        Value::Object(members) => members.values().flat_map(strings).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

#[tokio::test]
async fn the_samples_hold_texts_of_this_world() {
    let world = World::new().await;
    let texts = texts(&world).await;
    let items = world.snapshot().items;
    let items = serde_json::to_string(&items.values().collect::<Vec<_>>()).expect("items");
    let known: BTreeSet<&str> = texts
        .iter()
        .map(|(_, text)| text.as_str())
        .chain(made(&items))
        .collect();

    let mut unknown = Vec::new();
    for event in events::all() {
        for word in strings(&event.json).into_iter().flat_map(made) {
            if !known.contains(word) && !known.contains(word.to_uppercase().as_str()) {
                unknown.push(format!("{} holds {word}", event.path()));
            }
        }
    }

    let texts: Vec<String> = texts
        .iter()
        .map(|(name, text)| format!("{name}: {text}"))
        .collect();
    assert!(
        unknown.is_empty(),
        "These texts are not of the test world (tests/support):\n{}\n\nPut one of these in their place:\n{}\n",
        unknown.join("\n"),
        texts.join("\n")
    );
}

/// Whether the new image of a stream's sample is the newest entry of Mia.
fn check_image(world: &World, event: &Event) {
    let items = world.snapshot().items;
    let batch: StreamEvent = serde_json::from_value(event.json.clone()).expect("a batch");
    let image = &batch.records[0].change.new_image;

    let newest = items
        .iter()
        .rfind(|(key, _)| key.pk == MIA.to_string() && is_entry(&key.sk));

    let (_, newest) = newest.expect("an entry");
    let wanted = serde_json::to_value(newest).expect("an item");
    assert!(
        image == newest,
        "{} is stale. Put this in the place of NewImage:\n{}",
        event.path(),
        serde_json::to_string_pretty(&wanted).expect("an item")
    );
}

#[tokio::test]
async fn the_sample_of_the_stream_is_an_entry_of_this_world() {
    let world = World::new().await;

    check_image(&world, &Event::load("notifications-publish", "one"));
}

#[tokio::test]
async fn the_sample_of_the_fold_is_the_entry_that_the_sample_of_the_award_makes() {
    let world = World::new().await;
    let award = Event::load("rewards-award", "one");

    let failed = serve::queue(&world, &award, fresh(1, now())).await;

    assert_eq!(failed, [""; 0]);
    check_image(&world, &Event::load("insights-fold", "one"));
}
