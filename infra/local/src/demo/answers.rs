//! What the steps expect of answers.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::amount::Amount;
use crate::http::{Reply, text};

/// A wallet must hold exactly this.
pub(super) fn expect_balance(wallet: &Value, expected: Amount) -> Result<()> {
    let available = text(wallet, "available")?;
    ensure!(
        available == expected.to_string(),
        "the balance is {available}, not {expected}: {wallet}"
    );
    Ok(())
}

/// The sentence of a refusal with the expected code.
pub(super) fn refusal(reply: &Reply, code: &str) -> Result<String> {
    ensure!(
        (400..500).contains(&reply.status) && reply.body["code"] == code,
        "expected the refusal {code}, got {} with {}",
        reply.status,
        reply.body
    );
    Ok(format!("{code}: {}", text(&reply.body, "detail")?))
}

/// The items of a list.
pub(super) fn items(page: &Value) -> Result<&Vec<Value>> {
    page["items"]
        .as_array()
        .with_context(|| format!("this is no list: {page}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_refusal_is_recognised_by_its_code() {
        let reply = |status| Reply {
            status,
            body: json!({"code": "INSUFFICIENT_TOKENS", "detail": "Too little."}),
        };

        assert_eq!(
            refusal(&reply(422), "INSUFFICIENT_TOKENS").unwrap(),
            "INSUFFICIENT_TOKENS: Too little."
        );
        assert!(refusal(&reply(422), "QUOTE_EXPIRED").is_err());
        assert!(refusal(&reply(500), "INSUFFICIENT_TOKENS").is_err());
    }
}
