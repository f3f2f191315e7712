//! `POST /admin/v1/codes/search`: the codes that somebody asks about, masked. The question is a body, so that no code stands in
//! the address of a request, which is logged in many places.

use serde::Deserialize;
use shared::codes::{self, Lookup};
use shared::error::Rejection;
use shared::id::{CodeId, MemberId, ProductId, PurchaseId};
use shared::invalid::Invalid;
use shared::lambda::{Answer, Call, Limit, Pages, Reply};
use shared::seal::Signing;
use shared::table::Tables;
use shared::usage::{self, Search};

use super::views::CodeView;

/// What is asked. Exactly one of `code`, `member_id`, `purchase_id` and `last4` is given.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CodeSearch")]
pub struct Body {
    /// A code as somebody copied it, in any spelling.
    code: Option<String>,
    /// Who holds or held them, the newest purchase first.
    member_id: Option<MemberId>,
    /// Which purchase paid for them.
    purchase_id: Option<PurchaseId>,
    /// Their last four characters.
    #[schemars(extend("pattern" = "^[0-9A-Za-z]{4}$"))]
    last4: Option<String>,
    /// With `last4`: of this product only.
    product_id: Option<ProductId>,
    /// How many at most.
    #[serde(default)]
    limit: Limit,
    /// The `next_cursor` of the page before, with the same question.
    cursor: Option<String>,
}

/// A question.
enum Question {
    Code(String),
    Others(Search),
}

/// Answers a page of codes. Those sold in the last seconds may be missing, but for one that is pasted.
pub async fn handle((tables, lookup, keys): &(Tables, Lookup, Signing), call: Call) -> Answer {
    let caller = call.desk()?;
    let body: Body = call.body()?;
    let (limit, cursor) = (body.limit.get(), body.cursor.clone());
    let question = body.question()?;
    let purpose = match &question {
        // A pasted code has one page.
        Question::Code(_) => String::new(),
        Question::Others(search) => search.to_string(),
    };
    let pages = Pages::of(keys, "codes", format!("{caller}:{purpose}"));
    let after = pages.open(cursor.as_deref())?;
    let (ids, next): (Vec<CodeId>, Option<String>) = match question {
        Question::Code(text) => (codes::desk::named(tables, lookup, &text).await?, None),
        Question::Others(search) => usage::search(tables, &search, after, limit).await?,
    };
    let found = codes::read(tables, &ids).await?.into_iter();
    let views = found.map(|code| CodeView::new(&code, call.now())).collect();
    Reply::ok(&pages.page(views, next)?)
}

impl Body {
    fn question(self) -> Result<Question, Rejection> {
        let Self {
            code,
            member_id,
            purchase_id,
            last4,
            product_id: product,
            ..
        } = self;
        if product.is_some() && last4.is_none() {
            return Err(Invalid::at("/product_id", "goes with `last4` only").into());
        }
        match (code, member_id, purchase_id, last4) {
            (Some(code), None, None, None) => Ok(Question::Code(code)),
            (None, Some(member), None, None) => Ok(Question::Others(Search::Holder(member))),
            (None, None, Some(purchase), None) => Ok(Question::Others(Search::Purchase(purchase))),
            (None, None, None, Some(last4)) => {
                let last4 = ending(&last4)?;
                Ok(Question::Others(Search::Last4 { last4, product }))
            }
            _ => {
                let reason =
                    "exactly one of `code`, `member_id`, `purchase_id` and `last4` is given";
                Err(Invalid::at("", reason).into())
            }
        }
    }
}

/// Last characters as they are shown: in upper case.
fn ending(text: &str) -> Result<String, Invalid> {
    let is_ending = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_ending
        .then(|| text.to_ascii_uppercase())
        .ok_or_else(|| Invalid::at("/last4", "is four letters or digits"))
}
