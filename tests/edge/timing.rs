//! How long a refusal takes says nothing of the code that was shown. The whole way between runtime and handler is measured.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use functions::codes;
use lambda_http::{Body, request};
use serde_json::{Value, json};
use shared::codes::Lookup;
use shared::error::Failure;
use shared::guesses::{Guesses, Limits, Subject};
use shared::lambda::{Call, serve_request};
use shared::table::{Cancelled, Item, Key, Page, Query, Store, Tables, Write};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::events::Event;
use crate::support::{World, fresh, lookup, now};

/// Tables that are as far away as DynamoDB is.
struct Far(Tables);

impl Far {
    async fn travel() {
        sleep(Duration::from_micros(fastrand::u64(3_000..6_000))).await;
    }
}

#[async_trait]
impl Store for Far {
    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Failure> {
        Self::travel().await;
        self.0.get_many(keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Failure> {
        Self::travel().await;
        self.0.query(query).await
    }

    async fn commit(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        Self::travel().await;
        self.0.commit(writes).await
    }

    async fn back_off(&self, attempt: u32) {
        self.0.back_off(attempt).await;
    }
}

type Needs = (Tables, Lookup, Guesses);

const KINDS: [&str; 4] = ["unknown", "mistyped", "used", "foreign"];
const ROUNDS: usize = 12;
const EACH: usize = 4;

/// Student's t for two samples whose variances may differ (Welch).
fn welch(one: &[f64], other: &[f64]) -> f64 {
    let count = |sample: &[f64]| f64::from(u32::try_from(sample.len()).expect("a count"));
    let mean = |sample: &[f64]| sample.iter().sum::<f64>() / count(sample);
    let spread = |sample: &[f64]| {
        let middle = mean(sample);
        let squares: f64 = sample.iter().map(|value| (value - middle).powi(2)).sum();
        squares / (count(sample) - 1.0) / count(sample)
    };
    (mean(one) - mean(other)) / (spread(one) + spread(other)).sqrt()
}

/// The largest |t| of any two kinds.
fn largest(times: &[Vec<f64>]) -> f64 {
    let mut largest: f64 = 0.0;
    for (place, one) in times.iter().enumerate() {
        for other in &times[..place] {
            largest = largest.max(welch(one, other).abs());
        }
    }
    largest
}

/// A request to redeem this code, by a caller of whom nothing is known.
fn redeem(code: &str, number: usize) -> String {
    let event = Event::load("codes-redeem", "happy");
    let key = json!([{"subject": Subject::key(&number.to_string())}]);
    let event = event
        .with("/requestContext/authorizer/guesses", key.to_string())
        .with("/requestContext/identity/sourceIp", Value::Null)
        .with_body(&json!({"code": code, "reference": "order-9"}));
    event.json.to_string()
}

async fn time(needs: Arc<Needs>, event: String, is_whole: bool) -> f64 {
    let request = request::from_str(&event).expect("a request");
    let began = Instant::now();
    if is_whole {
        let handle = |call| codes::redeem::handle(&needs, call);
        let response = serve_request(request, handle).await.expect("a response");
        let Body::Text(body) = response.body() else {
            panic!("no text");
        };
        assert!(body.contains("CODE_NOT_REDEEMABLE"), "{body}");
    } else {
        let call = Call::new(request, fresh(1, now()));
        let answer = codes::redeem::handle(&needs, call).await;
        assert!(answer.is_err(), "a wrong code was redeemed");
    }
    began.elapsed().as_secs_f64()
}

/// How long refusals took, by kind.
async fn measure(is_whole: bool) -> Vec<Vec<f64>> {
    let world = World::new().await;
    let tables = Tables::new(Far(world.tables()));
    let guesses = Guesses::new(tables.clone(), Limits::default());
    let needs = Arc::new((tables, lookup(), guesses));
    let issued = World::code(2, 0);
    let mistyped = issued.replacen(&issued[..1], "Z", 1);
    let codes = [
        World::code(999, 0),
        mistyped,
        World::code(2, 1),
        World::code(3, 0),
    ];
    let mut times = vec![Vec::new(); KINDS.len()];
    let mut number = 0;
    for _ in 0..ROUNDS {
        let mut kinds: Vec<usize> = (0..KINDS.len() * EACH)
            .map(|place| place % KINDS.len())
            .collect();
        fastrand::shuffle(&mut kinds);
        let mut round = JoinSet::new();
        for kind in kinds {
            number += 1;
            let refusal = time(Arc::clone(&needs), redeem(&codes[kind], number), is_whole);
            round.spawn(async move { (kind, refusal.await) });
        }
        while let Some(done) = round.join_next().await {
            let (kind, took) = done.expect("an answer");
            times[kind].push(took);
        }
    }
    times
}

#[tokio::test]
async fn unknown_mistyped_used_and_foreign_codes_are_refused_after_the_same_time() {
    // 4.5 is where tools that look for leaks in time begin to speak of one.
    let (bare, held) = (measure(false).await, measure(true).await);

    assert!(
        largest(&bare) > 4.5,
        "the test does not see what there is to hide: {bare:?}"
    );
    assert!(largest(&held) < 4.5, "{:?}: {held:?}", largest(&held));
    for took in held.into_iter().flatten() {
        assert!(took >= 0.15, "{took} s");
    }
}
