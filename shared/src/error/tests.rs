//! Rejections as clients read them.

use super::*;
use crate::amount::Rjv;

#[test]
fn a_rejection_carries_its_code_and_its_facts() {
    let rejection = Rejection::InsufficientTokens {
        available: Rjv::whole(5),
        required: Rjv::whole(25),
        missing: Rjv::whole(20),
    };

    let facts = serde_json::json!({"code": "INSUFFICIENT_TOKENS", "available": "5", "required": "25", "missing": "20"});
    assert_eq!(serde_json::to_value(&rejection).unwrap(), facts);
    assert_eq!(
        rejection.to_string(),
        "This takes 25 RJV and 5 RJV are available; 20 RJV are missing."
    );
}
