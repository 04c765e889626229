//! The same session by keys and by lines gives the same record.

use crate::house::{House, Terminal};
use crate::lines::Lines;
use crossterm::event::Event as Typed;
use qunguan::model::event::Event;
use qunguan::model::heard::Deed;
use qunguan::model::moment::Moment;
use qunguan::terminal::messages::Fate;
use std::path::Path;

/// What is said at the beginning: an ordinary line, and one that is flagged.
async fn open(folder: &Path) -> House {
    let house = House::open(folder, 15);
    house.online().await;
    house.says("m2", "x1", "hello there").await;
    house.says("m1", "x2", "加威信领资料 vx8866").await;
    house.recorded("the flag", |event| matches!(event, Event::Flagged(_))).await;
    house
}

/// Mute, take it back, note, ask to remove and leave it, decide the case by a warning, let another rest.
async fn by_keys(house: &mut House) {
    let mut alice = Terminal::attach(house, "alice", (120, 36)).await;
    alice.sees("vx8866").await;
    alice.freeze().await;
    alice.press("k").await;
    alice.press("m3").await;
    confirmed(house, |deed| matches!(deed, Deed::Mute { seconds: 3600, .. })).await;
    alice.sees("Done: mute").await;
    alice.press("u").await;
    confirmed(house, |deed| matches!(deed, Deed::Unmute { .. })).await;
    alice.sees("Done: unmute").await;
    alice.press("n").await;
    alice.sees("Note on").await;
    alice.input(Typed::Paste("has been warned before".into())).await;
    alice.sees("warned before").await;
    alice.press("\n").await;
    alice.sees("Noted about").await;
    alice.press("x").await;
    alice.sees("do it").await;
    alice.press("n").await;
    alice.until("the question is gone", |screen| !screen.contains("do it")).await;
    alice.press("!2").await;
    house
        .recorded(
            "the flag by hand",
            |event| matches!(event, Event::Flagged(flagging) if flagging.rule == "by-hand"),
        )
        .await;
    alice.press("j").await;
    alice.press("w2").await;
    confirmed(house, |deed| matches!(deed, Deed::Warn { .. })).await;
    alice.sees("Done: warn").await;
}

async fn by_lines(house: &mut House) {
    let mut alice = Lines::sit(house, "alice").await;
    alice.types("lines").await;
    let hello = alice.handle("hello there").await;
    let flagged = alice.handle("vx8866").await;
    alice.types(&format!("mute {hello} 1h")).await;
    confirmed(house, |deed| matches!(deed, Deed::Mute { seconds: 3600, .. })).await;
    alice.sees("done · mute").await;
    alice.types("undo").await;
    confirmed(house, |deed| matches!(deed, Deed::Unmute { .. })).await;
    alice.sees("done · unmute").await;
    alice.types(&format!("note {hello} has been warned before")).await;
    alice.sees("Noted about").await;
    alice.types(&format!("remove {hello}")).await;
    alice.sees("question q1").await;
    alice.types("no q1").await;
    alice.sees("Left as it is").await;
    alice.types(&format!("flag {hello} 2")).await;
    house
        .recorded(
            "the flag by hand",
            |event| matches!(event, Event::Flagged(flagging) if flagging.rule == "by-hand"),
        )
        .await;
    alice.types(&format!("warn {flagged} 2")).await;
    confirmed(house, |deed| matches!(deed, Deed::Warn { .. })).await;
    alice.sees("done · warn").await;
    assert_eq!(alice.end().await, Fate::Done, "{:#?}", alice.told);
}

async fn confirmed(house: &mut House, wanted: impl Fn(&Deed) -> bool) {
    let order = house.order().await;
    assert!(wanted(&order.deed), "{order:?}");
    house.confirm(order.action, false).await;
    let ended =
        |event: &Event| matches!(event, Event::ActionConfirmed { action, .. } if *action == order.action);
    house.recorded("its end", ended).await;
}

/// The record without its times.
fn timeless(house: &House) -> Vec<Event> {
    let mut events = house.events();
    for event in &mut events {
        match event {
            Event::MessageReceived(received) => received.sent_at = Moment::default(),
            Event::ActionRequested(request) => {
                request.hold_until = request.hold_until.map(|_| Moment::default());
            }
            Event::ActionConfirmed { lift_at, .. } => *lift_at = lift_at.map(|_| Moment::default()),
            _ => {}
        }
    }
    events
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_record_cannot_tell_lines_from_keys() {
    let (keys, lines) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut house = open(keys.path()).await;
    by_keys(&mut house).await;
    let of_keys = timeless(&house);
    house.stop().await;
    let mut house = open(lines.path()).await;
    by_lines(&mut house).await;
    let of_lines = timeless(&house);
    house.stop().await;
    assert_eq!(of_keys, of_lines);
    let acts = of_keys.iter().filter(|event| matches!(event, Event::ActionRequested(_))).count();
    assert_eq!(acts, 3, "mute, its undoing and the warning are in it");
}
