//! `POST /admin/v1/products/{product_id}/imports`: brings codes of a partner into a product's pool, from a list or from a file.

use serde::Deserialize;
use shared::codes::Lookup;
use shared::codes::jobs::import::{self, Codes, Format, LISTED_MAX};
use shared::error::Rejection;
use shared::lambda::{Answer, Call, Reply};
use shared::messaging::ImportQueue;
use shared::objects::Objects;
use shared::table::Tables;
use shared::text::Reference;

use super::show_import::View;

/// What is to be imported: either `codes` or an `upload`.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ImportOrder")]
pub struct Body {
    /// What the administrators call it. The same reference again answers the same import.
    reference: Reference,
    /// The codes themselves, up to 1000.
    #[schemars(length(min = 1, max = 1000))]
    codes: Option<Vec<String>>,
    /// How the file is written that will be uploaded.
    upload: Option<Format>,
}

/// Orders the import. The answer to one with an upload has the link for it.
pub async fn handle(
    ((tables, objects), queue, lookup): &((Tables, Objects), ImportQueue, Lookup),
    call: Call,
) -> Answer {
    let act = call.admin()?;
    let product = call.path("product_id")?;
    let (reference, codes) = call.body::<Body>()?.read()?;
    let tools = (tables, objects, queue, lookup);
    let import = import::start(tools, (product, reference), &codes, &act).await?;
    let view = View::new(&import).with_upload(objects, &import, call.now());
    Reply::accepted(&view.await?)
}

impl Body {
    fn read(self) -> Result<(Reference, Codes), Rejection> {
        let invalid = |pointer: &str, reason: String| Rejection::InvalidBody {
            pointer: pointer.to_owned(),
            reason,
        };
        let codes = match (self.codes, self.upload) {
            (Some(codes), None) if (1..=LISTED_MAX).contains(&codes.len()) => Codes::Listed(codes),
            (Some(_), None) => {
                let reason = format!("1 to {LISTED_MAX} codes are expected; upload more in a file");
                return Err(invalid("/codes", reason));
            }
            (None, Some(format)) => Codes::Uploaded(format),
            (Some(_), Some(_)) | (None, None) => {
                let reason = "either `codes` or `upload` is expected".to_owned();
                return Err(invalid("", reason));
            }
        };
        Ok((self.reference, codes))
    }
}
