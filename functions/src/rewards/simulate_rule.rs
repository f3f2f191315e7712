//! `POST /admin/v1/reward-rules/{rule_id}/simulate`: what a version of a rule would give, published or not. Nothing is written.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use shared::amount::Rjv;
use shared::catalog::Class;
use shared::error::{Error, Rejection};
use shared::invalid::Invalid;
use shared::lambda::{Answer, Call, Reply};
use shared::rewards::profile::Profile;
use shared::rewards::{
    ActivityKind, Book, Doing, Fields, Reason, Simulated, Trace, Trial, book, rules, simulate,
};
use shared::table::Tables;
use shared::text::Word;
use shared::time::Timestamp;
use shared::zone::Zone;

/// Something somebody does, and what is known of them.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// Which version is tried; the newest, without.
    version: Option<u32>,
    activity: Tried,
    /// What was done before, each decided when it happened, so that limits and streaks stand as they would.
    #[serde(default)]
    #[schemars(length(max = 50))]
    before: Vec<Done>,
    #[serde(default)]
    member: Somebody,
    /// The class of the partner it is done with.
    partner_class: Option<Class>,
    /// When the activity is decided; now, without.
    at: Option<Timestamp>,
}

/// What is tried.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TriedActivity")]
pub struct Tried {
    /// The particulars of the rule's kind.
    #[serde(default)]
    fields: Fields,
    /// When it is done; when it is decided, without.
    occurred_at: Option<Timestamp>,
}

/// What was done before.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "EarlierActivity")]
pub struct Done {
    /// The particulars of the rule's kind.
    #[serde(default)]
    fields: Fields,
    occurred_at: Timestamp,
}

/// What is known of the member.
#[derive(Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "SimulatedMember")]
pub struct Somebody {
    /// The time zone, by its IANA name; the programme's, without.
    zone: Option<String>,
    segments: BTreeSet<Word>,
    /// All that was ever earned, what was done before not included.
    earned: Rjv,
    /// All that was ever spent.
    spent: Rjv,
}

/// What it would come to.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    rule_id: Word,
    version: u32,
    /// In the order in which things happen; what is tried comes last.
    outcomes: Vec<OutcomeView>,
}

/// What one thing would come to.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "SimulatedOutcome")]
pub struct OutcomeView {
    occurred_at: Timestamp,
    #[serde(flatten)]
    result: ResultView,
    trace: Trace,
}

/// How much, or why nothing.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(tag = "result", rename_all = "snake_case")]
#[schemars(rename = "SimulatedResult")]
pub enum ResultView {
    /// Tokens.
    Awarded {
        /// How many.
        amount: Rjv,
    },
    /// Nothing.
    Refused(Reason),
}

/// Simulates.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    call.staff()?;
    let id: Word = call.path("rule_id")?;
    let body: Body = call.body()?;
    let head = rules::find(tables, &id).await?;
    let version = rules::version(tables, &head, body.version).await?;
    let rule = version.of(id);
    let (rule_id, version, kind) = (rule.rule_id.clone(), rule.version, rule.terms.kind);
    let book = book::read(tables).await?.with(rule);
    let trial = body.trial(kind, &book, call.now())?;
    let outcomes = simulate(&book, trial)?.into_iter().map(OutcomeView::of);
    Reply::ok(&View {
        rule_id,
        version,
        outcomes: outcomes.collect(),
    })
}

impl Body {
    fn trial(self, kind: ActivityKind, book: &Book, now: Timestamp) -> Result<Trial, Error> {
        let at = self.at.unwrap_or(now);
        let zone = match self.member.zone {
            None => book.programme.zone.clone(),
            Some(name) => Zone::named(&name, now).map_err(|unknown| {
                Rejection::from(Invalid::at("/member/zone", unknown.to_string()))
            })?,
        };
        let mut profile = Profile::unknown(&zone);
        profile.segments = self.member.segments;
        let before = self.before.into_iter().map(|done| Doing {
            fields: done.fields,
            occurred_at: done.occurred_at,
        });
        Ok(Trial {
            kind,
            profile,
            earned: self.member.earned,
            spent: self.member.spent,
            partner_class: self.partner_class,
            before: before.collect(),
            activity: Doing {
                fields: self.activity.fields,
                occurred_at: self.activity.occurred_at.unwrap_or(at),
            },
            at,
        })
    }
}

impl OutcomeView {
    fn of(simulated: Simulated) -> Self {
        Self {
            occurred_at: simulated.occurred_at,
            result: match simulated.outcome {
                Ok(amount) => ResultView::Awarded { amount },
                Err(reason) => ResultView::Refused(reason),
            },
            trace: simulated.trace,
        }
    }
}
