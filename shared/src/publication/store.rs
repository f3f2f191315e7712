//! Publications in their table.

use super::{Content, Head, Lifecycle, Order, Published, State, Step, Version, conflict};
use crate::audit::{self, Act};
use crate::error::{Error, Failure, Rejection};
use crate::invalid::Invalid;
use crate::table::{self, Condition, Tables, Write};
use crate::text::Word;

/// How often a change is tried again because another administrator was first.
const ATTEMPTS_MAX: u32 = 8;

/// How many heads one request asks for; the service cuts a page at one megabyte anyway.
const PAGE: usize = 1000;

/// Reads all heads, by name.
pub async fn heads<C: Content>(tables: &Tables) -> Result<Vec<Head<C>>, Failure> {
    let (mut heads, mut after) = (Vec::new(), None);
    loop {
        let (page, next) = tables.page(&C::heads(after, PAGE)).await?;
        heads.extend(page);
        after = next;
        if after.is_none() {
            return Ok(heads);
        }
    }
}

/// Reads one head.
pub async fn head<C: Content>(tables: &Tables, id: &Word) -> Result<Head<C>, Error> {
    let head = tables.get(&C::head(id)).await?;
    Ok(head.ok_or_else(C::not_found)?)
}

/// Reads one version; the newest, without.
pub async fn version<C: Content>(
    tables: &Tables,
    head: &Head<C>,
    version: Option<u32>,
) -> Result<Version<C>, Error> {
    let latest = head.latest_version;
    let key = C::version(&head.id, version.unwrap_or(latest));
    let version = tables.get(&key).await?;
    Ok(version.ok_or(Rejection::VersionNotFound { version: latest })?)
}

/// Reads versions, newest first, behind the place `after`; and the place to go on from, if there may be more.
pub async fn versions<C: Content>(
    tables: &Tables,
    id: &Word,
    after: Option<String>,
    limit: usize,
) -> Result<(Vec<Version<C>>, Option<String>), Failure> {
    tables.page(&C::versions(id, after, limit)).await
}

/// Makes `content` what the publication says in its next version; if the newest one says the same, that is the answer.
pub async fn set<C: Content>(
    tables: &Tables,
    id: &Word,
    content: C,
    act: &Act,
) -> Result<Version<C>, Error> {
    for attempt in 1..=ATTEMPTS_MAX {
        let before: Option<Head<C>> = tables.get(&C::head(id)).await?;
        let newest = match &before {
            Some(head) => Some(version(tables, head, None).await?),
            None => None,
        };
        if let Some(newest) = &newest
            && newest.content.written() == content.written()
        {
            return Ok(newest.clone());
        }
        let after = match &before {
            Some(head) if head.lifecycle == Lifecycle::Ended => {
                return Err(conflict(State::Ended).into());
            }
            Some(head) => head.changed(act.at),
            None => Head {
                id: id.clone(),
                lifecycle: Lifecycle::Draft,
                latest_version: 0,
                published: None,
                changed_at: act.at,
                revision: 1,
            },
        };
        let next = Version {
            version: after.latest_version.saturating_add(1),
            content: content.clone(),
            created_at: act.at,
            created_by: act.actor,
        };
        let after = Head {
            latest_version: next.version,
            ..after
        };
        let (old, new) = (newest.as_ref().map(Version::written), next.written());
        let writes = vec![
            head_write(before.as_ref(), &after)?,
            Write::create(C::version(id, next.version), table::item(&next)?),
            audit::note(act, C::SET, id, old.as_ref(), Some(&new))?,
        ];
        if table::commit_unless_moved(tables, writes, attempt).await? {
            return Ok(next);
        }
    }
    Err(Failure::unavailable("this changed during every attempt to set it").into())
}

/// Publishes, pauses, resumes or ends; if it is already so, nothing changes.
pub async fn set_state<C: Content>(
    tables: &Tables,
    id: &Word,
    order: &Order,
    act: &Act,
) -> Result<Head<C>, Error> {
    for attempt in 1..=ATTEMPTS_MAX {
        let before: Head<C> = head(tables, id).await?;
        let mut after = before.changed(act.at);
        match before.step(order, act.at)? {
            Step::Nothing => return Ok(before),
            Step::Become(lifecycle) => after.lifecycle = lifecycle,
            Step::Publish(number) => {
                let version = version(tables, &before, Some(number)).await?;
                if let Some(published) = &before.published {
                    let follows = version.content.may_follow(&published.content);
                    let invalid = |invalid: Invalid| Invalid::at("/version", invalid.to_string());
                    follows.map_err(|error| Rejection::from(invalid(error)))?;
                }
                C::allow(tables, id, number, order).await?;
                after.lifecycle = Lifecycle::Published;
                after.published = Some(Published {
                    version: version.version,
                    content: version.content,
                    published_at: act.at,
                    published_by: act.actor,
                    backtest_id: order.backtest_id,
                    reason: order.reason.clone(),
                });
            }
        }
        let (old, new) = (before.written(), after.written());
        let writes = vec![
            head_write(Some(&before), &after)?,
            audit::note(act, C::SET_STATE, id, Some(&old), Some(&new))?,
        ];
        if table::commit_unless_moved(tables, writes, attempt).await? {
            return Ok(after);
        }
    }
    Err(Failure::unavailable("this changed during every attempt to set its state").into())
}

fn head_write<C: Content>(before: Option<&Head<C>>, after: &Head<C>) -> Result<Write, Failure> {
    let seen = before.map_or(0, |before| before.revision);
    let unchanged = Condition::unchanged("revision", seen);
    Ok(Write::put(
        C::head(&after.id),
        table::item(after)?,
        unchanged,
    ))
}
