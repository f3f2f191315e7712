//! The sample events: complete, and each a request to its function's route.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::contracts::{operations, rejections};
use super::sources::{assert_none, list, read};
use super::template;

/// What a client sees before any handler does: this needs 64 KiB of body, so one function's sample stands for all.
const SHOWN_ONCE: &str = "BODY_TOO_LARGE";

/// The samples of each function, by name.
fn samples() -> BTreeMap<String, BTreeMap<String, Value>> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let folders = list("events").into_iter().map(|folder| {
        let files = list(&folder).into_iter().map(|path| {
            let event = serde_json::from_str(&read(&path));
            let event = event.unwrap_or_else(|error| panic!("{path} is not JSON: {error}"));
            (name(&path).trim_end_matches(".json").to_owned(), event)
        });
        (name(&folder), files.collect())
    });
    folders.collect()
}

fn refusals(events: &BTreeMap<String, Value>) -> BTreeSet<String> {
    let names = events
        .keys()
        .filter_map(|name| name.strip_prefix("refused-"));
    names
        .map(|name| name.to_uppercase().replace('-', "_"))
        .collect()
}

#[test]
fn every_function_has_the_samples_of_its_trigger() {
    let functions = template::functions();
    let mut findings = Vec::new();
    for (function, events) in samples() {
        let wanted: &[&str] = match function.as_str() {
            "notifications-publish" | "insights-fold" | "rewards-log" | "codes-log" => {
                &["one", "unreadable"]
            }
            "insights-schedule" | "pricing-reprice" | "codes-expire" => &["one"],
            "partners-authorize" => &["happy", "refused-unknown-key"],
            "rewards-award"
            | "notifications-deliver"
            | "insights-reconcile"
            | "rewards-backtest"
            | "codes-import"
            | "codes-generate"
            | "rewards-collect" => &["one", "many", "one-bad-in-many", "unreadable"],
            _ => &["happy"],
        };
        for name in wanted.iter().filter(|name| !events.contains_key(**name)) {
            findings.push(format!("events/{function} lacks {name}.json"));
        }
        let is_http = functions
            .get(&function)
            .is_some_and(|function| function.route.is_some());
        for name in events
            .keys()
            .filter(|name| !wanted.contains(&name.as_str()))
        {
            if !is_http || !(name == "replayed" || name.starts_with("refused-")) {
                findings.push(format!(
                    "events/{function}/{name}.json is no kind of sample"
                ));
            }
        }
    }
    assert_none("Every function has the samples of its trigger.", &findings);
}

#[test]
fn every_rejection_has_a_sample() {
    let samples = samples();
    let shown: BTreeSet<String> = samples.values().flat_map(refusals).collect();
    let findings: Vec<String> = rejections()
        .difference(&shown)
        .map(|code| format!("events/ has no sample that is refused with {code}"))
        .collect();
    assert_none("Every rejection has a sample.", &findings);
}

#[test]
fn every_operation_has_a_sample_of_each_refusal_it_is_described_with() {
    let (samples, rejections) = (samples(), rejections());
    let mut findings = Vec::new();
    for (name, operation) in operations() {
        let shown = samples.get(&name).map(refusals).unwrap_or_default();
        let described: BTreeSet<&String> = operation
            .codes
            .iter()
            .filter(|code| rejections.contains(*code))
            .collect();
        for code in described
            .iter()
            .filter(|code| !shown.contains(**code) && **code != SHOWN_ONCE)
        {
            findings.push(format!(
                "events/{name} has no sample that is refused with {code}"
            ));
        }
        for code in shown.iter().filter(|code| !described.contains(code)) {
            findings.push(format!(
                "infra/openapi.json does not say that {name} can refuse with {code}"
            ));
        }
    }
    assert_none(
        "The samples and the description have the same refusals.",
        &findings,
    );
}

#[test]
fn every_sample_of_a_request_goes_to_the_route_of_its_function() {
    let samples = samples();
    let mut findings = Vec::new();
    for (binary, function) in template::functions() {
        let (Some(route), Some(events)) = (function.route, samples.get(&binary)) else {
            continue;
        };
        for (name, event) in events {
            let path = format!("events/{binary}/{name}.json");
            let (method, template) = route.split_once(' ').expect("a method and a path");
            let is_rest = event["version"] == "1.0";
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let called = if is_rest {
                format!(
                    "{} {}",
                    text(&event["httpMethod"]),
                    text(&event["resource"])
                )
            } else {
                text(&event["routeKey"])
            };
            let mut expected = template.to_owned();
            for (parameter, value) in event["pathParameters"].as_object().into_iter().flatten() {
                expected = expected.replace(&format!("{{{parameter}}}"), &text(value));
            }
            let sent = text(&event[if is_rest { "path" } else { "rawPath" }]);
            let request = &event["requestContext"];
            let sent_method = text(if is_rest {
                &request["httpMethod"]
            } else {
                &request["http"]["method"]
            });
            if called != route || sent != expected || sent_method != method {
                findings.push(format!("{path} calls {called} at {sent_method} {sent}, and its function answers {route}"));
            }
            if text(&request["requestId"]) != format!("{binary}-{name}") {
                findings.push(format!("{path}: the request id should be {binary}-{name}"));
            }
        }
    }
    assert_none(
        "Every sample of a request goes to the route of its function.",
        &findings,
    );
}
