//! A member whose phone shows the clock of another place.

use shared::error::{Failure, Rejection};
use shared::id::MemberId;
use shared::rewards::profile::Profile;
use shared::table::{self, Condition, Key, Lost, Table, Write};
use shared::zone::Zone;

use super::Client;
use crate::instances::Function;

impl Client {
    /// Names the member's time zone, if it was not changed too often lately.
    pub(super) async fn set_zone(mut self, member: MemberId, zone: &'static str) {
        let answer = self
            .insist(Function::SetClock, move |instance, now| async move {
                let place = Key {
                    table: Table::Members,
                    pk: member.to_string(),
                    sk: "profile".to_owned(),
                };
                let known: Option<Profile> = instance.tables.get(&place).await?;
                let before = known.unwrap_or_else(|| Profile::unknown(&Zone::utc()));
                let zone = Zone::named(zone, now)
                    .map_err(|unknown| Failure::broken("a zone").because(unknown))?;
                let Ok(mut after) = before.in_zone(zone, now) else {
                    return Ok(());
                };
                after.version = before.version + 1;
                let unchanged = Condition::unchanged("version", before.version);
                let write = Write::put(place, table::item(&after)?, unchanged);
                match table::commit(&instance.tables, vec![write.or(())]).await {
                    Ok(_) => Ok(()),
                    Err(Lost::Refused((), _)) => {
                        Err(Failure::unavailable("the profile changed meanwhile").into())
                    }
                    Err(Lost::Failed(failure)) => Err(failure.into()),
                }
            })
            .await;
        if answer.outcome != Ok::<_, Rejection>(()) {
            self.object("did not set its clock", &answer.outcome);
        }
    }
}
