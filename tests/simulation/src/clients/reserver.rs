//! A partner who keeps a code for a while before it is used.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use shared::codes::{self, Code, Life, Reservation};
use shared::error::Rejection;

use super::partner::Sight;
use super::{Answer, Client};
use crate::house::text;
use crate::instances::Function;

impl Client {
    /// Reserves a code under a reference, perhaps for longer, and perhaps lets go of it. Says whether it is to be redeemed then.
    pub(super) async fn keep(&mut self, sight: &Sight, reference: &str, use_of_it: usize) -> bool {
        let minutes = self.dice.i64(1..12);
        let (extends, lets_go) = (self.dice.u32(..3) == 0, self.dice.u32(..4) == 0);
        let waits = Duration::from_millis(self.dice.u64(..900_000));
        let waits = if self.dice.bool() {
            waits
        } else {
            Duration::ZERO
        };
        if !self
            .reserve(sight, (reference, use_of_it), minutes, false)
            .await
        {
            return true;
        }
        if extends {
            self.reserve(sight, (reference, use_of_it), minutes + 5, true)
                .await;
        }
        self.world.executor.sleep(waits).await;
        if lets_go {
            self.let_go(sight, (reference, use_of_it)).await;
        }
        !lets_go
    }

    async fn reserve(
        &mut self,
        sight: &Sight,
        (reference, use_of_it): (&str, usize),
        minutes: i64,
        extends: bool,
    ) -> bool {
        let (world, seen) = (Arc::clone(&self.world), sight.clone());
        let name = reference.to_owned();
        let answer = self
            .insist(Function::Redeem, move |instance, now| {
                let (world, seen) = (Arc::clone(&world), seen.clone());
                let wish = Reservation {
                    partner_id: seen.partner,
                    reference: text(&name),
                    until: now.plus(TimeDelta::minutes(minutes)),
                    extends,
                    now,
                };
                async move {
                    let lookup = &world.house.secrets.lookup;
                    Ok(codes::reserve(&instance.tables, lookup, &seen.spelled, &wish).await?)
                }
            })
            .await;
        let is_right = match &answer.outcome {
            Ok(code) => is_ours(sight, code, reference),
            // It was over before it could be extended.
            Err(Rejection::CodeNotReserved) => extends,
            Err(rejection) => self.is_justified(sight, Some(use_of_it), rejection, &answer),
        };
        if !is_right {
            self.object(
                "was told wrongly that a code is reserved, or not",
                &answer.outcome,
            );
        }
        answer.outcome.is_ok()
    }

    async fn let_go(&mut self, sight: &Sight, (reference, use_of_it): (&str, usize)) {
        let (world, seen) = (Arc::clone(&self.world), sight.clone());
        let name = reference.to_owned();
        let answer: Answer<Code> = self
            .insist(Function::Redeem, move |instance, now| {
                let (world, seen) = (Arc::clone(&world), seen.clone());
                let reference = text(&name);
                async move {
                    let (lookup, partner) = (&world.house.secrets.lookup, seen.partner);
                    let (tables, spelled) = (&instance.tables, &seen.spelled);
                    Ok(codes::release(tables, lookup, spelled, partner, &reference, now).await?)
                }
            })
            .await;
        let is_right = match &answer.outcome {
            Ok(code) => code.code_id == sight.code.code_id,
            Err(rejection) => self.is_justified(sight, Some(use_of_it), rejection, &answer),
        };
        if !is_right {
            self.object("did not let go of a code", &answer.outcome);
        }
    }
}

/// Whether a code is reserved, or was redeemed, under this reference.
fn is_ours(sight: &Sight, code: &Code, reference: &str) -> bool {
    let is_reserved = code
        .reserved_as
        .as_ref()
        .is_some_and(|held| held.as_str() == reference);
    let is_redeemed =
        matches!(&code.life, Life::Redeemed { reference: by, .. } if by.as_str() == reference);
    code.code_id == sight.code.code_id && !sight.is_guess && (is_reserved || is_redeemed)
}
