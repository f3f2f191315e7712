//! Authorizing calls of the partner API by their key.

use aws_lambda_events::apigw::{
    ApiGatewayCustomAuthorizerPolicy, ApiGatewayCustomAuthorizerRequestTypeRequest,
    ApiGatewayCustomAuthorizerResponse,
};
use aws_lambda_events::iam::{IamPolicyEffect, IamPolicyStatement};
use serde_json::json;

use crate::error::Failure;
use crate::guesses::Admission;
use crate::partners::{ApiKey, Caller};

const HEADER: &str = "x-api-key";

/// A call that asks to pass: the key it came with, and the address it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knock {
    /// The key.
    pub key: ApiKey,
    /// The address, as the gateway saw it.
    pub address: Option<String>,
}

/// Allows the whole API to whoever `whose` says the key belongs to, and denies it to everybody else.
pub async fn authorize<R>(
    request: ApiGatewayCustomAuthorizerRequestTypeRequest,
    whose: impl Fn(Knock) -> R,
) -> Result<ApiGatewayCustomAuthorizerResponse, Failure>
where
    R: Future<Output = Result<Option<Admission>, Failure>>,
{
    let key = request
        .headers
        .get(HEADER)
        .and_then(|key| ApiKey::read(key.to_str().ok()?));
    let identity = request.request_context.identity;
    let address = identity.and_then(|identity| identity.source_ip);
    let admission = match key {
        Some(key) => whose(Knock { key, address }).await?,
        None => None,
    };
    // The gateway keeps the answer for a while and for every method, so it must not be about the one that was called.
    let method_arn = request.method_arn.unwrap_or_default();
    let stage = method_arn
        .splitn(3, '/')
        .take(2)
        .collect::<Vec<_>>()
        .join("/");

    let mut statement = IamPolicyStatement::default();
    statement.action = vec!["execute-api:Invoke".to_owned()];
    statement.resource = vec![format!("{stage}/*")];
    statement.effect = if admission.is_some() {
        IamPolicyEffect::Allow
    } else {
        IamPolicyEffect::Deny
    };
    let mut policy = ApiGatewayCustomAuthorizerPolicy::default();
    policy.version = Some("2012-10-17".to_owned());
    policy.statement = vec![statement];
    let mut response = ApiGatewayCustomAuthorizerResponse::default();
    response.policy_document = policy;
    response.principal_id = Some(admission.as_ref().map_or_else(
        || "nobody".to_owned(),
        |admission| admission.caller.key_id.to_string(),
    ));
    if let Some(Admission { caller, seen }) = admission {
        let Caller {
            partner_id, class, ..
        } = caller;
        // A context holds texts only.
        let guesses = serde_json::to_string(&seen)
            .map_err(|error| Failure::broken("writing what is known of guesses").because(error))?;
        response.context = json!({ "partner_id": partner_id, "class": class, "guesses": guesses });
    }
    Ok(response)
}
