//! An administrator who changes rules and prices while everybody is at work.

use shared::amount::Rjv;
use shared::catalog::{self, Changes, TokenPrice};
use shared::error::{Failure, Rejection};
use shared::rewards::{self, Rule};

use super::Client;
use crate::house::act;
use crate::instances::Function;

impl Client {
    /// Sets what an activity is worth.
    pub(super) async fn set_rule(mut self, kind: &'static str, amount: u32, daily_cap: u32) {
        let old = self.world.house.rules.iter();
        let old = old
            .map(|(_, rule)| rule)
            .find(|rule| rule.kind.to_string() == kind);
        let rule = Rule {
            amount: Rjv::whole(amount),
            daily_cap: Rjv::whole(daily_cap),
            ..old.expect("a rule").clone()
        };
        let wanted = rule.clone();
        let answer = self
            .insist(Function::Administer, move |instance, now| {
                let (rule, act) = (rule.clone(), act(kind, now));
                async move { rewards::set_rule(&instance.tables, rule, &act).await }
            })
            .await;
        let is_set = answer.outcome.as_ref().is_ok_and(|set| {
            set.amount == wanted.amount && set.daily_cap == wanted.daily_cap && set.version > 0
        });
        if !is_set {
            self.object("did not set its rule", &answer.outcome);
        }
    }

    /// Sets what a code costs, whatever others do meanwhile.
    pub(super) async fn set_price(mut self, offer: usize, price: u32) {
        let id = self.world.house.offers[offer].product.product_id;
        let price = TokenPrice::try_from(price.to_string()).expect("a price");
        let answer = self
            .insist(Function::Administer, move |instance, now| async move {
                let act = act(&id.to_string(), now);
                let product = catalog::product(&instance.tables, id).await?;
                let product = product.ok_or(Rejection::ProductNotFound)?;
                let changes = Changes {
                    token_price: Some(price),
                    ..Changes::default()
                };
                match catalog::update(&instance.tables, id, product.version, changes, &act).await {
                    // Somebody else was faster: the administrator reads it again.
                    Err(shared::error::Error::Rejected(Rejection::VersionConflict { .. })) => {
                        Err(Failure::unavailable("the product changed meanwhile").into())
                    }
                    outcome => outcome,
                }
            })
            .await;
        if !answer
            .outcome
            .as_ref()
            .is_ok_and(|product| product.token_price == price)
        {
            self.object("did not set its price", &answer.outcome);
        }
    }
}
