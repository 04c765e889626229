//! No byte of a member reaches a terminal raw: what comes out is our own sequences and harmless glyphs.

use crate::house::{House, Terminal};
use crate::sequences::{complaint, harmful};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use qunguan::model::heard::{Heard, Saying, Status};
use qunguan::model::reason::Reason;

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        "[\u{0}-\u{1f}\u{7f}-\u{9f}]{1,8}",
        "[\u{300}-\u{36f}]{1,20}",
        "[\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{e0000}-\u{e007f}]{1,8}",
        "[\u{4e00}-\u{4e80}]{1,30}",
        Just("\u{1b}[2J\u{1b}]0;x\u{7}\u{9b}31m\u{1b}P1$r\u{1b}\\".to_owned()),
        Just("\u{1b}[?1049l\r\n\u{1b}c".to_owned()),
    ];
    prop::collection::vec(piece, 1..4).prop_map(|pieces| pieces.concat())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_names_topics_messages_and_errors_come_out_harmless() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), 15);
    house.online().await;
    let mut alice = Terminal::attach(&house, "alice", (120, 36)).await;
    let mut runner =
        TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let strategy = hostile();
    let mut text = || strategy.new_tree(&mut runner).unwrap().current();
    for number in 0..2200u32 {
        let mut person = crate::house::person(&format!("h{}", number % 90));
        person.name = text();
        let saying = Saying {
            room: "#a".into(),
            person,
            external: format!("x{number}"),
            text: text(),
            ..Saying::default()
        };
        house.hear(Heard::Message(saying)).await;
        if number % 50 == 0 {
            house.hear(Heard::Remark(Reason::new("irc-no-answer").with("seconds", text()))).await;
            let reason = Reason::new("irc-connection-lost").with("what", text());
            house.hear(Heard::Status(Status::Offline { reason, retry_seconds: 1 })).await;
            house.hear(Heard::Status(Status::Online { account: "us".into() })).await;
            let abilities =
                qunguan::model::ability::Abilities::none(&Reason::new("not-offered").with("what", text()));
            let (external, name, own_role) = ("#a".to_owned(), text(), qunguan::model::member::Role::Admin);
            house.hear(Heard::Room { external, name, own_role, abilities, members_total: None }).await;
        }
        if number % 20 == 0 {
            alice.press(["1", "2", "k", "\t", "ga", "gl", "?", "q", "G"][number as usize / 20 % 9]).await;
            alice.calm().await;
        }
    }
    house.says("m1", "last", "the very last line").await;
    alice.press("qqq1G").await;
    alice.sees("the very last line").await;
    assert!(alice.shown > 60, "{} frames", alice.shown);
    assert_eq!(complaint(&alice.bytes), None);
    let screen = alice.screen.screen();
    for (row, column) in (0..36).flat_map(|row| (0..120).map(move |column| (row, column))) {
        let cell = screen.cell(row, column).unwrap();
        assert!(!cell.contents().chars().any(harmful), "{:?}", cell.contents());
    }
    house.stop().await;
}
