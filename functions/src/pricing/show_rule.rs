//! `GET /admin/v1/price-rules/{rule_id}`: a price rule and its versions, the newest first.

use serde::Serialize;
use shared::lambda::{Answer, Call, PageQuery, Pages, Reply};
use shared::pricing::PriceRuleTerms;
use shared::pricing::rules;
use shared::seal::Signing;
use shared::table::Tables;
use shared::text::Word;

use super::views::{PriceRuleView, VersionView};

/// A rule and a page of its versions.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    rule: PriceRuleView,
    /// Its versions, the newest first.
    items: Vec<VersionView<PriceRuleTerms>>,
    /// What to ask for older versions with; none on the last page.
    next_cursor: Option<String>,
}

/// Answers the rule.
pub async fn handle((tables, keys): &(Tables, Signing), call: Call) -> Answer {
    call.staff()?;
    let id: Word = call.path("rule_id")?;
    let query: PageQuery = call.query()?;
    let list = format!("price-rule-versions-{id}");
    let pages = Pages::of(keys, &list, "admin");
    let after = pages.open(query.cursor.as_deref())?;
    let rule = rules::find(tables, &id).await?;
    let (versions, next) = rules::versions(tables, &id, after, query.limit.get()).await?;
    let versions = versions.iter().map(VersionView::of).collect();
    let page = pages.page(versions, next)?;
    Reply::ok(&View {
        rule: PriceRuleView::of(&rule, call.now()),
        items: page.items,
        next_cursor: page.next_cursor,
    })
}
