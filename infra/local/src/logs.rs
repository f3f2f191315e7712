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
    let shown = lines.iter().map(|line| {
        let message = readable(line.message.trim_end());
        format!("{:<22} {message}\n", line.function)
    });
    shown.collect::<Vec<_>>().concat()
}

/// A JSON line as `LEVEL message field=value`, anything else as it is.
fn readable(message: &str) -> String {
    let Ok(Value::Object(mut line)) = serde_json::from_str::<Value>(message) else {
        return message.to_owned();
    };
    let Some(Value::Object(mut fields)) = line.remove("fields") else {
        return message.to_owned();
    };
    let mut take = |name: &str| {
        fields
            .remove(name)
            .map(|value| plain(&value))
            .unwrap_or_default()
    };
    let said = take("message");
    let level = line
        .remove("level")
        .map(|value| plain(&value))
        .unwrap_or_default();
    let rest: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", plain(value)))
        .collect();
    format!("{level:<5} {said} {}", rest.join(" "))
        .trim_end()
        .to_owned()
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
        let line = r#"{"level":"INFO","fields":{"message":"credited","amount":"8","seq":3},"target":"rjv"}"#;

        assert_eq!(readable(line), "INFO  credited amount=8 seq=3");
        assert_eq!(readable("START RequestId"), "START RequestId");
    }
}
