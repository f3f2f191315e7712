//! What partners do with codes besides redeeming them, and how codes end otherwise.

use chrono::TimeDelta;
use shared::codes::{self, Code, Reservation};
use shared::error::{Error, Failure};
use shared::guesses::{Guesser, Guesses, Limits, Subject};
use shared::id::{CodeId, EntryId};
use shared::table::{self, Lost};
use shared::text::Reference;
use shared::time::Timestamp;
use uuid::Uuid;

use crate::market::{Market, member};

impl Market {
    /// Reserves a code under the partner's reference, or lets it stay reserved for longer.
    pub async fn reserve(
        &self,
        code: &str,
        order: &str,
        extends: bool,
        now: Timestamp,
    ) -> Result<Code, Error> {
        let wish = Reservation {
            partner_id: self.offer.partner.partner_id,
            reference: reference(order)?,
            until: now.plus(TimeDelta::minutes(30)),
            extends,
            now,
        };
        Ok(codes::reserve(&self.tables, &self.secrets.lookup, code, &wish).await?)
    }

    /// Releases a code that was reserved under the partner's reference.
    pub async fn release(&self, code: &str, order: &str, now: Timestamp) -> Result<Code, Error> {
        let (partner, reference) = (self.offer.partner.partner_id, reference(order)?);
        let lookup = &self.secrets.lookup;
        Ok(codes::release(&self.tables, lookup, code, partner, &reference, now).await?)
    }

    /// Redeems a code that may be wrong, as somebody who is locked out for too many of those.
    pub async fn show(&self, code: &str, order: &str, now: Timestamp) -> Result<Code, Error> {
        let guesses = Guesses::new(self.tables.clone(), Limits::default());
        let caller = Guesser {
            subjects: vec![Subject::key("key"), Subject::source("192.0.2.1")],
            seen: Vec::new(),
        };
        let redeem = self.redeem(code, order, now);
        guesses.watch(&caller, now, redeem).await
    }

    /// Ends a code in one of three ways, or lets it run out later; answers whether that came about.
    pub async fn end(&self, code: CodeId, way: u8, now: Timestamp) -> Result<bool, Failure> {
        let until = now.plus(TimeDelta::days(99));
        let refund = EntryId {
            member: member(1),
            seq: 9,
        };
        let reason = "Lost.".to_owned().try_into();
        let reason = reason.map_err(|error| Failure::broken("a reason").because(error))?;
        let write = match way {
            0 => codes::revoke(code, &reason, now),
            1 => codes::refund(code, refund, now),
            2 => codes::replace(code, CodeId::new(Uuid::from_u128(5)), now),
            _ => codes::extend(code, until, until, now),
        };
        match table::commit(&self.tables, vec![write.or(())]).await {
            Ok(_) => Ok(true),
            Err(Lost::Refused((), _)) => Ok(false),
            Err(Lost::Failed(failure)) => Err(failure),
        }
    }
}

fn reference(text: &str) -> Result<Reference, Failure> {
    Reference::try_from(text.to_owned())
        .map_err(|error| Failure::broken("a reference").because(error))
}
