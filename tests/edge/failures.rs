//! What happens when something of ours does not work: the caller learns that, and nothing else.

use serde_json::{Value, json};

use super::events::{self, Event};
use super::serve::{self, Response, Trigger};
use crate::support::{BEN, Fault, INNER_STORY, MIA, World, fresh, now};

fn happy_requests() -> impl Iterator<Item = Event> {
    let events = events::named("happy").into_iter();
    events.filter(|event| Trigger::of(&event.function) == Trigger::Http)
}

/// A failure shows its request id, whether trying again helps, and nothing of its cause.
fn check_failure(event: &Event, response: &Response, status: u16, code: &str) {
    let path = event.path();
    let body = &response.body;
    assert_eq!(response.status, status, "{path}: {body}");
    assert_eq!(response.content_type, "application/problem+json", "{path}");
    assert_eq!(body["code"], code, "{path}");
    assert_eq!(body["retryable"], json!(status == 503), "{path}");
    assert_eq!(
        body["request_id"], event.json["requestContext"]["requestId"],
        "{path}"
    );
    let members: Vec<&String> = body.as_object().expect("an object").keys().collect();
    assert_eq!(members.len(), 7, "{path} says too much: {members:?}");
    let text = body.to_string();
    for inner in INNER_STORY
        .iter()
        .chain(&["item", "attribute", "missing field"])
    {
        assert!(!text.contains(inner), "{path} gives away {inner:?}");
    }
}

#[tokio::test]
async fn a_store_that_does_not_answer_makes_every_request_unavailable() {
    for event in happy_requests() {
        let mut world = World::new().await;
        world.fault = Fault::Everything;
        let before = world.snapshot();

        let response = serve::http(&world, &event, fresh(1, now())).await;

        check_failure(&event, &response, 503, "UNAVAILABLE");
        assert!(world.snapshot() == before, "{}", event.path());
    }
}

#[tokio::test]
async fn an_item_nobody_can_read_is_our_mistake_and_not_explained() {
    // Adding a partner and a first report find nothing to read, and a proof is there to say what cannot be read.
    let spared = [
        "partners-create",
        "rewards-report",
        "insights-proof",
        "insights-rebuild",
    ];
    for event in happy_requests().filter(|event| !spared.contains(&event.function.as_str())) {
        let world = World::new().await;
        world.corrupt().await;
        let before = world.snapshot();

        let response = serve::http(&world, &event, fresh(1, now())).await;

        check_failure(&event, &response, 500, "INTERNAL");
        assert!(world.snapshot() == before, "{}", event.path());
    }
}

#[tokio::test]
async fn a_queue_that_takes_nothing_makes_a_report_unavailable() {
    let mut world = World::new().await;
    world.queue.is_down = true;
    let report = Event::load("rewards-report", "happy");

    let response = serve::http(&world, &report, fresh(1, now())).await;

    check_failure(&report, &response, 503, "UNAVAILABLE");
}

#[tokio::test]
async fn a_failure_about_one_member_fails_the_messages_of_that_member_only() {
    let award = Event::load("rewards-award", "many");
    for (member, failed) in [(MIA, vec!["1", "3"]), (BEN, vec!["2"])] {
        let mut world = World::new().await;
        world.fault = Fault::Member(member);

        let first = serve::queue(&world, &award, fresh(1, now())).await;
        world.fault = Fault::None;
        let second = serve::queue(&world, &award, fresh(2, now())).await;

        assert_eq!(first, failed);
        assert_eq!(second, [""; 0]);
        let newest = [MIA, BEN].map(|member| world.entries(member));
        let [mias, bens] = newest;
        assert_eq!((mias.await.len(), bens.await.len()), (8, 3), "each once");
    }
}

#[tokio::test]
async fn an_unreadable_message_does_not_hold_up_its_member() {
    let world = World::new().await;
    let award = Event::load("rewards-award", "one-bad-in-many");

    let failed = serve::queue(&world, &award, fresh(1, now())).await;

    assert_eq!(failed, ["bad"]);
    assert_eq!(world.entries(MIA).await.len(), 7);
    assert_eq!(world.entries(BEN).await.len(), 3);
}

#[tokio::test]
async fn news_that_cannot_be_delivered_come_again() {
    let mut world = World::new().await;
    world.fault = Fault::Everything;
    let deliver = Event::load("notifications-deliver", "many");

    let failed = serve::queue(&world, &deliver, fresh(1, now())).await;

    assert_eq!(failed, ["1", "2"]);
}

#[tokio::test]
async fn a_stream_goes_on_from_the_first_record_that_failed() {
    let mut world = World::new().await;
    let one = Event::load("notifications-publish", "one");
    let mut second = one.json["Records"][0].clone();
    second["dynamodb"]["SequenceNumber"] = json!("101");
    let unreadable = Event::load("notifications-publish", "unreadable").json["Records"][0].clone();
    let batch = |records: Vec<Value>| one.clone().with("/Records", records);
    let (good, bad) = (one.json["Records"][0].clone(), unreadable);

    let failed = serve::stream(&world, &batch(vec![bad.clone(), good.clone()])).await;
    assert_eq!(
        failed,
        [bad["dynamodb"]["SequenceNumber"]
            .as_str()
            .expect("a number")]
    );
    assert_eq!(world.topic.messages().len(), 0, "nothing overtakes it");

    world.topic.is_down = true;
    assert_eq!(
        serve::stream(&world, &batch(vec![good.clone(), second.clone()])).await,
        ["100"]
    );
    world.topic.is_down = false;
    assert_eq!(
        serve::stream(&world, &batch(vec![good, second])).await,
        [""; 0]
    );
    assert_eq!(world.topic.messages().len(), 2);
}

#[tokio::test]
async fn an_authorizer_that_cannot_look_lets_nobody_in() {
    let mut world = World::new().await;
    world.fault = Fault::Everything;
    let ask = Event::load("partners-authorize", "happy");

    let answer = serve::authorizer(&world, &ask).await;

    assert!(answer.is_err_and(|failure| failure.retryable()));
}
