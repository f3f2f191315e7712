//! The document: operations, schemas and refusals put together.

use std::collections::{BTreeMap, BTreeSet};

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};
use shared::id::{
    ActivityId, AdjustmentId, BacktestId, CaseId, EntryId, KeyId, MemberId, PartnerId, ProductId,
    PurchaseId, RunId,
};
use shared::text::Word;

use super::directions::{ACCEPTED, ANSWERED, join};
use super::operation::{Body, Caller, Operation, Shape};
use super::refusals::{Refusal, refusals};
use super::schemas::{
    GatewayMessage, camel, content, present, problem, problem_name, problem_schema, schema_path,
    tidy,
};

/// The description of both APIs.
pub fn document() -> Value {
    let mut writer = Writer::new();
    let mut paths = Map::new();
    let operations: Vec<Operation> = super::operations().collect();
    for operation in &operations {
        let path = paths
            .entry(operation.path)
            .or_insert_with(|| path_item(operation.caller));
        path[operation.method.to_ascii_lowercase()] = writer.operation(operation);
    }
    let areas: BTreeSet<&str> = operations.iter().map(area).collect();
    let tags: Vec<Value> = areas
        .into_iter()
        .map(|area| json!({"name": area}))
        .collect();
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "RJV tokens",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Members earn tokens and buy single-use codes of partners; partners redeem the codes.",
            "description": INTRODUCTION,
        },
        "servers": [app_server()],
        "tags": tags,
        "paths": paths,
        "components": {
            "securitySchemes": {
                "access_token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "An access token of the user pool. Paths under /admin/v1 also ask for the group `admin`; those that only read take `auditor` as well.",
                },
                "partner_key": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-Api-Key",
                    "description": "A partner's key, shown once when it was issued.",
                },
            },
            "responses": writer.responses(),
            "accepted": writer.accepted.take_definitions(false),
            "schemas": writer.schemas(),
        },
    });
    join(&mut document);
    tidy(&mut document);
    document
}

const INTRODUCTION: &str = "Amounts are decimals in text, instants RFC 3339 in UTC. Unknown fields and parameters are refused. \
    Lists are read with `limit` and the `next_cursor` of the page before. A refusal is `application/problem+json` (RFC 9457) with a stable \
    `code`; what is `retryable` may be sent again as it is, without anything happening twice.";

fn app_server() -> Value {
    json!({
        "url": "https://{api_id}.execute-api.{region}.amazonaws.com",
        "description": "The app and the administrators",
        "variables": { "api_id": { "default": "app" }, "region": { "default": "us-east-1" } },
    })
}

fn partner_server() -> Value {
    json!({
        "url": "https://{api_id}.execute-api.{region}.amazonaws.com/live",
        "description": "Partners' systems",
        "variables": { "api_id": { "default": "partner" }, "region": { "default": "us-east-1" } },
    })
}

fn path_item(caller: Caller) -> Value {
    match caller {
        Caller::Member | Caller::Admin => json!({}),
        Caller::Partner => json!({ "servers": [partner_server()] }),
    }
}

fn area(operation: &Operation) -> &'static str {
    operation
        .id
        .split_once('-')
        .map_or(operation.id, |(area, _)| area)
}

/// What a parameter of a path looks like.
fn path_shape(name: &str) -> Shape {
    match name {
        "activity_id" => Shape::of::<ActivityId>(),
        "adjustment_id" => Shape::of::<AdjustmentId>(),
        "backtest_id" => Shape::of::<BacktestId>(),
        "case_id" => Shape::of::<CaseId>(),
        "entry_id" => Shape::of::<EntryId>(),
        "key_id" => Shape::of::<KeyId>(),
        "member_id" => Shape::of::<MemberId>(),
        "partner_id" => Shape::of::<PartnerId>(),
        "product_id" => Shape::of::<ProductId>(),
        "purchase_id" => Shape::of::<PurchaseId>(),
        "promotion_id" | "rule_id" => Shape::of::<Word>(),
        "run_id" => Shape::of::<RunId>(),
        other => panic!("say here what the path parameter {other} looks like"),
    }
}

/// What a parameter means that means the same in every list.
fn described(parameter: &str) -> Option<Value> {
    (parameter == "cursor").then(|| "The `next_cursor` of the page before.".into())
}

/// Where the schemas of both directions are collected.
struct Writer {
    accepted: SchemaGenerator,
    answered: SchemaGenerator,
    /// Bodies and answers, which are named after their operations.
    own: BTreeMap<String, Value>,
    refusals: BTreeMap<String, Refusal>,
}

impl Writer {
    fn new() -> Self {
        let settings = |path: &'static str| {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = path.into();
                settings.meta_schema = None;
            })
        };
        Self {
            accepted: settings(ACCEPTED).for_deserialize().into_generator(),
            answered: settings(ANSWERED).for_serialize().into_generator(),
            own: BTreeMap::new(),
            refusals: refusals(),
        }
    }

    fn operation(&mut self, operation: &Operation) -> Value {
        let security = match operation.caller {
            Caller::Member | Caller::Admin => json!([{ "access_token": [] }]),
            Caller::Partner => json!([{ "partner_key": [] }]),
        };
        let mut described = json!({
            "operationId": operation.id,
            "tags": [area(operation)],
            "summary": operation.summary,
            "security": security,
            "responses": self.answers(operation),
        });
        let parameters = self.parameters(operation);
        if !parameters.is_empty() {
            described["parameters"] = parameters.into();
        }
        match operation.body {
            Body::Ignored => {}
            Body::Empty => {
                let schema = json!({ "type": "object", "additionalProperties": false });
                described["requestBody"] =
                    json!({ "required": false, "content": content("application/json", &schema) });
            }
            Body::Needed(shape) => {
                let schema = named(&mut self.accepted, &mut self.own, shape, operation, "Body");
                described["requestBody"] =
                    json!({ "required": true, "content": content("application/json", &schema) });
            }
        }
        described
    }

    fn parameters(&mut self, operation: &Operation) -> Vec<Value> {
        let mut parameters = Vec::new();
        for name in operation.path_parameters() {
            let schema = (path_shape(name).whole)(&mut self.accepted).to_value();
            parameters
                .push(json!({ "name": name, "in": "path", "required": true, "schema": schema }));
        }
        let Some(query) = operation.query else {
            return parameters;
        };
        let query = (query.whole)(&mut self.accepted).to_value();
        for (name, schema) in query["properties"].as_object().into_iter().flatten() {
            let mut schema = present(schema.clone());
            let description = schema
                .as_object_mut()
                .and_then(|schema| schema.remove("description"));
            let mut parameter =
                json!({ "name": name, "in": "query", "required": false, "schema": schema });
            if let Some(description) = description.or_else(|| described(name)) {
                parameter["description"] = description;
            }
            parameters.push(parameter);
        }
        parameters
    }

    fn answers(&mut self, operation: &Operation) -> Value {
        let mut answers = Map::new();
        let mut success = json!({ "description": "Done." });
        if let Some(shape) = operation.answer {
            let schema = named(
                &mut self.answered,
                &mut self.own,
                shape,
                operation,
                "Answer",
            );
            success["content"] = content("application/json", &schema);
        }
        answers.insert(operation.status.to_string(), success);

        let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
        for code in operation.codes() {
            let status = self.refusal(code).status;
            by_status.entry(status).or_default().push(code);
        }
        for (status, codes) in by_status {
            answers.insert(status.to_string(), self.refused(&codes));
        }
        let kind = if operation.caller == Caller::Partner {
            "Partner"
        } else {
            "App"
        };
        for (status, name) in GATEWAY {
            // Who may be locked out is told apart from who is throttled.
            if status == "429" && answers.contains_key(status) {
                continue;
            }
            answers.insert(
                status.to_owned(),
                json!({ "$ref": format!("#/components/responses/{kind}{name}") }),
            );
        }
        // Beyond 10 MB the gateway answers, and where a parameter of the path is empty.
        let path_may_be_unknown = kind == "App" && operation.path_parameters().next().is_some();
        if let Some(too_large) = answers.get_mut("413") {
            too_large["content"]["application/json"] =
                json!({ "schema": GatewayMessage::reference() });
        }
        if path_may_be_unknown {
            let not_found = answers
                .entry("404")
                .or_insert_with(|| json!({ "description": "There is nothing at this address." }));
            not_found["content"]["application/json"] =
                json!({ "schema": GatewayMessage::reference() });
        }
        Value::Object(answers)
    }

    fn refusal(&self, code: &str) -> &Refusal {
        self.refusals
            .get(code)
            .unwrap_or_else(|| panic!("there is no rejection {code}"))
    }

    /// An answer that refuses with one of these codes.
    fn refused(&self, codes: &[&str]) -> Value {
        let meanings: Vec<String> = codes
            .iter()
            .map(|code| format!("`{code}`: {}", self.refusal(code).meaning))
            .collect();
        let references: Vec<Value> = codes
            .iter()
            .map(|code| json!({ "$ref": schema_path(&problem_name(code)) }))
            .collect();
        let schema = match &references[..] {
            [only] => only.clone(),
            _ => json!({ "oneOf": references }),
        };
        json!({ "description": meanings.join("\n\n"), "content": content("application/problem+json", &schema) })
    }

    /// The answers that every operation of an API may give.
    fn responses(&self) -> Value {
        let mut responses = Map::new();
        let message = json!({ "schema": GatewayMessage::reference() });
        for (code, name) in [
            ("UNAUTHENTICATED", "Unauthenticated"),
            ("INTERNAL", "Broken"),
            ("UNAVAILABLE", "Unavailable"),
        ] {
            let partner = self.refused(&[code]);
            let mut app = partner.clone();
            app["content"]["application/json"] = message.clone();
            responses.insert(format!("Partner{name}"), partner);
            responses.insert(format!("App{name}"), app);
        }
        responses.insert(
            "PartnerThrottled".to_owned(),
            self.refused(&["TOO_MANY_REQUESTS"]),
        );
        responses.insert(
            "AppThrottled".to_owned(),
            json!({ "description": "The gateway's limit was reached.", "content": { "application/json": message } }),
        );
        Value::Object(responses)
    }

    fn schemas(&mut self) -> Value {
        let answered = self.answered.take_definitions(false);
        let mut schemas: BTreeMap<String, Value> = answered.into_iter().collect();
        schemas.append(&mut self.own);
        let problems = self
            .refusals
            .iter()
            .map(|(code, refusal)| (problem_name(code), problem_schema(code, refusal)));
        schemas.extend(problems);
        schemas.insert("Problem".to_owned(), problem());
        schemas.insert(GatewayMessage::NAME.to_owned(), GatewayMessage::schema());
        json!(schemas)
    }
}

/// What any operation may answer, by status and name.
const GATEWAY: [(&str, &str); 4] = [
    ("401", "Unauthenticated"),
    ("429", "Throttled"),
    ("500", "Broken"),
    ("503", "Unavailable"),
];

/// A reference to a type. What a handler calls just its view or its body, and a page of anything, is named after the operation.
fn named(
    generator: &mut SchemaGenerator,
    own: &mut BTreeMap<String, Value>,
    shape: Shape,
    operation: &Operation,
    role: &str,
) -> Value {
    let name = (shape.name)();
    if !["View", "Body", "Page"].contains(&&*name) {
        return (shape.reference)(generator).to_value();
    }
    let name = camel(operation.id, '-') + role;
    let schema: Schema = (shape.whole)(generator);
    let reference = json!({ "$ref": schema_path(&name) });
    own.insert(name, schema.to_value());
    reference
}
