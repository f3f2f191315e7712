//! Schemas that no type derives: problems, what a gateway says, and how derived ones are put in order.

use serde_json::{Value, json};

use super::refusals::Refusal;

/// What a gateway says when it answers instead of a function.
pub struct GatewayMessage;

impl GatewayMessage {
    pub const NAME: &str = "GatewayMessage";

    pub fn reference() -> Value {
        json!({ "$ref": schema_path(Self::NAME) })
    }

    pub fn schema() -> Value {
        json!({
            "type": "object",
            "description": "What the gateway says when it answers instead of a function.",
            "properties": { "message": { "type": ["string", "null"] } },
            "required": ["message"],
            "examples": [{ "message": "Unauthorized" }],
        })
    }
}

pub fn problem() -> Value {
    json!({
        "type": "object",
        "description": "Problem details (RFC 9457).",
        "properties": {
            "type": { "const": "about:blank", "description": "The status and the code say what kind of problem it is." },
            "title": { "type": "string", "description": "The words of the status." },
            "status": { "type": "integer", "minimum": 400, "maximum": 599 },
            "detail": { "type": "string", "description": "A sentence for people." },
            "code": { "type": "string", "description": "The stable name of this kind of problem." },
            "request_id": { "type": "string", "description": "What to tell us." },
            "retryable": { "type": "boolean", "description": "Whether the same request may succeed later." },
        },
        "required": ["type", "title", "status", "detail", "code", "request_id", "retryable"],
    })
}

pub fn problem_schema(code: &str, refusal: &Refusal) -> Value {
    let mut properties = refusal.facts.clone();
    let required: Vec<String> = ["code", "status"]
        .into_iter()
        .map(str::to_owned)
        .chain(refusal.facts.keys().cloned())
        .collect();
    properties.insert("code".to_owned(), json!({ "const": code }));
    properties.insert("status".to_owned(), json!({ "const": refusal.status }));
    json!({
        "allOf": [{ "$ref": schema_path("Problem") }],
        "type": "object",
        "description": refusal.meaning,
        "properties": properties,
        "required": required,
        "examples": [refusal.example],
    })
}

pub fn schema_path(name: &str) -> String {
    format!("#/components/schemas/{name}")
}

/// `CODE_EXPIRED` becomes `CodeExpiredProblem`.
pub fn problem_name(code: &str) -> String {
    camel(code, '_') + "Problem"
}

pub fn camel(words: &str, between: char) -> String {
    let capital = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
    };
    words.split(between).map(capital).collect()
}

pub fn content(media_type: &str, schema: &Value) -> Value {
    json!({ media_type: { "schema": schema } })
}

/// The schema of a parameter that is there: what says that it may be null is for bodies.
pub fn present(mut schema: Value) -> Value {
    if let Some(choices) = schema["anyOf"].as_array() {
        let choice = choices.iter().find(|choice| choice["type"] != "null");
        let mut chosen = choice.cloned().unwrap_or_default();
        if let Some(description) = schema.get("description") {
            chosen["description"] = description.clone();
        }
        return chosen;
    }
    if let Some(types) = schema["type"].as_array() {
        let kind = types.iter().find(|kind| *kind != "null").cloned();
        schema["type"] = kind.unwrap_or_default();
    }
    if let Some(schema) = schema.as_object_mut() {
        schema.retain(|_, value| !value.is_null());
    }
    schema
}

/// Says the widths of integers in words that every reader of the document knows.
pub fn tidy(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(tidy),
        Value::Object(fields) => {
            let width = fields
                .get("format")
                .and_then(Value::as_str)
                .filter(|format| format.starts_with("uint"))
                .map(str::to_owned);
            if let Some(width) = width {
                fields.remove("format");
                if width == "uint32" {
                    fields.entry("maximum").or_insert(u32::MAX.into());
                }
            }
            fields.values_mut().for_each(tidy);
        }
        _ => {}
    }
}
