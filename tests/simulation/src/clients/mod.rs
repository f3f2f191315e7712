//! Clients: they ask, and ask again until they know.

mod administrator;
mod contestant;
mod desk;
mod holder;
mod keeper;
mod partner;
mod reporter;
mod reserver;
mod returner;
mod shopper;
mod traveller;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use fastrand::Rng;
use shared::error::{Error, Rejection};
use shared::id::MemberId;
use shared::time::Timestamp;

use crate::consumer::JUNK;
use crate::executor::{Slot, dice};
use crate::house::member;
use crate::instances::{Function, Instance, invoke};
use crate::plan::{Errand, Operation};
use crate::world::World;

pub use self::keeper::{import_codes, import_name};
use self::reporter::Deed;

/// Somebody with an errand.
pub struct Client {
    world: Arc<World>,
    /// The number of the operation.
    number: usize,
    dice: Rng,
}

/// A definite answer.
pub struct Answer<T> {
    /// What it says.
    outcome: Result<T, Rejection>,
    /// When the request that got it was sent.
    asked: Duration,
    /// When it came.
    answered: Duration,
    /// What the function's clock said.
    clock: Timestamp,
}

/// Whoever got no answer so often will not get one.
const ATTEMPTS_MAX: u32 = 300;

/// Carries out an operation, from its start to its end.
pub async fn run(world: Arc<World>, operation: Operation) {
    world.executor.sleep_until(operation.starts_at).await;
    let number = operation.number;
    let client = Client::new(&world, number, 0);
    world.note(|| format!("sets out: {:?}", operation.errand));
    match operation.errand {
        Errand::Report {
            member: owner,
            event,
            kind,
            size,
            done,
        } => {
            let deed = Deed {
                member_id: member(owner),
                event,
                kind,
                size,
            };
            client.report(deed, done).await;
        }
        Errand::SetZone {
            member: owner,
            zone,
        } => client.set_zone(member(owner), zone).await,
        errand @ Errand::Buy { .. } => client.shop(errand).await,
        Errand::Reveal { member: owner } => client.look_again(member(owner)).await,
        Errand::List { member: owner } => client.list(member(owner)).await,
        Errand::Redeem {
            tills,
            after,
            is_foreign,
            is_guess,
        } => client.redeem(tills, after, is_foreign, is_guess).await,
        Errand::SetRule {
            rule,
            amount,
            limit,
        } => client.set_rule(rule, amount, limit).await,
        Errand::Pause { what, time } => client.pause_for(what, time).await,
        Errand::SetProgramme { day, budget } => client.set_programme(day, budget).await,
        Errand::SetPrice { offer, price } => client.set_price(offer, price).await,
        Errand::Return {
            member: owner,
            reason,
            devices,
        } => client.bring_back(member(owner), reason, devices).await,
        Errand::Contest { work } => client.contest(work).await,
        Errand::Attend { work, other } => client.attend(work, other).await,
        Errand::SetTotal { total } => client.set_total(total).await,
        Errand::PauseSpring { time } => client.pause_spring(time).await,
        Errand::Import { first, rows } => client.import(first, rows).await,
        Errand::Reprice => client.reprice().await,
        Errand::Expire => client.expire(),
        Errand::Junk { member: owner } => client.send_junk(member(owner)),
    }
    leave(&world);
}

fn leave(world: &World) {
    world.note(|| "is done".to_owned());
    world.busy.fetch_sub(1, Ordering::Relaxed);
    world.bell.ring();
    world.stream_bell.ring();
}

impl Client {
    /// A client of the operation `number`: the first, or another one beside it.
    fn new(world: &Arc<World>, number: usize, device: u64) -> Self {
        let numbers = [4, u64::try_from(number).unwrap_or_default(), device];
        Self {
            world: Arc::clone(world),
            number,
            dice: dice(world.plan.seed, &numbers),
        }
    }

    /// Lets another client of the operation do something after a while. What came of it will be in the slot.
    fn beside<T, F>(
        &self,
        device: u64,
        after: Duration,
        work: impl FnOnce(Self) -> F + Send + 'static,
    ) -> Slot<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let (world, executor) = (Arc::clone(&self.world), &self.world.executor);
        let other = Self::new(&world, self.number, device);
        let (done, label) = (executor.slot(), executor.label());
        let put = done.clone();
        executor.spawn(&label, async move {
            world.executor.sleep(after).await;
            put.put(work(other).await);
        });
        done
    }

    /// Sends what nobody can read, in the name of a member.
    fn send_junk(&self, member_id: MemberId) {
        let (world, group) = (&self.world, member_id.to_string());
        let queue = [&world.reports, &world.sightings][self.number % 2];
        queue.send(&group, None, JUNK, world.executor.now(), false);
        world.bell.ring();
    }

    /// Asks once. None if no answer came, or one that says to try again.
    async fn ask<T, F>(
        &mut self,
        function: Function,
        work: impl FnOnce(Arc<Instance>, Timestamp) -> F,
    ) -> Option<Answer<T>>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let (world, mut clock) = (Arc::clone(&self.world), None);
        let asked = world.executor.now();
        let outcome = invoke(&world, &mut self.dice, function, |instance, now| {
            clock = Some(now);
            work(instance, now)
        })
        .await?;
        let outcome = match outcome {
            Ok(value) => Ok(value),
            Err(Error::Rejected(rejection)) => Err(rejection),
            Err(Error::Failed(failure)) if failure.retryable() => return None,
            Err(Error::Failed(failure)) => {
                let sentence = format!("{function:?} is broken: {}", failure.chain());
                world.judge(Err(sentence));
                return std::future::pending().await;
            }
        };
        world.tally.answers.fetch_add(1, Ordering::Relaxed);
        world.note(|| match &outcome {
            Ok(_) => format!("{function:?} is answered"),
            Err(rejection) => format!("{function:?} is refused: {rejection}"),
        });
        Some(Answer {
            outcome,
            asked,
            answered: world.executor.now(),
            clock: clock?,
        })
    }

    /// Waits before asking again: mostly for seconds, now and then for a day.
    async fn pause(&mut self, attempt: u32) {
        let millis = match self.dice.u32(..100) {
            0..85 => self.dice.u64(10..3_000),
            85..98 => self.dice.u64(..120_000),
            _ => self.dice.u64(..2 * 86_400_000),
        };
        self.world.tally.retries.fetch_add(1, Ordering::Relaxed);
        if attempt > ATTEMPTS_MAX {
            self.world
                .judge(Err(format!("operation {} gets no answer", self.number)));
        }
        self.world
            .executor
            .sleep(Duration::from_millis(millis))
            .await;
    }

    /// Asks until a definite answer comes.
    async fn insist<T, F>(
        &mut self,
        function: Function,
        mut work: impl FnMut(Arc<Instance>, Timestamp) -> F,
    ) -> Answer<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let mut attempt = 0;
        loop {
            if let Some(answer) = self.ask(function, &mut work).await {
                return answer;
            }
            attempt += 1;
            self.pause(attempt).await;
        }
    }

    /// An unexpected refusal.
    fn object<T: std::fmt::Debug>(&self, what: &str, answer: &Result<T, Rejection>) {
        let sentence = format!("operation {} {what}: {answer:?}", self.number);
        self.world.judge(Err(sentence));
    }
}
