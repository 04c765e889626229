//! What a terminal is sent besides frames: the bell, copies, the mouse off while a text is to be selected. And what one
//! gets that does not show UTF-8.

use crate::house::{House, Terminal, talking};
use crate::sequences::complaint;
use qunguan::terminal::messages::TerminalFacts;

fn count(bytes: &[u8], piece: &str) -> usize {
    bytes.windows(piece.len()).filter(|window| *window == piece.as_bytes()).count()
}

/// A terminal's next frames, until it was sent this.
async fn is_sent(terminal: &mut Terminal, piece: &str) {
    while count(&terminal.bytes, piece) == 0 {
        let frame = tokio::time::timeout(crate::house::PATIENCE, terminal.frame()).await;
        frame.unwrap_or_else(|_| panic!("{piece:?} is sent")).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_for_the_team_rings_at_the_other_seat_once_and_not_at_the_one_that_called() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), 15);
    house.online().await;
    let mut alice = Terminal::attach(&house, "alice", (120, 36)).await;
    let mut bob = Terminal::attach(&house, "bob", (80, 24)).await;
    house.says("m1", "x1", "加微信 领取资料").await;
    house.says("m2", "x2", "nothing to see here").await;
    bob.sees("nothing to see").await;
    alice.press("2").await;
    alice.until("the case under the cursor", |screen| screen.lines().any(|line| line.contains('▌'))).await;
    alice.press("E").await;
    is_sent(&mut bob, "\u{7}\u{1b}]9;qunguan: Help wanted").await;
    is_sent(&mut bob, "\u{1b}]777;notify;qunguan;Help wanted").await;
    // What comes after it brings no second one.
    house.says("m3", "x3", "the last line").await;
    bob.sees("the last line").await;
    alice.press("1").await;
    alice.sees("the last line").await;
    assert_eq!((count(&bob.bytes, "\u{1b}]9;"), count(&alice.bytes, "\u{1b}]9;")), (1, 0));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_goes_through_the_terminal_and_the_second_turns_the_mouse_off_while_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let (house, mut alice) = talking(folder.path(), 15, ("m1", "take me along")).await;
    alice.freeze().await;
    alice.press("y").await;
    is_sent(&mut alice, "\u{1b}]52;c;dGFrZSBtZSBhbG9uZw==\u{7}").await;
    // The same key once more at once would count as held down.
    alice.press("?").await;
    alice.until("the help", |screen| !screen.contains("take me along")).await;
    alice.press("q").await;
    alice.sees("take me along").await;
    alice.press("y").await;
    is_sent(&mut alice, "\u{1b}[?1006l\u{1b}[?1000l").await;
    alice.until("the text alone", |screen| screen.trim() == "take me along").await;
    alice.press("j").await;
    is_sent(&mut alice, "\u{1b}[?1000h\u{1b}[?1006h").await;
    alice.sees("▸Live").await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminal_without_utf_8_is_told_so_once_and_gets_ascii_alone() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), 15);
    house.online().await;
    house.says("m1", "x1", "大家好 hello").await;
    let facts = TerminalFacts {
        columns: 120,
        rows: 36,
        term: "xterm".into(),
        lang: "zh_CN.GB18030".into(),
        ctype: "zh_CN.GB18030".into(),
        ..TerminalFacts::default()
    };
    let mut alice = Terminal::of(&house, "alice", facts).await;
    alice.sees("locale is not UTF-8").await;
    alice.sees("?????? hello").await;
    alice.press("2").await;
    alice.sees(">Queue").await;
    assert!(alice.bytes.is_ascii());
    assert_eq!(complaint(&alice.bytes), None);
    house.stop().await;
}
