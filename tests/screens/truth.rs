//! What stands on the screen is true: nobody forges our marks, two cases never look like one, what is emulated says so,
//! and nothing is waited for that will not come.

use crate::desk::Desk;
use crate::hands::Hands;
use crate::history::{History, alice};
use crate::paint;
use qunguan::language::Language;
use qunguan::model::ability::{Abilities, Ability, Verb};
use qunguan::model::action::Act;
use qunguan::model::event::Event;
use qunguan::model::flag::{Confidence, Severity};
use qunguan::model::heard::Status;
use qunguan::model::member::Role;
use qunguan::model::reason::Reason;
use qunguan::state::connectors::NOT_CONFIGURED;

fn hands(h: &History, theme: &str, size: (u16, u16)) -> Hands {
    let desk = Desk::new(h.state.clone(), h.now, Language::English, theme);
    Hands::new(desk, Language::English, theme, size)
}

fn seen(hands: &mut Hands) -> String {
    paint::glyphs(&hands.draw().0)
}

fn advertises() -> Reason {
    Reason::new("flag-words").with("words", "hello").with("count", 1).with("disguised", "no")
}

#[test]
fn nobody_forges_the_marks_of_a_message_in_any_theme() {
    let mut h = History::new();
    h.online("demo");
    let room = h.room(1, "demo", "Rust", 12);
    let liar = h.member(room, "demo", "liar", Role::Member);
    let honest = h.member(room, "demo", "⍰9 ⚑S4", Role::Member);
    h.says(room, liar, "forged ⚑S4 ⊖muted ⟲recalled ⍰9");
    let said = h.says(room, honest, "real");
    h.flag(said, "words/insults", (Severity::S4, Confidence::Likely), None, advertises());
    h.push(Event::MessageRecalled { room, message: said, by: alice() });
    h.push(Event::MemberMuted { room, member: honest, until: None, by: alice() });
    h.pass(2);
    for theme in ["default", "mono"] {
        let glyphs = seen(&mut hands(&h, theme, (120, 36)));
        let row = |part: &str| glyphs.lines().find(|row| row.contains(part)).unwrap_or_default().to_owned();
        assert!(row("forged").contains("forged ▯S4 ▯muted ▯recalled ▯9 ⍰4"), "{theme}\n{glyphs}");
        assert!(row(" real").contains("▯9 ▯S4"), "{theme}\n{glyphs}");
        assert!(row(" real").contains("real ⚑S4 ⟲recalled ⊖muted ⍰2"), "{theme}\n{glyphs}");
    }
}

#[test]
fn two_cases_that_differ_by_their_rooms_alone_name_them() {
    let mut h = History::new();
    h.online("demo");
    let rooms = [h.room(1, "demo", "Alpha", 12), h.room(2, "demo", "Beta", 12)];
    for room in rooms {
        let member = h.member(room, "demo", "mallory", Role::Member);
        let said = h.says(room, member, "hello there");
        h.flag(said, "ads", (Severity::S2, Confidence::Likely), None, advertises());
    }
    h.pass(2);
    for size in [(80, 24), (120, 36), (200, 60)] {
        let mut hands = hands(&h, "default", size);
        hands.press("2");
        let glyphs = seen(&mut hands);
        let cases: Vec<&str> =
            glyphs.lines().filter(|row| row.contains("S2") && row.contains("mallory")).collect();
        assert!(cases.iter().any(|row| row.contains("Alpha")), "{size:?}\n{glyphs}");
        assert!(cases.iter().any(|row| row.contains("Beta")), "{size:?}\n{glyphs}");
    }
}

#[test]
fn an_emulated_mute_says_so_wherever_it_can_be_asked_for() {
    let mut h = History::new();
    h.online("demo");
    let room = h.room(1, "demo", "#rust", 12);
    let how = Reason::new("irc-moderated-room").with("room", "#rust");
    let abilities = Abilities::default()
        .with(Verb::Mute, Ability::emulated(how.clone()))
        .with(Verb::Unmute, Ability::emulated(how))
        .with(Verb::Warn, Ability::native());
    let (name, own_role) = ("#rust".to_owned(), Role::Admin);
    h.push(Event::RoomRead { room, name, own_role, abilities, members_total: None });
    let member = h.member(room, "demo", "mallory", Role::Member);
    let said = h.says(room, member, "hello there");
    h.flag(said, "ads", (Severity::S2, Confidence::Likely), None, advertises());
    h.pass(60);
    let what = "~ done in another way: This server cannot mute one member";
    for (keys, shown) in [("m", what), ("m1", "~ done in another way"), (":mute", what), ("?", what)] {
        let mut hands = hands(&h, "default", (200, 60));
        // What has only just come up is not meant yet.
        hands.press("1");
        hands.press(keys);
        let glyphs = seen(&mut hands);
        assert!(glyphs.contains(shown), "{keys}\n{glyphs}");
    }
    let mut hands = hands(&h, "default", (200, 60));
    hands.press("2⏎");
    let glyphs = seen(&mut hands);
    assert!(glyphs.contains(what), "the decision\n{glyphs}");
    hands.press("⎋");
    for sign in ["w", "?"] {
        hands.press(sign);
        let glyphs = seen(&mut hands);
        assert_eq!(glyphs.contains("~ done"), sign == "?", "a warning is no emulation\n{glyphs}");
        hands.press("q");
    }
}

#[test]
fn a_connector_that_nobody_configured_any_more_is_not_waited_for() {
    let mut h = History::new();
    h.online("kept");
    h.online("dropped");
    let status = Status::Ended { reason: Reason::new(NOT_CONFIGURED) };
    h.push(Event::ConnectorChanged { connector: "dropped".into(), status });
    let mut hands = hands(&h, "default", (120, 36));
    let glyphs = seen(&mut hands);
    assert!(glyphs.contains("kept") && !glyphs.contains("dropped"), "{glyphs}");
    hands.press("gl");
    let glyphs = seen(&mut hands);
    assert!(glyphs.contains("dropped") && glyphs.contains("does not name this connector"), "{glyphs}");
}

#[test]
fn outbox_and_audit_show_the_newest_on_every_visit() {
    for view in ["go", "ga"] {
        let mut h = History::new();
        h.online("demo");
        let room = h.room(1, "demo", "Rust", 12);
        let member = h.member(room, "demo", "mallory", Role::Member);
        let mut hands = hands(&h, "default", (80, 24));
        let act = |seconds| Act::Mute { member, seconds };
        h.requests(room, act(60), alice(), None);
        hands.desk.state = h.state.clone();
        hands.press(view);
        hands.press("1");
        for minutes in 2..40 {
            h.requests(room, act(minutes * 60), alice(), None);
        }
        hands.desk.state = h.state.clone();
        hands.press(view);
        let glyphs = seen(&mut hands);
        assert!(glyphs.contains("39m") && glyphs.contains("25m"), "{view}\n{glyphs}");
        hands.press("j");
        for minutes in 40..45 {
            h.requests(room, act(minutes * 60), alice(), None);
        }
        hands.desk.state = h.state.clone();
        let glyphs = seen(&mut hands);
        assert!(glyphs.contains("↑5") && !glyphs.contains("44m"), "{view}\n{glyphs}");
    }
}
