//! Types that clients both send and get. Most look the same in both directions and have one schema. Where what is accepted is
//! wider than what is answered, the schema of what is accepted is named `<type>Input`.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Where the schemas of what is accepted stand until they are joined with the others.
pub const ACCEPTED: &str = "/components/accepted";

/// Where the schemas of what is answered stand, and in the end all of them.
pub const ANSWERED: &str = "/components/schemas";

/// Makes one set of schemas out of the document's two.
pub fn join(document: &mut Value) {
    let accepted = document["components"]["accepted"].take();
    let accepted = accepted.as_object().cloned().unwrap_or_default();
    let answered = document["components"]["schemas"].as_object().cloned();
    let apart = apart(&accepted, &answered.unwrap_or_default());
    for (name, schema) in accepted {
        document["components"]["schemas"][named(&name, &apart)] = schema;
    }
    if let Some(components) = document["components"].as_object_mut() {
        components.remove("accepted");
    }
    settle(document, &apart);
}

/// The types that look different in the two directions, be it in themselves or in something within.
fn apart(accepted: &Map<String, Value>, answered: &Map<String, Value>) -> BTreeSet<String> {
    let mut apart = BTreeSet::new();
    loop {
        let differs = |(name, schema): (&String, &Value)| {
            let mut settled = schema.clone();
            settle(&mut settled, &apart);
            let other = answered.get(name).filter(|other| **other != settled);
            other.map(|_| name.clone())
        };
        let found: BTreeSet<String> = accepted.iter().filter_map(differs).collect();
        if found.len() == apart.len() {
            return apart;
        }
        apart = found;
    }
}

fn named(name: &str, apart: &BTreeSet<String>) -> String {
    let suffix = if apart.contains(name) { "Input" } else { "" };
    format!("{name}{suffix}")
}

/// Makes references to accepted types refer to where their schemas come to stand.
fn settle(value: &mut Value, apart: &BTreeSet<String>) {
    match value {
        Value::String(text) => {
            let name = text.strip_prefix('#').and_then(|path| {
                let name = path.strip_prefix(ACCEPTED)?;
                name.strip_prefix('/')
            });
            if let Some(name) = name {
                *text = format!("#{ANSWERED}/{}", named(name, apart));
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| settle(value, apart)),
        Value::Object(fields) => fields.values_mut().for_each(|value| settle(value, apart)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_looks_different_gets_another_name() {
        let reference =
            |direction: &str, name: &str| json!({ "$ref": format!("#{direction}/{name}") });
        let mut document = json!({
            "body": reference(ACCEPTED, "Outer"),
            "answer": reference(ANSWERED, "Outer"),
            "components": {
                "accepted": {
                    "Inner": { "pattern": "wide" },
                    "Outer": { "inner": reference(ACCEPTED, "Inner") },
                    "Same": { "type": "string" },
                    "Sent": { "same": reference(ACCEPTED, "Same") },
                },
                "schemas": {
                    "Inner": { "pattern": "narrow" },
                    "Outer": { "inner": reference(ANSWERED, "Inner") },
                    "Same": { "type": "string" },
                },
            },
        });

        join(&mut document);

        let expected = json!({
            "body": reference(ANSWERED, "OuterInput"),
            "answer": reference(ANSWERED, "Outer"),
            "components": { "schemas": {
                "Inner": { "pattern": "narrow" },
                "InnerInput": { "pattern": "wide" },
                "Outer": { "inner": reference(ANSWERED, "Inner") },
                "OuterInput": { "inner": reference(ANSWERED, "InnerInput") },
                "Same": { "type": "string" },
                "Sent": { "same": reference(ANSWERED, "Same") },
            } },
        });
        assert_eq!(document, expected);
    }
}
