//! Steps in which a code is bought and used: exactly once each, however often anybody asks.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::answers::{expect_balance, items, refusal};
use super::journey::Journey;
use super::story::aside;
use crate::amount::Amount;
use crate::http::{Reply, text};

/// What the member is about to buy.
pub(super) struct Choice {
    pub(super) title: String,
    pub(super) price: Amount,
    pub(super) quote: String,
}

impl Journey<'_> {
    pub(super) fn choose(&mut self) -> Result<Choice> {
        let path = format!(
            "/v1/products?partner_id={}&available=true&sort=price",
            self.shop_id
        );
        let products = self.app.get(&path)?;
        let (mut affordable, mut cheapest) = (0, None);
        for product in items(&products)? {
            let price = Amount::parse(text(product, "token_price")?)?;
            ensure!(
                product["affordable"] == (price <= self.story.balance()),
                "the store is wrong about what the member can afford: {product}"
            );
            affordable += usize::from(product["affordable"] == true);
            ensure!(
                product["partner"]["partner_id"] == self.shop_id,
                "the store shows another partner's product: {product}"
            );
            if cheapest.as_ref().is_none_or(|(_, least)| price < *least) {
                cheapest = Some((product.clone(), price));
            }
        }
        let (product, price) = cheapest.context("the shop offers nothing")?;
        let title = text(&product, "title")?.to_owned();
        self.story.tell(
            &format!(
                "Looks what the shop has: {} products, {affordable} affordable",
                items(&products)?.len()
            ),
            self.story.balance(),
        );
        let order = json!({"product_id": product["product_id"], "quantity": 1});
        let quote = self
            .app
            .post("/v1/quotes", &order)?
            .expect(201, "ask for a quote")?;
        ensure!(
            text(&quote, "total")? == price.to_string(),
            "the quote differs from the store's price: {quote}"
        );
        self.story.tell(
            &format!("Asks for a quote: {title} for {price}"),
            self.story.balance(),
        );
        Ok(Choice {
            title,
            price,
            quote: text(&quote, "quote")?.to_owned(),
        })
    }

    pub(super) fn buy_too_early(&mut self, choice: &Choice) -> Result<()> {
        let refused = refusal(&self.order(choice)?, "INSUFFICIENT_TOKENS")?;
        expect_balance(&self.app.get("/v1/wallet")?, self.story.balance())?;
        self.story.tell(
            "Tries to buy with too little: refused, nothing taken",
            self.story.balance(),
        );
        aside(&refused);
        Ok(())
    }

    pub(super) fn buy(&mut self, choice: &Choice) -> Result<Value> {
        let purchase = self.order(choice)?.expect(201, "buy")?;
        self.entries += 1;
        let left = self.story.balance().minus(choice.price);
        ensure!(
            text(&purchase, "balance_after")? == left.to_string(),
            "the purchase took the wrong amount: {purchase}"
        );
        expect_balance(&self.app.get("/v1/wallet")?, left)?;
        self.story.tell(&format!("Buys: {}", choice.title), left);
        aside(&format!(
            "the code is hidden until it is needed: {}",
            purchase["codes"][0]["masked"]
        ));
        Ok(purchase)
    }

    pub(super) fn reveal(&mut self, purchase: &Value) -> Result<String> {
        let path = format!("/v1/purchases/{}/reveal", text(purchase, "purchase_id")?);
        let revealed = self
            .app
            .post(&path, &json!({}))?
            .expect(200, "reveal the code")?;
        let code = text(&revealed["codes"][0], "code")?.to_owned();
        self.story
            .tell(&format!("Reveals the code: {code}"), self.story.balance());
        Ok(code)
    }

    pub(super) fn buy_again(&mut self, choice: &Choice, purchase: &Value) -> Result<()> {
        let again = self
            .order(choice)?
            .expect(201, "send the same order again")?;
        ensure!(
            again == *purchase,
            "the same quote became another purchase: {purchase} and {again}"
        );
        expect_balance(&self.app.get("/v1/wallet")?, self.story.balance())?;
        self.story.tell(
            "Sends the same order again: the same purchase, paid once",
            self.story.balance(),
        );
        Ok(())
    }

    pub(super) fn redeem(&mut self, code: &str) -> Result<()> {
        let balance = self.story.balance();
        let valid = self
            .shop
            .post("/v1/codes/validate", &json!({"code": code}))?
            .expect(200, "validate the code")?;
        ensure!(
            valid["redeemable"] == true,
            "a fresh code is not redeemable: {valid}"
        );
        self.story
            .tell("The partner looks at the code: it is good", balance);

        let order = json!({"code": code, "reference": "receipt-1"});
        let redeemed = self
            .shop
            .post("/v1/redemptions", &order)?
            .expect(201, "redeem the code")?;
        self.story.tell("The partner redeems it", balance);

        let again = self
            .shop
            .post("/v1/redemptions", &order)?
            .expect(201, "redeem again with the same reference")?;
        ensure!(
            again == redeemed,
            "the same redemption got another answer: {redeemed} and {again}"
        );
        self.story.tell(
            "The partner's till repeats itself: the same answer",
            balance,
        );

        let other = json!({"code": code, "reference": "receipt-2"});
        let refused = refusal(
            &self.shop.post("/v1/redemptions", &other)?,
            "CODE_NOT_REDEEMABLE",
        )?;
        self.story
            .tell("Somebody tries the code a second time: refused", balance);
        aside(&refused);
        Ok(())
    }

    fn order(&self, choice: &Choice) -> Result<Reply> {
        self.app
            .post("/v1/purchases", &json!({"quote": choice.quote}))
    }
}
