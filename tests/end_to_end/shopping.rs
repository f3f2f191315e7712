//! The store shows what there is for whom, in lists that can be walked, and limits hold.

use serde_json::{Value, json};

use crate::support::{Member, array, eventually, fresh, product, text, world};

/// A product of its own category.
fn put_up(category: &str, parts: &Value) -> String {
    let mut body = product(&fresh("product"), &world().standard.id, "20");
    body["category"] = json!(category);
    for (name, value) in parts.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    let created = world().admin.post("/admin/v1/products", &body).good(201);
    text(&created, "product_id").to_owned()
}

#[test]
fn a_list_is_filtered_sorted_and_walked_and_its_cursor_fits_no_other() {
    let (member, category) = (Member::join(), fresh("proof"));
    for price in ["22", "21", "23"] {
        put_up(&category, &json!({"token_price": price, "region": "north"}));
    }
    put_up(&category, &json!({"state": "draft"}));

    let path = format!("/v1/products?category={category}&sort=price&limit=2");
    let offers = eventually("all three are on the shelf", || {
        let offers = member.walk(&path);
        (offers.len() == 3).then_some(offers)
    });
    let prices: Vec<&str> = offers
        .iter()
        .map(|offer| text(offer, "token_price"))
        .collect();
    assert_eq!(prices, ["21", "22", "23"]);
    let dear = format!("/v1/products?category={category}&price_min=21.5&region=north");
    assert_eq!(array(&member.app.get(&dear).good(200), "items").len(), 2);
    let elsewhere = format!("/v1/products?category={category}&region=south");
    let elsewhere = member.app.get(&elsewhere).good(200);
    assert!(array(&elsewhere, "items").is_empty());

    let page = eventually("a page of two with more behind it", || {
        let page = member.app.get(&path).good(200);
        page["next_cursor"].is_string().then_some(page)
    });
    let cursor = text(&page, "next_cursor");
    for query in ["sort=newest", "sort=price&affordable=false", "sort=price"] {
        let path = format!("/v1/products?{query}&cursor={cursor}");
        member.app.get(&path).refused(400, "INVALID_CURSOR");
    }
    let unknown = member.app.get("/v1/products?colour=red");
    unknown.refused(400, "INVALID_QUERY");
}

#[test]
fn a_limited_product_says_how_few_are_left_and_no_more_are_quoted() {
    let member = Member::join();
    let id = put_up(
        &fresh("proof"),
        &json!({"stock": {"kind": "limited", "total": 3}, "per_member_max": 2}),
    );

    let path = format!("/v1/products/{id}");
    let shown = eventually("it is on the shelf", || {
        let answer = member.app.get(&path);
        (answer.status == 200).then(|| answer.json().clone())
    });
    let availability = &shown["availability"];
    assert_eq!(availability["remaining_band"], "last");
    assert_eq!(availability["per_member_left"], 2);
    let wish = |quantity: u32| json!({"product_id": id, "quantity": quantity});
    let refused = eventually("the limit is known", || {
        let answer = member.app.post("/v1/quotes", &wish(3));
        answer.is_refused("PER_MEMBER_LIMIT").then_some(answer)
    });
    assert_eq!(refused.refused(422, "PER_MEMBER_LIMIT")["left"], 2);

    let admin = format!("/admin/v1/products/{id}");
    let unlimited = json!({"version": 1, "per_member_max": null});
    world().admin.patch(&admin, &unlimited).good(200);
    let refused = eventually("only the stock is in the way", || {
        let answer = member.app.post("/v1/quotes", &wish(4));
        answer.is_refused("SOLD_OUT").then_some(answer)
    });
    assert_eq!(refused.refused(422, "SOLD_OUT")["left"], 3);
    assert_eq!(world().admin.get(&admin).good(200)["left"], 3);
}

#[test]
fn what_has_not_begun_is_there_for_those_with_early_access_only() {
    let (friend, stranger) = (Member::join(), Member::join());
    let segment = fresh("proof");
    let segments = format!("/admin/v1/members/{}/segments", friend.id);
    let body = json!({"segments": [segment]});
    world().admin.put(&segments, &body).good(200);
    let early = json!({"from": "2026-01-01T00:00:00Z", "segments": [segment]});
    let id = put_up(
        &fresh("proof"),
        &json!({"starts_at": "2999-01-01T00:00:00Z", "early_access": early}),
    );

    let path = format!("/v1/products/{id}");
    let shown = eventually("the friend sees it", || {
        let answer = friend.app.get(&path);
        (answer.status == 200).then(|| answer.json().clone())
    });
    assert_eq!(shown["availability"]["status"], "early_access");
    let answer = stranger.app.get(&path);
    answer.refused(404, "PRODUCT_NOT_FOUND");
}
