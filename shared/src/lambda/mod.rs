//! The edge: what Lambda delivers becomes a call with values, and what comes back becomes what Lambda expects.
//!
//! Everything that is not a value enters here: the environment, the clock, fresh ids, randomness. The wrappers own tracing,
//! identity, the translation of errors and the bookkeeping of batches, so that a handler is what it does and nothing else.

mod answer;
mod authorizer;
mod call;
mod environment;
mod floor;
mod metrics;
mod paging;
mod problem;
mod queue;
mod schedule;
mod stream;

use std::pin::Pin;
use std::process::ExitCode;

use aws_lambda_events::apigw::ApiGatewayCustomAuthorizerRequestTypeRequest;
use aws_lambda_events::dynamodb::Event as DynamoDbEvent;
use aws_lambda_events::sqs::SqsEvent;
use lambda_http::{Body, IntoResponse, Request, Response};
use lambda_runtime::{LambdaEvent, service_fn};
use serde::de::DeserializeOwned;
use tracing_subscriber::filter::LevelFilter;

pub use self::answer::{Answer, Reply, respond};
pub use self::authorizer::{Knock, authorize};
pub use self::call::{Call, Fresh};
pub use self::environment::{Environment, FromEnvironment};
pub use self::metrics::Metrics;
pub use self::paging::{Limit, Page, PageQuery, Pages};
pub use self::problem::{Problem, status};
pub use self::queue::{deliver, deliver_groups};
pub use self::schedule::Tick;
pub use self::stream::{deliver_batch, deliver_records};
use crate::aws::Settings;
use crate::error::{Error, Failure};
use crate::guesses::Admission;
use crate::messaging::Grouped;
use crate::time::Timestamp;

/// Serves an HTTP endpoint with `handle`, whose first parameter says what it needs from the environment.
pub fn serve_http<D, F, R>(handle: F) -> ExitCode
where
    D: FromEnvironment,
    F: Fn(&'static D, Call) -> R + Copy + Send + Sync,
    R: Future<Output = Answer> + Send,
{
    start(|needs: &'static D| async move {
        lambda_http::run(service_fn(|request: Request| async move {
            let response = serve_request(request, |call| handle(needs, call)).await?;
            Ok::<_, lambda_http::Error>(Ready(response))
        }))
        .await
    })
}

/// Answers one HTTP request with `handle`: everything that lies between the runtime and the handler.
pub async fn serve_request<R>(
    request: Request,
    handle: impl FnOnce(Call) -> R,
) -> Result<Response<Body>, Failure>
where
    R: Future<Output = Answer>,
{
    let arrived = tokio::time::Instant::now();
    let call = Call::new(request, Fresh::now()?);
    let (origin, answer) = (call.origin(), handle(call).await);
    floor::hold(arrived, &answer).await;
    Ok(respond(&origin, answer))
}

/// A response as the gateway is to get it. As a plain `Response` it would be searched for its character set and decoded once
/// more, with the tables of every character set there is in every binary.
struct Ready(Response<Body>);

impl IntoResponse for Ready {
    fn into_response(self) -> Pin<Box<dyn Future<Output = Response<Body>> + Send>> {
        Box::pin(std::future::ready(self.0))
    }
}

/// Serves a queue with `handle`, one message at a time.
pub fn serve_queue<D, M, F, R>(handle: F) -> ExitCode
where
    D: FromEnvironment,
    M: DeserializeOwned + Send,
    F: Fn(&'static D, M, Timestamp) -> R + Copy + Send + Sync,
    R: Future<Output = Result<(), Error>> + Send,
{
    start(|needs: &'static D| {
        lambda_runtime::run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
            let now = Timestamp::now();
            Ok::<_, lambda_runtime::Error>(
                deliver(event.payload, |message| handle(needs, message, now)).await,
            )
        }))
    })
}

/// Serves a queue with `handle`, which gets all messages of one group that arrived together, in order.
pub fn serve_groups<D, M, F, R>(handle: F) -> ExitCode
where
    D: FromEnvironment,
    M: DeserializeOwned + Grouped + Send,
    F: Fn(&'static D, Vec<M>, Timestamp) -> R + Copy + Send + Sync,
    R: Future<Output = Result<(), Error>> + Send,
{
    start(|needs: &'static D| {
        lambda_runtime::run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
            let now = Timestamp::now();
            Ok::<_, lambda_runtime::Error>(
                deliver_groups(event.payload, |messages| handle(needs, messages, now)).await,
            )
        }))
    })
}

/// Serves a table's stream with `handle`, one new item at a time.
pub fn serve_stream<D, M, F, R>(handle: F) -> ExitCode
where
    D: FromEnvironment,
    M: DeserializeOwned + Send,
    F: Fn(&'static D, M) -> R + Copy + Send + Sync,
    R: Future<Output = Result<(), Error>> + Send,
{
    start(|needs: &'static D| {
        lambda_runtime::run(service_fn(
            move |event: LambdaEvent<DynamoDbEvent>| async move {
                Ok::<_, lambda_runtime::Error>(
                    deliver_records(event.payload, |item| handle(needs, item)).await,
                )
            },
        ))
    })
}

/// Serves a table's stream with `handle`, all new items of a batch at a time.
pub fn serve_stream_batches<D, M, F, R>(handle: F) -> ExitCode
where
    D: FromEnvironment,
    M: DeserializeOwned + Send,
    F: Fn(&'static D, Vec<M>) -> R + Copy + Send + Sync,
    R: Future<Output = Result<(), Error>> + Send,
{
    start(|needs: &'static D| {
        lambda_runtime::run(service_fn(
            move |event: LambdaEvent<DynamoDbEvent>| async move {
                Ok::<_, lambda_runtime::Error>(
                    deliver_batch(event.payload, |items| handle(needs, items)).await,
                )
            },
        ))
    })
}

/// Serves a schedule with `handle`.
pub fn serve_schedule<D, F, R>(handle: F) -> ExitCode
where
    D: FromEnvironment,
    F: Fn(&'static D, Tick) -> R + Copy + Send + Sync,
    R: Future<Output = Result<(), Error>> + Send,
{
    start(|needs: &'static D| {
        lambda_runtime::run(service_fn(move |event: LambdaEvent<Tick>| async move {
            handle(needs, event.payload).await.map_err(|error| {
                tracing::error!(error = schedule::story(&error), "the schedule failed");
                lambda_runtime::Error::from(error)
            })
        }))
    })
}

/// Serves an authorizer of API keys with `handle`, which says whose a key is.
pub fn serve_authorizer<D, F, R>(handle: F) -> ExitCode
where
    D: FromEnvironment,
    F: Fn(&'static D, Knock) -> R + Copy + Send + Sync,
    R: Future<Output = Result<Option<Admission>, Failure>> + Send,
{
    start(|needs: &'static D| {
        lambda_runtime::run(service_fn(
            move |event: LambdaEvent<ApiGatewayCustomAuthorizerRequestTypeRequest>| async move {
                let answer = authorize(event.payload, |knock| handle(needs, knock)).await;
                answer.map_err(|failure| {
                    tracing::error!(failure = failure.chain(), "cannot authorize");
                    lambda_runtime::Error::from(failure)
                })
            },
        ))
    })
}

/// Reads the environment once, then serves until Lambda ends the process.
///
/// The template's `ApplicationLogLevel` can raise the level of the log to `WARN` or `ERROR`. `DEBUG` and `TRACE` say no more than
/// `INFO`: a release build leaves out what is below it, for the SDK's would print whole requests with what is in them, and
/// for a third of a megabyte in every binary.
fn start<D, R>(serve: impl FnOnce(&'static D) -> R) -> ExitCode
where
    D: FromEnvironment,
    R: Future<Output = Result<(), lambda_runtime::Error>>,
{
    let environment = Environment::of_process();
    let level = environment
        .get("AWS_LAMBDA_LOG_LEVEL")
        .and_then(|level| level.parse().ok())
        .unwrap_or(LevelFilter::INFO);
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_max_level(level)
        .with_target(false)
        .without_time()
        .init();
    let serving = || -> Result<(), lambda_runtime::Error> {
        // What a function needs lives as long as its process.
        let needs: &'static D = Box::leak(Box::new(D::from_environment(&environment)?));
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(serve(needs))
    };
    match serving() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = %error, "cannot serve");
            ExitCode::FAILURE
        }
    }
}
