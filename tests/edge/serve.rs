//! What the runtime does with an event, around the handler of its function.

use aws_lambda_events::dynamodb::Event as StreamEvent;
use aws_lambda_events::sqs::SqsEvent;
use functions::{
    adjustments, audit, cases, codes, insights, notifications, partners, pricing, products,
    purchases, rewards, store, usage, wallet,
};
use lambda_http::http::StatusCode;
use lambda_http::{Body, request};
use serde::de::DeserializeOwned;
use serde_json::Value;
use shared::error::{Error, Failure, Rejection};
use shared::lambda::{
    Answer, Call, Fresh, authorize, deliver, deliver_batch, deliver_groups, deliver_records,
    respond,
};

use super::events::Event;
use crate::support::World;

/// How a function is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// By an HTTP request.
    Http,
    /// By messages of a queue.
    Queue,
    /// By records of a table's stream.
    Stream,
    /// By records of a table's stream, all of a batch together.
    StreamBatch,
    /// By the clock.
    Schedule,
    /// By the gateway, which asks whether a request may pass.
    Authorizer,
}

/// What a client gets.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The media type, the empty text if there is none.
    pub content_type: String,
    /// The body, null if there is none.
    pub body: Value,
    /// The refusal behind it, if it is one.
    pub rejection: Option<Rejection>,
}

impl Trigger {
    /// How the function of this name is served.
    pub fn of(function: &str) -> Self {
        match function {
            "rewards-award"
            | "notifications-deliver"
            | "insights-reconcile"
            | "rewards-collect"
            | "rewards-backtest"
            | "codes-import"
            | "codes-generate" => Self::Queue,
            "notifications-publish" => Self::Stream,
            "insights-fold" | "rewards-log" | "codes-log" => Self::StreamBatch,
            "insights-schedule" | "pricing-reprice" | "codes-expire" => Self::Schedule,
            "partners-authorize" => Self::Authorizer,
            _ => Self::Http,
        }
    }
}

/// Serves an HTTP request.
pub async fn http(world: &World, event: &Event, fresh: Fresh) -> Response {
    let request = request::from_str(&event.json.to_string())
        .unwrap_or_else(|error| panic!("{} is not a request: {error}", event.path()));
    let call = Call::new(request, fresh);
    let origin = call.origin();
    let answer = answer(world, &event.function, call).await;
    let rejection = match &answer {
        Err(Error::Rejected(rejection)) => Some(rejection.clone()),
        Ok(_) | Err(Error::Failed(_)) => None,
    };
    let response = respond(&origin, answer);
    let header = |name| {
        let value = response.headers().get(name);
        value.map_or("", |value| value.to_str().expect("a plain header"))
    };
    assert_eq!(
        header("cache-control"),
        "no-store",
        "balances and codes belong into no cache"
    );
    Response {
        status: response.status(),
        content_type: header("content-type").to_owned(),
        body: match response.body() {
            Body::Text(text) => serde_json::from_str(text).expect("a body of JSON"),
            Body::Empty => Value::Null,
            other => panic!("{} is answered with {other:?}", event.path()),
        },
        rejection,
    }
}

async fn answer(world: &World, function: &str, call: Call) -> Answer {
    match function {
        "adjustments-approve" => adjustments::approve::handle(&world.give(), call).await,
        "adjustments-list" => adjustments::list::handle(&world.give(), call).await,
        "adjustments-propose" => adjustments::propose::handle(&world.give(), call).await,
        "adjustments-reject" => adjustments::reject::handle(&world.give(), call).await,
        "adjustments-show" => adjustments::show::handle(&world.give(), call).await,
        "audit-list" => audit::list::handle(&world.give(), call).await,
        "cases-decide" => cases::decide::handle(&world.give(), call).await,
        "cases-list" => cases::list::handle(&world.give(), call).await,
        _ if function.starts_with("codes-") => about_codes(world, function, call).await,
        "insights-list" => insights::list::handle(&world.give(), call).await,
        "insights-proof" => insights::proof::handle(&world.give(), call).await,
        "insights-rebuild" => insights::rebuild::handle(&world.give(), call).await,
        "insights-show" => insights::show::handle(&world.give(), call).await,
        "insights-start" => insights::start::handle(&world.give(), call).await,
        "insights-trial-balance" => insights::trial_balance::handle(&world.give(), call).await,
        "notifications-list" => notifications::list::handle(&world.give(), call).await,
        "partners-create" => partners::create::handle(&world.give(), call).await,
        "partners-issue-key" => partners::issue_key::handle(&world.give(), call).await,
        "partners-update" => partners::update::handle(&world.give(), call).await,
        "partners-list" => partners::list::handle(&world.give(), call).await,
        "partners-revoke-key" => partners::revoke_key::handle(&world.give(), call).await,
        _ if function.starts_with("pricing-") => about_prices(world, function, call).await,
        "products-create" => products::create::handle(&world.give(), call).await,
        "products-list" => products::list::handle(&world.give(), call).await,
        "products-show" => products::show::handle(&world.give(), call).await,
        "products-update" => products::update::handle(&world.give(), call).await,
        "purchases-buy" => purchases::buy::handle(&world.give(), call).await,
        "purchases-list" => purchases::list::handle(&world.give(), call).await,
        "purchases-quote" => purchases::quote::handle(&world.give(), call).await,
        "purchases-refund" => purchases::refund::handle(&world.give(), call).await,
        "purchases-report-problem" => purchases::report_problem::handle(&world.give(), call).await,
        "purchases-reveal" => purchases::reveal::handle(&world.give(), call).await,
        "purchases-show" => purchases::show::handle(&world.give(), call).await,
        _ if function.starts_with("rewards-") => about_rewards(world, function, call).await,
        "store-list" => store::list::handle(&world.give(), call).await,
        "store-show" => store::show::handle(&world.give(), call).await,
        "usage-list" => usage::list::handle(&world.give(), call).await,
        "usage-show" => usage::show::handle(&world.give(), call).await,
        "wallet-receipt" => wallet::receipt::handle(&world.give(), call).await,
        "wallet-show" => wallet::show::handle(&world.give(), call).await,
        "wallet-transaction" => wallet::transaction::handle(&world.give(), call).await,
        "wallet-transactions" => wallet::transactions::handle(&world.give(), call).await,
        _ => panic!("tests/edge/serve.rs does not know the function {function}"),
    }
}

async fn about_codes(world: &World, function: &str, call: Call) -> Answer {
    match function {
        "codes-download-batch" => codes::download_batch::handle(&world.give(), call).await,
        "codes-extend" => codes::extend::handle(&world.give(), call).await,
        "codes-list-batches" => codes::list_batches::handle(&world.give(), call).await,
        "codes-list-imports" => codes::list_imports::handle(&world.give(), call).await,
        "codes-redeem" => codes::redeem::handle(&world.give(), call).await,
        "codes-release" => codes::release::handle(&world.give(), call).await,
        "codes-replace" => codes::replace::handle(&world.give(), call).await,
        "codes-reserve" => codes::reserve::handle(&world.give(), call).await,
        "codes-revoke" => codes::revoke::handle(&world.give(), call).await,
        "codes-run-import" => codes::run_import::handle(&world.give(), call).await,
        "codes-search" => codes::search::handle(&world.give(), call).await,
        "codes-show-batch" => codes::show_batch::handle(&world.give(), call).await,
        "codes-show-import" => codes::show_import::handle(&world.give(), call).await,
        "codes-start-generate" => codes::start_generate::handle(&world.give(), call).await,
        "codes-start-import" => codes::start_import::handle(&world.give(), call).await,
        "codes-validate" => codes::validate::handle(&world.give(), call).await,
        _ => panic!("tests/edge/serve.rs does not know the function {function}"),
    }
}

async fn about_prices(world: &World, function: &str, call: Call) -> Answer {
    match function {
        "pricing-calendar" => pricing::calendar::handle(&world.give(), call).await,
        "pricing-list-prices" => pricing::list_prices::handle(&world.give(), call).await,
        "pricing-list-promotions" => pricing::list_promotions::handle(&world.give(), call).await,
        "pricing-list-rules" => pricing::list_rules::handle(&world.give(), call).await,
        "pricing-list-versions" => pricing::list_versions::handle(&world.give(), call).await,
        "pricing-preview" => pricing::preview::handle(&world.give(), call).await,
        "pricing-set-price" => pricing::set_price::handle(&world.give(), call).await,
        "pricing-set-promotion" => pricing::set_promotion::handle(&world.give(), call).await,
        "pricing-set-promotion-state" => {
            pricing::set_promotion_state::handle(&world.give(), call).await
        }
        "pricing-set-rule" => pricing::set_rule::handle(&world.give(), call).await,
        "pricing-set-rule-state" => pricing::set_rule_state::handle(&world.give(), call).await,
        "pricing-show-price" => pricing::show_price::handle(&world.give(), call).await,
        "pricing-show-promotion" => pricing::show_promotion::handle(&world.give(), call).await,
        "pricing-show-rule" => pricing::show_rule::handle(&world.give(), call).await,
        _ => panic!("tests/edge/serve.rs does not know the function {function}"),
    }
}

async fn about_rewards(world: &World, function: &str, call: Call) -> Answer {
    match function {
        "rewards-explain" => rewards::explain::handle(&world.give(), call).await,
        "rewards-list-activities" => rewards::list_activities::handle(&world.give(), call).await,
        "rewards-list-promotions" => rewards::list_promotions::handle(&world.give(), call).await,
        "rewards-list-rules" => rewards::list_rules::handle(&world.give(), call).await,
        "rewards-list-streaks" => rewards::list_streaks::handle(&world.give(), call).await,
        "rewards-repair-streak" => rewards::repair_streak::handle(&world.give(), call).await,
        "rewards-report" => rewards::report::handle(&world.give(), call).await,
        "rewards-report-totals" => rewards::report_totals::handle(&world.give(), call).await,
        "rewards-set-programme" => rewards::set_programme::handle(&world.give(), call).await,
        "rewards-set-promotion" => rewards::set_promotion::handle(&world.give(), call).await,
        "rewards-set-promotion-state" => {
            rewards::set_promotion_state::handle(&world.give(), call).await
        }
        "rewards-set-rule" => rewards::set_rule::handle(&world.give(), call).await,
        "rewards-set-rule-state" => rewards::set_rule_state::handle(&world.give(), call).await,
        "rewards-set-segments" => rewards::set_segments::handle(&world.give(), call).await,
        "rewards-set-zone" => rewards::set_zone::handle(&world.give(), call).await,
        "rewards-show-activity" => rewards::show_activity::handle(&world.give(), call).await,
        "rewards-show-backtest" => rewards::show_backtest::handle(&world.give(), call).await,
        "rewards-show-programme" => rewards::show_programme::handle(&world.give(), call).await,
        "rewards-show-promotion" => rewards::show_promotion::handle(&world.give(), call).await,
        "rewards-show-rule" => rewards::show_rule::handle(&world.give(), call).await,
        "rewards-show-segments" => rewards::show_segments::handle(&world.give(), call).await,
        "rewards-show-zone" => rewards::show_zone::handle(&world.give(), call).await,
        "rewards-simulate-rule" => rewards::simulate_rule::handle(&world.give(), call).await,
        "rewards-start-backtest" => rewards::start_backtest::handle(&world.give(), call).await,
        "rewards-ways" => rewards::ways::handle(&world.give(), call).await,
        _ => panic!("tests/edge/serve.rs does not know the function {function}"),
    }
}

/// Delivers a batch of messages; answers the ids of those that failed.
pub async fn queue(world: &World, event: &Event, fresh: Fresh) -> Vec<String> {
    let batch: SqsEvent = read(event);
    let response = match event.function.as_str() {
        "rewards-award" => {
            let needs = world.give();
            deliver_groups(batch, |activities| {
                rewards::award::handle(&needs, activities, fresh.now)
            })
            .await
        }
        "rewards-collect" => {
            let needs = world.give();
            deliver_groups(batch, |sightings| {
                rewards::collect::handle(&needs, sightings, fresh.now)
            })
            .await
        }
        "insights-reconcile" => {
            let needs = world.give();
            deliver(batch, |job| {
                insights::reconcile::handle(&needs, job, fresh.now)
            })
            .await
        }
        "codes-import" => {
            let needs = world.give();
            deliver(batch, |job| codes::import::handle(&needs, job, fresh.now)).await
        }
        "codes-generate" => {
            let needs = world.give();
            deliver(batch, |job| codes::generate::handle(&needs, job, fresh.now)).await
        }
        "rewards-backtest" => {
            let needs = world.give();
            deliver(batch, |job| {
                rewards::backtest::handle(&needs, job, fresh.now)
            })
            .await
        }
        "notifications-deliver" => {
            let tables = world.give();
            deliver(batch, |news| {
                notifications::deliver::handle(&tables, news, fresh.now)
            })
            .await
        }
        function => panic!("tests/edge/serve.rs does not know the function {function}"),
    };
    let failures = response.batch_item_failures.into_iter();
    failures.map(|failure| failure.item_identifier).collect()
}

/// Delivers a batch of records; answers the sequence numbers of those that failed.
pub async fn stream(world: &World, event: &Event) -> Vec<String> {
    let batch: StreamEvent = read(event);
    let response = match event.function.as_str() {
        "notifications-publish" => {
            let topic = world.give();
            deliver_records(batch, |entry| notifications::publish::handle(&topic, entry)).await
        }
        "insights-fold" => {
            let tables = world.give();
            deliver_batch(batch, |entries| insights::fold::handle(&tables, entries)).await
        }
        "codes-log" => {
            let tables = world.give();
            deliver_batch(batch, |codes| codes::log::handle(&tables, codes)).await
        }
        "rewards-log" => {
            let tables = world.give();
            deliver_batch(batch, |records| rewards::log::handle(&tables, records)).await
        }
        function => panic!("tests/edge/serve.rs does not know the function {function}"),
    };
    let failures = response.batch_item_failures.into_iter();
    failures
        .map(|failure| failure.item_identifier.expect("a sequence number"))
        .collect()
}

/// Delivers a beat of a schedule.
pub async fn schedule(world: &World, event: &Event) -> Result<(), Error> {
    match event.function.as_str() {
        "insights-schedule" => insights::schedule::handle(&world.give(), read(event)).await,
        "codes-expire" => codes::expire::handle(&world.give(), read(event)).await,
        "pricing-reprice" => pricing::reprice::handle(&world.give(), read(event)).await,
        function => panic!("tests/edge/serve.rs does not know the function {function}"),
    }
}

/// Asks the authorizer; answers what the gateway would get.
pub async fn authorizer(world: &World, event: &Event) -> Result<Value, Failure> {
    let tables = world.give();
    let response = authorize(read(event), |knock| {
        partners::authorize::handle(&tables, knock)
    })
    .await?;
    Ok(serde_json::to_value(response).expect("a policy"))
}

fn read<T: DeserializeOwned>(event: &Event) -> T {
    serde_json::from_value(event.json.clone())
        .unwrap_or_else(|error| panic!("{} is not its trigger's event: {error}", event.path()))
}
