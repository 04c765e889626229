//! The first screen stands before the record is open, shows how it was closed, and lets nothing be done.

use crate::house::{House, Terminal, write};
use crate::past::earlier;
use qunguan::desk::clock;
use qunguan::event_log::{EventLog, Options};
use qunguan::model::event::{Event, Received};
use qunguan::model::heard::{Heard, Status};
use qunguan::model::id::{MemberId, RoomId};
use qunguan::model::message::Kind;
use rustix::fs::{FlockOperation, flock};
use std::fs::File;
use std::path::Path;

/// A record that was closed in order, with a picture of its end.
fn closed(folder: &Path) {
    let mut events = earlier();
    let said = Received {
        room: RoomId(1),
        member: MemberId(1),
        external: "e1".into(),
        sent_at: clock::now().plus_seconds(-600),
        kind: Kind::Text,
        text: "the last words".into(),
        reply_to: None,
        mentions: Vec::new(),
        backfilled: false,
        own: false,
    };
    events.push((600, Event::MessageReceived(said)));
    write(folder, events);
}

/// Keeps the record from being opened until it is dropped.
fn hold(folder: &Path) -> File {
    let file = File::options().write(true).open(folder.join("record.lock")).unwrap();
    flock(&file, FlockOperation::NonBlockingLockExclusive).unwrap();
    file
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_last_is_seen_before_the_record_is_open_and_nothing_can_be_done_till_then() {
    let folder = tempfile::tempdir().unwrap();
    // A first life leaves the picture.
    closed(folder.path());
    House::open(folder.path(), 15).stop().await;
    let held = hold(folder.path());
    let mut house = House::open(folder.path(), 15);
    let mut alice = Terminal::attach(&house, "alice", (120, 36)).await;
    alice.sees("the last words").await;
    alice.sees("The record is being opened").await;
    alice.freeze().await;
    alice.press("k").await;
    alice.press("m1").await;
    alice.sees("acting comes with it").await;
    drop(held);
    alice.until("that it is open", |screen| !screen.contains("is being opened")).await;
    assert!(house.orders.try_recv().is_err(), "nothing was done");
    let started = |event: &Event| matches!(event, Event::ServerStarted { .. });
    assert_eq!(house.events().iter().filter(|event| started(event)).count(), 3);
    // And from now on it is a server like any other.
    house.online().await;
    house.says("m2", "x1", "good morning").await;
    alice.press("G").await;
    alice.sees("good morning").await;
    alice.freeze().await;
    alice.press("m1").await;
    house.order().await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_that_another_holds_ends_the_server_and_tells_its_seats() {
    let folder = tempfile::tempdir().unwrap();
    closed(folder.path());
    House::open(folder.path(), 15).stop().await;
    let _held = hold(folder.path());
    let house = House::open(folder.path(), 15);
    let mut alice = Terminal::attach(&house, "alice", (120, 36)).await;
    alice.sees("the last words").await;
    let ended = loop {
        if let Err(told) = alice.frame().await {
            break told;
        }
    };
    assert!(ended.contains("server-ended"), "{ended}");
    let why = house.ended().await.unwrap_err();
    assert!(why.contains("another process") || why.contains("open"), "{why}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_record_that_was_closed_in_order_is_told_of_before_it_is_open() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(EventLog::glance(folder.path()), None, "no record");
    closed(folder.path());
    House::open(folder.path(), 15).stop().await;
    let glance = EventLog::glance(folder.path()).expect("closed in order");
    let (log, writer, opened) =
        EventLog::open(folder.path(), Options::new(clock::now().0), Box::new(drop)).unwrap();
    assert_eq!(EventLog::glance(folder.path()), None, "open");
    assert_eq!((glance.store_id, glance.first, glance.next), (opened.store_id, opened.first, opened.next));
    assert_eq!(opened.checkpoint.map(|(seq, bytes)| (seq, bytes)), Some((glance.next, glance.checkpoint)));
    assert_eq!(log.next(), glance.next);
    writer.close().unwrap();
    // A picture of an earlier end is none of this one.
    let house = House::open(folder.path(), 15);
    house.hear(Heard::Status(Status::Connecting)).await;
    house.stop().await;
    let kept = std::fs::read(folder.path().join("record.checkpoint")).unwrap();
    std::fs::write(folder.path().join("record.checkpoint"), &kept[..kept.len() - 1]).unwrap();
    assert_eq!(EventLog::glance(folder.path()), None, "a damaged picture");
}
