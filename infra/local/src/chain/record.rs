//! Reading what the API answers about an entry: a whole transaction, or a receipt.

use anyhow::{Context, Result, bail, ensure};
use data_encoding::HEXLOWER;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::amount::Amount;

/// An entry as it stands in a file, nothing of it believed yet.
pub(super) struct Record {
    /// Its name.
    pub entry_id: String,
    /// Its place.
    pub seq: u64,
    /// Whose wallet it claims to be in.
    pub member: String,
    /// The hash it claims.
    pub hash: String,
    /// The hash it claims to follow.
    pub previous_hash: String,
    /// What its bytes have as their hash.
    pub computed: String,
    /// How long the chain was and what its head was when a receipt was given.
    pub seen: Option<Seen>,
    /// The entry itself, without its hash.
    pub entry: Value,
}

/// The chain of a wallet as a receipt saw it.
pub(super) struct Seen {
    /// How many entries the wallet had.
    pub length: u64,
    /// The hash of the newest.
    pub head_hash: String,
}

impl Record {
    /// Reads one.
    pub fn read(value: &Value) -> Result<Self> {
        let hash = field(value, "hash").with_context(|| {
            "only whole transactions (GET /v1/wallet/transactions/{entry_id}) and receipts (.../receipt) can be verified; \
             the lines of a list leave out what was hashed"
        })?;
        let (bytes, entry, seen) = if value.get("canonical").is_some() {
            let (bytes, entry, seen) = opened(value)?;
            (bytes, entry, Some(seen))
        } else {
            let mut entry = value.clone();
            if let Some(fields) = entry.as_object_mut() {
                fields.remove("hash");
            }
            (serde_json_canonicalizer::to_vec(&entry)?, entry, None)
        };
        let entry_id = field(&entry, "entry_id")?;
        let seq = number(&entry, "seq")?;
        let place = entry_id
            .strip_prefix("ent_")
            .and_then(|place| place.rsplit_once('_'));
        let (member, _) = place
            .filter(|(_, place)| *place == seq.to_string())
            .with_context(|| {
                format!("the name {entry_id} does not say that this is entry {seq}")
            })?;
        Ok(Self {
            member: format!("mem_{member}"),
            hash: hash.to_owned(),
            previous_hash: field(&entry, "previous_hash")?.to_owned(),
            computed: sha256(&bytes),
            seen,
            entry_id: entry_id.to_owned(),
            seq,
            entry,
        })
    }

    /// By how much the entry changes the wallet, if its legs sum to zero.
    pub fn change(&self) -> Result<Amount> {
        let legs = self.entry["legs"].as_array().context("it has no legs")?;
        let wallet = format!("member:{}", self.member);
        let (mut sum, mut change) = (Amount::default(), Amount::default());
        for leg in legs {
            let amount = Amount::parse(field(leg, "amount")?)?;
            let moved = match field(leg, "side")? {
                "credit" => amount,
                "debit" => Amount::default().minus(amount),
                other => bail!("a leg is on the side {other:?}"),
            };
            sum = sum.plus(moved);
            if field(leg, "account")? == wallet {
                change = change.plus(moved);
            }
        }
        ensure!(
            legs.len() >= 2 && sum == Amount::default(),
            "its legs do not sum to zero but to {sum}"
        );
        ensure!(
            change != Amount::default(),
            "none of its legs moves anything on {wallet}"
        );
        Ok(change)
    }

    /// What the wallet held afterwards, as the entry says.
    pub fn balance_after(&self) -> Result<Amount> {
        Amount::parse(field(&self.entry, "balance_after")?)
    }

    /// A text of the entry, empty if it has none.
    pub fn text(&self, name: &str) -> &str {
        self.entry[name].as_str().unwrap_or_default()
    }
}

/// What a receipt holds: the bytes, the entry in them, and the chain at that time.
fn opened(receipt: &Value) -> Result<(Vec<u8>, Value, Seen)> {
    let canonical = field(receipt, "canonical")?;
    let entry: Value = serde_json::from_str(canonical).context("`canonical` is not JSON")?;
    ensure!(
        serde_json_canonicalizer::to_vec(&entry)? == canonical.as_bytes(),
        "`canonical` is not in canonical form (RFC 8785)"
    );
    for name in ["entry_id", "seq", "previous_hash"] {
        ensure!(
            receipt[name] == entry[name],
            "the receipt says {name} {}, its bytes say {}",
            receipt[name],
            entry[name]
        );
    }
    let chain = &receipt["chain"];
    let seen = Seen {
        length: number(chain, "length")?,
        head_hash: field(chain, "head_hash")?.to_owned(),
    };
    Ok((canonical.as_bytes().to_vec(), entry, seen))
}

/// The SHA-256 of some bytes as text.
pub(super) fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

fn field<'a>(value: &'a Value, name: &str) -> Result<&'a str> {
    value[name]
        .as_str()
        .with_context(|| format!("there is no text `{name}`"))
}

fn number(value: &Value, name: &str) -> Result<u64> {
    value[name]
        .as_u64()
        .with_context(|| format!("there is no number `{name}`"))
}
