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
    buy.may_not("DeleteItem", "LedgerTable");
    // It takes codes that were brought out of their pool; that it deletes nothing else there, the local cloud cannot tell.
    buy.may("DeleteItem", "CodesTable");
    for table in ["LedgerTable", "CodesTable"] {
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
    // It counts wrong codes among the keys of partners, and reads none of them.
    for action in ["GetItem", "BatchGetItem", "DeleteItem", "Query", "Scan"] {
        redeem.may_not(action, "PartnersTable");
    }
    redeem.may_not("GetItem", "LedgerTable");
    redeem.may_not("PutItem", "LedgerTable");

    let authorize = Role::of("partners-authorize");
    authorize.may("BatchGetItem", "PartnersTable");
    authorize.may_not("PutItem", "PartnersTable");
}

#[test]
fn administrators_add_to_the_record_and_their_functions_move_nothing_alone() {
    // Who administers adds to the log of acts, but cannot read it, and takes nothing out of it.
    for function in ["rewards-set-rule", "partners-create", "products-update"] {
        let administer = Role::of(function);
        for action in ["GetItem", "DeleteItem", "Query", "Scan"] {
            administer.may_not(action, "InsightsTable");
        }
        administer.may_not("PutItem", "LedgerTable");
    }
    let log = Role::of("audit-list");
    log.may("Query", "InsightsTable");
    for action in ["PutItem", "DeleteItem", "Scan"] {
        log.may_not(action, "InsightsTable");
    }

    // Who proposes an adjustment moves nothing.
    let propose = Role::of("adjustments-propose");
    for action in ["PutItem", "DeleteItem", "Query", "Scan"] {
        propose.may_not(action, "LedgerTable");
    }
    let reject = Role::of("adjustments-reject");
    for action in ["GetItem", "PutItem", "DeleteItem"] {
        reject.may_not(action, "LedgerTable");
    }

    let receipt = Role::of("wallet-receipt");
    for action in ["PutItem", "DeleteItem", "Query", "Scan"] {
        receipt.may_not(action, "LedgerTable");
    }
}

#[test]
fn who_looks_at_everything_changes_nothing_of_it() {
    let reconcile = Role::of("insights-reconcile");
    for table in ["LedgerTable", "CodesTable", "MembersTable"] {
        reconcile.may("Scan", table);
        for action in ["PutItem", "DeleteItem"] {
            reconcile.may_not(action, table);
        }
    }
    reconcile.may_not("Scan", "PartnersTable");

    let fold = Role::of("insights-fold");
    fold.may("Query", "LedgerTable");
    fold.may_not("PutItem", "LedgerTable");
    fold.may_not("Scan", "InsightsTable");

    // Who rebuilds a wallet moves no tokens: entries are not taken away, codes and members are out of reach.
    let rebuild = Role::of("insights-rebuild");
    rebuild.may_not("DeleteItem", "LedgerTable");
    rebuild.may_not("Scan", "LedgerTable");
    for table in ["CodesTable", "MembersTable", "PartnersTable"] {
        rebuild.may_not("GetItem", table);
    }
}

#[test]
fn who_decides_rewards_reaches_no_codes_and_who_explains_them_changes_nothing() {
    for function in ["rewards-award", "rewards-collect"] {
        let award = Role::of(function);
        for table in [
            "CatalogTable",
            "CodesTable",
            "PartnersTable",
            "InsightsTable",
        ] {
            award.may_not("PutItem", table);
        }
        award.may_not("Scan", "MembersTable");
        award.may_not("DeleteItem", "MembersTable");
    }
    for function in ["rewards-ways", "rewards-list-streaks", "rewards-explain"] {
        for table in [
            "LedgerTable",
            "MembersTable",
            "CatalogTable",
            "InsightsTable",
        ] {
            Role::of(function).may_not("PutItem", table);
        }
    }
    // Who sets a clock or mends a streak moves no tokens.
    for function in [
        "rewards-set-zone",
        "rewards-repair-streak",
        "rewards-set-segments",
    ] {
        let set = Role::of(function);
        set.may_not("PutItem", "LedgerTable");
        set.may_not("PutItem", "CatalogTable");
    }
    // A backtest reads every member's past, and writes only its own result.
    let backtest = Role::of("rewards-backtest");
    backtest.may("Scan", "MembersTable");
    for table in ["LedgerTable", "MembersTable", "CatalogTable"] {
        backtest.may_not("PutItem", table);
    }
}

#[test]
fn who_prices_stocks_or_searches_touches_no_money() {
    // Who reprices reads what is left and what was sold, and writes prices.
    let reprice = Role::of("pricing-reprice");
    for table in ["LedgerTable", "CodesTable", "MembersTable", "PartnersTable"] {
        for action in ["GetItem", "PutItem", "DeleteItem"] {
            reprice.may_not(action, table);
        }
    }
    // Who holds a code for a partner makes none and ends none.
    for function in ["codes-reserve", "codes-release"] {
        let reserve = Role::of(function);
        for action in ["PutItem", "DeleteItem", "Query", "Scan"] {
            reserve.may_not(action, "CodesTable");
        }
        reserve.may_not("GetItem", "LedgerTable");
    }
    // Who fills a pool sells nothing.
    for function in ["codes-import", "codes-generate"] {
        let fill = Role::of(function);
        for action in ["GetItem", "PutItem", "DeleteItem"] {
            fill.may_not(action, "LedgerTable");
            fill.may_not(action, "MembersTable");
        }
        fill.may_not("DeleteItem", "CodesTable");
    }
    // Who looks, looks.
    for function in ["codes-search", "usage-show", "usage-list"] {
        for table in ["CodesTable", "InsightsTable", "CatalogTable"] {
            Role::of(function).may_not("PutItem", table);
        }
    }
    // Who ends or extends a code gives nothing back.
    for function in ["codes-revoke", "codes-extend"] {
        Role::of(function).may_not("PutItem", "LedgerTable");
        Role::of(function).may_not("DeleteItem", "CodesTable");
    }
}
