//! What is answered is what `infra/openapi.json` describes: every response to a sample is held against its schema.

use std::collections::BTreeSet;

use serde_json::Value;

use super::events;
use super::serve::{self, Trigger};
use crate::support::{World, fresh, now};

/// The description of the API.
struct Description(Value);

impl Description {
    fn read() -> Self {
        let text = crate::tidy::read("infra/openapi.json");
        Self(serde_json::from_str(&text).expect("infra/openapi.json is JSON"))
    }

    /// What a reference stands for, or the thing itself.
    fn resolve<'a>(&'a self, part: &'a Value) -> &'a Value {
        let Some(reference) = part["$ref"].as_str() else {
            return part;
        };
        let found = self.0.pointer(reference.trim_start_matches('#'));
        self.resolve(found.unwrap_or_else(|| panic!("infra/openapi.json has no {reference}")))
    }

    /// The operation of a function.
    fn operation(&self, function: &str) -> &Value {
        let paths = self.0["paths"].as_object().expect("paths").values();
        let mut operations = paths.flat_map(|path| path.as_object().expect("methods").values());
        let found = operations.find(|operation| operation["operationId"] == function);
        found.unwrap_or_else(|| panic!("infra/openapi.json does not describe {function}"))
    }

    /// What about `value` is not as `schema` says. Texts are not held against their patterns.
    fn differences(&self, value: &Value, schema: &Value, at: &str) -> Vec<String> {
        let mut found = self.open_differences(value, schema, at);
        let known = self.properties(schema);
        for name in value
            .as_object()
            .into_iter()
            .flat_map(|members| members.keys())
        {
            if !known.is_empty() && !known.contains(name.as_str()) {
                found.push(format!("{at}/{name} is not described"));
            }
        }
        found
    }

    /// The same, where other parts of a schema may describe more members.
    fn open_differences(&self, value: &Value, schema: &Value, at: &str) -> Vec<String> {
        let mut found = Vec::new();
        if schema["$ref"].is_string() {
            found.extend(self.open_differences(value, self.resolve(schema), at));
        }
        for part in list(schema, "allOf") {
            found.extend(self.open_differences(value, part, at));
        }
        for choice in ["oneOf", "anyOf"] {
            let choices = list(schema, choice);
            let fits = |part: &&Value| self.open_differences(value, part, at).is_empty();
            if !choices.is_empty() && !choices.iter().any(fits) {
                found.push(format!("{at} is none of its choices: {value}"));
            }
        }
        let types = match &schema["type"] {
            Value::String(name) => vec![name.as_str()],
            types => strings(types),
        };
        if !types.is_empty() && !types.iter().any(|name| is(value, name)) {
            found.push(format!("{at} is no {}: {value}", types.join(" or ")));
        }
        let is_other = schema.get("const").is_some_and(|wanted| wanted != value);
        if is_other || !schema["enum"].is_null() && !list(schema, "enum").contains(&value) {
            found.push(format!("{at} has another value: {value}"));
        }
        if let Some(members) = value.as_object() {
            for name in strings(&schema["required"]) {
                if !members.contains_key(name) {
                    found.push(format!("{at} lacks {name}"));
                }
            }
            for (name, member) in members {
                if let Some(schema) = schema["properties"].get(name) {
                    found.extend(self.differences(member, schema, &format!("{at}/{name}")));
                }
            }
        }
        for (item, place) in value.as_array().into_iter().flatten().zip(0..) {
            if let Some(schema) = schema.get("items") {
                found.extend(self.differences(item, schema, &format!("{at}/{place}")));
            }
        }
        found
    }

    /// Every member that any part of a schema names.
    fn properties<'a>(&'a self, schema: &'a Value) -> BTreeSet<&'a str> {
        let mut names: BTreeSet<&str> = BTreeSet::new();
        if schema["$ref"].is_string() {
            names.extend(self.properties(self.resolve(schema)));
        }
        for parts in ["allOf", "oneOf", "anyOf"] {
            for part in list(schema, parts) {
                names.extend(self.properties(part));
            }
        }
        let own = schema["properties"].as_object().into_iter();
        names.extend(own.flat_map(|members| members.keys().map(String::as_str)));
        names
    }
}

fn list<'a>(schema: &'a Value, name: &str) -> Vec<&'a Value> {
    schema[name].as_array().into_iter().flatten().collect()
}

fn strings(value: &Value) -> Vec<&str> {
    let items = value.as_array().into_iter().flatten();
    items.filter_map(Value::as_str).collect()
}

fn is(value: &Value, name: &str) -> bool {
    match name {
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "null" => value.is_null(),
        other => panic!("infra/openapi.json has a type {other}"),
    }
}

#[tokio::test]
async fn every_answer_to_a_sample_is_as_it_is_described() {
    let description = Description::read();
    let mut differences = Vec::new();
    for event in events::all() {
        if Trigger::of(&event.function) != Trigger::Http {
            continue;
        }
        let world = World::new().await;
        let response = serve::http(&world, &event, fresh(1, now())).await;

        let path = event.path();
        let operation = description.operation(&event.function);
        let described = &operation["responses"][response.status.as_str()];
        if described.is_null() {
            differences.push(format!("{path}: {} is not described", response.status));
            continue;
        }
        let content = &description.resolve(described)["content"];
        if response.body.is_null() {
            assert!(content.is_null(), "{path}: a body is described");
            continue;
        }
        let schema = &content[&response.content_type]["schema"];
        if schema.is_null() {
            let media = response.content_type;
            differences.push(format!("{path}: {media} is not described"));
            continue;
        }
        let found = description.differences(&response.body, schema, "");
        differences.extend(
            found
                .into_iter()
                .map(|difference| format!("{path}: {difference}")),
        );
    }
    assert!(differences.is_empty(), "\n{}\n", differences.join("\n"));
}
