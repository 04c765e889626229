//! What was heard while nothing could be recorded, and is too much for memory: said to be missing, never passed over, and
//! never asked for again and again.

use crate::finding::enter;
use crate::house::{House, Terminal, write};
use crate::lines::Lines;
use crate::past::earlier;
use qunguan::config::file::Settings;
use qunguan::desk::door::Porter;
use qunguan::desk::recorder::Recorder;
use qunguan::desk::run::{Desk, Wakes};
use qunguan::desk::seats::Seats;
use qunguan::desk::{clock, house, opening, serve};
use qunguan::event_log::{EventLog, Options};
use qunguan::model::event::{Event, Received};
use qunguan::model::id::{MemberId, RoomId, Seq};
use qunguan::model::message::Kind;
use qunguan::state::stream::WINDOW;
use qunguan::terminal::messages::Fate;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::mpsc;

const MISSING: &str = "was heard while nothing could be recorded";

fn said(number: usize) -> Event {
    let what = if number.is_multiple_of(400) { "kittens" } else { "weather" };
    Event::MessageReceived(Received {
        room: RoomId(1),
        member: MemberId(1),
        external: format!("e{number}"),
        sent_at: clock::now().plus_seconds(-60),
        kind: Kind::Text,
        text: format!("{what} no{number}."),
        reply_to: None,
        mentions: Vec::new(),
        backfilled: false,
        own: true,
    })
}

/// A desk whose record took three hundred messages and takes no more; a thousand of those heard since are not in memory
/// any more.
fn unrecorded(folder: &Path) -> (House, Seq) {
    let mut events = earlier();
    events.extend((0..300).map(|number| (60, said(number))));
    write(folder, events);
    let (log, writer, opened) = EventLog::open(folder, Options::new(clock::now().0), Box::new(drop)).unwrap();
    let (state, _) = opening::replay(&log, &opened);
    let (customs, _) = serve::customs(&Settings::default(), None);
    let mut house = house::House::new(state, Recorder::to_come(Seq(opened.next)), customs, opened.store_id);
    for number in 300..WINDOW + 1000 {
        house.append(vec![said(number)]);
    }
    let ((knocks, knocking), (_, reports)) = (mpsc::channel(16), mpsc::unbounded_channel());
    let ((_, heard), (_, findings)) = (mpsc::channel(1), mpsc::channel(1));
    let wakes = Wakes { stop: Vec::new(), reports, knocks: knocking, heard, findings };
    let porter = Porter { knocks, log: log.clone(), store_id: opened.store_id, moderators: Arc::default() };
    let desk = Desk::new(house, Seats::new(folder.to_path_buf()), log, false);
    // The record stays open for its readers; nobody writes to it.
    std::mem::forget(writer);
    (House::of(desk, wakes, porter), Seq(opened.next))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_that_are_in_no_record_and_not_in_memory_are_said_to_be_missing() {
    let folder = tempfile::tempdir().unwrap();
    let (house, next) = unrecorded(folder.path());
    let mut alice = Lines::sit_with(&house, "alice", false).await;
    alice.types(&format!("before #{} 3", next.0 + 500)).await;
    alice.sees(MISSING).await;
    assert!(!alice.told.iter().any(|line| line.contains("no2")), "no hole is hidden: {:#?}", alice.told);
    alice.types(&format!("before #{next} 3")).await;
    for number in 297..300 {
        alice.sees(&format!("no{number}.")).await;
    }
    assert_eq!(alice.end().await, Fate::Refused);

    let mut terminal = Terminal::attach(&house, "bob", (120, 36)).await;
    terminal.sees(&format!("no{}.", WINDOW + 999)).await;
    enter(&mut terminal, "&", "kittens").await;
    terminal.sees("cannot be read").await;
    // What is in memory is shown above it.
    terminal.sees("kittens no8800.").await;
    terminal.sees("kittens no1200.").await;
    assert!(!terminal.text().contains("kittens no0."), "no hole is hidden: {}", terminal.text());
    house.stop().await;
}
