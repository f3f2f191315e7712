//! What requests consume, as the engine says. Functions do not ask for it, because the answer would be longer; the meter adds
//! the question to every request of its client and reads the answer, so that the production code is measured as it is.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_sdk_dynamodb::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeSerializationInterceptorContextMut,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::{
    batch_get_item as batch_get, batch_write_item as batch_write, delete_item, get_item, put_item,
    query, scan, transact_write_items as transact, update_item,
};
use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity};

use crate::capacity::Spent;

/// Sums up what a client's requests consumed.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<Mutex<Spent>>);

/// Adds the question to an input of one of these types, and counts the request.
macro_rules! ask {
    ($context:expr, $spent:expr, $count:ident: $($module:ident::$input:ident),+) => {
        $(if let Some(input) = $context.input_mut().downcast_mut::<$module::$input>() {
            input.return_consumed_capacity = Some(ReturnConsumedCapacity::Total);
            $spent.$count += 1;
        })+
    };
}

/// Reads the answer from an output of one of these types. A request that failed has none.
macro_rules! read {
    ($context:expr, $spent:expr, $units:ident: $($module:ident::$output:ident),+) => {
        if let Ok(output) = $context.output_or_error() {
            $(if let Some(output) = output.downcast_ref::<$module::$output>() {
                $spent.$units += units(&output.consumed_capacity);
            })+
        }
    };
}

impl Meter {
    /// What was consumed since the last call.
    pub fn take(&self) -> Spent {
        std::mem::take(&mut self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Spent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Intercept for Meter {
    fn name(&self) -> &'static str {
        "Meter"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let mut spent = self.lock();
        ask!(context, spent, reads:
            get_item::GetItemInput,
            batch_get::BatchGetItemInput,
            query::QueryInput,
            scan::ScanInput);
        ask!(context, spent, writes:
            put_item::PutItemInput,
            update_item::UpdateItemInput,
            delete_item::DeleteItemInput,
            batch_write::BatchWriteItemInput,
            transact::TransactWriteItemsInput);
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let mut spent = self.lock();
        read!(context, spent, read_units:
            get_item::GetItemOutput,
            batch_get::BatchGetItemOutput,
            query::QueryOutput,
            scan::ScanOutput);
        read!(context, spent, write_units:
            put_item::PutItemOutput,
            update_item::UpdateItemOutput,
            delete_item::DeleteItemOutput,
            batch_write::BatchWriteItemOutput,
            transact::TransactWriteItemsOutput);
        Ok(())
    }
}

/// An answer's capacity, of one table or of each.
trait Consumed {
    fn each(&self) -> impl Iterator<Item = &ConsumedCapacity>;
}

impl Consumed for Option<ConsumedCapacity> {
    fn each(&self) -> impl Iterator<Item = &ConsumedCapacity> {
        self.iter()
    }
}

impl Consumed for Option<Vec<ConsumedCapacity>> {
    fn each(&self) -> impl Iterator<Item = &ConsumedCapacity> {
        self.iter().flatten()
    }
}

fn units(consumed: &impl Consumed) -> f64 {
    let each = consumed.each().filter_map(|table| table.capacity_units);
    each.sum()
}
