//! Authorizing calls of the partner API by their key.

use aws_lambda_events::apigw::{
    ApiGatewayCustomAuthorizerPolicy, ApiGatewayCustomAuthorizerRequestTypeRequest,
    ApiGatewayCustomAuthorizerResponse,
};
use aws_lambda_events::iam::{IamPolicyEffect, IamPolicyStatement};
use serde_json::json;

use crate::error::Failure;
use crate::partners::{ApiKey, Caller};

const HEADER: &str = "x-api-key";

/// Allows the whole API to whoever `whose` says the key belongs to, and denies it to everybody else.
pub async fn authorize<R>(
    request: ApiGatewayCustomAuthorizerRequestTypeRequest,
    whose: impl Fn(ApiKey) -> R,
) -> Result<ApiGatewayCustomAuthorizerResponse, Failure>
where
    R: Future<Output = Result<Option<Caller>, Failure>>,
{
    let key = request
        .headers
        .get(HEADER)
        .and_then(|key| ApiKey::read(key.to_str().ok()?));
    let caller = match key {
        Some(key) => whose(key).await?,
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
    statement.effect = if caller.is_some() {
        IamPolicyEffect::Allow
    } else {
        IamPolicyEffect::Deny
    };
    let mut policy = ApiGatewayCustomAuthorizerPolicy::default();
    policy.version = Some("2012-10-17".to_owned());
    policy.statement = vec![statement];
    let mut response = ApiGatewayCustomAuthorizerResponse::default();
    response.policy_document = policy;
    response.principal_id = Some(
        caller
            .as_ref()
            .map_or_else(|| "nobody".to_owned(), |caller| caller.key_id.to_string()),
    );
    if let Some(Caller {
        partner_id, class, ..
    }) = caller
    {
        response.context = json!({ "partner_id": partner_id, "class": class });
    }
    Ok(response)
}
