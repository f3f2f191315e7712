//! Tests of publications: what may follow what, and what two administrators at once come to.

use std::sync::Arc;

use proptest::prelude::*;
use tokio::runtime::Builder;
use uuid::Uuid;

use crate::audit::Act;
use crate::error::{Error, Rejection};
use crate::id::{AuditId, MemberId};
use crate::publication::{Order, State, Wanted};
use crate::rewards::promotion::PromotionTerms;
use crate::rewards::{Terms, promotions, rules};
use crate::table::{Key, Memory, Query, Tables};
use crate::text::Word;
use crate::time::Timestamp;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The act with this number, on the day with this number.
fn act(number: u32) -> Act {
    Act {
        actor: MemberId::new(Uuid::from_u128(7)),
        request_id: format!("request-{number}"),
        at: at("2026-11-01T08:00:00Z").plus(chrono::TimeDelta::minutes(number.into())),
        id: AuditId::new(Uuid::from_u128(number.into())),
    }
}

fn word(text: &str) -> Word {
    text.parse().unwrap()
}

/// The rule about community work, worth this.
fn terms(amount: &str) -> Terms<String> {
    let shipped = include_str!("../../../../infra/reward-rules.json");
    let mut shipped: serde_json::Value = serde_json::from_str(shipped).unwrap();
    let mut community = shipped["app-streak"].take();
    community["amount"]["amount"] = amount.into();
    serde_json::from_value(community).unwrap()
}

fn week(factor: &str) -> PromotionTerms {
    let terms = serde_json::json!({
        "title": "A week", "from": "2026-11-10T00:00:00Z", "until": "2026-11-17T00:00:00Z",
        "zone": "UTC", "effect": { "multiplier": factor },
    });
    serde_json::from_value(terms).unwrap()
}

fn order(state: Wanted) -> Order {
    Order {
        state,
        version: None,
        backtest_id: None,
        reason: None,
    }
}

fn publish(version: u32) -> Order {
    Order {
        version: Some(version),
        reason: Some("It is small".to_owned().try_into().unwrap()),
        ..order(Wanted::Active)
    }
}

fn tables() -> (Arc<Memory>, Tables) {
    let memory = Arc::new(Memory::default());
    (Arc::clone(&memory), Tables::new(memory))
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> Rejection {
    match result {
        Err(Error::Rejected(rejection)) => rejection,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn the_same_terms_again_make_no_version() {
    let (memory, tables) = tables();
    let id = word("community");
    let first = rules::set(&tables, &id, terms("1"), &act(1)).await.unwrap();
    let before = memory.items();

    let again = rules::set(&tables, &id, terms("1"), &act(2)).await.unwrap();

    assert_eq!(again, first);
    assert!(
        memory.items() == before,
        "nothing is written, not even noted"
    );
    let second = rules::set(&tables, &id, terms("2"), &act(3)).await.unwrap();
    assert_eq!(second.version, 2);
    let back = rules::set(&tables, &id, terms("1"), &act(4)).await.unwrap();
    assert_eq!(back.version, 3, "what counts is the newest version");
}

#[tokio::test]
async fn a_version_is_published_with_a_reason_and_an_old_one_again() {
    let (_, tables) = tables();
    let id = word("community");
    for (number, amount) in [(1, "1"), (2, "2")] {
        let set = rules::set(&tables, &id, terms(amount), &act(number)).await;
        assert_eq!(set.unwrap().version, number);
    }
    let bare = Order {
        reason: None,
        ..publish(1)
    };
    let refused = rules::set_state(&tables, &id, &bare, &act(3)).await;
    assert_eq!(refusal(refused), Rejection::BacktestOrReasonNeeded);
    let refused = rules::set_state(&tables, &id, &publish(3), &act(3)).await;
    assert_eq!(refusal(refused), Rejection::VersionNotFound { version: 2 });

    for (number, version) in [(4, 2), (5, 1)] {
        let head = rules::set_state(&tables, &id, &publish(version), &act(number)).await;
        let rule = head.unwrap().in_force().unwrap();
        assert_eq!(rule.version, version);
        assert_eq!(rule.terms.text(), terms(&version.to_string()));
    }
    let (versions, next) = rules::versions(&tables, &id, None, 10).await.unwrap();
    let numbers: Vec<u32> = versions.iter().map(|version| version.version).collect();
    assert_eq!((numbers, next), (vec![2, 1], None));
}

#[tokio::test]
async fn a_published_version_published_again_changes_nothing() {
    let (memory, tables) = tables();
    let id = word("community");
    rules::set(&tables, &id, terms("1"), &act(1)).await.unwrap();
    let first = rules::set_state(&tables, &id, &publish(1), &act(2)).await;
    let before = memory.items();

    let bare = order(Wanted::Active);
    for again in [publish(1), bare] {
        let again = rules::set_state(&tables, &id, &again, &act(3)).await;
        assert_eq!(again.unwrap(), first.as_ref().unwrap().clone());
    }
    assert!(memory.items() == before);
}

#[tokio::test]
async fn the_state_that_is_shown_follows_the_clock() {
    let (_, tables) = tables();
    let id = word("a-week");
    let set = promotions::set(&tables, &id, week("2"), &act(1)).await;
    assert_eq!(set.unwrap().written().content, week("2"));
    let draft = promotions::find(&tables, &id).await.unwrap();
    assert_eq!(draft.state(at("2026-11-12T00:00:00Z")), State::Draft);
    let bare = Order {
        reason: None,
        ..publish(1)
    };

    let head = promotions::set_state(&tables, &id, &bare, &act(2)).await;

    let head = head.unwrap();
    for (instant, state) in [
        ("2026-11-09T23:59:59.999Z", State::Scheduled),
        ("2026-11-10T00:00:00Z", State::Active),
        ("2026-11-16T23:59:59.999Z", State::Active),
        ("2026-11-17T00:00:00Z", State::Ended),
    ] {
        assert_eq!(head.state(at(instant)), state, "{instant}");
    }
}

#[tokio::test]
async fn nobody_knows_a_rule_that_was_never_written() {
    let (_, tables) = tables();
    let id = word("community");

    let refused = rules::set_state(&tables, &id, &publish(1), &act(1)).await;
    assert_eq!(refusal(refused), Rejection::RuleNotFound);
    let refused = promotions::set_state(&tables, &id, &publish(1), &act(1)).await;
    assert_eq!(refusal(refused), Rejection::PromotionNotFound);
}

#[tokio::test]
async fn what_is_said_of_a_version_must_fit_what_is_wanted() {
    let (_, tables) = tables();
    let id = word("community");
    rules::set(&tables, &id, terms("1"), &act(1)).await.unwrap();
    let named = Order {
        version: Some(1),
        ..order(Wanted::Ended)
    };

    for wrong in [order(Wanted::Active), named] {
        let refused = refusal(rules::set_state(&tables, &id, &wrong, &act(2)).await);
        let Rejection::InvalidBody { pointer, .. } = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(pointer, "/version");
    }
}

/// What an administrator may do to a rule.
#[derive(Clone, Copy, Debug)]
enum Move {
    Write(u8),
    Publish(u32),
    Resume,
    Pause,
    End,
}

fn any_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        4 => (1..4_u8).prop_map(Move::Write),
        4 => (1..5_u32).prop_map(Move::Publish),
        2 => Just(Move::Resume),
        2 => Just(Move::Pause),
        1 => Just(Move::End),
    ]
}

/// What is known of a rule beside its table: its versions, its state, and which version holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Model {
    versions: Vec<u8>,
    state: Option<State>,
    published: Option<u32>,
}

impl Model {
    /// The model after a move; none, if the move is refused.
    fn after(&self, step: Move) -> Option<Self> {
        let mut next = self.clone();
        match (self.state, step) {
            (_, Move::Write(content)) if self.versions.last() == Some(&content) => {}
            (Some(State::Ended), Move::End) => {}
            (Some(State::Ended), _) => return None,
            (state, Move::Write(content)) => {
                next.versions.push(content);
                next.state = state.or(Some(State::Draft));
            }
            (None, _) | (Some(State::Draft), Move::Resume | Move::Pause) => return None,
            (Some(_), Move::Publish(version)) => {
                self.versions.get(usize::try_from(version).ok()? - 1)?;
                (next.state, next.published) = (Some(State::Active), Some(version));
            }
            (Some(_), Move::Resume) => next.state = Some(State::Active),
            (Some(_), Move::Pause) => next.state = Some(State::Paused),
            (Some(_), Move::End) => next.state = Some(State::Ended),
        }
        Some(next)
    }
}

async fn carry_out(tables: &Tables, step: Move, act: &Act) -> Result<(), Error> {
    let id = word("community");
    let order = match step {
        Move::Write(content) => {
            let set = rules::set(tables, &id, terms(&content.to_string()), act).await;
            return set.map(|_| ());
        }
        Move::Publish(version) => publish(version),
        Move::Resume => order(Wanted::Active),
        Move::Pause => order(Wanted::Paused),
        Move::End => order(Wanted::Ended),
    };
    let set = rules::set_state(tables, &id, &order, act).await;
    set.map(|_| ())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_rule_goes_exactly_the_documented_ways(moves in prop::collection::vec(any_move(), 1..12)) {
        let (memory, tables) = tables();
        let runtime = Builder::new_current_thread().build().unwrap();
        let mut model = Model::default();
        for (step, number) in moves.into_iter().zip(1..) {
            let before = memory.items();
            let done = runtime.block_on(carry_out(&tables, step, &act(number)));
            let Some(next) = model.after(step) else {
                prop_assert!(matches!(done, Err(Error::Rejected(_))), "{:?} of {:?}", step, model);
                prop_assert!(memory.items() == before, "a refused move changes something");
                continue;
            };
            prop_assert!(done.is_ok(), "{:?} of {:?}: {:?}", step, model, done);
            model = next;
            let head = runtime.block_on(rules::find(&tables, &word("community"))).unwrap();
            let published = head.published.as_ref().map(|published| published.version);
            prop_assert_eq!(Some(head.state(act(number).at)), model.state);
            prop_assert_eq!(published, model.published);
            let (versions, _) = runtime.block_on(rules::versions(&tables, &head.id, None, 100)).unwrap();
            let said: Vec<_> = versions.iter().rev().map(|version| version.content.text()).collect();
            let meant: Vec<_> = model.versions.iter().map(|content| terms(&content.to_string())).collect();
            prop_assert_eq!(said, meant);
        }
    }

    #[test]
    fn versions_count_without_gaps_however_many_write_at_once(contents in prop::collection::vec((1..5_u8, 1..5_u8), 1..6)) {
        let (memory, tables) = tables();
        let slow = Tables::new(Slow(Arc::clone(&memory)));
        let runtime = Builder::new_current_thread().build().unwrap();
        let id = word("community");
        for ((one, other), number) in contents.into_iter().zip(0..) {
            let acts = [act(2 * number + 1), act(2 * number + 2)];
            let (one, other) = runtime.block_on(async {
                tokio::join!(
                    rules::set(&slow, &id, terms(&one.to_string()), &acts[0]),
                    rules::set(&slow, &id, terms(&other.to_string()), &acts[1]),
                )
            });
            let (one, other) = (one.unwrap(), other.unwrap());
            prop_assert_eq!(one.version == other.version, one.content == other.content);
        }
        let head = runtime.block_on(rules::find(&tables, &id)).unwrap();
        let (versions, _) = runtime.block_on(rules::versions(&tables, &id, None, 100)).unwrap();
        let numbers: Vec<u32> = versions.iter().rev().map(|version| version.version).collect();
        prop_assert_eq!(numbers, (1..=head.latest_version).collect::<Vec<_>>());
        let notes = memory.items().keys().filter(|key| key.pk.starts_with("audit")).count();
        prop_assert_eq!(notes, versions.len(), "each version is noted once");
    }
}

/// A store that lets others in before each of its answers.
struct Slow(Arc<Memory>);

#[async_trait::async_trait]
impl crate::table::Store for Slow {
    async fn get_many(
        &self,
        keys: &[Key],
    ) -> Result<Vec<Option<crate::table::Item>>, crate::error::Failure> {
        tokio::task::yield_now().await;
        self.0.get_many(keys).await
    }

    async fn query(&self, query: &Query) -> Result<crate::table::Page, crate::error::Failure> {
        tokio::task::yield_now().await;
        self.0.query(query).await
    }

    async fn commit(
        &self,
        writes: &[crate::table::Write],
    ) -> Result<Option<crate::table::Item>, crate::table::Cancelled> {
        tokio::task::yield_now().await;
        self.0.commit(writes).await
    }

    async fn back_off(&self, _attempt: u32) {
        tokio::task::yield_now().await;
    }
}
