//! Stories of rules about data and the app.

use super::golden::Story;

pub const STORIES: [Story; 7] = [
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
];
