//! What the functions say.

use std::thread::sleep;
use std::time::Duration;

use anyhow::Result;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::operations::operate;
use crate::process::interrupted;
use crate::workspace::Workspace;

const POLL: Duration = Duration::from_millis(700);

#[derive(Deserialize)]
struct Page {
    lines: Vec<Line>,
    since: u64,
}

#[derive(Deserialize)]
struct Line {
    function: String,
    message: String,
}

/// Everything said so far, by one function or by all.
pub fn read(workspace: &Workspace, cloud: Cloud, function: Option<&str>) -> Result<String> {
    Ok(text(&page(workspace, cloud, function, 0)?.lines))
}

/// Prints what is said from `since` (milliseconds since 1970) on, until Ctrl-C or until the cloud is gone.
pub fn follow(
    workspace: &Workspace,
    cloud: Cloud,
    function: Option<&str>,
    mut since: u64,
) -> Result<()> {
    while !interrupted() && Cloud::find(workspace) == Some(cloud) {
        match page(workspace, cloud, function, since) {
            Ok(page) => {
                print!("{}", text(&page.lines));
                since = page.since;
            }
            // Ctrl-C reaches the reader too.
            Err(_) if interrupted() => break,
            Err(error) => return Err(error),
        }
        sleep(POLL);
    }
    Ok(())
}

fn page(workspace: &Workspace, cloud: Cloud, function: Option<&str>, since: u64) -> Result<Page> {
    operate(
        workspace,
        cloud,
        "logs",
        &json!({"function": function, "since": since}),
    )
}

fn text(lines: &[Line]) -> String {
    let shown = lines.iter().filter_map(|line| {
        let message = readable(line.message.trim_end())?;
        Some(format!("{:<22} {message}\n", line.function))
    });
    shown.collect::<Vec<_>>().concat()
}

/// A JSON line as `LEVEL message field=value`, of Lambda's own lines only the time an invocation took, others as they are.
fn readable(message: &str) -> Option<String> {
    if message.starts_with("START RequestId") || message.starts_with("END RequestId") {
        return None;
    }
    if let Some((_, report)) = message.split_once("\tDuration: ") {
        let time = report.split('\t').next().unwrap_or_default();
        return Some(format!("took {time}"));
    }
    let Ok(Value::Object(mut line)) = serde_json::from_str::<Value>(message) else {
        return Some(message.to_owned());
    };
    for noise in ["timestamp", "target", "span", "spans"] {
        line.remove(noise);
    }
    let mut take = |name: &str| {
        line.remove(name)
            .map(|value| plain(&value))
            .unwrap_or_default()
    };
    let (level, said) = (take("level"), take("message"));
    let rest = line
        .iter()
        .map(|(name, value)| format!(" {name}={}", plain(value)));
    Some(format!("{level:<5} {said}{}", rest.collect::<String>()))
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_json_line_is_shown_as_level_message_and_fields() {
        let line =
            r#"{"level":"INFO","message":"credited","amount":"8","seq":3,"span":{"name":"x"}}"#;

        assert_eq!(readable(line).unwrap(), "INFO  credited amount=8 seq=3");
        assert_eq!(
            readable("thread main panicked").unwrap(),
            "thread main panicked"
        );
    }

    #[test]
    fn of_lambdas_own_lines_only_the_duration_is_shown() {
        let report = "REPORT RequestId: 1\tDuration: 94 ms\tBilled Duration: 94 ms";

        assert_eq!(readable(report).unwrap(), "took 94 ms");
        assert_eq!(readable("START RequestId: 1 Version: $LATEST"), None);
        assert_eq!(readable("END RequestId: 1"), None);
    }
}
