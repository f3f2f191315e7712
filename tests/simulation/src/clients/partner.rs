//! A partner's tills, at which codes are used.

use std::sync::Arc;
use std::time::Duration;

use shared::codes::{self, Code, Life, Redemption};
use shared::error::Rejection;
use shared::id::{PartnerId, RedemptionId};
use uuid::Uuid;

use super::{Answer, Client};
use crate::house::text;
use crate::instances::Function;
use crate::knowledge::KnownCode;
use crate::mutants::Mutant;

/// What is shown at a till, and to whom.
#[derive(Clone)]
pub struct Sight {
    /// The code.
    pub code: KnownCode,
    /// Who sees it.
    pub partner: PartnerId,
    /// How it is written down.
    pub spelled: String,
    /// Whether that is not the code.
    pub is_guess: bool,
}

impl Client {
    /// Takes some code that a member may show, and redeems it at one till or two.
    pub(super) async fn redeem(
        mut self,
        tills: usize,
        after: Duration,
        is_foreign: bool,
        is_guess: bool,
    ) {
        let world = Arc::clone(&self.world);
        let known = world.knowledge().codes.clone();
        let newest = known.len().saturating_sub(6);
        let Some(code) = self.dice.choice(&known[newest..]).cloned() else {
            return;
        };
        world.executor.sleep(after).await;
        let sight = self.sight(code, is_foreign, is_guess);
        let mut others = Vec::new();
        for till in 1..tills {
            let number = u64::try_from(till).unwrap_or(1);
            let other = Self::new(&world, self.number, number);
            let (done, sight) = (world.executor.slot(), sight.clone());
            others.push(done.clone());
            // Two tills mean two uses of one code, or one use that was entered at both.
            let use_of_it = 2 * self.number + usize::from(self.dice.bool());
            let redeeming = async move {
                other.use_up(sight, use_of_it).await;
                done.put(());
            };
            world.executor.spawn(&world.executor.label(), redeeming);
        }
        let use_of_it = 2 * self.number;
        self.use_up(sight, use_of_it).await;
        for other in others {
            other.take().await;
        }
    }

    /// How a partner sees a code.
    pub(super) fn sight(&mut self, code: KnownCode, is_foreign: bool, is_guess: bool) -> Sight {
        let partners = self
            .world
            .house
            .offers
            .iter()
            .map(|offer| offer.partner.partner_id);
        let foreign: Vec<_> = partners.filter(|other| *other != code.partner_id).collect();
        let foreign = self.dice.choice(foreign).filter(|_| is_foreign);
        let mut spelled = match self.dice.u32(..3) {
            0 => code.text.to_lowercase(),
            1 => code.text.replace('-', " "),
            _ => code.text.clone(),
        };
        if is_guess {
            // Somebody who tries the neighbours of a code that is known.
            spelled.replace_range(
                2..3,
                if spelled.get(2..3) == Some("7") {
                    "8"
                } else {
                    "7"
                },
            );
        }
        Sight {
            partner: foreign.unwrap_or(code.partner_id),
            spelled,
            code,
            is_guess,
        }
    }

    /// Redeems until there is a definite answer; sometimes asks first whether it would work, or reserves the code. Says whether
    /// it is redeemed then.
    pub(super) async fn use_up(mut self, sight: Sight, use_of_it: usize) -> bool {
        match self.dice.u32(..8) {
            0 | 1 => self.validate(&sight).await,
            2..5 => {
                let reference = format!("order-{use_of_it}");
                self.mean_use(&reference, use_of_it);
                if !self.keep(&sight, &reference, use_of_it).await {
                    return false;
                }
            }
            _ => {}
        }
        let mut attempt = 0;
        loop {
            let fresh = self.world.plan.mutant == Some(Mutant::FreshReference);
            let reference = if fresh {
                format!("order-{use_of_it}-{attempt}")
            } else {
                format!("order-{use_of_it}")
            };
            self.mean_use(&reference, use_of_it);
            if let Some(answer) = self.show_code(&sight, &reference).await {
                self.judge_redemption(&sight, &reference, use_of_it, &answer);
                return answer.outcome.is_ok();
            }
            attempt += 1;
            self.pause(attempt).await;
        }
    }

    /// By this reference, this use of a code is meant.
    fn mean_use(&self, reference: &str, use_of_it: usize) {
        let mut knowledge = self.world.knowledge();
        let references = &mut knowledge.references;
        references.insert(reference.to_owned(), use_of_it);
    }

    async fn show_code(&mut self, sight: &Sight, reference: &str) -> Option<Answer<Code>> {
        let (world, spelled) = (Arc::clone(&self.world), sight.spelled.clone());
        let (id, partner_id) = (self.dice.u128(..), sight.partner);
        let reference = text(reference);
        self.ask(Function::Redeem, |instance, now| async move {
            let order = Redemption {
                redemption_id: RedemptionId::new(Uuid::from_u128(id)),
                partner_id,
                reference,
                redeemed_at: now,
            };
            let lookup = &world.house.secrets.lookup;
            Ok(codes::redeem(&instance.tables, lookup, &spelled, &order).await?)
        })
        .await
    }

    async fn validate(&mut self, sight: &Sight) {
        let (world, seen) = (Arc::clone(&self.world), sight.clone());
        let answer = self
            .insist(Function::Redeem, move |instance, now| {
                let (world, seen) = (Arc::clone(&world), seen.clone());
                async move {
                    let lookup = &world.house.secrets.lookup;
                    let (tables, spelled) = (&instance.tables, &seen.spelled);
                    Ok(codes::validate(tables, lookup, spelled, seen.partner, now).await?)
                }
            })
            .await;
        let fits = match &answer.outcome {
            Ok(code) => code.code_id == sight.code.code_id && code.partner_id == sight.partner,
            Err(rejection) => self.is_justified(sight, None, rejection, &answer),
        };
        if !fits {
            self.object("was told wrongly what a code is worth", &answer.outcome);
        }
    }

    fn judge_redemption(
        &self,
        sight: &Sight,
        reference: &str,
        use_of_it: usize,
        answer: &Answer<Code>,
    ) {
        let world = &self.world;
        match &answer.outcome {
            Ok(code) if code.code_id == sight.code.code_id && !sight.is_guess => {
                let verdict =
                    world
                        .knowledge()
                        .redeemed(&world.books(), sight.partner, reference, code);
                world.judge(verdict);
            }
            Ok(_) => self.object("redeemed another code", &answer.outcome),
            Err(rejection) => {
                if !self.is_justified(sight, Some(use_of_it), rejection, answer) {
                    self.object(
                        "was refused although nothing spoke against it",
                        &answer.outcome,
                    );
                }
            }
        }
    }

    /// Whether there was an instant, while the request was under way, at which its refusal was the truth.
    pub(super) fn is_justified(
        &self,
        sight: &Sight,
        use_of_it: Option<usize>,
        rejection: &Rejection,
        answer: &Answer<Code>,
    ) -> bool {
        if sight.is_guess {
            return *rejection == Rejection::CodeNotRedeemable;
        }
        let (books, knowledge) = (self.world.books(), self.world.knowledge());
        let Some(code) = books.code(sight.code.code_id) else {
            return false;
        };
        let used_by = match &code.life {
            Life::Redeemed { reference, .. } => knowledge.references.get(reference.as_str()),
            _ => None,
        };
        let ended = books.ended(code.code_id);
        match rejection {
            Rejection::CodeNotRedeemable => {
                let is_over = ended.is_some_and(|at| at <= answer.answered);
                let by_another =
                    use_of_it.is_none() || used_by.is_none() || used_by != use_of_it.as_ref();
                by_another && (is_over || sight.partner != code.partner_id)
            }
            Rejection::CodeExpired { expired_at } => {
                *expired_at <= code.expires_at
                    && answer.clock >= *expired_at
                    && sight.partner == code.partner_id
                    && ended.is_none_or(|at| at >= answer.asked)
            }
            Rejection::CodeReserved { reserved_until } => {
                let holders = books.reservations(code.code_id, *reserved_until);
                let mut holders = holders.map(|holder| knowledge.references.get(holder.as_str()));
                let by_another = holders.any(|holder| holder != use_of_it.as_ref());
                by_another && answer.clock < *reserved_until
            }
            _ => false,
        }
    }
}
