//! Every refusal with its status, its facts and an example, read off one rejection of each kind.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use shared::amount::Rjv;
use shared::error::{Error, Failure, Rejection};
use shared::lambda::Problem;
use shared::time::Timestamp;

/// A refusal as it is described.
pub struct Refusal {
    /// The status that goes with it.
    pub status: u16,
    /// What it means.
    pub meaning: String,
    /// The facts beside the code, and what they look like.
    pub facts: Map<String, Value>,
    /// How it may look.
    pub example: Value,
}

/// All refusals by their codes.
pub fn refusals() -> BTreeMap<String, Refusal> {
    let mut refusals = BTreeMap::new();
    let schema = Rejection::json_schema(
        &mut SchemaSettings::draft2020_12()
            .for_serialize()
            .into_generator(),
    )
    .to_value();
    for variant in schema["oneOf"].as_array().into_iter().flatten() {
        let mut facts = variant["properties"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        let code = facts.remove("code").unwrap_or_default()["const"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let example = problems()
            .find(|problem| problem["code"] == code.as_str())
            .unwrap_or_else(|| panic!("add an example of {code} below"));
        let meaning = variant["description"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        refusals.insert(code, Refusal::new(meaning, facts, example));
    }
    let failures = [
        (
            Failure::unavailable(""),
            "Something did not answer in time. Sending the same request again is safe.",
        ),
        (Failure::broken(""), "Something is broken on our side."),
    ];
    for (failure, meaning) in failures {
        let example = problem(&failure.into());
        let code = example["code"].as_str().unwrap_or_default().to_owned();
        refusals.insert(code, Refusal::new(meaning.to_owned(), Map::new(), example));
    }
    // The one that no function knows: the gateway of the partner API answers it, see `template.yaml`.
    let throttled = json!({
        "type": "about:blank", "title": "Too Many Requests", "status": 429, "code": "TOO_MANY_REQUESTS",
        "detail": "Wait a moment, then send the request again.", "request_id": REQUEST_ID, "retryable": true,
    });
    let meaning = "The gateway's limit was reached.".to_owned();
    refusals.insert(
        "TOO_MANY_REQUESTS".to_owned(),
        Refusal::new(meaning, Map::new(), throttled),
    );
    refusals
}

impl Refusal {
    fn new(meaning: String, facts: Map<String, Value>, example: Value) -> Self {
        let status = example["status"].as_u64().unwrap_or_default();
        Self {
            status: u16::try_from(status).unwrap_or_default(),
            meaning,
            facts,
            example,
        }
    }
}

const REQUEST_ID: &str = "cf3c9ee0-6a0f-4b0c-9d5e-2f7d6f0c8a11";

fn problem(error: &Error) -> Value {
    serde_json::from_slice(&Problem::new(error, REQUEST_ID).body()).unwrap_or_default()
}

fn problems() -> impl Iterator<Item = Value> {
    of_requests()
        .into_iter()
        .chain(of_rewards())
        .chain(of_operations())
        .chain(of_jobs())
        .chain(of_returns())
        .map(|rejection| problem(&rejection.into()))
}

/// One of each rejection that any request may meet.
fn of_requests() -> Vec<Rejection> {
    vec![
        Rejection::Unauthenticated,
        Rejection::Forbidden,
        Rejection::BodyTooLarge {
            size_bytes: 1_048_576,
            size_bytes_max: 65_536,
        },
        Rejection::UnsupportedMediaType,
        Rejection::InvalidPath {
            parameter: "product_id".to_owned(),
            reason: "such an id is written prd_<32 hexadecimal digits>".to_owned(),
        },
        Rejection::InvalidQuery {
            reason: "unknown field `page`, expected `limit` or `cursor`".to_owned(),
        },
        Rejection::InvalidBody {
            pointer: "/quantity".to_owned(),
            reason: "1 to 20 codes can be bought at a time".to_owned(),
        },
        Rejection::InvalidCursor,
    ]
}

fn instant() -> Timestamp {
    let instant = "2026-11-23T08:00:00Z".parse();
    instant.unwrap_or_else(|_| panic!("an instant"))
}

/// One of each rejection about activities, rules, promotions and streaks.
fn of_rewards() -> Vec<Rejection> {
    let instant = instant();
    vec![
        Rejection::RuleNotFound,
        Rejection::PromotionNotFound,
        Rejection::PriceRuleNotFound,
        Rejection::PricePromotionNotFound,
        Rejection::VersionNotFound { version: 3 },
        Rejection::StateConflict {
            state: "ended".to_owned(),
        },
        Rejection::BacktestOrReasonNeeded,
        Rejection::ActivityNotFound,
        Rejection::BacktestNotFound,
        Rejection::ActivityNotYoursToReport {
            kind: "health_data_shared".to_owned(),
            reporter: "service".to_owned(),
        },
        Rejection::OccurredInFuture { now: instant },
        Rejection::OccurredTooLongAgo { earliest: instant },
        Rejection::ActivityConflict,
        Rejection::StreakNotFound,
        Rejection::RepairNotOffered,
        Rejection::StreakNotBroken,
        Rejection::RepairTooLate,
        Rejection::RepairTooSoon {
            again_on: instant.day(),
        },
        Rejection::TimeZoneChangedTooOften { again_at: instant },
    ]
}

/// One of each rejection of other operations.
fn of_operations() -> Vec<Rejection> {
    let instant = instant();
    let id = |prefix: &str| format!("{prefix}_019aafd26c1b7e3a9f405d2c81b7e640");
    vec![
        Rejection::EntryNotFound,
        Rejection::PurchaseNotFound,
        Rejection::ProductNotFound,
        Rejection::PartnerNotFound,
        Rejection::KeyNotFound,
        Rejection::ReconciliationNotFound,
        Rejection::EntriesUnsound { seq_sound: 3 },
        Rejection::QuoteInvalid,
        Rejection::QuoteNotYours,
        Rejection::QuoteExpired {
            expired_at: instant,
        },
        Rejection::ProductUnavailable,
        Rejection::InsufficientTokens {
            available: Rjv::whole(5),
            required: Rjv::whole(25),
            missing: Rjv::whole(20),
        },
        Rejection::CodeNotRedeemable,
        Rejection::CodeExpired {
            expired_at: instant,
        },
        Rejection::CodeNotReserved,
        Rejection::TooManyGuesses { retry_at: instant },
        Rejection::PartnerExists {
            partner_id: id("prt"),
        },
        Rejection::KeyExists { key_id: id("key") },
        Rejection::ProductConflict {
            product_id: id("prd"),
        },
        Rejection::AdjustmentNotFound,
        Rejection::AdjustmentConflict {
            adjustment_id: id("adj"),
        },
        Rejection::SecondAdministratorNeeded,
        Rejection::AdjustmentDecided {
            state: "rejected".to_owned(),
        },
        Rejection::EntryCorrected {
            adjustment_id: id("adj"),
        },
        Rejection::VersionConflict { version: 4 },
        Rejection::TooManyKeys { keys_max: 2 },
    ]
}

/// One of each rejection about many codes at once.
fn of_jobs() -> Vec<Rejection> {
    vec![
        Rejection::JobNotFound,
        Rejection::WrongStock {
            stock: "unlimited".to_owned(),
        },
        Rejection::JobConflict {
            job_id: "job_019aafd26c1b7e3a9f405d2c81b7e640".to_owned(),
        },
        Rejection::UploadMissing,
        Rejection::UploadTooLarge {
            size_bytes: 20_000_000,
            size_bytes_max: 16_777_216,
        },
        Rejection::UploadUnreadable {
            reason: "it is empty".to_owned(),
        },
        Rejection::BatchNotDone,
        Rejection::BatchFileDeleted {
            deleted_at: instant(),
        },
    ]
}

/// One of each rejection about what is limited and what is given back.
fn of_returns() -> Vec<Rejection> {
    let instant = instant();
    vec![
        Rejection::PerMemberLimit {
            per_member_max: 2,
            left: 1,
        },
        Rejection::SoldOut { left: 3 },
        Rejection::CodeNotFound,
        Rejection::CodeNotReturnable {
            state: "redeemed".to_owned(),
        },
        Rejection::CodeNotOpen {
            state: "redeemed".to_owned(),
        },
        Rejection::CodeValidLonger {
            expires_at: instant,
        },
        Rejection::CodeReserved {
            reserved_until: instant,
        },
        Rejection::CodeRevealed,
        Rejection::ReturnTooLate {
            returnable_until: instant,
        },
        Rejection::ReturnRefused,
        Rejection::CaseNotFound,
        Rejection::CaseDecided {
            decision: "refund".to_owned(),
        },
    ]
}
