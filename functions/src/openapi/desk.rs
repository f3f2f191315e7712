//! Operations about codes after their sale: what staff does with single ones, and what became of all.

use shared::lambda::Page;

use super::operation::{Operation, admin, partner};
use crate::{codes, usage};

/// What support and administrators do with single codes.
pub fn desk() -> Vec<Operation> {
    vec![
        admin("codes-search", "POST /admin/v1/codes/search")
            .says("Find codes, masked; for the group `support` as well")
            .body::<codes::search::Body>()
            .answers::<Page<codes::views::CodeView>>(200)
            .refuses(&["INVALID_CURSOR"]),
        admin("codes-revoke", "POST /admin/v1/codes/{code_id}/revoke")
            .says("End a code; for the group `support` as well. One that was revoked before is answered as it is")
            .body::<codes::revoke::Body>()
            .answers::<codes::views::CodeView>(200)
            .refuses(&["CODE_NOT_FOUND", "CODE_NOT_OPEN", "CODE_RESERVED"]),
        admin("codes-extend", "POST /admin/v1/codes/{code_id}/extend")
            .says("Put off the end of a code's validity; for the group `support` as well. One that ran out lives again")
            .body::<codes::extend::Body>()
            .answers::<codes::views::CodeView>(200)
            .refuses(&["CODE_NOT_FOUND", "CODE_NOT_OPEN", "CODE_RESERVED"])
            .refuses(&["CODE_VALID_LONGER"]),
        admin("codes-replace", "POST /admin/v1/codes/{code_id}/replace")
            .says("Put another code in the place of one; for the group `support` as well")
            .body::<codes::replace::Body>()
            .answers::<codes::replace::View>(200)
            .refuses(&["CODE_NOT_FOUND", "CODE_NOT_OPEN", "CODE_RESERVED"])
            .refuses(&["RETURN_REFUSED", "SOLD_OUT"]),
        admin("usage-show", "GET /admin/v1/products/{product_id}/usage")
            .says("What became of the codes of a product in a time")
            .parameters::<usage::show::Query>()
            .answers::<usage::show::View>(200)
            .refuses(&["PRODUCT_NOT_FOUND"]),
    ]
}

/// What partners read of their own products.
pub fn own() -> Vec<Operation> {
    vec![
        partner("usage-list", "GET /v1/usage")
            .says("What became of the codes of the partner's products in a time")
            .query::<usage::list::Query>()
            .answers::<Page<usage::list::View>>(200),
    ]
}
