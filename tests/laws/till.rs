//! A partner's till: codes as they lie in their table, and everything that can be done with them there.

use chrono::TimeDelta;
use engine::capacity::Metered;
use shared::amount::Rjv;
use shared::codes::{self, Code, Life, Lookup, Mint, Redemption, Reservation, Sale, TextOf};
use shared::error::{Error, Rejection};
use shared::guesses::{Guesser, Guesses, Limits, Subject};
use shared::id::{CodeId, EntryId, MemberId, PartnerId, ProductId, RedemptionId};
use shared::seal::Keyring;
use shared::table::{Tables, Write};
use shared::time::Timestamp;
use simulation::{start, text};
use uuid::Uuid;

pub struct Till {
    pub store: Metered,
    pub tables: Tables,
    pub lookup: Lookup,
    mint: Mint,
}

/// Whose codes these are.
pub const PARTNER: PartnerId = PartnerId::new(Uuid::from_u128(1));

/// Somebody else.
pub const STRANGER: PartnerId = PartnerId::new(Uuid::from_u128(2));

fn keyring(letter: &str) -> Keyring {
    Keyring::parse(&format!(r#"{{"1":"{}"}}"#, letter.repeat(64))).unwrap()
}

/// What was said, without what belongs to it.
pub fn said<T>(outcome: &Result<T, Error>) -> Option<&Rejection> {
    match outcome {
        Ok(_) => None,
        Err(Error::Rejected(rejection)) => Some(rejection),
        Err(Error::Failed(failure)) => panic!("{}", failure.chain()),
    }
}

impl Till {
    pub fn open() -> Self {
        let store = Metered::default();
        Self {
            tables: Tables::new(store.clone()),
            store,
            lookup: Lookup(keyring("l")),
            mint: Mint(keyring("m")),
        }
    }

    pub fn guesses(&self) -> Guesses {
        Guesses::new(self.tables.clone(), Limits::default())
    }

    /// The text of a code that may be there or not.
    pub fn text(&self, index: u32) -> String {
        let text = codes::mint(&self.mint, &self.lookup, 1, Uuid::from_u128(7), index);
        text.unwrap().to_string()
    }

    pub fn id(&self, index: u32) -> CodeId {
        self.lookup.find(&self.text(index))[0]
    }

    /// A minted code that was sold, valid for a day.
    pub async fn sell(&self, index: u32) -> String {
        let text_of = TextOf::Minted {
            seed: Uuid::from_u128(7),
            index,
        };
        self.put(self.id(index), text_of).await;
        self.text(index)
    }

    /// A code that the partner brought, sold as well.
    pub async fn sell_imported(&self, text: &str) -> CodeId {
        let id = self.lookup.imported(1, PARTNER, text).unwrap();
        let text_of = TextOf::Minted {
            seed: Uuid::nil(),
            index: 0,
        };
        self.put(id, text_of).await;
        id
    }

    async fn put(&self, code_id: CodeId, text_of: TextOf) {
        let member_id = MemberId::new(Uuid::from_u128(9));
        let purchase = EntryId {
            member: member_id,
            seq: 1,
        };
        let code = Code {
            code_id,
            partner_id: PARTNER,
            product_id: ProductId::new(Uuid::from_u128(3)),
            text: text_of,
            sale: Some(Sale {
                member_id,
                purchase_id: purchase.into(),
                first_code_id: None,
            }),
            key_version: 1,
            last4: "LAST".to_owned(),
            unit_price: Rjv::whole(25),
            issued_at: start(),
            expires_at: start().plus(TimeDelta::days(1)),
            revealed_at: None,
            reserved_as: None,
            reserved_until: None,
            reservation_extended: false,
            life: Life::Issued,
        };
        self.step(codes::create(&code).unwrap()).await;
        self.store.take();
    }

    /// Makes a step; answers whether its condition held.
    pub async fn step(&self, write: Write) -> bool {
        self.tables.commit(&[write]).await.is_ok()
    }

    pub async fn redeem(
        &self,
        partner_id: PartnerId,
        code: &str,
        reference: &str,
        now: Timestamp,
    ) -> Result<Code, Error> {
        let order = order(partner_id, reference, now);
        Ok(codes::redeem(&self.tables, &self.lookup, code, &order).await?)
    }

    pub async fn validate(
        &self,
        partner: PartnerId,
        code: &str,
        now: Timestamp,
    ) -> Result<Code, Error> {
        Ok(codes::validate(&self.tables, &self.lookup, code, partner, now).await?)
    }

    pub async fn reserve(
        &self,
        code: &str,
        reference: &str,
        (minutes, extends): (i64, bool),
        now: Timestamp,
    ) -> Result<Code, Error> {
        let wish = Reservation {
            partner_id: PARTNER,
            reference: text(reference),
            until: now.plus(TimeDelta::minutes(minutes)),
            extends,
            now,
        };
        Ok(codes::reserve(&self.tables, &self.lookup, code, &wish).await?)
    }

    pub async fn release(
        &self,
        code: &str,
        reference: &str,
        now: Timestamp,
    ) -> Result<Code, Error> {
        let reference = text(reference);
        Ok(codes::release(&self.tables, &self.lookup, code, PARTNER, &reference, now).await?)
    }

    /// Redeems under the guard's eyes.
    pub async fn show(
        &self,
        guesses: &Guesses,
        caller: &Guesser,
        code: &str,
        now: Timestamp,
    ) -> Result<Code, Error> {
        let order = order(PARTNER, "order-1", now);
        let redeem = codes::redeem(&self.tables, &self.lookup, code, &order);
        guesses.watch(caller, now, redeem).await
    }
}

fn order(partner_id: PartnerId, reference: &str, redeemed_at: Timestamp) -> Redemption {
    Redemption {
        redemption_id: RedemptionId::new(Uuid::from_u128(1)),
        partner_id,
        reference: text(reference),
        redeemed_at,
    }
}

/// Somebody who shows codes, of whom nothing was seen.
pub fn guesser(key: &str, address: Option<&str>, customer: Option<&str>) -> Guesser {
    let mut subjects = vec![Subject::key(key)];
    subjects.extend(address.map(Subject::source));
    subjects.extend(customer.map(|customer| Subject::customer(PARTNER, &text(customer))));
    Guesser {
        subjects,
        seen: Vec::new(),
    }
}
