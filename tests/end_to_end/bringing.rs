//! Codes that partners bring into a pool, and codes that they print.

use serde_json::{Value, json};

use crate::support::{
    Answer, Member, Payload, array, eventually, fresh, product, race, send, text, world,
};

/// A product whose codes its partner brings.
fn brought() -> String {
    let mut body = product(&fresh("brought"), &world().standard.id, "20");
    body["stock"] = json!({"kind": "pool"});
    let created = world().admin.post("/admin/v1/products", &body).good(201);
    text(&created, "product_id").to_owned()
}

/// Follows a job until it is done.
fn done(jobs: &str, job: &Value) -> Value {
    let path = format!("{jobs}/{}", text(job, "job_id"));
    eventually("the job is done", || {
        let job = world().admin.get(&path).good(200);
        assert_ne!(job["state"], "failed", "{job}");
        (job["state"] == "done").then_some(job)
    })
}

/// Brings codes by a list, and waits until they are in the pool.
fn bring(product: &str, codes: &[String]) -> Value {
    let jobs = format!("/admin/v1/products/{product}/imports");
    let order = json!({"reference": fresh("list"), "codes": codes});
    let started = world().admin.post(&jobs, &order).good(202);
    done(&jobs, &started)
}

/// Uses a link as whoever has it does: without a credential.
fn follow(method: &str, link: &Value, payload: Payload) -> Answer {
    send(method, text(link, "url"), &[], payload)
}

fn shelf(product: &str) -> Value {
    let path = format!("/v1/products/{product}");
    Member::join().app.get(&path).good(200)["availability"].clone()
}

#[test]
fn brought_codes_are_sold_once_each_shown_as_they_were_written_and_redeemed() {
    let pooled = brought();
    assert_eq!(shelf(&pooled)["status"], "sold_out");
    let codes: Vec<String> = (0..3)
        .map(|number| fresh(&format!("Gym_{number}")))
        .collect();
    let imported = bring(&pooled, &codes);
    assert_eq!(
        imported["counts"],
        json!({"imported": 3, "duplicate": 0, "invalid": 0})
    );
    let members: Vec<Member> = (0..5).map(|_| Member::with_hundreds(1)).collect();
    let quotes: Vec<String> = members.iter().map(|one| one.quote(&pooled, 1)).collect();

    let answers = race(5, |racer| members[racer].execute(&quotes[racer]));

    let mut shown = Vec::new();
    for (member, answer) in members.iter().zip(&answers) {
        if answer.status == 201 {
            shown.extend(member.reveal(&answer.json()));
        } else {
            answer.refused(422, "SOLD_OUT");
        }
    }
    shown.sort();
    let mut wanted = codes.clone();
    wanted.sort();
    assert_eq!(shown, wanted);
    let partner = &world().standard;
    for code in &codes {
        assert_eq!(partner.validate(code).good(200)["redeemable"], true);
        partner.redeem(code, &fresh("order")).good(201);
        let again = partner.redeem(code, &fresh("order"));
        again.refused(422, "CODE_NOT_REDEEMABLE");
    }
}

#[test]
fn thousands_of_codes_come_by_a_link_and_the_report_says_what_became_of_each_row() {
    let (admin, pooled) = (&world().admin, brought());
    let jobs = format!("/admin/v1/products/{pooled}/imports");
    let stem = fresh("row");
    let there = format!("{stem}-there");
    bring(&pooled, std::slice::from_ref(&there));
    let mut rows: Vec<String> = (0..3000).map(|row| format!("{stem}-{row:04}")).collect();
    rows[1000] = rows[10].clone();
    rows[2000] = there;
    rows[2999] = "x".to_owned();
    let file = format!("code\r\n{}\r\n", rows.join("\r\n"));

    let order = json!({"reference": fresh("file"), "upload": "csv"});
    let ordered = admin.post(&jobs, &order).good(202);
    assert_eq!(ordered["state"], "waiting");
    let start = format!("{jobs}/{}/start", text(&ordered, "job_id"));
    admin
        .post(&start, &json!({}))
        .refused(422, "UPLOAD_MISSING");
    let put = follow(
        "PUT",
        &ordered["upload"],
        Payload::Raw(None, file.as_bytes()),
    );
    assert_eq!(put.status, 200, "{put}");
    admin.post(&start, &json!({})).good(202);

    let imported = done(&jobs, &ordered);
    assert_eq!(
        imported["counts"],
        json!({"imported": 2997, "duplicate": 2, "invalid": 1})
    );
    let report = follow("GET", &imported["report"], Payload::Nothing);
    assert_eq!(report.status, 200, "{report}");
    let lines: Vec<&str> = report.text.lines().collect();
    assert_eq!(lines.len(), 3001);
    assert!(!report.text.contains(&stem), "a report holds no codes");
    let said = |row: usize| lines[row].rsplit_once(',').unwrap().0;
    assert_eq!(said(1), "2,imported,");
    assert_eq!(said(1001), "1002,duplicate,repeated_in_file");
    assert_eq!(said(2001), "2002,duplicate,in_pool");
    assert_eq!(said(3000), "3001,invalid,length");
    // The file is gone, and what was ordered once is not done again.
    let again = admin.post(&jobs, &order).good(202);
    assert_eq!(again["job_id"], ordered["job_id"]);
    assert_eq!(again["state"], "done");
    let availability = shelf(&pooled);
    assert_eq!(availability["status"], "available");
}

#[test]
fn printed_codes_come_in_a_file_and_each_is_redeemed_once() {
    let (admin, partner) = (&world().admin, &world().standard);
    let body = product(&fresh("printed"), &partner.id, "20");
    let created = admin.post("/admin/v1/products", &body).good(201);
    let jobs = format!(
        "/admin/v1/products/{}/batches",
        text(&created, "product_id")
    );
    let order = json!({
        "reference": fresh("flyers"), "count": 1500, "expires_at": "2027-06-01T00:00:00Z",
    });

    let ordered = admin.post(&jobs, &order).good(202);
    let again = admin.post(&jobs, &order).good(202);
    assert_eq!(again["job_id"], ordered["job_id"]);
    let printed = done(&jobs, &ordered);
    assert_eq!(printed["minted"], 1500);
    let download = format!("{jobs}/{}/download", text(&printed, "job_id"));
    let link = admin.post(&download, &json!({})).good(200);
    let file = follow("GET", &link, Payload::Nothing);

    let codes: Vec<&str> = file
        .text
        .lines()
        .skip(1)
        .map(|line| line.split(',').next().unwrap())
        .collect();
    assert_eq!(codes.len(), 1500);
    let mut distinct = codes.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), 1500);
    for code in [codes[0], codes[1499]] {
        let answers = race(5, |_| partner.redeem(code, &fresh("order")));
        let won = answers.iter().filter(|answer| answer.status == 201);
        assert_eq!(won.count(), 1, "{answers:?}");
    }
    let stranger = &world().exclusive;
    let foreign = stranger.redeem(codes[1], &fresh("order"));
    foreign.refused(422, "CODE_NOT_REDEEMABLE");
    assert_eq!(array(&admin.get(&jobs).good(200), "items").len(), 1);
}

#[test]
fn what_cannot_be_brought_or_printed_is_refused() {
    let (admin, pooled) = (&world().admin, brought());
    let jobs = format!("/admin/v1/products/{pooled}/imports");
    let reference = fresh("list");
    let order = json!({"reference": reference, "codes": ["Refused-0001"]});
    admin.post(&jobs, &order).good(202);

    let other = json!({"reference": reference, "codes": ["Refused-0002"]});
    admin.post(&jobs, &other).refused(409, "JOB_CONFLICT");
    for body in [
        json!({"reference": fresh("list")}),
        json!({"reference": fresh("list"), "codes": []}),
        json!({"reference": fresh("list"), "codes": ["Refused-0003"], "upload": "csv"}),
        json!({"reference": fresh("list"), "upload": "xlsx"}),
        json!({"reference": fresh("list"), "codes": vec!["Refused-0004"; 1001]}),
    ] {
        admin.post(&jobs, &body).refused(400, "INVALID_BODY");
    }
    let minted = format!("/admin/v1/products/{}/imports", world().cheap);
    let order = json!({"reference": fresh("list"), "codes": ["Refused-0005"]});
    admin.post(&minted, &order).refused(409, "WRONG_STOCK");
    let batches = format!("/admin/v1/products/{pooled}/batches");
    for (count, expires_at) in [
        (0, "2027-06-01T00:00:00Z"),
        (100_001, "2027-06-01T00:00:00Z"),
        (1, "2020-01-01T00:00:00Z"),
    ] {
        let order = json!({"reference": fresh("flyers"), "count": count, "expires_at": expires_at});
        let refused = admin.post(&batches, &order);
        assert!([400, 409].contains(&refused.status), "{refused}");
    }
}
