//! Support and administrators, who end, extend and replace single codes.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::TimeDelta;
use shared::codes::{Code, Life, desk};
use shared::error::Rejection;
use shared::id::CodeId;
use shared::purchases;
use shared::time::Timestamp;

use super::{Answer, Client};
use crate::house::{act, text};
use crate::instances::Function;
use crate::plan::Deskwork;

impl Client {
    /// Does this with some sold code, mostly one that can be used, while somebody else at the desk perhaps does that with it.
    pub(super) async fn attend(mut self, work: Deskwork, other: Option<Deskwork>) {
        let Some(id) = self.sold_code() else {
            return;
        };
        let soon = Duration::from_millis(self.dice.u64(..20));
        let doing = other.map(|work| self.beside(1, soon, move |other| other.work_on(id, work)));
        self.work_on(id, work).await;
        if let Some(doing) = doing {
            let _: bool = doing.take().await;
        }
    }

    /// Does this with a code until there is a definite answer. Says whether the code ended, as was wanted.
    pub(super) async fn work_on(mut self, id: CodeId, work: Deskwork) -> bool {
        let is_done = match work {
            Deskwork::Revoke => self.revoke(id).await,
            Deskwork::Extend { days } => self.extend(id, days).await,
            Deskwork::Replace => self.exchange(id).await,
        };
        if is_done {
            let acts = &self.world.tally.acts;
            acts.fetch_add(1, Ordering::Relaxed);
        }
        is_done && !matches!(work, Deskwork::Extend { .. })
    }

    /// By what an act is told from all others.
    fn mark(&mut self, id: CodeId) -> String {
        format!("{id}, {}", self.dice.u64(..))
    }

    fn sold_code(&mut self) -> Option<CodeId> {
        let world = Arc::clone(&self.world);
        let books = world.books();
        let sold = books.codes().filter(|code| code.sale.is_some());
        let sold: Vec<&Code> = sold.collect();
        let open = sold.iter().filter(|code| matches!(code.life, Life::Issued));
        // What was sold last is what others are busy with.
        let newest = open.clone().max_by_key(|code| code.issued_at).copied();
        let open: Vec<&Code> = open.copied().collect();
        let code = match self.dice.u32(..6) {
            0..3 => newest,
            3..5 => self.dice.choice(open),
            _ => self.dice.choice(sold),
        };
        code.map(|code| code.code_id)
    }

    async fn revoke(&mut self, id: CodeId) -> bool {
        let mark = self.mark(id);
        let answer = self
            .insist(Function::Administer, move |instance, now| {
                let act = act(&mark, now);
                async move { desk::revoke(&instance.tables, id, &text("lost"), &act).await }
            })
            .await;
        let is_right = match &answer.outcome {
            Ok(_) => matches!(self.life(id), Some(Life::Revoked { .. })),
            Err(rejection) => self.is_closed(id, rejection, &answer),
        };
        if !is_right {
            self.object("was told wrongly that a code is revoked", &answer.outcome);
        }
        answer.outcome.is_ok()
    }

    async fn extend(&mut self, id: CodeId, days: i64) -> bool {
        let mark = self.mark(id);
        let until = self.world.now().plus(TimeDelta::days(days));
        let answer = self
            .insist(Function::Administer, move |instance, now| {
                let act = act(&mark, now);
                async move { desk::extend(&instance.tables, id, until, &text("ill"), &act).await }
            })
            .await;
        let is_right = match &answer.outcome {
            Ok(code) => code.code_id == id && self.runs_out(id) >= Some(until),
            Err(Rejection::CodeValidLonger { expires_at }) => {
                *expires_at > until && self.runs_out(id) >= Some(*expires_at)
            }
            // Asking took longer than the code was to be valid.
            Err(Rejection::InvalidBody { .. }) => answer.clock >= until,
            Err(rejection) => self.is_closed(id, rejection, &answer),
        };
        if !is_right {
            self.object("was told wrongly that a code is extended", &answer.outcome);
        }
        answer.outcome.is_ok()
    }

    async fn exchange(&mut self, id: CodeId) -> bool {
        let (world, mark) = (Arc::clone(&self.world), self.mark(id));
        let answer = self
            .insist(Function::Administer, move |instance, now| {
                let (world, act) = (Arc::clone(&world), act(&mark, now));
                async move {
                    let (tables, secrets) = (&instance.tables, &world.house.secrets);
                    purchases::exchange(tables, secrets, id, &text("lost"), &act).await
                }
            })
            .await;
        let is_right = match &answer.outcome {
            Ok((old, born)) => {
                let successor = match self.life(id) {
                    Some(Life::Replaced { replacement, .. }) => Some(replacement),
                    _ => None,
                };
                old.code_id == id && successor == Some(born.code_id)
            }
            Err(Rejection::SoldOut { left: 0 }) => self.is_sold_out(id, &answer),
            Err(rejection) => self.is_closed(id, rejection, &answer),
        };
        if !is_right {
            self.object("was told wrongly that a code is replaced", &answer.outcome);
        }
        answer.outcome.is_ok()
    }

    fn life(&self, id: CodeId) -> Option<Life> {
        let books = self.world.books();
        books.code(id).map(|code| code.life.clone())
    }

    fn runs_out(&self, id: CodeId) -> Option<Timestamp> {
        let books = self.world.books();
        books.code(id).map(|code| code.expires_at)
    }

    /// Whether there was an instant, while the request was under way, at which nothing could be done with the code.
    fn is_closed<T>(&self, id: CodeId, rejection: &Rejection, answer: &Answer<T>) -> bool {
        let books = self.world.books();
        let ended = books.ended(id);
        match rejection {
            Rejection::CodeNotOpen { state } if state == "expired" => {
                ended.is_none_or(|at| at >= answer.asked)
            }
            Rejection::CodeNotOpen { state } => {
                let life = books.code(id).map(|code| code.state(answer.clock).as_str());
                ended.is_some_and(|at| at <= answer.answered) && life == Some(state.as_str())
            }
            Rejection::CodeReserved { reserved_until } => {
                let mut holders = books.reservations(id, *reserved_until);
                holders.next().is_some() && answer.clock < *reserved_until
            }
            _ => false,
        }
    }

    /// Whether nothing was left, while the request was under way, of what comes from a stock.
    fn is_sold_out<T>(&self, id: CodeId, answer: &Answer<T>) -> bool {
        let books = self.world.books();
        let Some(code) = books.code(id) else {
            return false;
        };
        let (least, _) = books
            .goods()
            .left_between(code.product_id, answer.asked, answer.answered);
        least == 0
    }
}
