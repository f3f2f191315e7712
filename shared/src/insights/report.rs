//! What a reconciliation finds, and what would put it right.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Sums, Totals};
use crate::amount::Rjv;
use crate::error::Failure;
use crate::id::{ActivityId, CodeId, EntryId, MemberId, PartnerId, ProductId, PurchaseId};
use crate::ledger::{Account, Flaw, Side};
use crate::table::Key;

/// What was seen on the way. The tallies of all parts together are the report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How much there is.
    pub counts: Counts,
    /// What moved, by all entries.
    pub totals: Totals,
    /// What moved on closed days.
    pub closed: Totals,
    /// Codes that were paid for, by partner and price.
    pub paid: Sales,
    /// Codes that are there, by partner and price.
    pub sold: Sales,
    /// What is wrong, as far as it is listed.
    pub findings: Findings,
}

/// How much there is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[schemars(rename = "ReconciliationCounts")]
pub struct Counts {
    /// Wallets.
    pub wallets: u64,
    /// Entries of all wallets.
    pub entries: u64,
    /// Codes that were sold.
    pub codes: u64,
    /// Activities that were decided.
    pub activities: u64,
    /// What is wrong, listed or not.
    pub findings: u64,
}

/// Codes by partner and price, a text of both, since tables know no other keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sales(BTreeMap<String, Sold>);

/// How many codes, and what they cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sold {
    /// How many.
    pub codes: u64,
    /// What they cost together.
    pub tokens: Rjv,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Finding {
    /// What it is.
    #[serde(flatten)]
    pub drift: Drift,
    /// What would put it right; without, somebody has to look.
    pub correction: Option<Correction>,
}

/// What does not agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "drift", rename_all = "snake_case")]
#[schemars(rename = "ReconciliationDrift")]
pub enum Drift {
    /// A wallet is not the fold of its entries.
    Wallet {
        /// Whose.
        member_id: MemberId,
        /// In which way.
        #[serde(flatten)]
        flaw: Flaw,
    },
    /// An item cannot be read.
    Unreadable {
        /// Where it is.
        key: String,
    },
    /// A code that was paid for is not there, or says something else than what was paid.
    CodeMissing {
        /// The code.
        code_id: CodeId,
        /// What paid for it.
        purchase_id: PurchaseId,
    },
    /// A code is there that its purchase does not know.
    CodeUnpaid {
        /// The code.
        code_id: CodeId,
        /// What it says paid for it.
        purchase_id: PurchaseId,
    },
    /// A refund whose code is not refunded by it.
    RefundUnfounded {
        /// The refund.
        entry_id: EntryId,
        /// Its code.
        code_id: CodeId,
    },
    /// A code that was refunded by an entry that does not say so.
    RefundMissing {
        /// The code.
        code_id: CodeId,
        /// The refund that is not there.
        entry_id: EntryId,
    },
    /// The stock of a pool is not the number of its codes.
    Pool {
        /// Of which product.
        product_id: ProductId,
        /// Which shard of it.
        shard: u8,
        /// What the stock says.
        counted: u32,
        /// How many codes there are.
        entries: u32,
    },
    /// An award whose activity was not recorded as awarded by it.
    AwardUnfounded {
        /// The award.
        entry_id: EntryId,
        /// Its activity.
        activity_id: ActivityId,
    },
    /// An activity that was recorded as awarded by an entry that does not say so.
    AwardMissing {
        /// Who did it.
        member_id: MemberId,
        /// The activity.
        activity_id: ActivityId,
        /// The award that is not there.
        entry_id: EntryId,
    },
    /// The folded total of an account is not the sum of the entries of the closed days.
    Total {
        /// The account.
        account: Account,
        /// What the fold made.
        folded: Rjv,
        /// What the entries add up to.
        rebuilt: Rjv,
    },
    /// For a partner and a price, other codes are there than were paid for.
    Sales {
        /// Whose codes.
        partner_id: PartnerId,
        /// At which price.
        unit_price: Rjv,
        /// How many were paid for.
        codes_paid: u64,
        /// How many there are.
        codes_sold: u64,
    },
    /// Debits and credits of all accounts do not add up to the same.
    Imbalance {
        /// All debits.
        debit: Rjv,
        /// All credits.
        credit: Rjv,
    },
}

/// A proposal to put something right. Tokens move only as an adjustment, which two administrators agree on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "correction", rename_all = "snake_case")]
#[schemars(rename = "ReconciliationCorrection")]
pub enum Correction {
    /// The entries are sound: the wallet is to become their fold. No tokens move.
    RebuildWallet {
        /// Whose wallet.
        member_id: MemberId,
        /// What it will hold.
        balance: Rjv,
    },
    /// An adjusting entry.
    Adjustment {
        /// In whose wallet.
        member_id: MemberId,
        /// To which side.
        side: Side,
        /// How much.
        amount: Rjv,
        /// The entry it corrects, if there is one.
        corrects: Option<EntryId>,
    },
}

/// What a reconciliation found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// How much there is, and how much of it is wrong.
    pub counts: Counts,
    /// All debits of all accounts, wallets and the house's.
    pub debit: Rjv,
    /// All credits; the same amount, or something is wrong.
    pub credit: Rjv,
    /// What is owed to members by the entries.
    pub liability: Rjv,
    /// Whether the folded totals of the closed days are the sums of their entries.
    pub totals_agree: bool,
    /// The first findings.
    pub findings: Findings,
}

/// Findings, each as the text of its JSON: they are written and read, and otherwise nobody's business.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Findings(Vec<String>);

impl Findings {
    fn push(&mut self, finding: &Finding) {
        // A finding has no part that JSON cannot hold.
        self.0.extend(serde_json::to_string(finding));
    }

    /// The findings themselves.
    pub fn read(&self) -> Result<Vec<Finding>, Failure> {
        let read = |text: &String| {
            serde_json::from_str(text)
                .map_err(|error| Failure::broken("reading a finding").because(error))
        };
        self.0.iter().map(read).collect()
    }
}

/// Findings that one part lists; more are counted. The report of all parts stays within one item.
const FINDINGS_MAX: usize = 25;

impl Tally {
    /// Notes what is wrong.
    pub(super) fn find(&mut self, drift: Drift, correction: Option<Correction>) {
        self.counts.findings = self.counts.findings.saturating_add(1);
        if self.findings.0.len() < FINDINGS_MAX {
            self.findings.push(&Finding { drift, correction });
        }
    }

    /// Notes an item that cannot be read.
    pub(super) fn unreadable(&mut self, key: &Key) {
        let key = format!("{:?} {} {}", key.table, key.pk, key.sk);
        self.find(Drift::Unreadable { key }, None);
    }

    /// Adds what another part saw.
    pub(super) fn merge(&mut self, other: Self) -> Result<(), Failure> {
        let (all, more) = (&mut self.counts, other.counts);
        all.wallets = all.wallets.saturating_add(more.wallets);
        all.entries = all.entries.saturating_add(more.entries);
        all.codes = all.codes.saturating_add(more.codes);
        all.activities = all.activities.saturating_add(more.activities);
        all.findings = all.findings.saturating_add(more.findings);
        self.totals.merge(&other.totals)?;
        self.closed.merge(&other.closed)?;
        self.paid.merge(other.paid)?;
        self.sold.merge(other.sold)?;
        self.findings.0.extend(other.findings.0);
        Ok(())
    }

    /// The report on everything that was seen, given what the fold says of the closed days; and what moved on these.
    pub(super) fn report(mut self, folded: &Totals) -> Result<(Report, Totals), Failure> {
        // What concerns everybody stands in front of what concerns one.
        let mut late = Self::default();
        let totals_agree = late.compare_totals(folded, &self.closed);
        late.compare_sales(&self.paid, &self.sold);
        let sum = self.totals.sum()?;
        let both = |a: Rjv, b: Rjv| {
            a.checked_add(b)
                .ok_or_else(|| Failure::broken("the books are larger than an amount can hold"))
        };
        let debit = both(sum.debit, sum.members_debit)?;
        let credit = both(sum.credit, sum.members_credit)?;
        if debit != credit {
            late.find(Drift::Imbalance { debit, credit }, None);
        }
        self.counts.findings = self.counts.findings.saturating_add(late.counts.findings);
        late.findings.0.append(&mut self.findings.0);
        let report = Report {
            counts: self.counts,
            debit,
            credit,
            liability: sum.members_credit.saturating_sub(sum.members_debit),
            totals_agree,
            findings: late.findings,
        };
        Ok((report, self.closed))
    }

    fn compare_sales(&mut self, paid: &Sales, sold: &Sales) {
        let places: BTreeSet<&String> = paid.0.keys().chain(sold.0.keys()).collect();
        for place in places {
            let of = |sales: &Sales| sales.0.get(place).copied().unwrap_or_default();
            let (paid, sold) = (of(paid), of(sold));
            if let Some((partner_id, unit_price)) = parse(place).filter(|_| paid != sold) {
                let drift = Drift::Sales {
                    partner_id,
                    unit_price,
                    codes_paid: paid.codes,
                    codes_sold: sold.codes,
                };
                self.find(drift, None);
            }
        }
    }

    /// Whether the two agree.
    fn compare_totals(&mut self, folded: &Totals, rebuilt: &Totals) -> bool {
        let accounts = folded.iter().chain(rebuilt.iter());
        let accounts: BTreeSet<Account> = accounts.map(|(account, _)| account).collect();
        let mut agree = true;
        for account in accounts {
            let (folded, rebuilt) = (folded.of(account), rebuilt.of(account));
            if folded != rebuilt {
                agree = false;
                let moved = |sums: Sums| sums.debit.checked_add(sums.credit).unwrap_or_default();
                let drift = Drift::Total {
                    account,
                    folded: moved(folded),
                    rebuilt: moved(rebuilt),
                };
                self.find(drift, None);
            }
        }
        agree
    }
}

impl Sales {
    /// Adds one code.
    pub(super) fn add(&mut self, partner: PartnerId, unit_price: Rjv) -> Result<(), Failure> {
        let one = Sold {
            codes: 1,
            tokens: unit_price,
        };
        self.add_sold(format!("{partner}@{unit_price}"), one)
    }

    fn merge(&mut self, other: Self) -> Result<(), Failure> {
        other
            .0
            .into_iter()
            .try_for_each(|(place, sold)| self.add_sold(place, sold))
    }

    fn add_sold(&mut self, place: String, more: Sold) -> Result<(), Failure> {
        let sold = self.0.entry(place).or_default();
        sold.codes = sold.codes.saturating_add(more.codes);
        sold.tokens = sold
            .tokens
            .checked_add(more.tokens)
            .ok_or_else(|| Failure::broken("sales are more than an amount can hold"))?;
        Ok(())
    }
}

fn parse(place: &str) -> Option<(PartnerId, Rjv)> {
    let (partner, price) = place.split_once('@')?;
    Some((partner.parse().ok()?, price.parse().ok()?))
}
