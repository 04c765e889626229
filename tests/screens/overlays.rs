//! Golden screens of everything that keys bring up over the views: at every size, in both languages, in `default` and
//! `mono`. Each came there by the keys that are named beside it.

use crate::desk::Desk;
use crate::golden::{LANGUAGES, SIZES, check_drawn};
use crate::hands::Hands;
use crate::history::{History, alice, bob};
use crate::story;
use qunguan::model::event::Event;

/// The afternoon, with a case at rest, one that bob looks after, one that the team is asked to see, and a pinned
/// message.
pub fn shift() -> History {
    let mut h = story::afternoon();
    let cases: Vec<_> = h.state.queue.waiting(h.now).into_iter().map(|case| (case.id, case.room)).collect();
    let ((rests, room), (held, _), (escalated, _)) = (cases[1], cases[2], cases[3]);
    let until = h.now.plus_seconds(1800);
    h.push(Event::CaseSnoozed { case: rests, room, until, by: alice() });
    h.push(Event::CaseHeld { case: held, room, holder: Some("bob".into()), by: bob() });
    h.push(Event::CaseEscalated { case: escalated, room, by: bob() });
    let pinned = h.state.queue.get(escalated).unwrap().remarks[0].message;
    h.push(Event::MessagePinned { room, message: pinned, by: alice() });
    h.pass(4);
    h
}

/// What `make` brings up, at every size, in both languages and in two themes.
pub fn check_all(name: &str, history: &History, make: impl Fn(&mut Hands)) {
    for size in SIZES {
        for (language, tag) in LANGUAGES {
            for theme in ["default", "mono"] {
                let desk = Desk::new(history.state.clone(), history.now, language, theme);
                let mut hands = Hands::new(desk, language, theme, size);
                make(&mut hands);
                let (buffer, cursor) = hands.draw();
                check_drawn(&format!("{name}-{}x{}-{tag}-{theme}", size.0, size.1), &buffer, cursor);
            }
        }
    }
}

/// The same at the smallest of these sizes, in the terminal's own colours.
pub fn check_narrow(name: &str, history: &History, make: impl Fn(&mut Hands)) {
    for (language, tag) in LANGUAGES {
        let desk = Desk::new(history.state.clone(), history.now, language, "default");
        let mut hands = Hands::new(desk, language, "default", SIZES[0]);
        make(&mut hands);
        let (buffer, cursor) = hands.draw();
        check_drawn(&format!("{name}-80x24-{tag}"), &buffer, cursor);
    }
}

#[test]
fn what_keys_bring_up_looks_as_it_was_blessed() {
    let history = shift();
    for (name, keys) in [
        ("queue-shift", "2"),
        ("filtered", "&flagged⏎"),
        ("found", "/白痴⏎"),
        ("decide", "2j⏎"),
        ("explain", "2e"),
        ("x-ray", "/red⏎⎋h"),
        ("reader", "/mutex⏎⎋⏎"),
        ("palette", ":mu"),
        ("jump", "⌃fl"),
        ("remove", "2jx"),
        ("bulk", "2*x"),
        ("held-case", "2jjc"),
        ("hand-over", "2H"),
        ("journal", "2jU"),
        ("outbox-story", "go⏎"),
    ] {
        check_all(name, &history, |hands| hands.press(keys));
    }
}

#[test]
fn what_stands_in_the_footer_fits_the_smallest_screen() {
    let history = shift();
    for (name, keys) in [
        ("decide-off", "2⏎"),
        ("filtered-nothing", "&nobody-ever-said-this⏎"),
        ("filter-typed", "&from:福利 ro"),
        ("filter-mistake", "&since:never"),
        ("find-typed", "/from:zs"),
        ("palette-line", ":mute 1"),
        ("presets", "2jm"),
        ("presets-for-good", "2jw"),
        ("note", "2n留意这个人"),
        ("say", "①S各位, 请勿点击链接"),
        ("warn", "2jW请不要刷屏"),
        ("marked", "2 j j j"),
        ("mute-told", "2jm2"),
        ("held-told", "2jxy"),
        ("zoomed", "z"),
    ] {
        check_narrow(name, &history, |hands| hands.press(keys));
    }
}

#[test]
fn the_copy_pane_looks_as_it_was_blessed() {
    check_all("copy-pane", &shift(), |hands| {
        hands.seat.takes_clipboard = false;
        hands.press("/mutex⏎⎋y");
    });
}

#[test]
fn the_past_looks_as_it_was_blessed() {
    let history = shift();
    check_all("past", &history, |hands| {
        hands.press_in_vain(":replay 3m⏎");
        hands.goes_back(Some(history.records.clone()));
        hands.press("++ ]]→→→→→→→→→→→→→→→→→→→→→→→→");
    });
    check_narrow("past-loading", &history, |hands| {
        hands.press_in_vain(":replay 3m⏎");
        hands.goes_back(None);
    });
}
