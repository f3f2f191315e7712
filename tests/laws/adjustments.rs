//! Adjustments by administrators who race with each other and with the member, over a bad line.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use shared::adjustments::{self, Adjustment, Proposal, State};
use shared::amount::Rjv;
use shared::audit::{Act, Action, Record};
use shared::error::{Error, Rejection};
use shared::id::{AdjustmentId, AuditId, EntryId, MemberId};
use shared::ledger::{Entry, Reason, Side, Source};
use shared::purchases::Purchase;
use shared::table::{self, Table};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::clients::{insist, over, quiet, run};
use simulation::{member, start};

use super::world::World;

pub const PROPOSER: u128 = 90;

/// The act of an administrator, who is none of the members whose wallets are corrected; every attempt is a request of its own, with an id of its own.
pub fn act(administrator: u128) -> Act {
    Act {
        actor: member(administrator),
        request_id: "request".to_owned(),
        at: start(),
        id: AuditId::new(Uuid::now_v7()),
    }
}

pub fn proposal(reference: &str, side: Side, amount: u32) -> Proposal {
    Proposal {
        reference: reference.to_owned().try_into().unwrap(),
        member_id: member(1),
        side,
        amount: Rjv::whole(amount),
        reason: Reason::Correction,
        ticket: "T-1".to_owned().try_into().unwrap(),
        expires_after_months: None,
        corrects: None,
    }
}

pub async fn propose(world: &World, proposal: &Proposal) -> AdjustmentId {
    let proposed: Result<Adjustment, Rejection> =
        insist!(adjustments::propose(&world.tables, proposal.clone(), &act(PROPOSER)).await);
    proposed.unwrap().adjustment_id
}

async fn approve(world: &World, id: AdjustmentId, by: u128) -> Result<Adjustment, Rejection> {
    insist!(adjustments::approve(&world.tables, id, &act(by)).await)
}

async fn reject(world: &World, id: AdjustmentId, by: u128) -> Result<Adjustment, Rejection> {
    insist!(adjustments::reject(&world.tables, id, &act(by)).await)
}

/// Everything there is about adjustments.
#[derive(Default)]
pub struct Desk {
    adjustments: BTreeMap<AdjustmentId, Adjustment>,
    listed: Vec<(String, Adjustment)>,
    marks: usize,
    records: Vec<Record>,
    entries: BTreeMap<AdjustmentId, Vec<Entry>>,
}

impl Desk {
    fn of(world: &World) -> Self {
        let mut desk = Self::default();
        for (key, item) in world.memory.items() {
            match (key.table, key.sk.as_str()) {
                (Table::Insights, "adjustment") => {
                    let adjustment: Adjustment = table::read(item).unwrap();
                    desk.adjustments
                        .insert(adjustment.adjustment_id, adjustment);
                }
                (Table::Insights, "correction") => desk.marks += 1,
                (Table::Insights, _) if key.pk.starts_with("adjustments#") => {
                    desk.listed.push((key.pk, table::read(item).unwrap()));
                }
                (Table::Insights, _) if key.pk.starts_with("audit#") => {
                    desk.records.push(table::read(item).unwrap());
                }
                (Table::Ledger, sk) if shared::ledger::is_entry(sk) => {
                    let entry: Entry = table::read(item).unwrap();
                    if let Source::Adjustment { adjustment_id, .. } = entry.source {
                        let entries = desk.entries.entry(adjustment_id);
                        entries.or_default().push(entry);
                    }
                }
                _ => {}
            }
        }
        desk
    }

    /// What must hold at every moment.
    fn check(&self) {
        for (id, adjustment) in &self.adjustments {
            let entries = self.entries.get(id).map_or(&[][..], Vec::as_slice);
            match (&adjustment.state, entries) {
                (State::Applied { entry_id, .. }, [entry]) => {
                    assert_eq!(entry.entry_id, *entry_id);
                    assert_eq!(entry.amount(), adjustment.proposal.amount);
                }
                (State::Proposed {} | State::Rejected { .. }, []) => {}
                (state, entries) => panic!("{state:?} with {entries:?}"),
            }
            let stage = adjustment.state.stage().as_str();
            let of_this = |(_, listed): &&(String, Adjustment)| listed.adjustment_id == *id;
            let listed: Vec<_> = self.listed.iter().filter(of_this).collect();
            assert_eq!(
                listed,
                [&(format!("adjustments#{stage}"), adjustment.clone())],
                "listed once, as it is"
            );
            let decided = usize::from(!matches!(adjustment.state, State::Proposed {}));
            assert_eq!(self.acts(*id), 1 + decided, "each act is on record once");
        }
        assert_eq!(
            self.entries.len(),
            self.applied(),
            "no entry without its adjustment"
        );
    }

    fn acts(&self, id: AdjustmentId) -> usize {
        let of_this = |record: &&Record| record.subject == id.to_string();
        self.records.iter().filter(of_this).count()
    }

    fn applied(&self) -> usize {
        let is_applied =
            |adjustment: &&Adjustment| matches!(adjustment.state, State::Applied { .. });
        self.adjustments.values().filter(is_applied).count()
    }
}

pub fn check(world: &World) -> Desk {
    world.books();
    let desk = Desk::of(world);
    desk.check();
    desk
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn what_many_approve_at_once_is_done_once_and_answered_alike(seed: u64, faults in 0_u64..40) {
        run(async {
            let world = over(seed, faults);
            let id = propose(&world, &proposal("a", Side::Credit, 7)).await;
            let mut racers = JoinSet::new();
            for racer in 100..105 {
                let world = Arc::clone(&world);
                racers.spawn_local(async move { approve(&world, id, racer).await.unwrap() });
            }
            let answers = racers.join_all().await;

            check(&world);
            assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
            assert_eq!(world.balance(member(1)), Rjv::whole(7));
        });
    }

    #[test]
    fn a_debit_that_races_with_purchases_takes_what_is_there_and_no_more(seed: u64, faults in 0_u64..40) {
        run(async {
            let world = over(seed, faults);
            world.earn(member(1), 0..3).await;
            let id = propose(&world, &proposal("a", Side::Debit, 50)).await;
            let mut buyers = JoinSet::new();
            for number in 0..3 {
                let world = Arc::clone(&world);
                buyers.spawn_local(async move {
                    let quote = world.quote(number, member(1), 1, start());
                    let outcome: Result<Purchase, Rejection> = insist!(world.buy(&quote, start()).await);
                    u32::from(outcome.is_ok())
                });
            }
            let approving = Arc::clone(&world);
            let mut approvers = JoinSet::new();
            approvers.spawn_local(async move { approve(&approving, id, 91).await });
            let bought: u32 = buyers.join_all().await.into_iter().sum();
            let approved = approvers.join_all().await.remove(0);

            let desk = check(&world);
            assert_eq!(desk.applied(), usize::from(approved.is_ok()));
            match approved {
                Ok(_) => assert_eq!(bought, 1),
                Err(rejection) => {
                    assert!(matches!(rejection, Rejection::InsufficientTokens { .. }));
                    assert!(bought >= 2);
                    assert!(matches!(desk.adjustments[&id].state, State::Proposed {}));
                }
            }
        });
    }

    #[test]
    fn of_approving_and_rejecting_at_once_one_has_its_way(seed: u64, faults in 0_u64..40) {
        run(async {
            let world = over(seed, faults);
            let id = propose(&world, &proposal("a", Side::Credit, 7)).await;
            let mut racers = JoinSet::new();
            for racer in 100..106 {
                let world = Arc::clone(&world);
                racers.spawn_local(async move {
                    if racer % 2 == 0 { approve(&world, id, racer).await } else { reject(&world, id, racer).await }
                });
            }
            let outcomes = racers.join_all().await;

            let desk = check(&world);
            let there = &desk.adjustments[&id];
            let paid = u32::try_from(desk.applied()).unwrap() * 7;
            assert_eq!(world.balance(member(1)), Rjv::whole(paid));
            let state = there.state.stage().as_str().to_owned();
            for outcome in outcomes {
                match outcome {
                    Ok(answer) => assert_eq!(&answer, there),
                    Err(rejection) => assert_eq!(rejection, Rejection::AdjustmentDecided { state: state.clone() }),
                }
            }
        });
    }

    #[test]
    fn an_entry_is_corrected_once_whoever_races_to_correct_it(seed: u64, faults in 0_u64..40) {
        run(async {
            let world = over(seed, faults);
            world.earn(member(1), 0..1).await;
            let corrects = Some(EntryId { member: member(1), seq: 1 });
            let mut ids = Vec::new();
            for reference in ["a", "b", "c"] {
                let proposal = Proposal { corrects, ..proposal(reference, Side::Debit, 5) };
                ids.push(propose(&world, &proposal).await);
            }
            let mut racers = JoinSet::new();
            for (id, racer) in ids.into_iter().zip(100..) {
                let world = Arc::clone(&world);
                racers.spawn_local(async move { approve(&world, id, racer).await });
            }
            let outcomes = racers.join_all().await;

            let desk = check(&world);
            assert_eq!((desk.applied(), desk.marks), (1, 1));
            let refused = |outcome: &&Result<_, _>| matches!(outcome, Err(Rejection::EntryCorrected { .. }));
            assert_eq!(outcomes.iter().filter(refused).count(), 2);
            assert_eq!(world.balance(member(1)), Rjv::whole(20));
        });
    }

    #[test]
    fn one_reference_is_one_proposal_however_many_send_it(seed: u64, faults in 0_u64..40) {
        run(async {
            let world = over(seed, faults);
            let mut racers = JoinSet::new();
            for racer in 0..6_u32 {
                let world = Arc::clone(&world);
                racers.spawn_local(async move {
                    let proposal = proposal("a", Side::Credit, 1 + racer % 2);
                    let outcome: Result<Adjustment, Rejection> =
                        insist!(adjustments::propose(&world.tables, proposal.clone(), &act(PROPOSER)).await);
                    (proposal, outcome)
                });
            }
            let outcomes = racers.join_all().await;

            let desk = check(&world);
            let there = desk.adjustments.values().next().unwrap();
            assert_eq!(desk.adjustments.len(), 1);
            for (proposal, outcome) in outcomes {
                if proposal == there.proposal {
                    assert_eq!(outcome.as_ref(), Ok(there));
                } else {
                    assert!(matches!(outcome, Err(Rejection::AdjustmentConflict { .. })));
                }
            }
        });
    }
}

#[test]
fn nobody_approves_what_they_proposed_and_nothing_is_decided_twice() {
    run(async {
        let world = quiet();
        let id = propose(&world, &proposal("a", Side::Credit, 7)).await;
        let before = world.memory.items();

        let own = approve(&world, id, PROPOSER).await;
        assert_eq!(own, Err(Rejection::SecondAdministratorNeeded));
        let for_oneself = approve(&world, id, 1).await;
        assert_eq!(for_oneself, Err(Rejection::SecondAdministratorNeeded));
        assert_eq!(world.memory.items(), before);

        let approved = approve(&world, id, 91).await.unwrap();
        let after = world.memory.items();
        assert_eq!(approve(&world, id, 92).await, Ok(approved.clone()));
        assert_eq!(
            adjustments::propose(
                &world.tables,
                proposal("a", Side::Credit, 7),
                &act(PROPOSER)
            )
            .await
            .unwrap(),
            approved,
            "the proposal is answered as it is now"
        );
        let state = "applied".to_owned();
        let late = reject(&world, id, PROPOSER).await;
        assert_eq!(late, Err(Rejection::AdjustmentDecided { state }));
        assert_eq!(world.memory.items(), after, "a repetition writes nothing");

        let actions: Vec<Action> = check(&world)
            .records
            .iter()
            .filter(|record| record.subject == id.to_string())
            .map(|record| record.action)
            .collect();
        assert_eq!(
            actions,
            [Action::ProposeAdjustment, Action::ApproveAdjustment]
        );
    });
}

#[test]
fn only_a_credit_may_expire_and_only_entries_of_the_wallet_are_corrected() {
    run(async {
        let world = quiet();
        world.earn(member(1), 0..1).await;
        let before = world.memory.items();
        let refused = async |proposal: Proposal| -> Rejection {
            match adjustments::propose(&world.tables, proposal, &act(PROPOSER)).await {
                Err(Error::Rejected(rejection)) => rejection,
                other => panic!("{other:?}"),
            }
        };
        let good = |side| proposal("a", side, 7);
        let of = |member: MemberId, seq| Proposal {
            corrects: Some(EntryId { member, seq }),
            ..good(Side::Debit)
        };
        let lasting = |months, side| Proposal {
            expires_after_months: Some(months),
            ..good(side)
        };

        for (pointer, proposal) in [
            ("/amount", proposal("a", Side::Credit, 0)),
            ("/amount", proposal("a", Side::Credit, 1001)),
            ("/expires_after_months", lasting(12, Side::Debit)),
            ("/expires_after_months", lasting(0, Side::Credit)),
            ("/expires_after_months", lasting(121, Side::Credit)),
        ] {
            let rejection = refused(proposal).await;
            assert!(
                matches!(&rejection, Rejection::InvalidBody { pointer: at, .. } if at == pointer),
                "{rejection:?}"
            );
        }
        for proposal in [of(member(1), 2), of(member(2), 1)] {
            assert_eq!(refused(proposal).await, Rejection::EntryNotFound);
        }
        assert_eq!(world.memory.items(), before);
    });
}
