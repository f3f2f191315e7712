//! Members and partners, as the world outside knows them.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use super::aws::{idp, sign_in};
use super::{Answer, Caller, array, eventually, fresh, micros, stack, text, world};

/// A member of the app.
pub struct Member {
    pub id: String,
    pub email: String,
    pub password: String,
    /// The app in their hands.
    pub app: Caller,
}

/// A partner's system.
pub struct Partner {
    pub id: String,
    pub reference: String,
    pub key_id: String,
    pub api_key: String,
    pub api: Caller,
}

impl Member {
    /// Somebody new, who signs up as the app does it. The mail with the code is the only step that nobody here can take.
    pub fn join() -> Self {
        let (email, password) = (format!("{}@rjv.example", fresh("member")), "Longevity-2026");
        let sign_up = json!({
            "ClientId": stack().user_pool_client_id,
            "Username": email,
            "Password": password,
            "UserAttributes": [{"Name": "email", "Value": email}],
        });
        let sub = idp("SignUp", &sign_up);
        let confirm = json!({"UserPoolId": stack().user_pool_id, "Username": email});
        idp("AdminConfirmSignUp", &confirm);
        let tokens = sign_in(&email, password);
        Self {
            id: format!("mem_{}", text(&sub, "UserSub").replace('-', "")),
            app: app(text(&tokens, "AccessToken")),
            password: password.to_owned(),
            email,
        }
    }

    /// Somebody new with so many times a hundred RJV.
    pub fn with_hundreds(count: usize) -> Self {
        let member = Self::join();
        member.earn("proof-hundred", count);
        member
    }

    /// Reports a lesson with this content; the shared rules are named after theirs.
    pub fn report(&self, event_id: &str, content: &str) -> Answer {
        world();
        let body = lesson(event_id, content);
        self.app.post("/v1/activities", &body)
    }

    /// Has so many lessons with a content, and waits for their awards.
    pub fn earn(&self, content: &str, count: usize) {
        let before = self.seq();
        for _ in 0..count {
            self.report(&fresh("event"), content).good(202);
        }
        let wanted = before + u64::try_from(count).unwrap();
        eventually("awards arrive", || (self.seq() == wanted).then_some(()));
    }

    pub fn wallet(&self) -> Value {
        self.app.get("/v1/wallet").good(200)
    }

    /// What can be spent, in micro-RJV.
    pub fn available(&self) -> u64 {
        micros(&self.wallet()["available"])
    }

    /// How many entries the wallet has.
    pub fn seq(&self) -> u64 {
        self.wallet()["seq"].as_u64().unwrap()
    }

    /// A whole list, page by page.
    pub fn walk(&self, path: &str) -> Vec<Value> {
        walk(&self.app, path)
    }

    /// All entries in full, oldest first.
    pub fn entries(&self) -> Vec<Value> {
        let mut rows = self.walk("/v1/wallet/transactions?limit=100");
        rows.reverse();
        rows.iter()
            .map(|row| self.entry(text(row, "entry_id")))
            .collect()
    }

    pub fn entry(&self, id: &str) -> Value {
        let path = format!("/v1/wallet/transactions/{id}");
        self.app.get(&path).good(200)
    }

    pub fn notifications(&self) -> Vec<Value> {
        self.walk("/v1/notifications?limit=100")
    }

    /// The signed text of a new quote.
    pub fn quote(&self, product: &str, quantity: u32) -> String {
        text(&self.quoted(product, quantity), "quote").to_owned()
    }

    /// A new quote. A product that was just created is known everywhere within seconds.
    pub fn quoted(&self, product: &str, quantity: u32) -> Value {
        let body = json!({"product_id": product, "quantity": quantity});
        let answer = eventually("the product can be quoted", || {
            let answer = self.app.post("/v1/quotes", &body);
            (!answer.is_refused("PRODUCT_NOT_FOUND")).then_some(answer)
        });
        answer.good(201)
    }

    /// Executes a quote.
    pub fn execute(&self, quote: &str) -> Answer {
        self.app.post("/v1/purchases", &json!({"quote": quote}))
    }

    /// Buys codes of a product.
    pub fn buy(&self, product: &str, quantity: u32) -> Value {
        self.execute(&self.quote(product, quantity)).good(201)
    }

    /// The texts of the codes of a purchase.
    pub fn reveal(&self, purchase: &Value) -> Vec<String> {
        let path = format!("/v1/purchases/{}/reveal", text(purchase, "purchase_id"));
        let revealed = self.app.post(&path, &json!({})).good(200);
        let code = |code: &Value| text(code, "code").to_owned();
        array(&revealed, "codes").iter().map(code).collect()
    }

    /// Buys one code, and answers its text.
    pub fn buy_code(&self, product: &str) -> String {
        self.reveal(&self.buy(product, 1)).remove(0)
    }

    /// Everything that a refused request must leave as it was.
    pub fn belongings(&self) -> Value {
        json!({
            "wallet": self.wallet(),
            "transactions": self.walk("/v1/wallet/transactions?limit=100"),
            "purchases": self.walk("/v1/purchases?limit=100"),
        })
    }

    /// Makes sure that `act` changes nothing of what the member has.
    pub fn unharmed<T>(&self, act: impl FnOnce() -> T) -> T {
        let before = self.belongings();
        let result = act();
        assert_eq!(self.belongings(), before);
        result
    }
}

impl Partner {
    /// A new partner with its first key.
    pub fn create(class: &str) -> Self {
        let reference = fresh("partner");
        let body = json!({"reference": reference, "name": "Proof", "class": class});
        let created = world().admin.post("/admin/v1/partners", &body).good(201);
        Self::new(
            text(&created, "partner_id"),
            &reference,
            text(&created, "key_id"),
            text(&created, "api_key"),
        )
    }

    pub(super) fn new(id: &str, reference: &str, key_id: &str, api_key: &str) -> Self {
        Self {
            id: id.to_owned(),
            reference: reference.to_owned(),
            key_id: key_id.to_owned(),
            api_key: api_key.to_owned(),
            api: partner_api(api_key),
        }
    }

    pub fn validate(&self, code: &str) -> Answer {
        self.api.post("/v1/codes/validate", &json!({"code": code}))
    }

    pub fn redeem(&self, code: &str, reference: &str) -> Answer {
        let body = json!({"code": code, "reference": reference});
        self.api.post("/v1/redemptions", &body)
    }

    pub fn reserve(&self, code: &str, reference: &str, minutes: u32) -> Answer {
        let body = json!({"code": code, "reference": reference, "minutes": minutes});
        self.api.post("/v1/codes/reserve", &body)
    }

    pub fn release(&self, code: &str, reference: &str) -> Answer {
        let body = json!({"code": code, "reference": reference});
        self.api.post("/v1/codes/release", &body)
    }

    /// Another key of the same partner.
    pub fn issue_key(&self, reference: &str) -> Answer {
        let path = format!("/admin/v1/partners/{}/keys", self.id);
        world().admin.post(&path, &json!({"reference": reference}))
    }

    pub fn revoke_key(&self, key_id: &str) -> Answer {
        let path = format!("/admin/v1/partners/{}/keys/{key_id}", self.id);
        world().admin.delete(&path)
    }

    /// The same partner with another of its keys.
    pub fn with_key(&self, issued: &Value) -> Self {
        Self::new(
            &self.id,
            &self.reference,
            text(issued, "key_id"),
            text(issued, "api_key"),
        )
    }
}

/// The app's API, called with this token.
pub fn app(token: &str) -> Caller {
    Caller {
        base: stack().app_url.clone(),
        credential: Some(("authorization", format!("Bearer {token}"))),
    }
}

/// The partners' API, called with this key.
pub fn partner_api(key: &str) -> Caller {
    Caller {
        base: stack().partner_url.clone(),
        credential: Some(("x-api-key", key.to_owned())),
    }
}

/// All items of a list, page by page. The same page twice would be a loop.
pub fn walk(caller: &Caller, path: &str) -> Vec<Value> {
    let (mut items, mut cursors): (Vec<Value>, Vec<String>) = (Vec::new(), Vec::new());
    loop {
        let page = match cursors.last() {
            Some(cursor) => caller.get(&format!("{path}&cursor={cursor}")),
            None => caller.get(path),
        };
        let page = page.good(200);
        items.extend_from_slice(array(&page, "items"));
        let Some(next) = page["next_cursor"].as_str() else {
            return items;
        };
        assert!(!cursors.iter().any(|seen| seen == next), "{path} loops");
        cursors.push(next.to_owned());
    }
}

/// The claims of a token, unverified.
pub fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap()).unwrap()
}

/// The report of a lesson.
pub fn lesson(event_id: &str, content: &str) -> Value {
    json!({
        "event_id": event_id,
        "kind": "education_completed",
        "fields": {"content": content, "minutes": 15},
    })
}
