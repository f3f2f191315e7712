//! The cloud under test enforces rights, and functions have no more of them than they need.

use crate::support::{Role, knows_key};

#[test]
fn the_cloud_takes_nobody_but_its_owner_at_their_word() {
    assert!(knows_key("test"));
    assert!(!knows_key("AKIANOBODYNOBODY0000"));
}

#[test]
fn a_function_reads_and_writes_what_it_needs_and_nothing_else() {
    let show = Role::of("wallet-show");
    show.may("GetItem", "LedgerTable");
    for table in [
        "CodesTable",
        "CatalogTable",
        "MembersTable",
        "PartnersTable",
    ] {
        show.may_not("GetItem", table);
    }
    for action in ["PutItem", "DeleteItem", "Query", "Scan"] {
        show.may_not(action, "LedgerTable");
    }

    // Who buys adds entries and codes, but takes none away and knows no keys of partners.
    let buy = Role::of("purchases-buy");
    buy.may("GetItem", "LedgerTable");
    for table in ["LedgerTable", "CodesTable"] {
        buy.may_not("DeleteItem", table);
        buy.may_not("Scan", table);
    }
    for table in ["CatalogTable", "MembersTable", "PartnersTable"] {
        buy.may_not("GetItem", table);
        buy.may_not("PutItem", table);
    }

    // Who redeems makes no codes and touches no money.
    let redeem = Role::of("codes-redeem");
    for action in ["PutItem", "DeleteItem", "Query", "Scan"] {
        redeem.may_not(action, "CodesTable");
    }
    redeem.may_not("GetItem", "LedgerTable");
    redeem.may_not("PutItem", "LedgerTable");

    let authorize = Role::of("partners-authorize");
    authorize.may("GetItem", "PartnersTable");
    authorize.may_not("PutItem", "PartnersTable");
}
