//! What each shipped rule gives for each of its activities, one story after the other.

use std::collections::BTreeSet;

use shared::catalog::Class;
use shared::rewards::ActivityKind;

use super::{Story, book, shipped};

/// A story: the class of the partner in it, and its steps: kind, particulars, instant, what it gives.
type Steps = &'static [(&'static str, &'static str, &'static str, &'static str)];

const STORIES: [(&str, Option<Class>, Steps); 14] = [
    (
        "health-data-sharing: a hundred records are worth 1, a day at most 8",
        None,
        &[
            (
                "health_data_shared",
                r#"{"records":1}"#,
                "2026-11-23T08:00:00Z",
                "1",
            ),
            (
                "health_data_shared",
                r#"{"records":250}"#,
                "2026-11-23T09:00:00Z",
                "2",
            ),
            (
                "health_data_shared",
                r#"{"records":100000}"#,
                "2026-11-23T10:00:00Z",
                "5",
            ),
            (
                "health_data_shared",
                r#"{"records":100}"#,
                "2026-11-23T23:59:59.999Z",
                "limit_reached",
            ),
            (
                "health_data_shared",
                r#"{"records":100}"#,
                "2026-11-24T00:00:00Z",
                "1",
            ),
        ],
    ),
    (
        "survey-completion: by the number of questions, each survey once",
        None,
        &[
            (
                "survey_completed",
                r#"{"survey":"a","questions":9}"#,
                "2026-11-23T08:00:00Z",
                "2",
            ),
            (
                "survey_completed",
                r#"{"survey":"b","questions":10}"#,
                "2026-11-23T08:01:00Z",
                "5",
            ),
            (
                "survey_completed",
                r#"{"survey":"c","questions":30}"#,
                "2026-11-23T08:02:00Z",
                "8",
            ),
            (
                "survey_completed",
                r#"{"survey":"a","questions":30}"#,
                "2027-11-23T08:00:00Z",
                "limit_reached",
            ),
        ],
    ),
    (
        "sensor-connection: each sensor once",
        None,
        &[
            (
                "sensor_connected",
                r#"{"sensor":"ring"}"#,
                "2026-11-23T08:00:00Z",
                "10",
            ),
            (
                "sensor_connected",
                r#"{"sensor":"watch"}"#,
                "2026-11-23T08:00:01Z",
                "10",
            ),
            (
                "sensor_connected",
                r#"{"sensor":"ring"}"#,
                "2026-12-23T08:00:00Z",
                "limit_reached",
            ),
        ],
    ),
    (
        "sensor-sync: each sensor once a day",
        None,
        &[
            (
                "sensor_synced",
                r#"{"sensor":"ring"}"#,
                "2026-11-23T08:00:00Z",
                "0.5",
            ),
            (
                "sensor_synced",
                r#"{"sensor":"watch","records":4}"#,
                "2026-11-23T08:00:01Z",
                "0.5",
            ),
            (
                "sensor_synced",
                r#"{"sensor":"ring"}"#,
                "2026-11-23T18:00:00Z",
                "limit_reached",
            ),
            (
                "sensor_synced",
                r#"{"sensor":"ring"}"#,
                "2026-11-24T08:00:00Z",
                "0.5",
            ),
        ],
    ),
    (
        "regular-updates: from the fourth of seven days on",
        None,
        &[
            (
                "data_updated",
                "{}",
                "2026-11-02T08:00:00Z",
                "not_qualified",
            ),
            (
                "data_updated",
                "{}",
                "2026-11-03T08:00:00Z",
                "not_qualified",
            ),
            (
                "data_updated",
                "{}",
                "2026-11-05T08:00:00Z",
                "not_qualified",
            ),
            ("data_updated", "{}", "2026-11-08T08:00:00Z", "1"),
            (
                "data_updated",
                "{}",
                "2026-11-08T09:00:00Z",
                "limit_reached",
            ),
            ("data_updated", "{}", "2026-11-09T08:00:00Z", "1"),
            ("data_updated", "{}", "2026-11-10T08:00:00Z", "1"),
            (
                "data_updated",
                "{}",
                "2026-11-20T08:00:00Z",
                "not_qualified",
            ),
        ],
    ),
    (
        "app-streak: every day, and more on the seventh",
        None,
        &[
            ("app_opened", "{}", "2026-11-01T08:00:00Z", "0.25"),
            ("app_opened", "{}", "2026-11-01T09:00:00Z", "limit_reached"),
            ("app_opened", "{}", "2026-11-02T08:00:00Z", "0.25"),
            ("app_opened", "{}", "2026-11-03T08:00:00Z", "0.25"),
            ("app_opened", "{}", "2026-11-04T08:00:00Z", "0.25"),
            ("app_opened", "{}", "2026-11-05T08:00:00Z", "0.25"),
            ("app_opened", "{}", "2026-11-06T08:00:00Z", "0.25"),
            ("app_opened", "{}", "2026-11-07T08:00:00Z", "5.25"),
            ("app_opened", "{}", "2026-11-07T09:00:00Z", "limit_reached"),
            // The freeze that the seven days earned holds the streak over one missed day.
            ("app_opened", "{}", "2026-11-09T08:00:00Z", "0.25"),
            ("app_opened", "{}", "2026-11-20T08:00:00Z", "0.25"),
        ],
    ),
    (
        "feature-exploration: each feature once",
        None,
        &[
            (
                "feature_explored",
                r#"{"feature":"sleep-coach"}"#,
                "2026-11-23T08:00:00Z",
                "1",
            ),
            (
                "feature_explored",
                r#"{"feature":"sleep-coach"}"#,
                "2026-11-24T08:00:00Z",
                "limit_reached",
            ),
            (
                "feature_explored",
                r#"{"feature":"food-diary"}"#,
                "2026-11-24T08:00:00Z",
                "1",
            ),
        ],
    ),
    (
        "education: ten minutes or more, double with a good quiz, each content once",
        None,
        &[
            (
                "education_completed",
                r#"{"content":"a","minutes":10}"#,
                "2026-11-23T08:00:00Z",
                "2",
            ),
            (
                "education_completed",
                r#"{"content":"b","minutes":45,"quiz_percent":80}"#,
                "2026-11-23T09:00:00Z",
                "4",
            ),
            (
                "education_completed",
                r#"{"content":"c","minutes":45,"quiz_percent":79}"#,
                "2026-11-23T10:00:00Z",
                "2",
            ),
            (
                "education_completed",
                r#"{"content":"a","minutes":10}"#,
                "2026-11-24T08:00:00Z",
                "limit_reached",
            ),
        ],
    ),
    (
        "short-lessons: less than ten minutes, three a week from Monday on",
        None,
        &[
            (
                "education_completed",
                r#"{"content":"a","minutes":9}"#,
                "2026-11-21T08:00:00Z",
                "0.5",
            ),
            (
                "education_completed",
                r#"{"content":"a","minutes":9}"#,
                "2026-11-22T08:00:00Z",
                "0.5",
            ),
            (
                "education_completed",
                r#"{"content":"a","minutes":9}"#,
                "2026-11-22T09:00:00Z",
                "0.5",
            ),
            (
                "education_completed",
                r#"{"content":"a","minutes":1}"#,
                "2026-11-22T10:00:00Z",
                "limit_reached",
            ),
            (
                "education_completed",
                r#"{"content":"a","minutes":9}"#,
                "2026-11-23T00:00:00Z",
                "0.5",
            ),
        ],
    ),
    (
        "community: by what was done, five minutes apart, 3 in any 24 hours",
        None,
        &[
            (
                "community_participated",
                r#"{"action":"answer"}"#,
                "2026-11-23T08:00:00Z",
                "1",
            ),
            (
                "community_participated",
                r#"{"action":"answer"}"#,
                "2026-11-23T08:04:59Z",
                "cooling_down",
            ),
            (
                "community_participated",
                r#"{"action":"event"}"#,
                "2026-11-23T09:00:00Z",
                "0.75",
            ),
            (
                "community_participated",
                r#"{"action":"post"}"#,
                "2026-11-23T22:00:00Z",
                "0.5",
            ),
            (
                "community_participated",
                r#"{"action":"comment"}"#,
                "2026-11-24T01:00:00Z",
                "0.5",
            ),
            (
                "community_participated",
                r#"{"action":"answer"}"#,
                "2026-11-24T02:00:00Z",
                "0.25",
            ),
            (
                "community_participated",
                r#"{"action":"answer"}"#,
                "2026-11-24T03:00:00Z",
                "limit_reached",
            ),
        ],
    ),
    (
        "service-usage: one percent, at least 1 and at most 20, three a day",
        Some(Class::Standard),
        &[
            (
                "service_used",
                r#"{"service":"sauna"}"#,
                "2026-11-23T08:00:00Z",
                "1",
            ),
            (
                "service_used",
                r#"{"service":"sauna","spent":"123.45"}"#,
                "2026-11-23T09:00:00Z",
                "1.23",
            ),
            (
                "service_used",
                r#"{"service":"sauna","spent":"5000"}"#,
                "2026-11-23T10:00:00Z",
                "20",
            ),
            (
                "service_used",
                r#"{"service":"sauna"}"#,
                "2026-11-23T11:00:00Z",
                "limit_reached",
            ),
        ],
    ),
    (
        "review: twenty words, two a week",
        Some(Class::Standard),
        &[
            (
                "review_submitted",
                r#"{"rating":5,"words":19}"#,
                "2026-11-23T08:00:00Z",
                "not_qualified",
            ),
            (
                "review_submitted",
                r#"{"rating":1,"words":20}"#,
                "2026-11-23T09:00:00Z",
                "3",
            ),
            (
                "review_submitted",
                r#"{"rating":5,"words":500}"#,
                "2026-11-29T23:00:00Z",
                "3",
            ),
            (
                "review_submitted",
                r#"{"rating":5,"words":500}"#,
                "2026-11-29T23:30:00Z",
                "limit_reached",
            ),
            (
                "review_submitted",
                r#"{"rating":5,"words":500}"#,
                "2026-11-30T00:00:00Z",
                "3",
            ),
        ],
    ),
    (
        "exclusive-engagement: with exclusive partners, once a day",
        Some(Class::Exclusive),
        &[
            (
                "partner_engaged",
                r#"{"action":"coaching"}"#,
                "2026-11-23T08:00:00Z",
                "5",
            ),
            (
                "partner_engaged",
                r#"{"action":"coaching"}"#,
                "2026-11-23T09:00:00Z",
                "limit_reached",
            ),
            (
                "partner_engaged",
                r#"{"action":"coaching"}"#,
                "2026-11-24T09:00:00Z",
                "5",
            ),
        ],
    ),
    (
        "promotional-event: each event once",
        Some(Class::Standard),
        &[
            (
                "event_attended",
                r#"{"event":"open-day","minutes":90}"#,
                "2026-11-23T08:00:00Z",
                "10",
            ),
            (
                "event_attended",
                r#"{"event":"open-day"}"#,
                "2026-11-24T08:00:00Z",
                "limit_reached",
            ),
            (
                "event_attended",
                r#"{"event":"run-club"}"#,
                "2026-11-24T08:00:00Z",
                "10",
            ),
            (
                "partner_engaged",
                r#"{"action":"coaching"}"#,
                "2026-11-24T09:00:00Z",
                "no_rule",
            ),
        ],
    ),
];

#[test]
fn every_rule_gives_what_its_story_says() {
    for (title, class, steps) in STORIES {
        let mut story = Story::new(book());
        if let Some(class) = class {
            story = story.with(class);
        }
        for (kind, fields, at, expected) in steps {
            let given = story.gives(kind, fields, at);
            assert_eq!(given, *expected, "{title}: {kind} {fields} at {at}");
        }
    }
}

#[test]
fn every_shipped_rule_and_every_kind_has_a_story() {
    let told: BTreeSet<&str> = STORIES
        .iter()
        .filter_map(|(title, ..)| title.split_once(':'))
        .map(|(rule, _)| rule)
        .collect();
    let rules = shipped();
    assert_eq!(told, rules.keys().map(shared::text::Word::as_str).collect());

    let kinds: BTreeSet<ActivityKind> = rules.values().map(|terms| terms.kind).collect();
    assert_eq!(kinds, ActivityKind::ALL.into_iter().collect());
}
