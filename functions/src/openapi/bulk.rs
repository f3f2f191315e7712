//! Operations on many codes at once.

use shared::lambda::{Page, PageQuery};

use super::operation::{Operation, admin};
use crate::codes;

/// Imports of codes, and batches of codes for print.
pub fn operations() -> Vec<Operation> {
    imports().into_iter().chain(batches()).collect()
}

fn imports() -> [Operation; 4] {
    [
        admin(
            "codes-start-import",
            "POST /admin/v1/products/{product_id}/imports",
        )
        .says("Bring codes of a partner into the pool of a product")
        .body::<codes::start_import::Body>()
        .answers::<codes::show_import::View>(202)
        .refuses(&["PRODUCT_NOT_FOUND", "WRONG_STOCK", "JOB_CONFLICT"]),
        admin(
            "codes-list-imports",
            "GET /admin/v1/products/{product_id}/imports",
        )
        .says("The imports of a product")
        .query::<PageQuery>()
        .answers::<Page<codes::show_import::View>>(200),
        admin(
            "codes-show-import",
            "GET /admin/v1/products/{product_id}/imports/{job_id}",
        )
        .says("One import, how far it is, and where its report is")
        .answers::<codes::show_import::View>(200)
        .refuses(&["JOB_NOT_FOUND"]),
        admin(
            "codes-run-import",
            "POST /admin/v1/products/{product_id}/imports/{job_id}/start",
        )
        .says("Have the uploaded file of an import read")
        .empty_body()
        .answers::<codes::show_import::View>(202)
        .refuses(&[
            "JOB_NOT_FOUND",
            "UPLOAD_MISSING",
            "UPLOAD_TOO_LARGE",
            "UPLOAD_UNREADABLE",
        ]),
    ]
}

fn batches() -> [Operation; 4] {
    [
        admin(
            "codes-start-generate",
            "POST /admin/v1/products/{product_id}/batches",
        )
        .says("Mint codes for a partner to print")
        .body::<codes::start_generate::Body>()
        .answers::<codes::show_batch::View>(202)
        .refuses(&["PRODUCT_NOT_FOUND", "WRONG_STOCK", "JOB_CONFLICT"]),
        admin(
            "codes-list-batches",
            "GET /admin/v1/products/{product_id}/batches",
        )
        .says("The batches of printed codes of a product")
        .query::<PageQuery>()
        .answers::<Page<codes::show_batch::View>>(200),
        admin(
            "codes-show-batch",
            "GET /admin/v1/products/{product_id}/batches/{job_id}",
        )
        .says("One batch of printed codes, and how far it is")
        .answers::<codes::show_batch::View>(200)
        .refuses(&["JOB_NOT_FOUND"]),
        admin(
            "codes-download-batch",
            "POST /admin/v1/products/{product_id}/batches/{job_id}/download",
        )
        .says("A link to the codes of a batch; that it was asked for is noted")
        .empty_body()
        .answers::<codes::show_import::Link>(200)
        .refuses(&["JOB_NOT_FOUND", "BATCH_NOT_DONE", "BATCH_FILE_DELETED"]),
    ]
}
