//! Keys of jobs, and the names of their files.
//!
//! | item   | table      | pk                  | sk          | read by                                     |
//! |--------|------------|---------------------|-------------|---------------------------------------------|
//! | import | `Insights` | `imports#prd_<hex>` | `job_<hex>` | the import; administrators                  |
//! | batch  | `Insights` | `batches#prd_<hex>` | `job_<hex>` | the minting; administrators                 |
//! | gate   | `Codes`    | `imports#prt_<hex>` | `gate`      | every step of an import of codes of a partner |

use crate::id::{JobId, PartnerId, ProductId};
use crate::table::{Key, Query, Table};

fn imports(product: ProductId) -> String {
    format!("imports#{product}")
}

fn batches(product: ProductId) -> String {
    format!("batches#{product}")
}

fn job(pk: String, id: JobId) -> Key {
    Key {
        table: Table::Insights,
        pk,
        sk: id.to_string(),
    }
}

fn run(pk: String, after: Option<JobId>, limit: usize) -> Query {
    Query {
        table: Table::Insights,
        pk,
        prefix: String::new(),
        descending: false,
        after: after.map(|id| id.to_string()),
        limit,
    }
}

pub(super) fn import(product: ProductId, id: JobId) -> Key {
    job(imports(product), id)
}

pub(super) fn imports_after(product: ProductId, after: Option<JobId>, limit: usize) -> Query {
    run(imports(product), after, limit)
}

pub(super) fn batch(product: ProductId, id: JobId) -> Key {
    job(batches(product), id)
}

pub(super) fn batches_after(product: ProductId, after: Option<JobId>, limit: usize) -> Query {
    run(batches(product), after, limit)
}

pub(super) fn gate(partner: PartnerId) -> Key {
    Key {
        table: Table::Codes,
        pk: format!("imports#{partner}"),
        sk: "gate".to_owned(),
    }
}

/// The file that an import reads.
pub(super) fn upload(id: JobId) -> String {
    format!("uploads/{id}")
}

/// What an import says of each row.
pub(super) fn report(id: JobId) -> String {
    format!("reports/{id}.csv")
}

/// The codes of a batch.
pub(super) fn printed(id: JobId) -> String {
    format!("batches/{id}.csv")
}
