//! Tasks under a seeded scheduler and a clock of their own.
//!
//! Nothing here knows threads or the real time. Of the tasks that can go on, the dice choose one; when none can, the clock
//! jumps to the next timer. Tasks wait for a [`Sleep`], a [`Slot`] or a [`Bell`] and for nothing else, so these know which
//! task to go on with, and no waker is needed.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use fastrand::Rng;

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A handle on the scheduler.
#[derive(Clone)]
pub struct Executor(Arc<Mutex<State>>);

struct State {
    now: Duration,
    /// Tasks by the instant they wait for, in the order in which they began to.
    timers: BTreeMap<(Duration, u64), usize>,
    timers_set: u64,
    ready: Vec<usize>,
    spawned: Vec<(usize, Arc<str>, Task)>,
    tasks: usize,
    current: (usize, Arc<str>),
    dice: Rng,
}

impl State {
    fn wake(&mut self, task: usize) {
        if !self.ready.contains(&task) {
            self.ready.push(task);
        }
    }
}

/// Why a run ended before its tasks did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stall {
    /// These tasks wait for something that will not come.
    Deadlock(Vec<String>),
    /// There is no end in sight.
    Endless,
}

impl Executor {
    /// A scheduler without tasks.
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(State {
            now: Duration::ZERO,
            timers: BTreeMap::new(),
            timers_set: 0,
            ready: Vec::new(),
            spawned: Vec::new(),
            tasks: 0,
            current: (0, Arc::from("")),
            dice: Rng::with_seed(seed),
        })))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long the run goes on, by its own clock.
    pub fn now(&self) -> Duration {
        self.lock().now
    }

    /// What the task at work is called.
    pub fn label(&self) -> Arc<str> {
        Arc::clone(&self.lock().current.1)
    }

    /// Starts a task.
    pub fn spawn(&self, label: &Arc<str>, task: impl Future<Output = ()> + Send + 'static) {
        let mut state = self.lock();
        let id = state.tasks;
        state.tasks += 1;
        state.spawned.push((id, Arc::clone(label), Box::pin(task)));
        state.ready.push(id);
    }

    /// Waits for so long.
    pub fn sleep(&self, time: Duration) -> Sleep {
        self.sleep_until(self.now().saturating_add(time))
    }

    /// Waits until then.
    pub fn sleep_until(&self, deadline: Duration) -> Sleep {
        Sleep {
            executor: self.clone(),
            deadline,
            number: None,
        }
    }

    /// A slot that a value will be put into.
    pub fn slot<T>(&self) -> Slot<T> {
        Slot {
            executor: self.clone(),
            content: Arc::new(Mutex::new((None, None))),
        }
    }

    /// A bell that wakes all who wait for it.
    pub fn bell(&self) -> Bell {
        Bell {
            executor: self.clone(),
            waiting: Arc::default(),
        }
    }

    /// Forgets the tasks that did not begin.
    pub fn close(&self) {
        let spawned = std::mem::take(&mut self.lock().spawned);
        drop(spawned);
    }

    fn current(&self) -> usize {
        self.lock().current.0
    }

    /// Runs all tasks to their end, or until `stop`, looked at after every step, says so.
    pub fn run(&self, steps_max: u64, stop: impl Fn() -> bool) -> Result<(), Stall> {
        let mut tasks: BTreeMap<usize, (Arc<str>, Task)> = BTreeMap::new();
        for _ in 0..steps_max {
            let Some(id) = self.next(&mut tasks) else {
                let waiting = tasks.values().map(|(label, _)| label.to_string()).collect();
                return if tasks.is_empty() {
                    Ok(())
                } else {
                    Err(Stall::Deadlock(waiting))
                };
            };
            let Some((label, task)) = tasks.get_mut(&id) else {
                continue;
            };
            self.lock().current = (id, Arc::clone(label));
            if task
                .as_mut()
                .poll(&mut Context::from_waker(Waker::noop()))
                .is_ready()
            {
                tasks.remove(&id);
            }
            if stop() {
                return Ok(());
            }
        }
        Err(Stall::Endless)
    }

    /// The task to go on with: one of those that can, or the one whose timer is next.
    fn next(&self, tasks: &mut BTreeMap<usize, (Arc<str>, Task)>) -> Option<usize> {
        let mut state = self.lock();
        for (id, label, task) in std::mem::take(&mut state.spawned) {
            tasks.insert(id, (label, task));
        }
        while state.ready.is_empty() {
            let (instant, _) = *state.timers.first_key_value()?.0;
            state.now = instant.max(state.now);
            let now = state.now;
            while let Some(timer) = state.timers.first_entry()
                && timer.key().0 <= now
            {
                let id = timer.remove();
                state.wake(id);
            }
        }
        let count = state.ready.len();
        let place = state.dice.usize(..count);
        Some(state.ready.swap_remove(place))
    }
}

/// A wait for an instant.
pub struct Sleep {
    executor: Executor,
    deadline: Duration,
    /// Its number among the timers, once it has one.
    number: Option<u64>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let executor = self.executor.clone();
        let mut state = executor.lock();
        if state.now >= self.deadline {
            return Poll::Ready(());
        }
        if self.number.is_none() {
            state.timers_set += 1;
            let (number, task) = (state.timers_set, state.current.0);
            state.timers.insert((self.deadline, number), task);
            self.number = Some(number);
        }
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            self.executor.lock().timers.remove(&(self.deadline, number));
        }
    }
}

/// A place for one value that another task waits for.
pub struct Slot<T> {
    executor: Executor,
    content: Arc<Mutex<(Option<T>, Option<usize>)>>,
}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self {
            executor: self.executor.clone(),
            content: Arc::clone(&self.content),
        }
    }
}

impl<T> Slot<T> {
    /// Puts the value in.
    pub fn put(&self, value: T) {
        let mut content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
        content.0 = Some(value);
        if let Some(task) = content.1.take() {
            self.executor.lock().wake(task);
        }
    }

    /// Waits for the value, at most for so long.
    pub async fn take_within(&self, time: Duration) -> Option<T> {
        let (slot, mut sleep) = (self.clone(), self.executor.sleep(time));
        std::future::poll_fn(move |context| {
            if let Some(value) = slot.try_take() {
                return Poll::Ready(Some(value));
            }
            Pin::new(&mut sleep).poll(context).map(|()| None)
        })
        .await
    }

    /// Waits for the value.
    pub async fn take(&self) -> T {
        let slot = self.clone();
        std::future::poll_fn(move |_| slot.try_take().map_or(Poll::Pending, Poll::Ready)).await
    }

    /// The value if it is there; else the task at work will be woken.
    fn try_take(&self) -> Option<T> {
        let mut content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
        if content.0.is_none() {
            content.1 = Some(self.executor.current());
        }
        content.0.take()
    }
}

/// Wakes all who wait for it.
#[derive(Clone)]
pub struct Bell {
    executor: Executor,
    waiting: Arc<Mutex<Vec<usize>>>,
}

impl Bell {
    /// Wakes all who wait now.
    pub fn ring(&self) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.executor.lock();
        for task in waiting.drain(..) {
            state.wake(task);
        }
    }

    /// Waits for the bell or for `deadline`, whichever comes first; without one, for the bell.
    pub async fn heard_or(&self, deadline: Option<Duration>) {
        let mut sleep = deadline.map(|deadline| self.executor.sleep_until(deadline));
        let mut is_listening = false;
        std::future::poll_fn(move |context| {
            if is_listening {
                return Poll::Ready(());
            }
            if let Some(sleep) = &mut sleep
                && Pin::new(sleep).poll(context).is_ready()
            {
                return Poll::Ready(());
            }
            is_listening = true;
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let task = self.executor.current();
            if !waiting.contains(&task) {
                waiting.push(task);
            }
            Poll::Pending
        })
        .await;
    }
}

/// A future that ends early: at the wait with this number it is dropped where it stands.
pub struct Fragile<F> {
    inner: Option<Pin<Box<F>>>,
    waits_left: Option<u32>,
}

impl<F: Future> Fragile<F> {
    /// `inner`, dropped at its wait number `dies_at`, counted from 0, if it has so many.
    pub fn new(inner: F, dies_at: Option<u32>) -> Self {
        Self {
            inner: Some(Box::pin(inner)),
            waits_left: dies_at,
        }
    }
}

impl<F: Future> Future for Fragile<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<F::Output>> {
        let Some(inner) = self.inner.as_mut() else {
            return Poll::Ready(None);
        };
        match (inner.as_mut().poll(context), self.waits_left) {
            (Poll::Ready(output), _) => Poll::Ready(Some(output)),
            (Poll::Pending, Some(0)) => {
                self.inner = None;
                Poll::Ready(None)
            }
            (Poll::Pending, left) => {
                self.waits_left = left.map(|left| left - 1);
                Poll::Pending
            }
        }
    }
}

/// Dice of their own for a purpose: the same seed and purpose, the same throws, whatever else happens.
pub fn dice(seed: u64, purpose: &[u64]) -> Rng {
    let mixed = purpose.iter().fold(seed, |mixed, word| {
        let mut dice = Rng::with_seed(mixed ^ word.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        dice.u64(..)
    });
    Rng::with_seed(mixed)
}
