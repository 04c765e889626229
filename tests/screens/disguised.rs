//! A name that is not what it seems carries its mark wherever it can be a target: in every list, on the card, in
//! dialogs, in what is told, and cut short or not.

use crate::desk::Desk;
use crate::hands::Hands;
use crate::history::{History, alice};
use crate::{paint, story};
use qunguan::language::Language;
use qunguan::model::action::Act;
use qunguan::model::event::Event;
use qunguan::model::flag::{Confidence, Severity};
use qunguan::model::id::MemberId;
use qunguan::model::member::Role;
use qunguan::model::reason::Reason;
use qunguan::ui::phrase::{fit_name, marked_name};

/// Invisible, turned around, and with a Cyrillic letter among Latin ones: each has one to hide.
const NAMES: [&str; 3] = ["mal\u{200b}lory", "ma\u{202e}llory", "mall\u{43e}ry"];

/// Somebody of this name spoke, was flagged, muted, noted and joined; the group's name hides something too.
fn world(name: &str) -> (History, MemberId) {
    let mut h = History::new();
    h.online("demo");
    let room = h.room(1, "demo", "Rust\u{200b} talk", 12);
    let member = h.member(room, "demo", name, Role::Member);
    h.joined(room, member);
    let said = h.says(room, member, "hello there");
    let reason = Reason::new("flag-words").with("words", "hello").with("count", 1).with("disguised", "no");
    let case = h.flag(said, "words/insults", (Severity::S3, Confidence::Likely), None, reason);
    h.requests(room, Act::Mute { member, seconds: 600 }, alice(), None);
    h.push(Event::NoteAdded { room, member, text: "seen before".into(), by: alice() });
    let until = h.now.plus_seconds(600);
    h.push(Event::MemberMuted { room, member, until: Some(until), by: alice() });
    h.push(Event::CaseEscalated { case, room, by: alice() });
    h.pass(2);
    (h, member)
}

/// Every row with the name in it, after these keys, has the mark behind it.
fn check(name: &str, keys: &str, size: (u16, u16)) {
    let (h, _) = world(name);
    let desk = Desk::new(h.state.clone(), h.now, Language::English, "mono");
    let mut hands = Hands::new(desk, Language::English, "mono", size);
    hands.press(keys);
    let glyphs = paint::glyphs(&hands.draw().0);
    let bare = qunguan::text::reveal::line(name).into_string();
    let named: Vec<&str> = glyphs.lines().filter(|row| row.contains(&bare)).collect();
    assert!(!named.is_empty(), "{keys} shows nobody called {bare}\n{glyphs}");
    for row in named {
        // In the stream the mark of the line stands behind its text and counts what the text hides too.
        let marked = row.contains(&format!("{bare}⍰")) || row.contains("hello there") && row.contains('⍰');
        assert!(marked, "{keys} at {size:?}: no mark in\n{row}\n{glyphs}");
    }
}

#[test]
fn a_disguised_name_is_marked_wherever_it_can_be_a_target() {
    for name in NAMES {
        for size in [(80, 24), (120, 36), (200, 60)] {
            for keys in [
                "1", "2", "3", "go", "ga", "2K", "2⏎", "2e", "2x", "2n", "2W", "2m", "2m2", "2c", "2a",
                "2aU", "⌃mal", "2 ",
            ] {
                check(name, keys, size);
            }
        }
    }
}

#[test]
fn the_mark_of_a_group_stands_in_its_list_and_in_the_header() {
    let (h, _) = world("bob");
    let desk = Desk::new(h.state.clone(), h.now, Language::English, "mono");
    let mut hands = Hands::new(desk, Language::English, "mono", (120, 36));
    hands.press("0");
    assert!(paint::glyphs(&hands.draw().0).contains("Rust talk⍰1"));
    hands.press("①");
    assert!(paint::rows(&hands.draw().0)[0].concat().contains("Rust talk⍰1"));
}

#[test]
fn a_name_is_cut_before_its_mark_is() {
    for (name, cells, expected) in [
        ("alice", 12, "alice"),
        ("ali\u{200b}ce", 12, "alice⍰1"),
        ("ali\u{200b}ce", 6, "ali…⍰1"),
        ("ali\u{200b}ce", 3, "…⍰1"),
        ("张\u{200b}三丰", 6, "张…⍰1"),
        ("ends in ⍰7", 12, "ends in ⍰7"),
    ] {
        assert_eq!(fit_name(&marked_name(name.to_owned()), cells), expected, "{name:?} in {cells}");
    }
}

#[test]
fn an_ordinary_name_has_no_mark() {
    let history = story::afternoon();
    let desk = Desk::new(history.state.clone(), history.now, Language::Chinese, "mono");
    for member in history.state.members.iter().filter(|member| !member.name.contains('\u{200b}')) {
        assert_eq!(desk.scene().member_name(member.id), member.name);
    }
}
