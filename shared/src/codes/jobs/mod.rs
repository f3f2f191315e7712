//! Jobs on many codes at once: bringing a partner's codes into a pool, and minting codes for print.
//!
//! A job is one item. It is worked on in stretches, one message of its queue each, and every stretch in steps. A step is one
//! transaction that writes codes *and* how far the job is, so a step that was made cannot be made again, whatever crashes and
//! whatever arrives twice. Where two messages work on one job at a time, the slower loses its step and stops.

mod keys;

pub mod batch;
pub mod import;

use crate::catalog::{Stock, StockKind};
use crate::error::{Error, Rejection};

/// For how long a link to write a file works.
pub const UPLOAD_SECONDS: u32 = 900;

/// For how long a link to read a file works.
pub const DOWNLOAD_SECONDS: u32 = 300;

/// After so many days the bucket deletes its files.
pub const FILE_DAYS: i64 = 7;

/// The most codes of one job.
pub const CODES_MAX: u32 = 100_000;

fn wrong_stock(stock: Stock) -> Error {
    let stock = match stock.kind() {
        StockKind::Unlimited => "unlimited",
        StockKind::Limited => "limited",
        StockKind::Pool => "pool",
    };
    Rejection::WrongStock {
        stock: stock.to_owned(),
    }
    .into()
}
