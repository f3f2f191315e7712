//! Conditions and changes in the language of DynamoDB's expressions.

use std::collections::HashMap;

use aws_sdk_dynamodb::types as sdk;

use super::Attributes;
use crate::table::{Action, AttributeValue, Condition};

/// The names and values of one request's expressions, each behind a placeholder, since many plain words are reserved.
#[derive(Default)]
pub(super) struct Expressions {
    names: HashMap<String, String>,
    values: HashMap<String, sdk::AttributeValue>,
}

/// A part of a condition, and whether it needs parentheses beside others that must hold as well. DynamoDB refuses parentheses
/// that are not needed.
struct Part {
    text: String,
    is_choice: bool,
}

impl Part {
    /// Several parts as one: a choice of them, or all; none, if there are none.
    fn joined(mut parts: Vec<Self>, is_choice: bool) -> Option<Self> {
        if parts.len() < 2 {
            return parts.pop();
        }
        let texts = parts.into_iter().map(|part| {
            if part.is_choice && !is_choice {
                format!("({})", part.text)
            } else {
                part.text
            }
        });
        let texts: Vec<String> = texts.collect();
        let text = texts.join(if is_choice { " OR " } else { " AND " });
        Some(Self { text, is_choice })
    }
}

impl Expressions {
    fn name(&mut self, name: &str) -> String {
        let placeholder = format!("#n{}", self.names.len());
        self.names.insert(placeholder.clone(), name.to_owned());
        placeholder
    }

    fn value(&mut self, value: &AttributeValue) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values
            .insert(placeholder.clone(), value.clone().into());
        placeholder
    }

    /// A condition as text. What always holds is none.
    pub(super) fn condition(&mut self, condition: &Condition) -> Option<String> {
        self.part(condition).map(|part| part.text)
    }

    fn part(&mut self, condition: &Condition) -> Option<Part> {
        // Nothing of it may be named: DynamoDB refuses placeholders that are not used.
        if condition.always_holds() {
            return None;
        }
        let text = match condition {
            Condition::Absent => format!("attribute_not_exists({})", self.name("pk")),
            Condition::Equals(name, value) => self.comparison(name, "=", value),
            Condition::Above(name, value) => self.comparison(name, ">", value),
            Condition::AtLeast(name, value) => self.comparison(name, ">=", value),
            Condition::AtMost(name, value) => self.comparison(name, "<=", value),
            Condition::Lacks(name) => {
                let (key, name) = (self.name("pk"), self.name(name));
                format!("attribute_exists({key}) AND attribute_not_exists({name})")
            }
            Condition::All(conditions) | Condition::Any(conditions) => {
                let parts = conditions.iter();
                let parts: Vec<Part> = parts.filter_map(|part| self.part(part)).collect();
                return Part::joined(parts, matches!(condition, Condition::Any(_)));
            }
        };
        Some(Part {
            text,
            is_choice: false,
        })
    }

    fn comparison(&mut self, name: &str, operator: &str, value: &AttributeValue) -> String {
        format!("{} {operator} {}", self.name(name), self.value(value))
    }

    /// What changes about an item, as text; none where it is put or goes.
    pub(super) fn change(&mut self, action: &Action) -> Option<String> {
        match action {
            Action::Set(changes) => Some(self.update(changes)),
            Action::Add(more) => Some(self.addition(more)),
            Action::Put(_) | Action::Delete => None,
        }
    }

    fn update(&mut self, changes: &[(&'static str, AttributeValue)]) -> String {
        let parts: Vec<String> = changes
            .iter()
            .map(|(name, value)| format!("{} = {}", self.name(name), self.value(value)))
            .collect();
        format!("SET {}", parts.join(", "))
    }

    fn addition(&mut self, more: &[(&'static str, i64)]) -> String {
        let parts: Vec<String> = more
            .iter()
            .map(|(name, more)| {
                let more = AttributeValue::N(more.to_string());
                format!("{} {}", self.name(name), self.value(&more))
            })
            .collect();
        format!("ADD {}", parts.join(", "))
    }

    /// The names behind the placeholders.
    pub(super) fn names(&self) -> Option<HashMap<String, String>> {
        Some(self.names.clone()).filter(|names| !names.is_empty())
    }

    /// The values behind the placeholders.
    pub(super) fn values(&self) -> Option<Attributes> {
        Some(self.values.clone()).filter(|values| !values.is_empty())
    }
}
