//! Finding and filtering at a seat, through the whole record: what is in the archive, what is only on the disk, and what
//! arrives meanwhile.

use crate::house::{House, Terminal, write};
use crate::past::earlier;
use qunguan::config::file::Settings;
use qunguan::desk::{clock, serve};
use qunguan::model::event::{Event, Received};
use qunguan::model::heard::{Heard, Status};
use qunguan::model::id::{MemberId, RoomId};
use qunguan::model::message::Kind;
use qunguan::state::stream::WINDOW;
use std::path::Path;

/// So many messages that the oldest are not in the stream's memory any more.
const MESSAGES: usize = WINDOW + 2000;

/// A record of a long talk in which every thousandth message is about kittens.
fn long_record(folder: &Path) {
    let mut events = earlier();
    let said = |number: usize| {
        let what = if number.is_multiple_of(1000) { "kittens" } else { "weather" };
        Event::MessageReceived(Received {
            room: RoomId(1),
            member: MemberId(1),
            external: format!("e{number}"),
            sent_at: clock::now().plus_seconds(-600),
            kind: Kind::Text,
            text: format!("{what} no{number}."),
            reply_to: None,
            mentions: Vec::new(),
            backfilled: false,
            own: false,
        })
    };
    events.extend((0..MESSAGES).map(|number| (600, said(number))));
    write(folder, events);
}

/// A house that keeps so many messages in its archive.
fn keeping(folder: &Path, messages: usize) -> House {
    let (mut customs, _) = serve::customs(&Settings::default(), None);
    customs.archived_messages = messages;
    House::open_with(folder, customs)
}

/// Opens a line, types letter by letter, each when the last is seen, as a person does and a paste does not, and enters it.
pub async fn enter(terminal: &mut Terminal, key: &str, text: &str) {
    terminal.press(key).await;
    terminal
        .until("an open line", |screen| screen.lines().last().is_some_and(|line| line.trim_end() == key))
        .await;
    for (at, letter) in text.char_indices() {
        let typed = format!("{key}{}{letter}", &text[..at]);
        terminal.press(&letter.to_string()).await;
        terminal
            .until("what was typed", |screen| {
                screen.lines().last().is_some_and(|line| line.trim_end() == typed.trim_end())
            })
            .await;
    }
    terminal.calm().await;
    terminal.press("\n").await;
}

async fn finds_and_filters(messages: usize) {
    let folder = tempfile::tempdir().unwrap();
    long_record(folder.path());
    let house = keeping(folder.path(), messages);
    house.hear(Heard::Status(Status::Online { account: "us".into() })).await;
    let mut terminal = Terminal::attach(&house, "alice", (120, 36)).await;
    terminal.sees("no10191.").await;
    // The oldest of them is only in the record.
    enter(&mut terminal, "/", "\"kittens no0.\"").await;
    terminal.sees("kittens no0.").await;
    terminal.sees("1/1 ").await;
    enter(&mut terminal, "/", "kittens").await;
    terminal.sees("/11 ").await;
    terminal.press("q").await;
    // Only what passes, all the way back, and what is said from now on.
    enter(&mut terminal, "&", "kittens -no5000").await;
    terminal
        .until("all of them", |screen| {
            (0..=10).all(|number| screen.contains(&format!("kittens no{}.", number * 1000)) == (number != 5))
        })
        .await;
    assert!(!terminal.text().contains("weather"), "{}", terminal.text());
    terminal.sees("&kittens -no5000 10").await;
    house.says("m1", "x1", "weather now").await;
    house.says("m1", "x2", "kittens now").await;
    terminal.sees("kittens now").await;
    terminal.sees("&kittens -no5000 11").await;
    assert!(!terminal.text().contains("weather"), "{}", terminal.text());
    // A name for it, and everything again.
    enter(&mut terminal, ":", "save-filter cats").await;
    house
        .recorded(
            "the name",
            |event| matches!(event, Event::FilterSaved { text, .. } if text == "kittens -no5000"),
        )
        .await;
    terminal.sees("cats").await;
    enter(&mut terminal, "&", "").await;
    terminal.sees("weather now").await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_only_on_the_disk_is_found_and_filtered() {
    finds_and_filters(0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_archive_holds_is_found_and_filtered() {
    finds_and_filters(1_000_000).await;
}
