//! Guesses: who shows wrong codes is locked out for a while, and for longer each time.
//!
//! Wrong codes are counted to the partner's key, to the address and, if the partner names one, to the partner's customer. That
//! somebody is locked out costs no request: the authorizer reads the counters together with the key, and each wrong code
//! writes them, under the condition that they are as they were seen; what a process saw it remembers. While somebody is
//! locked out nothing is looked up and nothing is written. Another process may look at one code more before it knows.
//!
//! Deliberately absent: counters of right codes, which must stay as cheap as they are.

mod counter;
mod keys;
mod memory;
mod refused;
mod subject;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use self::counter::Counter;
pub use self::refused::Refused;
pub use self::subject::{Guesser, InvalidLimits, Kind, Limits, Sighting, Subject};

use self::memory::Memory;
use crate::error::{Error, Failure, Rejection};
use crate::partners::{self, ApiKey, Caller};
use crate::table::{self, Condition, Lost, Tables, TaggedWrite, Write};
use crate::time::Timestamp;

/// Whose key a call came with, and what is known of wrong codes with it and from its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Whose key.
    pub caller: Caller,
    /// The counters of the key, and of the address if it is known.
    pub seen: Vec<Sighting>,
}

/// The guard in front of everything that looks at codes.
pub struct Guesses {
    tables: Tables,
    limits: Limits,
    memory: Mutex<Memory>,
}

/// Who calls with this key from this address; none if it is not a live key. One request reads all there is to know.
pub async fn authorize(
    tables: &Tables,
    key: &ApiKey,
    address: Option<&str>,
) -> Result<Option<Admission>, Failure> {
    let mut subjects = vec![Subject::key(&key.digest())];
    subjects.extend(address.map(Subject::source));
    let mut wanted = vec![partners::caller_key(key)];
    wanted.extend(subjects.iter().map(keys::counter));
    let mut items = tables.get_many(&wanted).await?.into_iter();
    let Some(caller) = items.next().flatten() else {
        return Ok(None);
    };
    let caller = table::read(caller)?;
    let seen = subjects.into_iter().zip(items).map(|(subject, item)| {
        let counter = item.map(table::read).transpose()?;
        Ok(Sighting { subject, counter })
    });
    let seen = seen.collect::<Result<_, Failure>>()?;
    Ok(Some(Admission { caller, seen }))
}

/// How often counting is tried again because others guess at the same time. Who cannot be counted gets no answer.
const ATTEMPTS_MAX: u32 = 12;

impl Guesses {
    /// A guard that has seen nobody yet.
    pub fn new(tables: Tables, limits: Limits) -> Self {
        Self {
            tables,
            limits,
            memory: Mutex::default(),
        }
    }

    /// Lets somebody look at a code, unless they are locked out, and counts it if it was none of their partner's. That a code
    /// came to its end is not counted: who has it did not guess it, and racing tills would lock their own key out.
    pub async fn watch<T>(
        &self,
        guesser: &Guesser,
        now: Timestamp,
        look: impl Future<Output = Result<T, Refused>>,
    ) -> Result<T, Error> {
        self.admit(guesser, now)?;
        let found = look.await;
        if let Err(Refused::Unknown) = found {
            self.count(guesser, now).await?;
        }
        Ok(found?)
    }

    /// Refuses who is known to be locked out. Reads and writes nothing.
    fn admit(&self, guesser: &Guesser, now: Timestamp) -> Result<(), Rejection> {
        let mut memory = self.memory();
        for Sighting { subject, counter } in &guesser.seen {
            memory.hear(subject, *counter, now);
        }
        drop(memory);
        self.check(guesser, now)
    }

    fn check(&self, guesser: &Guesser, now: Timestamp) -> Result<(), Rejection> {
        let memory = self.memory();
        let counters = guesser
            .subjects
            .iter()
            .filter_map(|subject| memory.counter(subject));
        let locked = counters.filter_map(|counter| counter.locked(now)).max();
        locked.map_or(Ok(()), |retry_at| {
            Err(Rejection::TooManyGuesses { retry_at })
        })
    }

    /// Counts a wrong code to all of them, in one transaction.
    async fn count(&self, guesser: &Guesser, now: Timestamp) -> Result<(), Error> {
        for attempt in 1..=ATTEMPTS_MAX {
            self.check(guesser, now)?;
            let after = self.after(guesser, now);
            let writes = after
                .iter()
                .map(|(subject, counter)| write(subject, counter));
            match table::commit(&self.tables, writes.collect::<Result<_, _>>()?).await {
                Ok(_) => {
                    let mut memory = self.memory();
                    for (subject, counter) in after {
                        memory.note(subject, Some(counter), now);
                    }
                    return Ok(());
                }
                Err(Lost::Refused(subject, item)) => {
                    let counter = item.map(table::read).transpose()?;
                    self.memory().note(subject, counter, now);
                    self.tables.back_off(attempt).await;
                }
                Err(Lost::Failed(failure)) => return Err(failure.into()),
            }
        }
        Err(Failure::unavailable("a counter of guesses moved during every attempt to count").into())
    }

    fn after(&self, guesser: &Guesser, now: Timestamp) -> Vec<(Subject, Counter)> {
        let memory = self.memory();
        let after = |subject: &Subject| {
            let max = self.limits.of(subject.kind());
            let counter = Counter::after(memory.counter(subject), max, now);
            (subject.clone(), counter)
        };
        guesser.subjects.iter().map(after).collect()
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write(subject: &Subject, counter: &Counter) -> Result<TaggedWrite<Subject>, Failure> {
    let unchanged = Condition::unchanged("version", counter.version.saturating_sub(1));
    let write = Write::put(keys::counter(subject), table::item(counter)?, unchanged);
    Ok(write.or(subject.clone()))
}
