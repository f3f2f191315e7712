//! Reconciliation on the running cloud: what is sound is found sound, and a hand in the table is found out.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{
    Caller, Member, array, eventually, item, micros, put_item, run_schedule, text, walk, within,
    world,
};

/// A reconciliation has sixteen parts, each a message of its own.
const PATIENCE: Duration = Duration::from_secs(90);

fn show(admin: &Caller, run: &str) -> Value {
    admin
        .get(&format!("/admin/v1/reconciliations/{run}"))
        .good(200)
}

/// Starts a reconciliation and waits for its report. One that is under way already is waited for first, for it began before
/// what is to be looked at.
fn reconcile() -> Value {
    let admin = &world().admin;
    let idle = |run: &Value| run["state"] != "running";
    within(PATIENCE, "no reconciliation is under way", || {
        let runs = walk(admin, "/admin/v1/reconciliations?limit=100");
        runs.iter().all(idle).then_some(())
    });
    let started = admin
        .post("/admin/v1/reconciliations", &json!({}))
        .good(202);
    let run = text(&started, "run_id");
    within(PATIENCE, "the reconciliation ends", || {
        Some(show(admin, run)).filter(idle)
    })
}

fn findings(run: &Value) -> Vec<Value> {
    array(&run["report"], "findings").to_vec()
}

fn proof(member: &Member) -> Value {
    let path = format!("/admin/v1/wallets/{}/proof", member.id);
    world().admin.get(&path).good(200)
}

/// The runs of this test follow each other, since there is one at a time.
#[test]
fn a_hand_in_the_table_is_found_and_nothing_else() {
    let member = Member::with_hundreds(2);
    member.buy(&world().cheap, 2);
    let sound = reconcile();
    assert_eq!(sound["state"], "clean", "{sound}");
    assert_eq!(sound["report"]["debit"], sound["report"]["credit"]);
    assert_eq!(sound["parts_done"], sound["parts"]);
    assert_eq!(proof(&member)["is_sound"], true);

    let kept = item("LedgerTable", &member.id, "wallet");
    let mut edited = kept.clone();
    edited["lots"] = json!({"M": {"never": {"S": "1000000"}}});
    put_item("LedgerTable", &edited);
    let drifted = reconcile();

    assert_eq!(drifted["state"], "drifted", "{drifted}");
    let found = findings(&drifted);
    assert_eq!(found.len(), 1, "{drifted}");
    assert_eq!(found[0]["drift"], "wallet");
    assert_eq!(found[0]["flaw"], "wrong_wallet");
    assert_eq!(found[0]["member_id"], json!(member.id));
    assert_eq!(found[0]["balance_stored"], "1000000");
    let rebuild = json!({"correction": "rebuild_wallet", "member_id": member.id, "balance": "160"});
    assert_eq!(found[0]["correction"], rebuild);

    let path = format!("/admin/v1/wallets/{}/rebuild", member.id);
    let proven = world().admin.post(&path, &json!({})).good(200);
    assert_eq!(proven["is_sound"], true, "{proven}");
    assert_eq!(item("LedgerTable", &member.id, "wallet"), kept);
    let mended = reconcile();
    assert_eq!(mended["state"], "clean", "{mended}");
}

#[test]
fn a_proof_tells_an_edited_wallet_from_a_sound_one() {
    let stranger = format!("/admin/v1/wallets/mem_{}/proof", "0".repeat(32));
    let empty = world().admin.get(&stranger).good(200);
    assert_eq!(
        (&empty["is_sound"], &empty["seq_folded"]),
        (&json!(true), &json!(0))
    );

    let member = Member::with_hundreds(1);
    let proven = proof(&member);
    assert_eq!(proven["is_sound"], true);
    assert_eq!(proven["balance_stored"], proven["balance_folded"]);
    assert_eq!(proven["head_hash"], member.wallet()["head_hash"]);
    member
        .app
        .get(&format!("/admin/v1/wallets/{}/proof", member.id))
        .refused(403, "FORBIDDEN");
}

#[test]
fn every_movement_reaches_the_trial_balance_and_both_sides_are_equal() {
    let row = |balance: &Value, account: &str| -> (u64, u64) {
        let rows = array(balance, "accounts").iter();
        let mut rows = rows.filter(|row| row["account"] == account);
        rows.next().map_or((0, 0), |row| {
            (micros(&row["debit"]), micros(&row["credit"]))
        })
    };
    let read = || world().admin.get("/admin/v1/trial-balance").good(200);
    let sales = format!("sales:{}", world().exclusive.id);
    let before = read();

    let member = Member::with_hundreds(1);
    member.buy(&world().rare, 2);

    // Others move tokens at the same time, so the accounts grow by this much or more.
    eventually("the movements are folded", || {
        let after = read();
        let bought = row(&after, &sales).1 >= row(&before, &sales).1 + 51_000_000;
        let issued = row(&after, "issuance:engagement").0
            >= row(&before, "issuance:engagement").0 + 100_000_000;
        assert_eq!(after["is_balanced"], true, "{after}");
        (bought && issued).then_some(())
    });
}

#[test]
fn a_beat_of_the_schedule_that_comes_twice_starts_one_reconciliation() {
    let admin = &world().admin;
    let mine = |runs: &[Value]| {
        let scheduled = runs
            .iter()
            .filter(|run| run["started_by"]["by"] == "schedule");
        scheduled.count()
    };
    let runs = || walk(admin, "/admin/v1/reconciliations?limit=100");
    let before = mine(&runs());
    let beat = json!({"id": crate::support::fresh("beat"), "time": "2026-11-23T03:00:00Z"});

    // Where one is under way, a beat starts none.
    within(PATIENCE, "a scheduled reconciliation starts", || {
        run_schedule("insights-schedule", &beat);
        (mine(&runs()) == before + 1).then_some(())
    });
    run_schedule("insights-schedule", &beat);

    assert_eq!(mine(&runs()), before + 1);
}
