//! Operations by which members see what rewards hold for them.

use super::operation::{Operation, member};
use crate::rewards;
use shared::rewards::Days;

pub fn operations() -> Vec<Operation> {
    vec![
        member("rewards-ways", "GET /v1/rewards")
            .says("What the member can do to earn now, and what it gives")
            .answers::<rewards::ways::View>(200),
        member("rewards-list-streaks", "GET /v1/streaks")
            .says("The member's days in a row, and the clock that counts them")
            .answers::<rewards::list_streaks::View>(200),
        member("rewards-repair-streak", "POST /v1/streaks/{rule_id}/repair")
            .says("Mend the latest break of a streak; asking again answers the same")
            .empty_body()
            .answers::<Days>(200)
            .refuses(&["STREAK_NOT_FOUND", "REPAIR_NOT_OFFERED"])
            .refuses(&["STREAK_NOT_BROKEN", "REPAIR_TOO_LATE", "REPAIR_TOO_SOON"]),
        member("rewards-show-zone", "GET /v1/time-zone")
            .says("By which clock the member's days are counted")
            .answers::<rewards::show_zone::ZoneView>(200),
        member("rewards-set-zone", "PUT /v1/time-zone")
            .says("Have the member's days counted by another clock, from the end of the present day on")
            .body::<rewards::set_zone::Body>()
            .answers::<rewards::show_zone::ZoneView>(200)
            .refuses(&["TIME_ZONE_CHANGED_TOO_OFTEN"]),
    ]
}
