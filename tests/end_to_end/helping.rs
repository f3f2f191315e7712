//! The desk: what support and administrators do with single codes, and what is counted of them.

use std::sync::Mutex;
use std::time::Duration;

use chrono::{DateTime, Days, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::support::{
    Answer, Caller, Member, array, eventually, fresh, product, run_schedule, text, walk, within,
    world,
};

/// Longer than the stream of codes takes to bring what became of them.
const PATIENCE: Duration = Duration::from_mins(1);

/// A product whose codes are valid for so many days.
fn valid_for(days: u32) -> String {
    let mut body = product(&fresh("helped"), &world().standard.id, "20");
    body["code_valid_days"] = json!(days);
    let created = world().admin.post("/admin/v1/products", &body).good(201);
    text(&created, "product_id").to_owned()
}

fn code_id(purchase: &Value) -> String {
    text(&purchase["codes"][0], "code_id").to_owned()
}

/// Does this with a code, for a reason.
fn act(caller: &Caller, code_id: &str, verb: &str, more: &Value) -> Answer {
    let mut body = json!({"reason": "The gate did not open."});
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    caller.post(&format!("/admin/v1/codes/{code_id}/{verb}"), &body)
}

/// What the log says about this code, newest first.
fn noted(code_id: &str) -> Vec<Value> {
    let month = Utc::now().format("%Y-%m");
    let path = format!("/admin/v1/audit?month={month}&limit=100");
    let records = walk(&world().admin, &path).into_iter();
    records
        .filter(|record| record["subject"] == code_id)
        .collect()
}

fn usage(product: &str) -> Value {
    let today = Utc::now().date_naive();
    let until = today.checked_add_days(Days::new(10)).unwrap();
    let path = format!("/admin/v1/products/{product}/usage?from={today}&until={until}");
    world().admin.get(&path).good(200)["total"].clone()
}

#[test]
fn a_code_is_found_by_whatever_somebody_has_of_it() {
    let (admin, member) = (&world().admin, Member::with_hundreds(1));
    let purchase = member.buy(&world().cheap, 1);
    let code = member.reveal(&purchase).remove(0);
    let (id, last4) = (code_id(&purchase), &code[code.len() - 4..]);
    let finds = |question: &Value| {
        let found = admin.post("/admin/v1/codes/search", question).good(200);
        let ids = array(&found, "items").iter();
        ids.map(|item| text(item, "code_id").to_owned())
            .collect::<Vec<_>>()
    };

    assert_eq!(finds(&json!({"code": code})), [id.as_str()]);
    let mangled = format!(" {} ", code.to_lowercase().replace('-', " "));
    assert_eq!(finds(&json!({"code": mangled})), [id.as_str()]);
    for question in [
        json!({"member_id": member.id}),
        json!({"purchase_id": purchase["purchase_id"]}),
        json!({"last4": last4, "product_id": world().cheap}),
    ] {
        within(PATIENCE, "the code is found", || {
            finds(&question).contains(&id).then_some(())
        });
    }
    let found = admin.post("/admin/v1/codes/search", &json!({"code": code}));
    assert!(!found.text.contains(&code), "staff sees no code");
    assert!(finds(&json!({"member_id": Member::join().id})).is_empty());
}

#[test]
fn a_revoked_code_is_dead_and_a_replaced_one_lives_on_in_another() {
    let (admin, partner) = (&world().admin, &world().standard);
    let member = Member::with_hundreds(2);
    let (revoked, replaced) = (member.buy(&world().cheap, 1), member.buy(&world().cheap, 1));
    let code = member.reveal(&revoked).remove(0);

    let first = act(admin, &code_id(&revoked), "revoke", &json!({})).good(200);
    let again = act(admin, &code_id(&revoked), "revoke", &json!({})).good(200);

    assert_eq!(first["state"], "revoked");
    assert_eq!(again, first);
    let refused = partner.redeem(&code, &fresh("order"));
    refused.refused(422, "CODE_NOT_REDEEMABLE");
    act(admin, &code_id(&revoked), "replace", &json!({})).refused(409, "CODE_NOT_OPEN");
    let records = noted(&code_id(&revoked));
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["action"], "revoke_code");
    assert_eq!(records[0]["after"]["reason"], "The gate did not open.");

    let old = member.reveal(&replaced).remove(0);
    let exchanged = act(admin, &code_id(&replaced), "replace", &json!({})).good(200);
    let repeated = act(admin, &code_id(&replaced), "replace", &json!({})).good(200);
    assert_eq!(
        repeated["replacement"]["code_id"],
        exchanged["replacement"]["code_id"]
    );
    let refused = partner.redeem(&old, &fresh("order"));
    refused.refused(422, "CODE_NOT_REDEEMABLE");
    let path = format!("/v1/purchases/{}", text(&replaced, "purchase_id"));
    let shown = member.app.get(&path).good(200);
    assert_eq!(shown["codes"][0]["state"], "replaced");
    assert_eq!(shown["codes"][0]["next"], "use_replacement");
    let codes = member.reveal(&replaced);
    let new = codes
        .iter()
        .find(|code| **code != old)
        .expect("another code");
    partner.redeem(new, &fresh("order")).good(201);
}

#[test]
fn an_extended_code_is_valid_for_longer_and_never_for_less() {
    let (admin, member) = (&world().admin, Member::with_hundreds(1));
    let purchase = member.buy(&valid_for(2), 1);
    let at = |days: i64| {
        let at = Utc::now() + TimeDelta::days(days);
        at.to_rfc3339_opts(SecondsFormat::Millis, true)
    };

    let later = json!({"expires_at": at(40)});
    let extended = act(admin, &code_id(&purchase), "extend", &later).good(200);

    assert_eq!(extended["expires_at"], later["expires_at"]);
    let same = act(admin, &code_id(&purchase), "extend", &later).good(200);
    assert_eq!(same, extended);
    let sooner = act(
        admin,
        &code_id(&purchase),
        "extend",
        &json!({"expires_at": at(30)}),
    );
    sooner.refused(409, "CODE_VALID_LONGER");
    for wrong in [at(-1), at(800)] {
        let refused = act(
            admin,
            &code_id(&purchase),
            "extend",
            &json!({"expires_at": wrong}),
        );
        refused.refused(400, "INVALID_BODY");
    }
    assert_eq!(noted(&code_id(&purchase)).len(), 1);
}

/// The clock strikes, as far as the job knows.
fn beat(at: DateTime<Utc>) {
    let time = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    run_schedule("codes-expire", &json!({"id": fresh("beat"), "time": time}));
}

/// What a member was told about codes that run out soon.
fn expiring(member: &Member) -> Vec<Value> {
    let all = member.notifications().into_iter();
    all.filter(|told| told["kind"] == "code_expiring").collect()
}

#[test]
fn what_becomes_of_codes_is_counted_for_staff_and_for_their_partner() {
    let (partner, sold) = (&world().standard, valid_for(2));
    let member = Member::with_hundreds(1);
    let purchases: Vec<Value> = (0..3).map(|_| member.buy(&sold, 1)).collect();
    let code = member.reveal(&purchases[0]).remove(0);
    partner.redeem(&code, &fresh("order")).good(201);
    let path = format!(
        "/v1/purchases/{}/refunds",
        text(&purchases[1], "purchase_id")
    );
    let order = json!({"code_ids": [code_id(&purchases[1])], "reason": "changed_mind"});
    member.app.post(&path, &order).good(200);

    let counted = within(PATIENCE, "everything is counted", || {
        let counted = usage(&sold);
        let is_all = counted["sold"] == 3 && counted["redeemed"] == 1 && counted["refunded"] == 1;
        is_all.then_some(counted)
    });

    assert_eq!(counted["paid"], "60");
    assert_eq!(counted["paid_back"], "20");
    assert_eq!(counted["revealed"], 1);
    assert_eq!(counted["time_to_redeem"]["within_hour"], 1);
    let today = Utc::now().date_naive();
    let days = format!("from={today}&until={}", today + Days::new(1));
    let own = walk(&partner.api, &format!("/v1/usage?{days}&limit=100"));
    let own = own
        .iter()
        .find(|usage| usage["product_id"] == sold.as_str());
    assert_eq!(own.expect("the product")["redeemed"], 1);
    let other = walk(
        &world().exclusive.api,
        &format!("/v1/usage?{days}&limit=100"),
    );
    assert!(
        other
            .iter()
            .all(|usage| usage["product_id"] != sold.as_str())
    );
}

/// Somebody who bought two codes that are valid for so many days: one is redeemed, the other one is open.
struct Holder {
    member: Member,
    product: String,
    open: Value,
    ends: DateTime<Utc>,
}

impl Holder {
    fn of(days: u32) -> Self {
        let (member, product) = (Member::with_hundreds(1), valid_for(days));
        let (used, open) = (member.buy(&product, 1), member.buy(&product, 1));
        let code = member.reveal(&used).remove(0);
        world().standard.redeem(&code, &fresh("order")).good(201);
        within(PATIENCE, "both are counted", || {
            let counted = usage(&product);
            (counted["sold"] == 2 && counted["redeemed"] == 1).then_some(())
        });
        let ends = text(&open["codes"][0], "expires_at").parse().unwrap();
        Self {
            member,
            product,
            open,
            ends,
        }
    }
}

/// Held by whoever sends beats. The job never goes back: what one test's beat has passed, another's codes must not still come
/// to. Beats lie as little ahead as they can, so that the next run of these tests comes after them.
static JOB: Mutex<()> = Mutex::new(());

#[test]
fn a_holder_is_told_a_day_before_the_end() {
    let _alone = JOB.lock();
    beat(Utc::now());
    let holder = Holder::of(2);

    for _ in 0..2 {
        beat(holder.ends - TimeDelta::days(1) + TimeDelta::seconds(1));
    }

    let told = eventually("the holder is told", || {
        let told = expiring(&holder.member);
        (!told.is_empty()).then_some(told)
    });
    assert_eq!(
        told.len(),
        1,
        "of the one code that is still open: {told:?}"
    );
    assert_eq!(told[0]["purchase_id"], holder.open["purchase_id"]);
}

#[test]
fn a_code_does_not_wait_for_the_job_that_counts_it_as_run_out() {
    let _alone = JOB.lock();
    let holder = Holder::of(1);

    beat(holder.ends + TimeDelta::seconds(1));

    let counted = usage(&holder.product);
    assert_eq!(counted["expired"], 1);
    assert_eq!(counted["breakage"], "0.5000");
    // The beat came too early: what decides is the code itself, and the count follows it.
    let code = holder.member.reveal(&holder.open).remove(0);
    world().standard.redeem(&code, &fresh("order")).good(201);
    within(PATIENCE, "the count follows", || {
        let counted = usage(&holder.product);
        (counted["expired"] == 0 && counted["redeemed"] == 2).then_some(())
    });
}
