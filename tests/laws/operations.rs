//! Whole operations, one after another.

use shared::amount::Rjv;
use shared::error::{Error, Rejection};
use shared::id::PartnerId;
use simulation::{activity, member, start};
use uuid::Uuid;

use super::world::{World, later};

#[tokio::test]
async fn a_report_travels_once_and_is_awarded_once() {
    let world = World::quiet();
    let opened = activity(member(1), "e1", "app_opened", start());
    world.report(&opened).await.unwrap();
    world.report(&opened).await.unwrap();
    let queued = world.queued.lock().unwrap().clone();

    world.award(&queued, start()).await.unwrap();
    world.award(&queued, later(start())).await.unwrap();
    let again = world
        .report(&activity(member(1), "e1", "app_opened", later(start())))
        .await
        .unwrap();

    assert_eq!(again.activity_id, opened.activity_id);
    assert_eq!(world.balance(member(1)), Rjv::whole(1));
    assert_eq!(queued.len(), 2);
    assert_eq!(
        world.queued.lock().unwrap().len(),
        2,
        "an awarded activity is not queued again"
    );
}

#[tokio::test]
async fn an_event_id_cannot_be_used_for_another_activity() {
    let world = World::quiet();
    world
        .award(&[activity(member(1), "e1", "app_opened", start())], start())
        .await
        .unwrap();
    let before = world.memory.items();

    let other = world
        .report(&activity(member(1), "e1", "feature_explored", start()))
        .await;

    assert!(matches!(
        other,
        Err(Error::Rejected(Rejection::ActivityConflict))
    ));
    assert_eq!(world.memory.items(), before);
}

#[tokio::test]
async fn the_daily_cap_holds_within_a_batch_and_across_batches() {
    let world = World::quiet();
    let opened = |n: u32| activity(member(1), &format!("open-{n}"), "app_opened", start());
    let activities: Vec<_> = (0..5).map(opened).collect();

    world.award(&activities[..2], start()).await.unwrap();
    world.award(&activities, start()).await.unwrap();

    assert_eq!(world.balance(member(1)), Rjv::whole(3));
    let recorded =
        |activity: &shared::rewards::Activity| world.books().record(activity.activity_id).is_some();
    assert!(activities.iter().all(recorded));
}

#[tokio::test]
async fn a_quote_is_bought_once_however_often_and_however_late_it_is_sent() {
    let world = World::quiet();
    world.earn(member(1), 0..1).await;
    let quote = world.house.quote(1, member(1), 1, start());

    let first = world.buy(&quote, start()).await.unwrap();
    let after = world.memory.items();
    let second = world.buy(&quote, start()).await.unwrap();
    let much_later = world
        .buy(&quote, "2028-01-01T00:00:00Z".parse().unwrap())
        .await
        .unwrap();

    assert_eq!((&second, &much_later), (&first, &first));
    assert_eq!(world.memory.items(), after, "a repetition writes nothing");
    world.books();
}

#[tokio::test]
async fn a_quote_that_ran_out_or_costs_too_much_buys_nothing() {
    let world = World::quiet();
    world.earn(member(1), 0..1).await;
    let before = world.memory.items();

    let late = world
        .buy(
            &world.house.quote(1, member(1), 1, start()),
            "2026-11-23T08:10:00Z".parse().unwrap(),
        )
        .await;
    let dear = world
        .buy(&world.house.quote(2, member(1), 2, start()), start())
        .await;

    assert!(matches!(
        late,
        Err(Error::Rejected(Rejection::QuoteExpired { .. }))
    ));
    // Two of them are cheaper than one and one.
    let short = Rejection::InsufficientTokens {
        available: Rjv::whole(25),
        required: "48.25".parse().unwrap(),
        missing: "23.25".parse().unwrap(),
    };
    assert!(matches!(dear, Err(Error::Rejected(rejection)) if rejection == short));
    assert_eq!(world.memory.items(), before);
}

#[tokio::test]
async fn a_code_is_redeemed_by_its_partner_before_it_runs_out_and_nobody_else() {
    let world = World::quiet();
    world.earn(member(1), 0..1).await;
    let purchase = world
        .buy(&world.house.quote(1, member(1), 1, start()), start())
        .await
        .unwrap();
    let code = world.reveal(&purchase, start()).await.unwrap()[0]
        .1
        .to_string();
    let before = world.memory.items();

    let (own, other) = (world.partner(), PartnerId::new(Uuid::from_u128(9)));
    let much_later = "2026-12-23T08:00:00Z".parse().unwrap();
    let expired = world.redeem(own, &code, much_later).await;
    assert!(matches!(
        expired,
        Err(Error::Rejected(Rejection::CodeExpired { .. }))
    ));
    let refused = world.redeem(other, &code, start()).await;
    assert!(matches!(
        refused,
        Err(Error::Rejected(Rejection::CodeNotRedeemable))
    ));
    assert_eq!(world.memory.items(), before);

    assert!(world.redeem(own, &code, start()).await.is_ok());
    world.books();
}
