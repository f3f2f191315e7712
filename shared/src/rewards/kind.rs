//! Kinds of activities: what can be reported, by whom, and with which particulars. None of them has room for health content.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::expression::{Facts, Names, Type, Value};
use crate::amount::Rjv;
use crate::text::{Reference, Word};

/// What a member can do that may be worth something.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// Health data was shared; how much of it, never what.
    HealthDataShared,
    /// A survey was completed.
    SurveyCompleted,
    /// A sensor was connected.
    SensorConnected,
    /// A sensor delivered what it had measured.
    SensorSynced,
    /// Some data of the day arrived, whatever it was: what regular updates are counted by.
    DataUpdated,
    /// The app was opened.
    AppOpened,
    /// A feature of the app was tried.
    FeatureExplored,
    /// Something was learnt.
    EducationCompleted,
    /// Something was done for other members.
    CommunityParticipated,
    /// A partner's service was used.
    ServiceUsed,
    /// A review of a partner was written.
    ReviewSubmitted,
    /// Something that only an exclusive partner offers was done.
    PartnerEngaged,
    /// A partner's event was attended.
    EventAttended,
}

/// Who reports an activity.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Reporter {
    /// The member's own app.
    App,
    /// A service of the programme that saw the data itself.
    Service,
    /// The partner with whom it was done.
    Partner,
}

impl fmt::Display for Reporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::App => "app",
            Self::Service => "service",
            Self::Partner => "partner",
        })
    }
}

/// A particular of an activity.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name, in reports and in rules.
    pub name: &'static str,
    /// What it can be.
    pub shape: Shape,
    /// Whether a report must have it. In rules, one that is left out is zero, empty or false.
    pub required: bool,
}

/// What a particular can be.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A whole number in this range.
    Integer(i64, i64),
    /// A decimal text up to this, such as `"12.5"`.
    Decimal(Rjv),
    /// A [`Word`].
    Word,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// An opaque name of at most 64 characters.
    Reference,
    /// True or false.
    Flag,
}

/// A particular as it is reported and kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum FieldValue {
    /// True or false.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// A word, a reference or a decimal.
    Text(String),
}

/// The particulars of an activity, by name.
pub type Fields = BTreeMap<String, FieldValue>;

/// What is wrong with a particular.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct InvalidField {
    /// Which.
    pub name: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Why a text is not a kind of activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such kind of activity")]
pub struct UnknownKind;

const fn must(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        required: true,
    }
}

const fn may(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        required: false,
    }
}

impl ActivityKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::HealthDataShared,
        Self::SurveyCompleted,
        Self::SensorConnected,
        Self::SensorSynced,
        Self::DataUpdated,
        Self::AppOpened,
        Self::FeatureExplored,
        Self::EducationCompleted,
        Self::CommunityParticipated,
        Self::ServiceUsed,
        Self::ReviewSubmitted,
        Self::PartnerEngaged,
        Self::EventAttended,
    ];

    /// Its text, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HealthDataShared => "health_data_shared",
            Self::SurveyCompleted => "survey_completed",
            Self::SensorConnected => "sensor_connected",
            Self::SensorSynced => "sensor_synced",
            Self::DataUpdated => "data_updated",
            Self::AppOpened => "app_opened",
            Self::FeatureExplored => "feature_explored",
            Self::EducationCompleted => "education_completed",
            Self::CommunityParticipated => "community_participated",
            Self::ServiceUsed => "service_used",
            Self::ReviewSubmitted => "review_submitted",
            Self::PartnerEngaged => "partner_engaged",
            Self::EventAttended => "event_attended",
        }
    }

    /// Who may report it: whoever sees it happen and gains nothing from making it up. An app only says what it alone can
    /// know; data is vouched for by the service that received it.
    pub const fn reporter(self) -> Reporter {
        match self {
            Self::HealthDataShared
            | Self::SurveyCompleted
            | Self::SensorConnected
            | Self::SensorSynced
            | Self::DataUpdated => Reporter::Service,
            Self::AppOpened
            | Self::FeatureExplored
            | Self::EducationCompleted
            | Self::CommunityParticipated => Reporter::App,
            Self::ServiceUsed
            | Self::ReviewSubmitted
            | Self::PartnerEngaged
            | Self::EventAttended => Reporter::Partner,
        }
    }

    /// What a report of it says.
    pub const fn fields(self) -> &'static [Field] {
        const COUNT: Shape = Shape::Integer(1, 100_000);
        const MINUTES: Shape = Shape::Integer(1, 1440);
        match self {
            Self::HealthDataShared => const { &[must("records", COUNT)] },
            Self::SurveyCompleted => {
                const {
                    &[
                        must("survey", Shape::Reference),
                        must("questions", Shape::Integer(1, 1000)),
                    ]
                }
            }
            Self::SensorConnected => const { &[must("sensor", Shape::Reference)] },
            Self::SensorSynced => {
                const { &[must("sensor", Shape::Reference), may("records", COUNT)] }
            }
            Self::DataUpdated | Self::AppOpened => &[],
            Self::FeatureExplored => const { &[must("feature", Shape::Word)] },
            Self::EducationCompleted => {
                const {
                    &[
                        must("content", Shape::Reference),
                        must("minutes", MINUTES),
                        may("quiz_percent", Shape::Integer(0, 100)),
                    ]
                }
            }
            Self::CommunityParticipated => {
                const {
                    &[must(
                        "action",
                        Shape::Choice(&["post", "answer", "comment", "event"]),
                    )]
                }
            }
            Self::ServiceUsed => {
                const {
                    &[
                        must("service", Shape::Word),
                        may("spent", Shape::Decimal(Rjv::whole(100_000))),
                        may("minutes", MINUTES),
                    ]
                }
            }
            Self::ReviewSubmitted => {
                const {
                    &[
                        must("rating", Shape::Integer(1, 5)),
                        must("words", Shape::Integer(0, 10_000)),
                    ]
                }
            }
            Self::PartnerEngaged => const { &[must("action", Shape::Word)] },
            Self::EventAttended => {
                const { &[must("event", Shape::Reference), may("minutes", MINUTES)] }
            }
        }
    }
}

impl Shape {
    /// What a rule sees of it.
    pub const fn kind(self) -> Type {
        match self {
            Self::Integer(..) => Type::Integer,
            Self::Decimal(_) => Type::Decimal,
            Self::Word | Self::Choice(_) | Self::Reference => Type::Text,
            Self::Flag => Type::Flag,
        }
    }

    /// What a rule sees where a report has nothing.
    const fn nothing(self) -> Value {
        match self {
            Self::Integer(..) => Value::Integer(0),
            Self::Decimal(_) => Value::Decimal(0),
            Self::Word | Self::Choice(_) | Self::Reference => Value::Text(String::new()),
            Self::Flag => Value::Flag(false),
        }
    }

    /// What a rule sees of a value, if it has this shape.
    fn read(self, value: &FieldValue) -> Result<Value, String> {
        match (self, value) {
            (Self::Integer(min, max), FieldValue::Integer(number)) => {
                if (min..=max).contains(number) {
                    Ok(Value::Integer(*number))
                } else {
                    Err(format!("a number from {min} to {max} is expected"))
                }
            }
            (Self::Integer(min, max), _) => {
                Err(format!("a whole number from {min} to {max} is expected"))
            }
            (Self::Decimal(max), FieldValue::Text(text)) => {
                let amount: Rjv = text.parse().map_err(|error| format!("{error}"))?;
                if amount > max {
                    return Err(format!("at most {max} is expected"));
                }
                i64::try_from(amount.micros())
                    .map(Value::Decimal)
                    .map_err(|error| error.to_string())
            }
            (Self::Decimal(_), _) => Err("a decimal text such as \"12.5\" is expected".to_owned()),
            (Self::Word, FieldValue::Text(text)) => {
                let word: Word = text.parse().map_err(|error| format!("{error}"))?;
                Ok(Value::Text(word.to_string()))
            }
            (Self::Choice(words), FieldValue::Text(text)) if words.contains(&text.as_str()) => {
                Ok(Value::Text(text.clone()))
            }
            (Self::Choice(words), _) => Err(format!("one of {} is expected", words.join(", "))),
            (Self::Reference, FieldValue::Text(text)) => {
                let name: Reference = text
                    .clone()
                    .try_into()
                    .map_err(|error| format!("{error}"))?;
                Ok(Value::Text(name.to_string()))
            }
            (Self::Word | Self::Reference, _) => Err("a text is expected".to_owned()),
            (Self::Flag, FieldValue::Flag(flag)) => Ok(Value::Flag(*flag)),
            (Self::Flag, _) => Err("true or false is expected".to_owned()),
        }
    }
}

/// The names under which a rule about this kind sees its particulars.
pub fn names(kind: ActivityKind) -> Names {
    let name = |field: &Field| (field.name.to_owned(), field.shape.kind());
    kind.fields().iter().map(name).collect()
}

/// What a rule sees of the particulars of a report, if they are those of its kind.
pub fn facts(kind: ActivityKind, fields: &Fields) -> Result<Facts, InvalidField> {
    let invalid = |name: &str, reason: String| InvalidField {
        name: name.to_owned(),
        reason,
    };
    let known = |name: &String| kind.fields().iter().any(|field| field.name == name);
    if let Some(unknown) = fields.keys().find(|name| !known(name)) {
        let names: Vec<_> = kind.fields().iter().map(|field| field.name).collect();
        let there = if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        };
        return Err(invalid(
            unknown,
            format!("`{kind}` has no such field; it has: {there}"),
        ));
    }
    let mut facts = Facts::new();
    for field in kind.fields() {
        let value = match fields.get(field.name) {
            Some(value) => field
                .shape
                .read(value)
                .map_err(|reason| invalid(field.name, reason))?,
            None if field.required => {
                return Err(invalid(
                    field.name,
                    format!("`{kind}` must have this field"),
                ));
            }
            None => field.shape.nothing(),
        };
        facts.insert(field.name.to_owned(), value);
    }
    Ok(facts)
}

impl fmt::Display for ActivityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ActivityKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        let mut kinds = Self::ALL.into_iter();
        kinds.find(|kind| kind.as_str() == text).ok_or(UnknownKind)
    }
}
