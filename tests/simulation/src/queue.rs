//! Queues of activities: ordered by member, at least once, set aside after too many failures, sent again by an operator.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use fastrand::Rng;
use shared::error::Failure;
use shared::messaging::{Message, Send};

use crate::faults::Fault;
use crate::mutants::Mutant;
use crate::world::World;

/// A queue with its dead letters.
#[derive(Default)]
pub struct Queue(Mutex<State>);

#[derive(Default)]
struct State {
    groups: BTreeMap<String, VecDeque<Letter>>,
    /// Until when a second message of a name is dropped.
    names: BTreeMap<String, Duration>,
    /// Messages that failed too often, and when an operator sends them again.
    dead: Vec<(Duration, Letter)>,
    sent: u64,
}

/// A message in the queue.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Its number.
    pub id: u64,
    /// What it says.
    pub body: String,
    group: String,
    receives: u32,
    /// How often an operator sent it again.
    redrives: u32,
    visible_at: Duration,
    /// Which of its receipts is the newest.
    pub receipt: u64,
}

/// How long a queue remembers the name of a message.
const DEDUPLICATED: Duration = Duration::from_mins(5);

/// How long a message that was received stays out of sight.
pub const VISIBILITY: Duration = Duration::from_mins(1);

/// How often a message is received before it is set aside.
const RECEIVES_MAX: u32 = 5;

/// A message that operators sent so often will never be handled.
const REDRIVES_MAX: u32 = 30;

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a message at the end of its group, or, against the rules, in front.
    pub fn send(&self, group: &str, name: Option<&str>, body: &str, now: Duration, in_front: bool) {
        let mut state = self.lock();
        if let Some(name) = name {
            if state.names.get(name).is_some_and(|until| now < *until) {
                return;
            }
            state.names.insert(name.to_owned(), now + DEDUPLICATED);
        }
        state.sent += 1;
        let letter = Letter {
            id: state.sent,
            body: body.to_owned(),
            group: group.to_owned(),
            receives: 0,
            redrives: 0,
            visible_at: now,
            receipt: 0,
        };
        let letters = state.groups.entry(group.to_owned()).or_default();
        if in_front {
            letters.push_front(letter);
        } else {
            letters.push_back(letter);
        }
    }

    /// Puts a message somewhere, in no order with any other.
    pub fn send_loose(&self, body: &str, now: Duration) {
        let number = self.lock().sent;
        // A group of its own, among the others in an order that has nothing to do with when it was sent.
        let group = format!("{:03}-{number}", number.wrapping_mul(619) % 1000);
        self.send(&group, None, body, now, false);
    }

    /// Hands out at most `most` messages, beginning with group number `first`, out of sight for `hidden`.
    pub fn receive(
        &self,
        now: Duration,
        most: usize,
        first: usize,
        hidden: Duration,
    ) -> Vec<Letter> {
        let mut state = self.lock();
        let mut batch: Vec<Letter> = Vec::new();
        let names: Vec<String> = state.groups.keys().cloned().collect();
        let first = first % names.len().max(1);
        for name in names.iter().cycle().skip(first).take(names.len()) {
            let State { groups, dead, .. } = &mut *state;
            let Some(letters) = groups.get_mut(name) else {
                continue;
            };
            // While one of a group is out of sight, none of it is handed out.
            if letters.iter().any(|letter| letter.visible_at > now) {
                continue;
            }
            while letters
                .front()
                .is_some_and(|letter| letter.receives >= RECEIVES_MAX)
            {
                let letter = letters.pop_front();
                let days = |letter: &Letter| Duration::from_hours(24 * (1 + letter.id % 10));
                dead.extend(letter.map(|letter| (now + days(&letter), letter)));
            }
            for letter in letters.iter_mut().take(most - batch.len()) {
                letter.receives += 1;
                letter.receipt += 1;
                letter.visible_at = now + hidden;
                batch.push(letter.clone());
            }
        }
        batch
    }

    /// Removes messages by their newest receipts; others have no say any more.
    pub fn delete(&self, done: &[Letter]) {
        let mut state = self.lock();
        for Letter {
            id, group, receipt, ..
        } in done
        {
            if let Some(letters) = state.groups.get_mut(group) {
                letters.retain(|letter| letter.id != *id || letter.receipt != *receipt);
            }
        }
        state.groups.retain(|_, letters| !letters.is_empty());
    }

    /// Keeps messages out of sight until then.
    pub fn hide(&self, batch: &[Letter], until: Duration) {
        let mut state = self.lock();
        for wanted in batch {
            if let Some(letters) = state.groups.get_mut(&wanted.group) {
                let mut letters = letters.iter_mut();
                if let Some(letter) = letters.find(|letter| letter.id == wanted.id) {
                    letter.visible_at = until;
                }
            }
        }
    }

    /// What an operator does with dead letters that are due: those nobody can read go, others get another chance.
    /// Answers one that had too many.
    pub fn redrive(&self, now: Duration, drop_all: bool) -> Option<Letter> {
        let mut state = self.lock();
        let (due, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut state.dead)
            .into_iter()
            .partition(|(at, _)| *at <= now);
        state.dead = rest;
        let mut hopeless = None;
        for (_, mut letter) in due {
            if drop_all || !letter.body.starts_with('{') {
                continue;
            }
            letter.receives = 0;
            letter.redrives += 1;
            letter.visible_at = now;
            if letter.redrives > REDRIVES_MAX {
                hopeless = Some(letter.clone());
            }
            let group = letter.group.clone();
            state.groups.entry(group).or_default().push_back(letter);
        }
        hopeless
    }

    /// When there may next be something to do; none if there is nothing left at all.
    pub fn next(&self) -> Option<Duration> {
        let state = self.lock();
        let waiting = state.groups.values().flat_map(|letters| {
            let latest = letters.iter().map(|letter| letter.visible_at).max();
            latest.into_iter()
        });
        waiting.chain(state.dead.iter().map(|(at, _)| *at)).min()
    }
}

/// A process's way to the queues.
pub struct Intake {
    world: Arc<World>,
    dice: Mutex<Rng>,
}

impl Intake {
    /// A way whose faults follow from the seed.
    pub fn new(world: Arc<World>, seed: u64) -> Self {
        Self {
            world,
            dice: Mutex::new(Rng::with_seed(seed)),
        }
    }

    async fn hand_over(&self, message: Message) -> Result<(), Failure> {
        let world = &self.world;
        let (wait, fault, order) = {
            let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
            let wait = Duration::from_micros(dice.u64(500..10_000));
            let among = [Fault::LostBefore, Fault::LostAfter, Fault::Throttled];
            let fault = world.faults.draw(&mut dice, 1, &among);
            (
                wait,
                fault,
                world.faults.draw(&mut dice, 3, &[Fault::Reordered]),
            )
        };
        world.executor.sleep(wait).await;
        let lost = || Failure::unavailable("the queue did not answer");
        if matches!(fault, Some(Fault::LostBefore | Fault::Throttled)) {
            world.note(|| "the queue does not get the message".to_owned());
            return Err(lost());
        }
        let (now, in_front) = (world.executor.now(), order.is_some());
        match (message.fifo, message.attributes.is_empty()) {
            (Some(fifo), _) => {
                let (group, name) = (&fifo.group, fifo.deduplication.as_str());
                let reports = &world.reports;
                reports.send(group, Some(name), &message.body, now, in_front);
                world.note(|| format!("queues {name}"));
            }
            (None, true) => {
                world.jobs.send_loose(&message.body, now);
                world.note(|| format!("queues {}", message.body));
            }
            // News for members, of which nothing here depends on.
            (None, false) => {}
        }
        world.bell.ring();
        if fault.is_some() {
            world.note(|| "the answer of the queue is lost".to_owned());
            return Err(lost());
        }
        Ok(())
    }
}

#[async_trait]
impl Send for Intake {
    async fn send(&self, message: Message) -> Result<(), Failure> {
        let sent = self.hand_over(message).await;
        if self.world.plan.mutant == Some(Mutant::UnqueuedReport) {
            return Ok(());
        }
        sent
    }
}
