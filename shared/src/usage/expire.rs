//! Expiry: holders are told before their codes run out, and codes that ran out are counted.
//!
//! Nothing waits for this job: a code that ran out is refused by the condition of its redemption. The job walks through the open
//! codes in the order in which they run out, shard by shard, with three strides: up to now, a day ahead, and a week ahead. It
//! remembers how far each came, so that a run goes on where the one before stopped.

use chrono::{Days, TimeDelta};
use serde::{Deserialize, Serialize};

use super::keys;
use super::log::follow;
use super::walk::Walk;
use crate::codes::{Code, Life};
use crate::error::Failure;
use crate::messaging::NewsTopic;
use crate::notifications::{CodeKind, CodeNews, News};
use crate::table::{self, Condition, Lost, Tables, Write};
use crate::time::{Day, Timestamp};

/// For how many days a code that ran out is still waited for: its sale may be logged as late as a stream keeps it.
const LATE: Days = Days::new(3);

/// How often codes are read in a stride of a run, about a hundred at a time.
const READS_MAX: usize = 50;

/// A time at which holders are told.
struct Notice {
    /// So long before the end of their code.
    before: TimeDelta,
    /// Unless it is no longer than this, for then the next notice is due.
    too_late: TimeDelta,
}

/// The notices of a code. What came to run out sooner than a notice, by a sale or an extension, does not get it.
const NOTICES: [Notice; 2] = [
    Notice {
        before: TimeDelta::days(1),
        too_late: TimeDelta::zero(),
    },
    Notice {
        before: TimeDelta::days(7),
        too_late: TimeDelta::days(1),
    },
];

/// How far the job is in one shard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Progress {
    /// Behind which sort key each notice goes on.
    told: [String; 2],
    /// All codes that ran out before this day were counted.
    over: Day,
    /// Counts the changes.
    version: u64,
}

/// Goes on in every shard, up to `now`.
pub async fn expire(tables: &Tables, topic: &NewsTopic, now: Timestamp) -> Result<(), Failure> {
    for shard in 0..keys::SHARDS {
        let run = Run {
            tables,
            topic,
            shard,
            now,
        };
        run.go().await?;
    }
    Ok(())
}

/// One run in one shard.
struct Run<'a> {
    tables: &'a Tables,
    topic: &'a NewsTopic,
    shard: u8,
    now: Timestamp,
}

impl Run<'_> {
    /// Stops where another run turns out to go the same way.
    async fn go(&self) -> Result<(), Failure> {
        let found: Option<Progress> = self.tables.get(&keys::progress(self.shard)).await?;
        let mut progress = found.unwrap_or_else(|| Progress {
            told: [self.now.to_string(), self.now.to_string()],
            over: self.now.day(),
            version: 0,
        });
        progress.over = self.count(progress.over).await?;
        let mut is_alone = self.save(&mut progress).await?;
        for (place, notice) in NOTICES.iter().enumerate() {
            for _ in 0..READS_MAX {
                let Some(told) = progress.told.get_mut(place).filter(|_| is_alone) else {
                    return Ok(());
                };
                let is_done = self.tell(told, notice).await?;
                is_alone = self.save(&mut progress).await?;
                if is_done {
                    break;
                }
            }
        }
        Ok(())
    }

    fn walk(&self, place: String, until: Timestamp) -> Walk<'_> {
        Walk {
            tables: self.tables,
            shard: self.shard,
            place,
            until,
        }
    }

    /// Counts codes that ran out on this day and later; answers the day to go on from.
    async fn count(&self, from: Day) -> Result<Day, Failure> {
        let today = self.now.day();
        let late = today.checked_sub_days(LATE).unwrap_or(today);
        let mut walk = self.walk(from.min(late).to_string(), self.now);
        for _ in 0..READS_MAX {
            let Some(codes) = walk.step().await? else {
                return Ok(today);
            };
            follow(self.tables, &codes, Some(self.now)).await?;
        }
        walk.day()
    }

    /// Tells the holders of the next codes behind this place, and moves it; answers whether it is at the end.
    async fn tell(&self, told: &mut String, notice: &Notice) -> Result<bool, Failure> {
        let until = self.now.plus(notice.before);
        let mut walk = self.walk(told.clone(), until);
        let Some(codes) = walk.step().await? else {
            *told = keys::behind(until).max(told.clone());
            return Ok(true);
        };
        for code in &codes {
            if let Some(news) = notice.news(code, self.now) {
                self.topic.0.send(news.message()?).await?;
            }
        }
        *told = walk.place;
        Ok(false)
    }

    /// Keeps how far the job is; answers whether no other run did so meanwhile.
    async fn save(&self, progress: &mut Progress) -> Result<bool, Failure> {
        let unchanged = Condition::unchanged("version", progress.version);
        progress.version = progress.version.saturating_add(1);
        let place = keys::progress(self.shard);
        let write = Write::put(place, table::item(progress)?, unchanged);
        match table::commit(self.tables, vec![write.or(())]).await {
            Ok(_) => Ok(true),
            Err(Lost::Refused((), _)) => Ok(false),
            Err(Lost::Failed(failure)) => Err(failure),
        }
    }
}

impl Notice {
    /// What the holder of this code is told at `now`, if anybody holds it, and can still redeem it.
    fn news(&self, code: &Code, now: Timestamp) -> Option<News> {
        let sale = code.sale.as_ref()?;
        let due_at = code.expires_at.plus(-self.before);
        let is_due = due_at <= now && code.expires_at > now.plus(self.too_late);
        let is_wanted = matches!(code.life, Life::Issued) && due_at > code.issued_at;
        (is_due && is_wanted).then(|| {
            News::Code(CodeNews {
                code_id: code.code_id,
                kind: CodeKind::CodeExpiring,
                purchase_id: sale.purchase_id,
                last4: code.last4.clone(),
                expires_at: code.expires_at,
                due_at,
            })
        })
    }
}
