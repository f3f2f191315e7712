//! The store on DynamoDB. With [`crate::aws`] the only place that names the SDK.

mod errors;
mod expressions;

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    self as sdk, Delete, KeysAndAttributes, Put, ReturnValue, ReturnValuesOnConditionCheckFailure,
    TransactWriteItem, Update,
};

use self::errors::{failure, obstacle, reasons_of_cancellation};
use self::expressions::Expressions;
use super::{
    Action, AttributeValue, Cancelled, Item, Key, Page, Query, ReadAll, Scan, Store, Stretch,
    Table, Write,
};
use crate::error::Failure;

/// The tables in DynamoDB.
#[derive(Clone)]
pub struct Dynamo {
    client: Client,
    names: HashMap<Table, String>,
}

type Attributes = HashMap<String, sdk::AttributeValue>;

/// How often keys that a batch left out for lack of capacity are asked for again.
const BATCH_ATTEMPTS_MAX: u32 = 5;

/// The longest wait before the first retry. It doubles with every further one, up to [`BACK_OFF_MAX`].
const BACK_OFF: Duration = Duration::from_millis(20);
const BACK_OFF_MAX: Duration = Duration::from_millis(640);

/// Sets a write's condition, and asks for the item it failed on. Requests and parts of a transaction share these setters.
macro_rules! conditional {
    ($builder:expr, $write:expr, $expressions:ident) => {{
        let condition = $expressions.condition(&$write.condition);
        $builder
            .set_condition_expression(condition)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .set_expression_attribute_names($expressions.names())
            .set_expression_attribute_values($expressions.values())
    }};
}

/// Sends a single write and reads its refusal.
macro_rules! send {
    ($request:expr, $error:ident) => {
        $request
            .send()
            .await
            .map_err(|error| match error.as_service_error() {
                Some($error::ConditionalCheckFailedException(refused)) => {
                    Cancelled::Refused(vec![Some(obstacle(refused.item.clone()))])
                }
                Some($error::TransactionConflictException(_)) => Cancelled::Contended,
                _ => Cancelled::Failed(failure("writing an item", error)),
            })
    };
}

impl Dynamo {
    /// The tables with these names.
    pub fn new(client: Client, names: HashMap<Table, String>) -> Self {
        Self { client, names }
    }

    fn name(&self, table: Table) -> Result<&str, Failure> {
        let name = self.names.get(&table).map(String::as_str);
        name.ok_or_else(|| {
            Failure::broken(format!(
                "this function was given no name for the table {table:?}"
            ))
        })
    }

    async fn get_one(&self, key: &Key) -> Result<Option<Item>, Failure> {
        let request = self
            .client
            .get_item()
            .table_name(self.name(key.table)?)
            .set_key(Some(key_of(key)));
        let answer = request
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| failure("reading an item", error))?;
        Ok(answer.item.map(Item::from))
    }

    async fn get_batch(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Failure> {
        let mut wanted: HashMap<String, KeysAndAttributes> = HashMap::new();
        for (table, name) in &self.names {
            let of_table: Vec<Attributes> = keys
                .iter()
                .filter(|key| key.table == *table)
                .map(key_of)
                .collect();
            if !of_table.is_empty() {
                let request = KeysAndAttributes::builder()
                    .set_keys(Some(of_table))
                    .consistent_read(true)
                    .build();
                wanted.insert(
                    name.clone(),
                    request.map_err(|error| Failure::broken("asking for items").because(error))?,
                );
            }
        }
        let mut found: HashMap<Key, Item> = HashMap::new();
        for attempt in 1..=BATCH_ATTEMPTS_MAX {
            let request = self.client.batch_get_item().set_request_items(Some(wanted));
            let answer = request
                .send()
                .await
                .map_err(|error| failure("reading items", error))?;
            let mut responses = answer.responses.unwrap_or_default();
            for (table, name) in &self.names {
                let items = responses.remove(name).unwrap_or_default().into_iter();
                found.extend(items.filter_map(|item| Some((key_in(*table, &item)?, item.into()))));
            }
            wanted = answer.unprocessed_keys.unwrap_or_default();
            if wanted.is_empty() {
                return Ok(keys.iter().map(|key| found.remove(key)).collect());
            }
            self.back_off(attempt).await;
        }
        Err(Failure::unavailable(
            "reading items: some stayed unprocessed",
        ))
    }

    async fn commit_one(&self, write: &Write) -> Result<Option<Item>, Cancelled> {
        let (client, mut expressions) = (&self.client, Expressions::default());
        let table = self.name(write.key.table).map_err(Cancelled::Failed)?;
        match &write.action {
            Action::Put(item) => {
                let request = client
                    .put_item()
                    .table_name(table)
                    .set_item(Some(keyed(item, &write.key)));
                send!(conditional!(request, write, expressions), PutItemError).map(|_| None)
            }
            Action::Set(_) | Action::Add(_) => {
                let request = client
                    .update_item()
                    .table_name(table)
                    .set_key(Some(key_of(&write.key)));
                let request = request
                    .set_update_expression(expressions.change(&write.action))
                    .return_values(ReturnValue::AllNew);
                let answer = send!(conditional!(request, write, expressions), UpdateItemError)?;
                Ok(answer.attributes.map(Item::from))
            }
            Action::Delete => {
                let request = client
                    .delete_item()
                    .table_name(table)
                    .set_key(Some(key_of(&write.key)));
                send!(conditional!(request, write, expressions), DeleteItemError).map(|_| None)
            }
        }
    }

    async fn commit_all(&self, writes: &[Write]) -> Result<(), Cancelled> {
        let parts = writes
            .iter()
            .map(|write| self.part(write))
            .collect::<Result<Vec<_>, _>>();
        let request = self
            .client
            .transact_write_items()
            .set_transact_items(Some(parts.map_err(Cancelled::Failed)?));
        let Err(error) = request.send().await else {
            return Ok(());
        };
        Err(match error.as_service_error() {
            Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                let reasons = cancelled.cancellation_reasons.clone().unwrap_or_default();
                reasons_of_cancellation(reasons, error)
            }
            Some(TransactWriteItemsError::TransactionInProgressException(_)) => {
                Cancelled::Contended
            }
            _ => Cancelled::Failed(failure("committing a transaction", error)),
        })
    }

    fn part(&self, write: &Write) -> Result<TransactWriteItem, Failure> {
        let (part, mut expressions) = (TransactWriteItem::builder(), Expressions::default());
        let table = self.name(write.key.table)?;
        let incomplete = |error| Failure::broken("building a transaction").because(error);
        Ok(match &write.action {
            Action::Put(item) => {
                let put = Put::builder()
                    .table_name(table)
                    .set_item(Some(keyed(item, &write.key)));
                part.put(
                    conditional!(put, write, expressions)
                        .build()
                        .map_err(incomplete)?,
                )
            }
            Action::Set(_) | Action::Add(_) => {
                let update = Update::builder()
                    .table_name(table)
                    .set_key(Some(key_of(&write.key)));
                let update = update.set_update_expression(expressions.change(&write.action));
                part.update(
                    conditional!(update, write, expressions)
                        .build()
                        .map_err(incomplete)?,
                )
            }
            Action::Delete => {
                let delete = Delete::builder()
                    .table_name(table)
                    .set_key(Some(key_of(&write.key)));
                part.delete(
                    conditional!(delete, write, expressions)
                        .build()
                        .map_err(incomplete)?,
                )
            }
        }
        .build())
    }
}

#[async_trait]
impl Store for Dynamo {
    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Failure> {
        match keys {
            [] => Ok(Vec::new()),
            [key] => Ok(vec![self.get_one(key).await?]),
            keys => self.get_batch(keys).await,
        }
    }

    async fn query(&self, query: &Query) -> Result<Page, Failure> {
        let place = |sk: &String| {
            key_of(&Key {
                table: query.table,
                pk: query.pk.clone(),
                sk: sk.clone(),
            })
        };
        let request = self
            .client
            .query()
            .table_name(self.name(query.table)?)
            .expression_attribute_values(":pk", sdk::AttributeValue::S(query.pk.clone()));
        // A comparison of keys with the empty text is refused, even where every key would match.
        let request = if query.prefix.is_empty() {
            request.key_condition_expression("pk = :pk")
        } else {
            request
                .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
                .expression_attribute_values(
                    ":prefix",
                    sdk::AttributeValue::S(query.prefix.clone()),
                )
        };
        let request = request
            .consistent_read(true)
            .scan_index_forward(!query.descending)
            .set_exclusive_start_key(query.after.as_ref().map(place))
            .limit(i32::try_from(query.limit).unwrap_or(i32::MAX));
        let answer = request
            .send()
            .await
            .map_err(|error| failure("reading a run of items", error))?;
        let next = answer
            .last_evaluated_key
            .and_then(|mut key| key.remove("sk"))
            .and_then(|sk| match sk {
                sdk::AttributeValue::S(sk) => Some(sk),
                _ => None,
            });
        Ok(Page {
            items: answer
                .items
                .unwrap_or_default()
                .into_iter()
                .map(Item::from)
                .collect(),
            next,
        })
    }

    async fn commit(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        // A write on its own needs no transaction, which costs half.
        match writes {
            [] => Ok(None),
            [write] => self.commit_one(write).await,
            writes => self.commit_all(writes).await.map(|()| None),
        }
    }

    async fn back_off(&self, attempt: u32) {
        let longest = BACK_OFF
            .saturating_mul(1 << attempt.saturating_sub(1).min(16))
            .min(BACK_OFF_MAX);
        // Full jitter: racers that lost together do not come back together.
        let share = getrandom::u32().unwrap_or(u32::MAX / 2);
        tokio::time::sleep(longest.saturating_mul(share >> 16) / (1 << 16)).await;
    }
}

#[async_trait]
impl ReadAll for Dynamo {
    async fn scan(&self, scan: &Scan) -> Result<Stretch, Failure> {
        let (segment, segments) = (scan.segment.try_into(), scan.segments.try_into());
        let request = self
            .client
            .scan()
            .table_name(self.name(scan.table)?)
            .set_segment(segment.ok())
            .set_total_segments(segments.ok())
            .set_exclusive_start_key(scan.after.as_ref().map(key_of))
            .limit(i32::try_from(scan.limit).unwrap_or(i32::MAX));
        let answer = request
            .send()
            .await
            .map_err(|error| failure("reading a table", error))?;
        let items = answer.items.unwrap_or_default().into_iter();
        Ok(Stretch {
            items: items
                .filter_map(|item| Some((key_in(scan.table, &item)?, item.into())))
                .collect(),
            next: answer
                .last_evaluated_key
                .and_then(|key| key_in(scan.table, &key)),
        })
    }
}

fn key_of(key: &Key) -> Attributes {
    keyed(&Item::from(HashMap::<String, AttributeValue>::new()), key)
}

/// The key among the attributes of an item of `table`.
fn key_in(table: Table, attributes: &Attributes) -> Option<Key> {
    let text = |name: &str| attributes.get(name)?.as_s().ok().cloned();
    Some(Key {
        table,
        pk: text("pk")?,
        sk: text("sk")?,
    })
}

fn keyed(item: &Item, key: &Key) -> Attributes {
    let mut attributes: Attributes = item.clone().into();
    attributes.insert("pk".to_owned(), sdk::AttributeValue::S(key.pk.clone()));
    attributes.insert("sk".to_owned(), sdk::AttributeValue::S(key.sk.clone()));
    attributes
}
