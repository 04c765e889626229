//! A seat that looks at the past: labelled, harmless, and back in the present with one key.

use std::time::Duration;

use crate::house::{House, Terminal, talking};
use crossterm::event::{Event as Typed, KeyCode, KeyEvent, KeyModifiers};
use qunguan::app::rest::REST_MS;
use qunguan::model::event::Event;
use qunguan::model::heard::{By, Heard, Outcome};
use qunguan::model::reason::Reason;
use tokio::time::timeout;

async fn command(alice: &mut Terminal, line: &str) {
    alice.press(":").await;
    alice.input(Typed::Paste(line.into())).await;
    alice.sees(line).await;
    alice.press("\n").await;
}

/// Until nothing has come for longer than keys rest behind a refusal.
async fn rested(alice: &mut Terminal) {
    let rest = Duration::from_millis(u64::try_from(REST_MS).unwrap() + 200);
    while let Ok(frame) = timeout(rest, alice.frame()).await {
        frame.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_can_be_done_in_the_past_and_the_present_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (mut house, mut alice) = talking(folder.path(), 15, ("m2", "hello there")).await;
    command(&mut alice, "replay yesterdayish").await;
    alice.sees("is no time in the past").await;
    // What was refused stays in its line, to be mended.
    let empty = KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL);
    alice.input(Typed::Key(empty)).await;
    alice.input(Typed::Paste("replay 30m".into())).await;
    alice.sees(":replay 30m").await;
    alice.press("\n").await;
    alice.sees("▶ REPLAY").await;
    // To the end, where the line stands under the cursor.
    alice.input(Typed::Key(crossterm::event::KeyCode::End.into())).await;
    alice.sees("the end").await;
    alice.sees("hello there").await;
    alice.sees("the past, no acts").await;
    let before = house.events().len();
    alice.freeze().await;
    for key in ["x", "n", "d", "p"] {
        alice.press(key).await;
        alice.until("it is refused", |screen| screen.contains("✗")).await;
        rested(&mut alice).await;
    }
    command(&mut alice, "mute 1h").await;
    // A refused line stays open, with why above it, in a sentence that is not the label's.
    alice.sees("This is the past: nothing can be done here.").await;
    alice.input(Typed::Key(KeyCode::Esc.into())).await;
    rested(&mut alice).await;
    house.says("m3", "x2", "said meanwhile").await;
    house
        .recorded(
            "what is said meanwhile",
            |event| matches!(event, Event::MessageReceived(received) if received.text == "said meanwhile"),
        )
        .await;
    assert_eq!(house.events().len(), before + 1, "{:#?}", &house.events()[before..]);
    assert!(!alice.text().contains("said meanwhile"), "{}", alice.text());
    alice.press("q").await;
    alice.sees("said meanwhile").await;
    alice.until("the label is gone", |screen| !screen.contains("REPLAY")).await;
    // Here acts work again.
    alice.freeze().await;
    alice.press("m2").await;
    house.order().await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_became_of_an_act_while_one_looked_at_the_past_is_told_in_the_present() {
    let folder = tempfile::tempdir().unwrap();
    let (mut house, mut alice) = talking(folder.path(), 15, ("m2", "hello there")).await;
    alice.freeze().await;
    alice.press("m1").await;
    let order = house.order().await;
    command(&mut alice, "replay 30m").await;
    alice.sees("REPLAY").await;
    let outcome = Outcome::Failed { reason: Reason::new("irc-seen-silence") };
    house.hear(Heard::Outcome { action: order.action, outcome }).await;
    house.recorded("it failed", |event| matches!(event, Event::ActionFailed { .. })).await;
    alice.calm().await;
    assert!(!alice.text().contains("Failed"), "{}", alice.text());
    alice.press("q").await;
    alice.sees("Failed: mute").await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_had_been_said_by_then_is_found_in_the_past_and_nothing_later() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), 15);
    house.online().await;
    house.says("m1", "x1", "first lantern").await;
    house.says("m2", "x2", "hello there").await;
    house.hear(Heard::Recalled { room: "#a".into(), message: "x2".into(), by: By::Unknown }).await;
    house.recorded("it is recalled", |event| matches!(event, Event::MessageRecalled { .. })).await;
    let mut alice = Terminal::attach(&house, "alice", (120, 36)).await;
    alice.sees("hello there").await;
    command(&mut alice, "replay 30m").await;
    alice.sees("REPLAY").await;
    alice.input(Typed::Key(crossterm::event::KeyCode::End.into())).await;
    alice.sees("the end").await;
    house.says("m3", "x3", "second lantern").await;
    house
        .recorded(
            "what is said meanwhile",
            |event| matches!(event, Event::MessageReceived(received) if received.text == "second lantern"),
        )
        .await;
    alice.press("/").await;
    alice.input(Typed::Paste("lantern".into())).await;
    alice.sees("lantern").await;
    alice.press("\n").await;
    alice.sees("1/1").await;
    // Before it was said, it is not found either.
    alice.input(Typed::Key(crossterm::event::KeyCode::Home.into())).await;
    alice.until("nothing is found at the beginning", |screen| !screen.contains("1/1")).await;
    // Nor does it pass a filter any more that it passed later.
    alice.input(Typed::Key(crossterm::event::KeyCode::End.into())).await;
    alice.sees("the end").await;
    alice.press("q").await;
    alice.calm().await;
    alice.press("&").await;
    alice.input(Typed::Paste("recalled".into())).await;
    alice.sees("&recalled").await;
    alice.press("\n").await;
    alice
        .until("it passes", |screen| screen.contains("&recalled 1 ") && screen.contains("hello there"))
        .await;
    alice.input(Typed::Key(crossterm::event::KeyCode::Left.into())).await;
    let none = |screen: &str| screen.contains("&recalled 0 ") && !screen.contains("hello there");
    alice.until("it was not recalled yet", none).await;
    alice.input(Typed::Key(crossterm::event::KeyCode::Right.into())).await;
    alice
        .until("it passes", |screen| screen.contains("&recalled 1 ") && screen.contains("hello there"))
        .await;
    alice.press("&").await;
    alice.press("\n").await;
    alice.calm().await;
    // Now it is two.
    alice.press("q").await;
    alice.sees("second lantern").await;
    alice.press("/").await;
    alice.input(Typed::Paste("lantern".into())).await;
    alice.sees("/lantern").await;
    alice.press("\n").await;
    alice.sees("/2").await;
    house.stop().await;
}
