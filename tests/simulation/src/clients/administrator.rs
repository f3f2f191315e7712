//! Administrators who change rules and promotions of rewards while everybody is at work.

use std::time::Duration;

use shared::publication::Lifecycle;
use shared::rewards::{programme as of_all, promotions, rules};

use super::Client;
use crate::house::{PROMOTION, act, pause, programme, publish, varied, word};
use crate::instances::Function;

impl Client {
    /// Drafts a version of a rule and publishes it.
    pub(super) async fn set_rule(mut self, rule: &'static str, amount: u32, limit: u32) {
        let answer = self
            .insist(Function::Administer, move |instance, now| async move {
                let (tables, id) = (&instance.tables, word(rule));
                let terms = varied(rule, amount, limit);
                let draft = rules::set(tables, &id, terms, &act(rule, now)).await?;
                let order = publish(draft.version);
                let act = act(&format!("{rule}, published"), now);
                let head = rules::set_state(tables, &id, &order, &act).await?;
                Ok((draft, head))
            })
            .await;
        let is_set = answer.outcome.as_ref().is_ok_and(|(draft, head)| {
            let published = head.published.as_ref();
            draft.content.text() == varied(rule, amount, limit)
                && head.lifecycle == Lifecycle::Published
                && published.is_some_and(|published| {
                    published.version == draft.version && published.content == draft.content
                })
        });
        if !is_set {
            self.object("did not publish its rule", &answer.outcome);
        }
    }

    /// Holds a rule or the promotion back, and resumes it after a while.
    pub(super) async fn pause_for(mut self, what: &'static str, time: Duration) {
        self.set_paused(what, true).await;
        self.world.executor.sleep(time).await;
        self.set_paused(what, false).await;
    }

    async fn set_paused(&mut self, what: &'static str, paused: bool) {
        let answer = self
            .insist(Function::Administer, move |instance, now| async move {
                let (tables, id, order) = (&instance.tables, word(what), pause(paused));
                let act = act(&format!("{what}, paused: {paused}"), now);
                if what == PROMOTION {
                    let head = promotions::set_state(tables, &id, &order, &act).await?;
                    return Ok(head.lifecycle);
                }
                let head = rules::set_state(tables, &id, &order, &act).await?;
                Ok(head.lifecycle)
            })
            .await;
        let wanted = if paused {
            Lifecycle::Paused
        } else {
            Lifecycle::Published
        };
        if answer.outcome.as_ref() != Ok(&wanted) {
            self.object("did not pause or resume it", &answer.outcome);
        }
    }

    /// Changes what holds for all rules.
    pub(super) async fn set_programme(mut self, day: u32, budget: u32) {
        let answer = self
            .insist(Function::Administer, move |instance, now| async move {
                let act = act("programme", now);
                of_all::set(&instance.tables, programme(day, budget), &act).await
            })
            .await;
        let is_set = answer
            .outcome
            .as_ref()
            .is_ok_and(|set| set.written() == programme(day, budget));
        if !is_set {
            self.object("did not set the programme", &answer.outcome);
        }
    }
}
