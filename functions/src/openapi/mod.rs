//! The description of both APIs (OpenAPI 3.1), made from the types that the handlers read and write.
//!
//! The table of operations says what no type knows: the method, the path, the status of success, and which refusals of its own
//! an operation has. What follows from its shape is added: an operation with a body refuses bodies, one with a query queries.
//! `infra/openapi.json` is this document as a file; the test below fails while it is not, and can write it.

mod activities;
mod directions;
mod document;
mod earning;
mod operation;
mod prices;
mod refusals;
mod returning;
mod rewards;
mod schemas;

use shared::adjustments::Adjustment;
use shared::audit::Record;
use shared::catalog::{Partner, Product};
use shared::lambda::{Page, PageQuery};
use shared::ledger::Entry;
use shared::store::Kept;

pub use self::document::document;
use self::operation::{Operation, admin, member, partner};
use crate::{
    adjustments, audit, codes, insights, notifications, partners, products, purchases, store,
    wallet,
};

/// All operations, in the order of the README's map.
fn operations() -> impl Iterator<Item = Operation> {
    let areas = [
        wallet_and_rewards(),
        earning::operations(),
        activities::operations(),
        rewards::rules(),
        rewards::promotions(),
        rewards::programme_and_segments(),
        store_and_purchases(),
        returning::operations(),
        partners_and_products(),
        prices::prices(),
        prices::rules(),
        prices::promotions(),
        adjustments_and_audit(),
        redemption(),
        reconciliation(),
    ];
    areas.into_iter().flatten()
}

fn wallet_and_rewards() -> Vec<Operation> {
    vec![
        member("wallet-show", "GET /v1/wallet")
            .says("What the member has, and when it runs out")
            .answers::<wallet::show::View>(200),
        member("wallet-transactions", "GET /v1/wallet/transactions")
            .says("The member's history, newest first")
            .query::<wallet::transactions::Query>()
            .answers::<Page<wallet::transactions::View>>(200),
        member(
            "wallet-transaction",
            "GET /v1/wallet/transactions/{entry_id}",
        )
        .says("One transaction whole, as it was hashed")
        .answers::<Entry>(200)
        .refuses(&["ENTRY_NOT_FOUND"]),
        member(
            "wallet-receipt",
            "GET /v1/wallet/transactions/{entry_id}/receipt",
        )
        .says("What proves a transaction later, without asking here again")
        .answers::<wallet::receipt::View>(200)
        .refuses(&["ENTRY_NOT_FOUND"]),
        member("rewards-report", "POST /v1/activities")
            .says("Report what the member did; the award follows")
            .body::<crate::rewards::report::Body>()
            .answers::<crate::rewards::report::View>(202)
            .refuses(&["ACTIVITY_NOT_YOURS_TO_REPORT", "ACTIVITY_CONFLICT"])
            .refuses(&["OCCURRED_IN_FUTURE", "OCCURRED_TOO_LONG_AGO"]),
    ]
}

fn store_and_purchases() -> Vec<Operation> {
    vec![
        member("store-list", "GET /v1/products")
            .says("What the caller can see in the store, page by page")
            .query::<store::list::Query>()
            .answers::<Page<store::ProductView>>(200),
        member("store-show", "GET /v1/products/{product_id}")
            .says("One product, and whether the caller can buy and pay for it")
            .answers::<store::show::View>(200)
            .refuses(&["PRODUCT_NOT_FOUND"]),
        member("purchases-quote", "POST /v1/quotes")
            .says("A price that holds for ten minutes")
            .body::<purchases::quote::Body>()
            .answers::<purchases::quote::View>(201)
            .refuses(&["PRODUCT_NOT_FOUND", "PRODUCT_UNAVAILABLE"])
            .refuses(&["PER_MEMBER_LIMIT", "SOLD_OUT"]),
        member("purchases-buy", "POST /v1/purchases")
            .says("Execute a quote; the same quote again answers the same purchase")
            .body::<purchases::buy::Body>()
            .answers::<purchases::PurchaseView<purchases::BoughtCodeView>>(201)
            .refuses(&["QUOTE_INVALID", "QUOTE_NOT_YOURS"])
            .refuses(&["QUOTE_EXPIRED", "INSUFFICIENT_TOKENS"])
            .refuses(&["PER_MEMBER_LIMIT", "SOLD_OUT"]),
        member("purchases-list", "GET /v1/purchases")
            .says("What the member bought, newest first, and what has become of it")
            .query::<purchases::list::Query>()
            .answers::<Page<purchases::PurchaseView<purchases::CodeView>>>(200),
        member("purchases-show", "GET /v1/purchases/{purchase_id}")
            .says("One purchase, and what has become of its codes")
            .answers::<purchases::PurchaseView<purchases::CodeView>>(200)
            .refuses(&["PURCHASE_NOT_FOUND"]),
        member(
            "purchases-reveal",
            "POST /v1/purchases/{purchase_id}/reveal",
        )
        .says("Read the codes of a purchase, which is noted")
        .empty_body()
        .answers::<purchases::reveal::View>(200)
        .refuses(&["PURCHASE_NOT_FOUND"]),
        member("notifications-list", "GET /v1/notifications")
            .says("The member's inbox, newest first")
            .query::<PageQuery>()
            .answers::<Page<notifications::list::View>>(200),
    ]
}

fn partners_and_products() -> Vec<Operation> {
    vec![
        admin("partners-create", "POST /admin/v1/partners")
            .says("Add a partner; its key and its webhook secret are shown once")
            .body::<partners::create::Body>()
            .answers::<partners::create::View<'_>>(201)
            .refuses(&["PARTNER_EXISTS"]),
        admin("partners-list", "GET /admin/v1/partners")
            .says("All partners, a page at a time")
            .query::<PageQuery>()
            .answers::<Page<Partner>>(200),
        admin("partners-update", "PATCH /admin/v1/partners/{partner_id}")
            .says("Pause or resume the sales of a partner, if it is still as it was seen")
            .body::<partners::update::Body>()
            .answers::<Partner>(200)
            .refuses(&["PARTNER_NOT_FOUND", "VERSION_CONFLICT"]),
        admin(
            "partners-issue-key",
            "POST /admin/v1/partners/{partner_id}/keys",
        )
        .says("Issue another key to a partner; it is shown once")
        .body::<partners::issue_key::Body>()
        .answers::<partners::issue_key::View<'_>>(201)
        .refuses(&["PARTNER_NOT_FOUND", "KEY_EXISTS", "TOO_MANY_KEYS"]),
        admin(
            "partners-revoke-key",
            "DELETE /admin/v1/partners/{partner_id}/keys/{key_id}",
        )
        .says("Revoke a key, within half a minute")
        .answers_nothing(204)
        .refuses(&["PARTNER_NOT_FOUND", "KEY_NOT_FOUND"]),
        admin("products-create", "POST /admin/v1/products")
            .says("Add a product; the same request again answers the same product")
            .body::<products::create::Body>()
            .answers::<Kept>(201)
            .refuses(&["PARTNER_NOT_FOUND", "PRODUCT_CONFLICT"]),
        admin("products-update", "PATCH /admin/v1/products/{product_id}")
            .says("Change a product, if it is still as it was seen")
            .body::<products::update::Body>()
            .answers::<Kept>(200)
            .refuses(&["PRODUCT_NOT_FOUND", "VERSION_CONFLICT"])
            .refuses(&["STATE_CONFLICT", "SOLD_OUT"]),
        admin("products-list", "GET /admin/v1/products")
            .says("All products, a page at a time")
            .query::<PageQuery>()
            .answers::<Page<Product>>(200),
        admin("products-show", "GET /admin/v1/products/{product_id}")
            .says("One product, what its codes cost and how many are left")
            .answers::<Kept>(200)
            .refuses(&["PRODUCT_NOT_FOUND"]),
    ]
}

fn adjustments_and_audit() -> Vec<Operation> {
    vec![
        admin("adjustments-propose", "POST /admin/v1/adjustments")
            .says("Propose to correct a wallet; the same request again answers the same proposal")
            .body::<adjustments::propose::Body>()
            .answers::<Adjustment>(201)
            .refuses(&["ENTRY_NOT_FOUND", "ADJUSTMENT_CONFLICT", "ENTRY_CORRECTED"]),
        admin("adjustments-list", "GET /admin/v1/adjustments")
            .says("Adjustments in one state, the newest proposal first")
            .query::<adjustments::list::Query>()
            .answers::<Page<Adjustment>>(200),
        admin(
            "adjustments-show",
            "GET /admin/v1/adjustments/{adjustment_id}",
        )
        .says("One adjustment, and what became of it")
        .answers::<Adjustment>(200)
        .refuses(&["ADJUSTMENT_NOT_FOUND"]),
        admin(
            "adjustments-approve",
            "POST /admin/v1/adjustments/{adjustment_id}/approve",
        )
        .says("Approve what another administrator proposed; the tokens move, once")
        .empty_body()
        .answers::<Adjustment>(200)
        .refuses(&["ADJUSTMENT_NOT_FOUND", "SECOND_ADMINISTRATOR_NEEDED"])
        .refuses(&["ADJUSTMENT_DECIDED", "ENTRY_CORRECTED"])
        .refuses(&["INSUFFICIENT_TOKENS"]),
        admin(
            "adjustments-reject",
            "POST /admin/v1/adjustments/{adjustment_id}/reject",
        )
        .says("Reject a proposal, or take back one's own")
        .empty_body()
        .answers::<Adjustment>(200)
        .refuses(&["ADJUSTMENT_NOT_FOUND", "ADJUSTMENT_DECIDED"]),
        admin("audit-list", "GET /admin/v1/audit")
            .says("What administrators did in a month, newest first")
            .query::<audit::list::Query>()
            .answers::<Page<Record>>(200),
    ]
}

/// What whoever shows a code may meet.
const WRONG_CODES: [&str; 4] = [
    "CODE_NOT_REDEEMABLE",
    "CODE_EXPIRED",
    "TOO_MANY_GUESSES",
    "TOO_MANY_REQUESTS",
];

fn redemption() -> Vec<Operation> {
    vec![
        partner("codes-validate", "POST /v1/codes/validate")
            .says("Would this code be redeemed now? Nothing changes")
            .body::<codes::validate::Body>()
            .answers::<codes::validate::View>(200)
            .refuses(&WRONG_CODES),
        partner("codes-reserve", "POST /v1/codes/reserve")
            .says("For some minutes, let only this reference redeem a code; asking again answers the same reservation")
            .body::<codes::reserve::Body>()
            .answers::<codes::ReservationView>(200)
            .refuses(&WRONG_CODES)
            .refuses(&["CODE_RESERVED", "CODE_NOT_RESERVED"]),
        partner("codes-release", "POST /v1/codes/release")
            .says("End the reservation of a code under this reference, if there is one")
            .body::<codes::release::Body>()
            .answers::<codes::ReservationView>(200)
            .refuses(&["CODE_NOT_REDEEMABLE", "TOO_MANY_GUESSES", "TOO_MANY_REQUESTS"]),
        partner("codes-redeem", "POST /v1/redemptions")
            .says("Use a code, once; the same reference again answers the same redemption")
            .body::<codes::redeem::Body>()
            .answers::<codes::redeem::View>(201)
            .refuses(&WRONG_CODES)
            .refuses(&["CODE_RESERVED"]),
    ]
}

fn reconciliation() -> Vec<Operation> {
    vec![
        admin("insights-trial-balance", "GET /admin/v1/trial-balance")
            .says("Every account of the house, and what is owed to members")
            .answers::<insights::trial_balance::View>(200),
        admin("insights-proof", "GET /admin/v1/wallets/{member_id}/proof")
            .says("A wallet, folded anew from its entries and compared with what is stored")
            .answers::<insights::proof::View>(200),
        admin(
            "insights-rebuild",
            "POST /admin/v1/wallets/{member_id}/rebuild",
        )
        .says("Make a wallet the fold of its entries again; a sound one stays as it is")
        .empty_body()
        .answers::<insights::proof::View>(200)
        .refuses(&["ENTRIES_UNSOUND"]),
        admin("insights-start", "POST /admin/v1/reconciliations")
            .says("Start a reconciliation, or wake the one that is under way")
            .empty_body()
            .answers::<insights::RunView>(202),
        admin("insights-list", "GET /admin/v1/reconciliations")
            .says("All reconciliations, newest first")
            .query::<PageQuery>()
            .answers::<Page<insights::RunView>>(200),
        admin("insights-show", "GET /admin/v1/reconciliations/{run_id}")
            .says("One reconciliation, how far it is, and its report")
            .answers::<insights::show::View>(200)
            .refuses(&["RECONCILIATION_NOT_FOUND"]),
    ]
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use serde_json::Value;

    use super::refusals::refusals;
    use super::*;

    fn file(name: &str) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(name)
    }

    #[test]
    fn the_file_is_the_document() {
        let (path, document) = (file("infra/openapi.json"), document());
        if std::env::var_os("RJV_WRITE_OPENAPI").is_some() {
            let text = serde_json::to_string_pretty(&document).unwrap() + "\n";
            std::fs::write(&path, text).unwrap();
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let there: Value = serde_json::from_str(&text).unwrap_or_default();

        assert!(
            there == document,
            "infra/openapi.json is not what the code says; this writes it anew: \
             RJV_WRITE_OPENAPI=1 cargo test -p functions openapi"
        );
    }

    #[test]
    fn no_two_types_share_a_name() {
        let document = document();
        let schemas = document["components"]["schemas"].as_object().unwrap();
        let numbered = |name: &&String| name.ends_with(|last: char| last.is_ascii_digit());
        let numbered: Vec<_> = schemas.keys().filter(numbered).collect();

        assert!(
            numbered.is_empty(),
            "give these types a name of their own (`#[schemars(rename = ...)]`): {numbered:?}"
        );
    }

    #[test]
    fn the_readme_lists_every_refusal_with_its_status() {
        let readme = std::fs::read_to_string(file("README.md")).unwrap();

        for (code, refusal) in refusals() {
            let row = format!("| `{code}` | {} | ", refusal.status);
            assert!(
                readme.contains(&row),
                "the README's table of rejections lacks {row:?}"
            );
        }
    }
}
