//! Several moderators at once: they see each other, one decides, and none can hold up another.

use crate::house::{House, PATIENCE, Terminal, talking};
use crossterm::event::Event as Typed;
use qunguan::model::event::Event;
use std::num::NonZeroU16;
use tokio::time::timeout;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_race_for_a_case_make_one_decision_and_see_each_others() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), 15);
    house.online().await;
    let mut alice = Terminal::attach(&house, "alice", (120, 36)).await;
    let mut bob = Terminal::attach(&house, "bob", (80, 24)).await;
    alice.sees("bob").await;
    bob.sees("alice").await;
    house.says("m1", "x1", "加微信 领取资料").await;
    for terminal in [&mut alice, &mut bob] {
        terminal.press("2").await;
        terminal.sees("▸Queue").await;
        let marked = |screen: &str| screen.lines().any(|line| line.contains('▌') && line.contains("m1"));
        terminal.until("a case under the cursor", marked).await;
    }
    tokio::join!(alice.press("a"), bob.press("a"));
    let told = |screen: &str| {
        screen.contains("by alice")
            || screen.contains("by bob")
            || screen.contains("alice allowed")
            || screen.contains("bob allowed")
    };
    alice.until("what became of it", told).await;
    bob.until("what became of it", told).await;
    house.recorded("a decision", |event| matches!(event, Event::CaseDecided { .. })).await;
    // Both keys have been looked at: each terminal gets an answer to a key pressed after them.
    for terminal in [&mut alice, &mut bob] {
        terminal.press("1").await;
        terminal.sees("▸Live").await;
    }
    let decisions =
        house.events().into_iter().filter(|event| matches!(event, Event::CaseDecided { .. })).count();
    assert_eq!(decisions, 1);
    drop(bob);
    alice.until("bob is gone", |screen| !screen.lines().next().unwrap_or_default().contains("bob")).await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_never_reads_and_who_never_says_what_he_shows_hold_up_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), 15);
    house.online().await;
    let deaf = Terminal::attach(&house, "deaf", (200, 60)).await;
    let mut mute = Terminal::attach(&house, "mute", (200, 60)).await;
    let mut alice = Terminal::attach(&house, "alice", (120, 36)).await;
    alice.sees("deaf").await;
    let saying = async {
        for number in 0..2000 {
            house.says("m1", &format!("x{number}"), &format!("line {number} end")).await;
        }
    };
    timeout(PATIENCE, saying).await.expect("chat is taken in");
    alice.sees("line 1999 end").await;
    // One frame each, however much happened: nothing is kept for them.
    let mut frames = 0;
    while let Ok(Ok(_)) = timeout(
        std::time::Duration::from_millis(300),
        mute.receiver.next::<qunguan::terminal::messages::FromServer>(),
    )
    .await
    {
        frames += 1;
    }
    assert_eq!(frames, 1);
    drop(deaf);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_window_that_changes_its_size_is_drawn_whole_and_language_and_theme_follow_keys() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut alice) = talking(folder.path(), 15, ("m2", "hello there")).await;
    for (columns, rows) in [(80, 24), (40, 10), (200, 60), (80, 24)] {
        alice.screen.screen_mut().set_size(NonZeroU16::new(rows).unwrap(), NonZeroU16::new(columns).unwrap());
        alice.screen.process(b"\x1b[2J");
        alice.input(Typed::Resize(columns, rows)).await;
        let small = columns == 40;
        alice
            .until(
                "the new size",
                |screen| if small { screen.contains("40") } else { screen.contains("hello there") },
            )
            .await;
    }
    // Away and back between two frames: the terminal lost what it showed, the size is as before.
    alice.screen.process(b"\x1b[2J");
    alice.input(Typed::Resize(90, 30)).await;
    alice.input(Typed::Resize(80, 24)).await;
    alice.sees("hello there").await;
    alice.press("L").await;
    alice.sees("帮助").await;
    alice.press("T").await;
    alice.press("L").await;
    alice.sees("help").await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_attaches_again_finds_what_he_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), 15);
    house.online().await;
    let mut alice = Terminal::attach(&house, "alice", (120, 36)).await;
    alice.press("ga").await;
    alice.sees("▸Audit").await;
    drop(alice);
    let mut bob = Terminal::attach(&house, "bob", (120, 36)).await;
    bob.until("alice is gone", |screen| screen.contains("▸Live") && !screen.contains("alice")).await;
    let mut alice = Terminal::attach(&house, "alice", (80, 24)).await;
    alice.sees("▸Audit").await;
    house.stop().await;
}
