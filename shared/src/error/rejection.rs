//! Rejections: every reason why a request is refused.

use serde::Serialize;

use crate::amount::Rjv;
use crate::time::{Day, Timestamp};

/// Why a request is refused: the caller's news.
///
/// Variants stand in the order in which they are checked. A variant's name in `SCREAMING_SNAKE_CASE` is its stable code,
/// its fields appear beside the code in the answer, and its message is a sentence for the caller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, schemars::JsonSchema)]
#[serde(
    tag = "code",
    rename_all = "SCREAMING_SNAKE_CASE",
    rename_all_fields = "snake_case"
)]
pub enum Rejection {
    /// No valid identity came with the request.
    #[error("Sign in, or send a valid key.")]
    Unauthenticated,
    /// The identity may not do this.
    #[error("This account may not do that.")]
    Forbidden,
    /// The body is larger than any valid one.
    #[error("The body has {size_bytes} bytes; at most {size_bytes_max} are accepted.")]
    BodyTooLarge {
        /// What was sent.
        size_bytes: usize,
        /// What is accepted.
        size_bytes_max: usize,
    },
    /// The body is not JSON.
    #[error("Send the body as application/json.")]
    UnsupportedMediaType,
    /// A part of the path is not what belongs there.
    #[error("The path parameter `{parameter}` is invalid: {reason}.")]
    InvalidPath {
        /// The parameter's name.
        parameter: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The query has an unknown parameter or a bad value.
    #[error("The query is invalid: {reason}.")]
    InvalidQuery {
        /// What is wrong with it.
        reason: String,
    },
    /// The body is not what this operation accepts.
    #[error("The body is invalid at `{pointer}`: {reason}.")]
    InvalidBody {
        /// Where in the body (RFC 6901), the empty text for the whole.
        pointer: String,
        /// What is wrong there.
        reason: String,
    },
    /// The cursor was not issued for this list and this caller.
    #[error("The cursor is not one that this list issued.")]
    InvalidCursor,

    /// The wallet has no such entry.
    #[error("There is no such transaction in this wallet.")]
    EntryNotFound,
    /// The caller made no such purchase.
    #[error("You have no such purchase.")]
    PurchaseNotFound,
    /// There is no such product.
    #[error("There is no such product.")]
    ProductNotFound,
    /// There is no such partner.
    #[error("There is no such partner.")]
    PartnerNotFound,
    /// The partner has no such key.
    #[error("The partner has no such key.")]
    KeyNotFound,

    /// There is no such reward rule.
    #[error("There is no such reward rule.")]
    RuleNotFound,
    /// There is no such promotion.
    #[error("There is no such promotion.")]
    PromotionNotFound,
    /// There is no such price rule.
    #[error("There is no such price rule.")]
    PriceRuleNotFound,
    /// There is no such price promotion.
    #[error("There is no such price promotion.")]
    PricePromotionNotFound,
    /// The rule or the promotion has no such version.
    #[error("There is no such version; the newest is {version}.")]
    VersionNotFound {
        /// The newest version there is.
        version: u32,
    },
    /// The rule or the promotion is in a state that does not lead to the wanted one.
    #[error("This is {state}, and cannot become what is asked for.")]
    StateConflict {
        /// The state it is in: `draft`, `scheduled`, `active`, `paused` or `ended`.
        state: String,
    },
    /// A version is published only with a finished backtest of exactly this version, or with a reason why it needs none.
    #[error(
        "Name a finished backtest of this very version in `backtest_id`, or say in `reason` why it needs none."
    )]
    BacktestOrReasonNeeded,
    /// There is no such reconciliation.
    #[error("There is no such reconciliation.")]
    ReconciliationNotFound,

    /// The member has no such activity, or it is not decided yet.
    #[error("You have no such activity, or it is not decided yet.")]
    ActivityNotFound,
    /// The rule has no such backtest.
    #[error("The rule has no such backtest.")]
    BacktestNotFound,

    /// Activities of this kind are reported by somebody else.
    #[error("Activities of the kind `{kind}` are reported by the {reporter}, not from here.")]
    ActivityNotYoursToReport {
        /// The kind that was reported.
        kind: String,
        /// Who may report it: `app`, `service` or `partner`.
        reporter: String,
    },
    /// The activity lies in the future.
    #[error("The activity lies in the future; it is now {now}.")]
    OccurredInFuture {
        /// The instant of the refusal.
        now: Timestamp,
    },
    /// The activity is too old to be rewarded.
    #[error("Activities are accepted back to {earliest}.")]
    OccurredTooLongAgo {
        /// The oldest instant that is accepted.
        earliest: Timestamp,
    },
    /// The event id already names another activity.
    #[error("This event id was already used for another activity.")]
    ActivityConflict,

    /// No rule counts such days for the member.
    #[error("You have no such streak.")]
    StreakNotFound,
    /// The rule knows no repair.
    #[error("This streak cannot be mended.")]
    RepairNotOffered,
    /// Nothing is broken that could be mended.
    #[error("This streak is not broken.")]
    StreakNotBroken,
    /// Too many days have passed since the streak broke.
    #[error("Too many days have passed since this streak broke.")]
    RepairTooLate,
    /// The last repair is not long enough ago.
    #[error("This streak can be mended again on {again_on}.")]
    RepairTooSoon {
        /// On which local day it can be mended again.
        again_on: Day,
    },
    /// The time zone was changed too often lately.
    #[error("The time zone was changed too often lately. It can be changed again at {again_at}.")]
    TimeZoneChangedTooOften {
        /// From when on it can be changed again.
        again_at: Timestamp,
    },

    /// The quote was not issued by this system, or was changed.
    #[error("The quote is not one that was issued here.")]
    QuoteInvalid,
    /// The quote was issued to another member.
    #[error("The quote was issued to another member.")]
    QuoteNotYours,
    /// The quote ran out before it was bought.
    #[error("The quote expired at {expired_at}. Ask for a new one.")]
    QuoteExpired {
        /// When it ran out.
        expired_at: Timestamp,
    },
    /// The product is not on sale.
    #[error("The product is not on sale at the moment.")]
    ProductUnavailable,
    /// The member has as many of this product as each may have.
    #[error("Each member may have {per_member_max} of this; you can have {left} more.")]
    PerMemberLimit {
        /// How many each may have.
        per_member_max: u32,
        /// How many more the member may have.
        left: u32,
    },
    /// The wallet has too little to pay.
    #[error(
        "This takes {required} RJV and {available} RJV are available; {missing} RJV are missing."
    )]
    InsufficientTokens {
        /// What can be spent now.
        available: Rjv,
        /// What is to be taken.
        required: Rjv,
        /// The difference.
        missing: Rjv,
    },

    /// Fewer codes are left than are wanted.
    #[error("Only {left} are left.")]
    SoldOut {
        /// How many there are.
        left: u64,
    },

    /// There is no such code, or not in the purchase that was named.
    #[error("There is no such code.")]
    CodeNotFound,
    /// What became of the code cannot be undone.
    #[error("The code is {state}, and cannot be given back.")]
    CodeNotReturnable {
        /// What it is: `issued`, `redeemed`, `expired` or `revoked`.
        state: String,
    },
    /// What became of the code leaves nothing to be done to it.
    #[error("The code is {state}, so this cannot be done to it.")]
    CodeNotOpen {
        /// What it is: `redeemed`, `expired`, `revoked`, `replaced` or `refunded`; or `printed`, which nobody bought.
        state: String,
    },
    /// The code is valid for longer than it would be.
    #[error("The code is valid until {expires_at}, which can only be put off.")]
    CodeValidLonger {
        /// Until when it is.
        expires_at: Timestamp,
    },
    /// A partner is about to redeem the code.
    #[error("A partner holds the code until {reserved_until}. Try again then.")]
    CodeReserved {
        /// Until when, unless the partner lets go of it sooner.
        reserved_until: Timestamp,
    },
    /// A partner's own code was seen, and may be used without our knowing.
    #[error("The code was already shown, so it cannot be given back for a change of mind.")]
    CodeRevealed,
    /// Too much time has passed.
    #[error("The code could be given back until {returnable_until}.")]
    ReturnTooLate {
        /// Until when it could.
        returnable_until: Timestamp,
    },
    /// The product cannot be given back for this reason.
    #[error("This product cannot be given back for this reason.")]
    ReturnRefused,
    /// There is no such case.
    #[error("There is no such case.")]
    CaseNotFound,
    /// The case was already decided in another way.
    #[error("The case is already decided: {decision}.")]
    CaseDecided {
        /// What was decided.
        decision: String,
    },

    /// The code is unknown, of another partner, or used. These look alike, so that guessing teaches nothing.
    #[error("This is no code that can be redeemed here.")]
    CodeNotRedeemable,
    /// The code ran out.
    #[error("The code expired at {expired_at}.")]
    CodeExpired {
        /// When it ran out.
        expired_at: Timestamp,
    },
    /// There is no reservation under this reference that could be extended.
    #[error("The code is not reserved under this reference.")]
    CodeNotReserved,
    /// Too many wrong codes came from this customer, address or key. Nothing was looked at.
    #[error("Too many wrong codes. Try again at {retry_at}.")]
    TooManyGuesses {
        /// From when on codes are looked at again.
        retry_at: Timestamp,
    },

    /// The wallet's entries do not all follow from each other, so no wallet can be made of them.
    #[error("Only the first {seq_sound} entries of this wallet follow from each other.")]
    EntriesUnsound {
        /// How many do.
        seq_sound: u64,
    },

    /// The reference already names a partner.
    #[error(
        "This reference already names the partner {partner_id}. Its secrets are shown only once; issue a new key if they were lost."
    )]
    PartnerExists {
        /// The partner with that reference.
        partner_id: String,
    },
    /// The reference already names a key.
    #[error(
        "This reference already names the key {key_id}. Its secret is shown only once; issue another key if it was lost."
    )]
    KeyExists {
        /// The key with that reference.
        key_id: String,
    },
    /// The reference already names another product.
    #[error("This reference already names another product, {product_id}.")]
    ProductConflict {
        /// The product with that reference.
        product_id: String,
    },
    /// What is asked for does not go with where the codes of this product come from.
    #[error("The stock of this product is `{stock}`, and that takes no such job.")]
    WrongStock {
        /// Where its codes come from: `unlimited`, `limited` or `pool`.
        stock: String,
    },
    /// The product has no such import or batch.
    #[error("The product has no such import or batch.")]
    JobNotFound,
    /// The reference already names another import or batch of the product.
    #[error("This reference already names another job of the product, {job_id}.")]
    JobConflict {
        /// The job with that reference.
        job_id: String,
    },
    /// The file of the import was not uploaded, or is gone.
    #[error("The file of this import is not there. Upload it first.")]
    UploadMissing,
    /// The file of the import is larger than any valid one.
    #[error("The file has {size_bytes} bytes; at most {size_bytes_max} are accepted.")]
    UploadTooLarge {
        /// What was uploaded.
        size_bytes: u64,
        /// What is accepted.
        size_bytes_max: u64,
    },
    /// The file of the import is not what it should be.
    #[error("The file cannot be imported: {reason}.")]
    UploadUnreadable {
        /// What is wrong with it.
        reason: String,
    },
    /// The codes of the batch are not all minted yet.
    #[error("The codes of this batch are still being minted.")]
    BatchNotDone,
    /// The file with the codes of the batch is deleted.
    #[error("The file with the codes of this batch was deleted at {deleted_at}.")]
    BatchFileDeleted {
        /// When it was.
        deleted_at: Timestamp,
    },
    /// There is no such adjustment.
    #[error("There is no such adjustment.")]
    AdjustmentNotFound,
    /// The reference already names another adjustment.
    #[error("This reference already names another adjustment, {adjustment_id}.")]
    AdjustmentConflict {
        /// The adjustment with that reference.
        adjustment_id: String,
    },
    /// Who proposed an adjustment, or whose wallet it is about, cannot approve it.
    #[error(
        "Another administrator than the one who proposed this, or whose wallet it is about, has to approve it."
    )]
    SecondAdministratorNeeded,
    /// The adjustment was already decided the other way.
    #[error("The adjustment is already {state}.")]
    AdjustmentDecided {
        /// What became of it.
        state: String,
    },
    /// The entry was already corrected.
    #[error("The transaction was already corrected, by {adjustment_id}.")]
    EntryCorrected {
        /// The adjustment that did.
        adjustment_id: String,
    },
    /// The thing was changed by somebody else in the meantime.
    #[error("This was changed in the meantime; it is now at version {version}.")]
    VersionConflict {
        /// The version to read and build on.
        version: u32,
    },
    /// The partner already has as many live keys as it may have.
    #[error("A partner has at most {keys_max} live keys. Revoke one first.")]
    TooManyKeys {
        /// How many may live at a time.
        keys_max: usize,
    },
}
