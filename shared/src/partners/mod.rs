//! Partners' access: API keys that are known here only by their digest, at most two of them live, and webhook secrets.

mod key;
mod keys;
mod sales;

use serde::Serialize;

pub use self::key::{ApiKey, Caller, Keyring, KnownKey, LiveKey, WebhookSecret};
pub use self::sales::set_sales;

use crate::audit::{self, Act, Action};
use crate::catalog::{self, Partner};
use crate::error::{Error, Failure, Rejection};
use crate::id::{KeyId, PartnerId};
use crate::table::{self, Condition, Key, Lost, Tables, Write, number, text};

/// A partner as the audit log has it.
#[derive(Serialize)]
struct Created<'a> {
    #[serde(flatten)]
    partner: &'a Partner,
    first_key: KnownKey<'a>,
}

/// Adds a partner with its first key.
pub async fn create(
    tables: &Tables,
    partner: &Partner,
    key: LiveKey,
    secret: &WebhookSecret,
    api_key: &ApiKey,
    act: &Act,
) -> Result<(), Error> {
    let created = Created {
        partner,
        first_key: key.known(partner.partner_id),
    };
    let note = audit::note(
        act,
        Action::CreatePartner,
        partner.partner_id,
        None,
        Some(&created),
    )?;
    let caller = Caller {
        partner_id: partner.partner_id,
        class: partner.class,
        key_id: key.key_id,
    };
    let keyring = Keyring::new(partner.class, key, secret.clone());
    let writes = vec![
        catalog::partner_write(partner)?.or(()),
        Write::create(keys::keyring(partner.partner_id), table::item(&keyring)?).or(()),
        Write::create(keys::caller(api_key), table::item(&caller)?).or(()),
        note.or(()),
    ];
    match table::commit(tables, writes).await {
        Ok(_) => Ok(()),
        Err(Lost::Failed(failure)) => Err(failure.into()),
        Err(Lost::Refused((), _)) => Err(Rejection::PartnerExists {
            partner_id: partner.partner_id.to_string(),
        }
        .into()),
    }
}

/// Adds a key to those of a partner.
pub async fn issue(
    tables: &Tables,
    partner: PartnerId,
    key: LiveKey,
    api_key: &ApiKey,
    act: &Act,
) -> Result<(), Error> {
    change(tables, partner, |keyring| {
        let caller = Caller {
            partner_id: partner,
            class: keyring.class,
            key_id: key.key_id,
        };
        let known = key.known(partner);
        Ok(Some(Change {
            keyring: keyring.with(key.clone())?,
            caller: Write::create(keys::caller(api_key), table::item(&caller)?),
            note: audit::note(act, Action::IssueKey, key.key_id, None, Some(&known))?,
        }))
    })
    .await
}

/// Takes a key from those of a partner, if that was not done before.
/// It stops working when the gateway forgets what it last heard of it.
pub async fn revoke(
    tables: &Tables,
    partner: PartnerId,
    key: KeyId,
    act: &Act,
) -> Result<(), Error> {
    change(tables, partner, |keyring| {
        let Some((rest, revoked)) = keyring.without(key)? else {
            return Ok(None);
        };
        let is_this = Condition::Equals("key_id", text(key));
        let known = revoked.known(partner);
        Ok(Some(Change {
            keyring: rest,
            caller: Write::delete(keys::caller_of(&revoked.digest), is_this),
            note: audit::note(act, Action::RevokeKey, key, Some(&known), None)?,
        }))
    })
    .await
}

/// Where it stands who calls with this key. Nothing stands there if it is not a live key.
pub fn caller_key(key: &ApiKey) -> Key {
    keys::caller(key)
}

/// How often a change of a keyring is tried again because another administrator was first.
const ATTEMPTS_MAX: u32 = 8;

/// What happens to a partner's keys: the keyring afterwards, the write about the one key, and the record of the act.
struct Change {
    keyring: Keyring,
    caller: Write,
    note: Write,
}

/// Makes what `decide` decides of a partner's keyring and of one key; nothing, if there is nothing to do.
async fn change(
    tables: &Tables,
    partner: PartnerId,
    decide: impl Fn(&Keyring) -> Result<Option<Change>, Error>,
) -> Result<(), Error> {
    for attempt in 1..=ATTEMPTS_MAX {
        let before: Keyring = tables
            .get(&keys::keyring(partner))
            .await?
            .ok_or(Rejection::PartnerNotFound)?;
        let Some(change) = decide(&before)? else {
            return Ok(());
        };
        let unchanged = Condition::Equals("version", number(before.version.into()));
        let keyring = table::item(&change.keyring)?;
        let writes = [
            Write::put(keys::keyring(partner), keyring, unchanged),
            change.caller,
            change.note,
        ];
        match table::commit(tables, writes.map(|write| write.or(())).into()).await {
            Ok(_) => return Ok(()),
            Err(Lost::Refused((), _)) => tables.back_off(attempt).await,
            Err(Lost::Failed(failure)) => return Err(failure.into()),
        }
    }
    Err(
        Failure::unavailable("the keys of a partner changed during every attempt to change them")
            .into(),
    )
}
