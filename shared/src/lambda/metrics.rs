//! Metrics: lines of the log in CloudWatch's embedded metric format, which costs no request.

use serde_json::{Map, Value, json};

use crate::time::Timestamp;

/// The metrics of a system, which has a name because an account may have several.
pub struct Metrics {
    /// The name of the system.
    pub system: String,
}

/// The namespace of all our metrics.
const NAMESPACE: &str = "RJV";

impl Metrics {
    /// Puts counts into the log, from which CloudWatch reads them.
    pub fn count(&self, counts: &[(&'static str, u64)], now: Timestamp) {
        println!("{}", self.line(counts, now));
    }

    fn line(&self, counts: &[(&'static str, u64)], now: Timestamp) -> Value {
        let metrics: Vec<Value> = counts
            .iter()
            .map(|(name, _)| json!({ "Name": name, "Unit": "Count" }))
            .collect();
        let mut line: Map<String, Value> = counts
            .iter()
            .map(|(name, count)| ((*name).to_owned(), Value::from(*count)))
            .collect();
        line.insert("System".to_owned(), Value::from(self.system.as_str()));
        line.insert(
            "_aws".to_owned(),
            json!({
                "Timestamp": now.epoch_seconds().saturating_mul(1000),
                "CloudWatchMetrics": [{ "Namespace": NAMESPACE, "Dimensions": [["System"]], "Metrics": metrics }],
            }),
        );
        Value::Object(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_each_metric_and_holds_its_value() {
        let metrics = Metrics {
            system: "rjv".to_owned(),
        };

        let line = metrics.line(&[("Drift", 2)], "2026-11-23T08:00:00Z".parse().unwrap());

        assert_eq!(
            line,
            json!({
                "_aws": {
                    "Timestamp": 1_795_420_800_000_u64,
                    "CloudWatchMetrics": [{
                        "Namespace": "RJV",
                        "Dimensions": [["System"]],
                        "Metrics": [{ "Name": "Drift", "Unit": "Count" }],
                    }],
                },
                "System": "rjv",
                "Drift": 2,
            })
        );
    }
}
