//! What administrators corrected in the world, and what they have not decided yet.

use shared::adjustments::{self, Adjustment, Proposal};
use shared::audit::Act;
use shared::id::{AdjustmentId, EntryId, MemberId};
use shared::ledger::{Reason, Side};
use shared::time::Timestamp;

use super::world::{CLEO, EVE, World, days_ago, rjv};
use super::{BEN, MIA, act, text};

/// The id of the adjustment with this reference.
pub fn adjustment_id(reference: &str) -> AdjustmentId {
    Adjustment::id_of(&text(reference))
}

/// A proposal of 5 RJV for, or from, a member.
pub fn proposal(reference: &str, member: MemberId, side: Side, reason: Reason) -> Proposal {
    Proposal {
        reference: text(reference),
        member_id: member,
        side,
        amount: rjv("5"),
        reason,
        ticket: text("T-100"),
        expires_after_months: None,
        corrects: None,
    }
}

fn eves(number: u8, at: Timestamp) -> Act {
    Act {
        actor: EVE,
        ..act(number, at)
    }
}

impl World {
    /// Ada proposes: two wait that can be approved or cannot, one is rejected, and of two that correct the same entry the
    /// first is applied.
    pub(super) async fn correct_wallets(&self) {
        let good = |reference, member| proposal(reference, member, Side::Credit, Reason::Goodwill);
        let fraud = Proposal {
            amount: rjv("100"),
            ..proposal("fraud-1", BEN, Side::Debit, Reason::Fraud)
        };
        let corrects = |reference| Proposal {
            corrects: Some(EntryId {
                member: CLEO,
                seq: 1,
            }),
            ..proposal(reference, CLEO, Side::Debit, Reason::Correction)
        };
        self.propose(11, good("goodwill-1", MIA)).await;
        self.propose(12, fraud).await;
        self.propose(13, good("goodwill-2", MIA)).await;
        self.propose(14, good("goodwill-3", CLEO)).await;
        self.approve(15, "goodwill-3").await;
        self.propose(16, corrects("correction-1")).await;
        self.propose(17, corrects("correction-2")).await;
        self.approve(18, "correction-1").await;
        let (id, act) = (adjustment_id("goodwill-2"), eves(19, days_ago(1)));
        let rejected = adjustments::reject(&self.tables(), id, &act).await;
        rejected.expect("a rejected adjustment");
    }

    async fn propose(&self, number: u8, proposal: Proposal) {
        let act = act(number, days_ago(5));
        let proposed = adjustments::propose(&self.tables(), proposal, &act).await;
        proposed.expect("a proposed adjustment");
    }

    async fn approve(&self, number: u8, reference: &str) {
        let (id, act) = (adjustment_id(reference), eves(number, days_ago(4)));
        let approved = adjustments::approve(&self.tables(), id, &act).await;
        approved.expect("an applied adjustment");
    }
}
