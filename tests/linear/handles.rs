//! What was not printed is not hit, a question is answered by its name, and a word too much or unknown does nothing.

use crate::house::House;
use crate::lines::Lines;
use qunguan::model::event::Event;
use qunguan::model::heard::Deed;
use qunguan::terminal::messages::Fate;

fn acts(house: &House) -> usize {
    house.events().iter().filter(|event| matches!(event, Event::ActionRequested(_))).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_hit_that_was_not_printed_or_not_meant() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), 15);
    house.online().await;
    house.says("m2", "x1", "hello there").await;
    house.recorded("it is said", |event| matches!(event, Event::MessageReceived(_))).await;
    let mut alice = Lines::sit_with(&house, "alice", false).await;
    let seq = house.events().len();
    for (line, answer) in [
        (format!("mute #{seq} 1h"), "was not printed here"),
        ("mute 1h".to_owned(), "On what?"),
        ("mutee #1 1h".to_owned(), "There is no command"),
        ("大家好".to_owned(), "There is no command"),
        ("yes q1".to_owned(), "no open question"),
        ("zoom".to_owned(), "is about a screen"),
    ] {
        alice.types(&line).await;
        alice.sees(answer).await;
    }
    alice.types("lines").await;
    let handle = alice.handle("hello there").await;
    for (line, answer) in [
        (format!("mute {handle} 5h"), "There is no such choice"),
        (format!("mute {handle}"), "which? 0 lift"),
        (format!("recall {handle} 1h"), "takes nothing more"),
        (format!("note {handle}"), "words are missing"),
        (format!("remove {handle}"), "question q1"),
        ("yes q2".to_owned(), "no open question"),
        ("answer q1 z".to_owned(), "There is no such choice"),
    ] {
        alice.types(&line).await;
        alice.sees(answer).await;
    }
    assert_eq!(acts(&house), 0);
    alice.types("no q1").await;
    alice.types("yes q1").await;
    alice.sees("no open question").await;
    assert_eq!(acts(&house), 0);
    assert_eq!(alice.end().await, Fate::Refused);
    // What one seat was shown, the same moderator's next seat may mean; another's may not.
    let mut bob = Lines::sit_with(&house, "bob", false).await;
    bob.types(&format!("mute {handle} 1h")).await;
    bob.sees("was not printed here").await;
    let mut alice = Lines::sit_with(&house, "alice", false).await;
    alice.types(&format!("mute {handle} 1h")).await;
    alice.sees("Asked for: mute").await;
    house.recorded("the request", |event| matches!(event, Event::ActionRequested(_))).await;
    assert_eq!(acts(&house), 1);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_irreversible_act_asks_and_is_held_and_undo_stops_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut house = House::open(folder.path(), 15);
    house.online().await;
    house.says("m2", "x1", "hello there").await;
    let mut alice = Lines::sit(&house, "alice").await;
    alice.sees("hello there").await;
    alice.types("members m2").await;
    let member = alice.handle("m2 · member").await;
    alice.types(&format!("remove {member}")).await;
    alice.sees("question q1: remove · m2").await;
    assert_eq!(acts(&house), 0);
    alice.types("yes q1").await;
    alice.sees("sent in 5 s").await;
    alice.types("undo").await;
    alice.sees("cancelled · remove").await;
    assert!(house.orders.try_recv().is_err(), "it was stopped before it was sent");
    assert_eq!(alice.end().await, Fate::Done);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_handles_are_one_unit_that_is_shown_first() {
    let folder = tempfile::tempdir().unwrap();
    let mut house = House::open(folder.path(), 15);
    house.online().await;
    let mut alice = Lines::sit(&house, "alice").await;
    for number in 1..=3 {
        house.says(&format!("m{number}"), &format!("x{number}"), "领取最新教程，请看我头像").await;
    }
    let mut handles = Vec::new();
    for _ in 1..=3 {
        handles.push(alice.handle("头像").await);
    }
    alice.types(&format!("mute {} 1h", handles[..2].join(" "))).await;
    alice.sees("question q1").await;
    alice.sees("yes q1").await;
    assert_eq!(acts(&house), 0);
    alice.types("no q1").await;
    alice.types(&format!("mute *{} 1h", handles[0])).await;
    alice.sees("question q2").await;
    alice.types("yes q2").await;
    for _ in 1..=3 {
        let order = house.order().await;
        assert!(matches!(order.deed, Deed::Mute { seconds: 3600, .. }), "{order:?}");
        house.confirm(order.action, false).await;
    }
    assert_eq!(alice.end().await, Fate::Done, "{:#?}", alice.told);
    let units: Vec<_> = house
        .events()
        .into_iter()
        .filter_map(
            |event| if let Event::ActionRequested(request) = event { Some(request.unit) } else { None },
        )
        .collect();
    assert_eq!(units.len(), 3);
    assert!(units[0].is_some() && units.iter().all(|unit| *unit == units[0]), "{units:?}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_waits_for_every_outcome_and_tells_an_unknown_one_apart() {
    let folder = tempfile::tempdir().unwrap();
    let mut house = House::open(folder.path(), 1);
    house.online().await;
    house.says("m2", "x1", "hello there").await;
    let mut alice = Lines::sit(&house, "alice").await;
    let handle = alice.handle("hello there").await;
    alice.types(&format!("mute {handle} 1h")).await;
    let order = house.order().await;
    assert_eq!(order.deadline_seconds, 1);
    // Nobody answers the order.
    assert_eq!(alice.end().await, Fate::Unknown);
    assert!(alice.told.iter().any(|line| line.contains("unknown · mute")), "{:#?}", alice.told);
    house.stop().await;
}
