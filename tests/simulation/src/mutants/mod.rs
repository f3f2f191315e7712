//! Planted bugs: mistakes somebody could make, each between the shared code and what surrounds it.
//!
//! A check that never fails proves nothing. Each of these must raise an alarm, and the code as it is must raise none.
//!
//! Where conditions stand behind each other, one bug is planted for both: a wallet is written only if it is at the sequence
//! number that was read, and an entry only if its number is free; either alone stops every lost update. A standing is written
//! beside a wallet or a new record, which stop whoever read an older standing as well; so the bug reads it too early.

mod goods;
mod pages;
mod reads;
mod standings;
mod writes;

use clap::ValueEnum;
use shared::table::{Cancelled, Item, Obstacle};

/// A planted bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Mutant {
    /// A wallet and its entries are written whatever happened since the wallet was read
    UnguardedWallet,
    /// A code is written whether or not it is there
    UnguardedCode,
    /// The record of an activity is written whether or not it is there
    UnguardedRecord,
    /// A standing is read as it was before its newest change, and written whatever happened since
    UnguardedStanding,
    /// A counter of a budget is written whatever happened since it was read
    UnguardedShard,
    /// A purchase does not look whether its quote was executed
    CodesNotRead,
    /// An award does not look whether its activity was awarded
    RecordsNotRead,
    /// An award does not look what was given before
    StandingsNotRead,
    /// An award does not look which clock the member goes by
    ProfileNotRead,
    /// An award goes by the first version of a rule, whatever was published since
    OldVersion,
    /// A rule that is held back gives as before
    PausedRule,
    /// Of the rules for an activity the first by name decides, whatever their priorities
    PriorityOverlooked,
    /// An award does not wait for the end of a cooldown
    CooldownOverlooked,
    /// A promotion still holds at the instant at which it ends
    PromotionClosed,
    /// A purchase reads the wallet as it was before its newest entry
    StaleWallet,
    /// A wallet is credited before the activity is recorded, in two steps
    CreditBeforeRecord,
    /// An activity is recorded before the wallet is credited, in two steps
    RecordBeforeCredit,
    /// Codes are handed out before they are paid for, in two steps
    CodesBeforePayment,
    /// Codes are paid for before they are handed out, in two steps
    PaymentBeforeCodes,
    /// Each write of a transaction is sent on its own
    NoTransaction,
    /// The two legs of an entry stand on each other's side
    SwappedSides,
    /// One leg of an entry is a micro-RJV too large
    UnevenLegs,
    /// The balance behind an entry is a micro-RJV too high
    WrongBalance,
    /// A purchase leaves the tokens it takes in the wallet
    UnpaidPurchase,
    /// An entry does not carry the hash of the one before it
    BrokenChain,
    /// A number is left out between two entries
    GapInSequence,
    /// A purchase forgets to write its last code
    ForgottenCode,
    /// An activity that earns nothing leaves no record
    RefusedNotRecorded,
    /// An award is not counted
    StandingNotWritten,
    /// An award that was clipped is not counted
    ClippedNotCounted,
    /// What counts apart for each value of a field is counted together
    CountedTogether,
    /// A milestone that was given is still owed
    MilestoneStillOwed,
    /// A code is redeemed without a look at its partner
    AnyPartner,
    /// A code is redeemed without a look at its expiry
    AnyTime,
    /// A code is redeemed without a look at its state
    AnyState,
    /// A stock is taken from whether or not there is enough
    UnguardedStock,
    /// A purchase is not taken from the stock
    StockNotTaken,
    /// A code of a pool is sold whether or not somebody has it
    UnguardedClaim,
    /// A code of a pool is sold and stays in it
    ClaimWithoutDelete,
    /// A member may have any number of a product
    HoldingNotChecked,
    /// What a member buys of a product is not counted
    HoldingNotCounted,
    /// A purchase goes by the price of its own time
    RepricedAtPurchase,
    /// A quote does not keep to the floor of a price
    FloorOverlooked,
    /// A price changes without a version
    PriceVersionNotWritten,
    /// A price is written whatever happened since it was read
    UnguardedPrice,
    /// A code is refunded whatever became of it
    UnguardedRefund,
    /// A code is refunded and can still be used
    RefundedAlive,
    /// A code is refunded while a partner has reserved it
    RefundedDespiteReservation,
    /// A code is redeemed under another reference than it was reserved
    RedeemedDespiteReservation,
    /// What comes back for a code never runs out
    RefundForGood,
    /// The stock does not get a refunded code back
    StockNotGivenBack,
    /// A refunded code still counts among those that a member has
    HoldingNotGivenBack,
    /// A code is replaced whatever became of it
    UnguardedReplacement,
    /// A code is replaced and can still be used
    ReplacedAlive,
    /// A code is revoked whatever became of it
    UnguardedRevocation,
    /// A code is valid until then, whatever became of it and however long it was valid
    UnguardedExtension,
    /// A code is valid until then, whatever it was extended to meanwhile
    ExtensionOverlooked,
    /// A code is replaced or revoked, whatever it was extended to meanwhile
    ExtensionLost,
    /// What is done with a single code is not noted
    ActNotNoted,
    /// A code is noted as revoked and can still be used
    RevokedAlive,
    /// A code is revoked while a partner has reserved it
    RevokedDespiteReservation,
    /// A code is replaced while a partner has reserved it
    ReplacedDespiteReservation,
    /// A code is extended while a partner has reserved it
    ExtendedDespiteReservation,
    /// A code is replaced, and no other takes its place
    ReplacementForgotten,
    /// A step of an import is made again
    UnguardedImport,
    /// An import counts each code twice
    ImportCountsTwice,
    /// An import counts codes that were there before among those that it brought
    DuplicatesCounted,
    /// What became of a code is counted whenever it is seen
    CountedWithoutLog,
    /// What is known of a code is written whatever happened since it was read
    UnguardedLog,
    /// A refused transaction counts as done
    RefusedIsDone,
    /// A transaction without an answer counts as done
    UnansweredIsDone,
    /// A transaction that met another one counts as done
    ContendedIsDone,
    /// The first reason of a cancellation is overlooked
    ReasonOverlooked,
    /// The item that was in the way of a write is not looked at
    ItemOverlooked,
    /// A transaction without an answer is sent again without its conditions
    BlindRetry,
    /// A member's app asks for a new quote at each retry
    FreshQuote,
    /// A member's app thinks of a new event id at each retry
    FreshEvent,
    /// A partner thinks of a new reference at each retry
    FreshReference,
    /// A report is acknowledged although the queue did not take it
    UnqueuedReport,
    /// A batch of messages is acknowledged although some failed
    FailedBatch,
    /// Messages are acknowledged before they are handled
    EarlyAcknowledgement,
    /// Messages behind an unreadable one are acknowledged without being handled
    StoppedAtPoison,
    /// A message that failed too often is thrown away
    NoDeadLetters,
}

impl Mutant {
    /// What becomes of the answer to a commit.
    pub fn answer(
        self,
        answer: Result<Option<Item>, Cancelled>,
    ) -> Result<Option<Item>, Cancelled> {
        match (self, answer) {
            (Self::RefusedIsDone, Err(Cancelled::Refused(_)))
            | (Self::ContendedIsDone, Err(Cancelled::Contended)) => Ok(None),
            (Self::UnansweredIsDone, Err(Cancelled::Failed(failure))) if failure.retryable() => {
                Ok(None)
            }
            (Self::ReasonOverlooked, Err(Cancelled::Refused(mut obstacles))) => {
                if let Some(first) = obstacles.iter_mut().find(|obstacle| obstacle.is_some()) {
                    *first = None;
                }
                Err(Cancelled::Refused(obstacles))
            }
            (Self::ItemOverlooked, Err(Cancelled::Refused(obstacles))) => {
                let bare = |obstacle: Option<Obstacle>| obstacle.map(|_| Obstacle(None));
                Err(Cancelled::Refused(
                    obstacles.into_iter().map(bare).collect(),
                ))
            }
            (_, answer) => answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_counts_the_planted_bugs() {
        let readme = include_str!("../../../../README.md");
        let count = Mutant::value_variants().len();

        assert!(readme.contains(&format!("has {count} planted bugs")));
    }
}
