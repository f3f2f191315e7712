//! Bugs in what is read.

use shared::table::{Item, Key, Table};

use super::Mutant;
use crate::instances::Function;

impl Mutant {
    /// What a function reads in place of `item`. `older` is what a wallet was before its newest entry.
    pub fn read(
        self,
        function: Function,
        key: &Key,
        item: Option<Item>,
        older: impl FnOnce() -> Option<Item>,
    ) -> Option<Item> {
        let (buying, awarding) = (function == Function::Buy, function == Function::Award);
        match self {
            Self::CodesNotRead if buying && key.table == Table::Codes => None,
            Self::RecordsNotRead if awarding && key.sk.starts_with("activity#") => None,
            Self::LimitsNotRead if awarding && key.sk.starts_with("limit#") => None,
            Self::StaleWallet if buying && key.table == Table::Ledger && key.sk == "wallet" => {
                older()
            }
            _ => item,
        }
    }
}
