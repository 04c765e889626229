//! An act from the key to the network and back: recorded first, its fate told, and never sent where it cannot go.

use crate::house::{decoded, talking};
use qunguan::model::event::Event;
use qunguan::model::heard::{Deed, Heard, Outcome, Status};
use qunguan::model::id::ActionId;
use qunguan::model::reason::Reason;

/// What the dialog about an unknown action offers first.
const CHECK: &str = "check: ask the platform";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_leaves_only_after_its_request_and_its_sending_are_on_record() {
    let folder = tempfile::tempdir().unwrap();
    let (mut house, mut alice) = talking(folder.path(), 15, ("m2", "hello there")).await;
    alice.freeze().await;
    alice.press("m2").await;
    let order = house.order().await;
    // Read now, not later: what is not there when the order arrives was sent first.
    let log = house.porter.log.clone();
    let events = decoded(&log.read(log.first(), 1000).unwrap());
    let at = |wanted: &dyn Fn(&Event) -> bool| events.iter().position(wanted);
    let requested =
        at(&|event| matches!(event, Event::ActionRequested(_))).expect("the request is on record");
    let sent = at(&|event| matches!(event, Event::ActionSent { action, .. } if *action == order.action));
    assert!(sent.expect("the sending is on record") > requested);
    assert_eq!(order.action, ActionId(qunguan::model::id::Seq(log.first() + requested as u64)));
    assert!(matches!(&order.deed, Deed::Mute { person, seconds: 1800 } if person.name == "m2"), "{order:?}");
    house.confirm(order.action, false).await;
    alice.sees("Done: mute").await;
    assert!(house.orders.try_recv().is_err(), "one act, one order");
    // And back again.
    alice.press("u").await;
    let undo = house.order().await;
    assert!(matches!(&undo.deed, Deed::Unmute { person } if person.name == "m2"));
    house.confirm(undo.action, false).await;
    house
        .recorded(
            "the undo's end",
            |event| matches!(event, Event::ActionConfirmed { action, .. } if *action == undo.action),
        )
        .await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_asked_for_in_the_last_moment_of_a_connection_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let (mut house, mut alice) = talking(folder.path(), 15, ("m2", "hello there")).await;
    alice.freeze().await;
    alice.press("m").await;
    alice.sees("mute m2").await;
    // The link breaks before the moment has passed in which a paste would have shown itself.
    alice.press("2").await;
    alice.sees("Asked for: mute").await;
    drop(alice);
    let order = house.order().await;
    assert!(matches!(&order.deed, Deed::Mute { person, .. } if person.name == "m2"), "{order:?}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silence_becomes_unknown_and_a_check_that_nobody_answers_says_so_too() {
    let folder = tempfile::tempdir().unwrap();
    let (mut house, mut alice) = talking(folder.path(), 1, ("m2", "hello there")).await;
    alice.freeze().await;
    alice.press("m2").await;
    let order = house.order().await;
    assert_eq!(order.deadline_seconds, 1);
    alice.sees("Not known whether it happened").await;
    alice.press("go").await;
    alice.sees("▸Outbox").await;
    let before = house.events().len();
    alice.press("\n").await;
    alice.sees(CHECK).await;
    alice.press("1").await;
    let check = house.order().await;
    assert!(matches!(check.deed, Deed::Check(_)), "{check:?}");
    assert_eq!((check.action, check.idempotency), (order.action, order.idempotency));
    let waiting = async {
        while !house.events()[before..].iter().any(|event| matches!(event, Event::ActionUnknown { .. })) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(crate::house::PATIENCE, waiting).await.expect("an unanswered check is said");
    // A late answer still counts.
    house
        .hear(Heard::Outcome {
            action: order.action,
            outcome: Outcome::Failed { reason: Reason::new("refused") },
        })
        .await;
    house.recorded("the late answer", |event| matches!(event, Event::ActionFailed { .. })).await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn offline_an_act_is_refused_with_the_reason_and_the_gap_is_a_line_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let (mut house, mut alice) = talking(folder.path(), 15, ("m2", "hello there")).await;
    alice.freeze().await;
    let reason = Reason::new("irc-connection-lost");
    house.hear(Heard::Status(Status::Offline { reason, retry_seconds: 5 })).await;
    alice.sees("offline").await;
    alice.press("m2").await;
    alice.sees("is not connected").await;
    assert!(house.orders.try_recv().is_err());
    assert!(!house.events().iter().any(|event| matches!(event, Event::ActionRequested(_))));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_answers_for_another_connector() {
    let folder = tempfile::tempdir().unwrap();
    let (mut house, mut alice) = talking(folder.path(), 15, ("m2", "hello there")).await;
    alice.freeze().await;
    alice.press("m2").await;
    let order = house.order().await;
    let outcome = Outcome::Confirmed { evidence: Reason::new("irc-seen-silence"), ours_to_lift: false };
    let state = qunguan::state::intake::intake(
        &crate::past::replayed(&house),
        "somebody else",
        Heard::Outcome { action: order.action, outcome },
        qunguan::desk::clock::now(),
    );
    assert_eq!(state, []);
    house.stop().await;
}
