//! Bugs in what is read.

use shared::table::{Item, Key, Table};

use super::Mutant;
use crate::instances::Function;

impl Mutant {
    /// What a function reads in place of `item`. `older` is what a wallet or a standing was before it changed last.
    pub fn read(
        self,
        function: Function,
        key: &Key,
        item: Option<Item>,
        older: impl FnOnce() -> Option<Item>,
    ) -> Option<Item> {
        let (buying, awarding) = (function == Function::Buy, function.awards());
        let selling = buying || function == Function::Quote;
        match self {
            Self::CodesNotRead if buying && key.table == Table::Codes => None,
            Self::RecordsNotRead if awarding && key.sk.starts_with("activity#") => None,
            Self::StandingsNotRead if awarding && key.sk.starts_with("tally#") => None,
            Self::UnguardedStanding if awarding && key.sk.starts_with("tally#") => older(),
            Self::ProfileNotRead if awarding && key.sk == "profile" => None,
            Self::StaleWallet if buying && key.table == Table::Ledger && key.sk == "wallet" => {
                older()
            }
            Self::HoldingNotChecked if selling && key.pk.starts_with("holdings#") => None,
            _ => item,
        }
    }
}
