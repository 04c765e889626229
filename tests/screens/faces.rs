//! The four faces of a view: each says whether it is still reading, ready, empty or broken, and what to do about it.

use crate::history::History;
use crate::overlays::{check_all, check_narrow, shift};
use qunguan::model::event::Event;
use qunguan::model::heard::Status;
use qunguan::model::reason::Reason;
use qunguan::ui::scene::Recording;

/// The keys that bring up each view.
const VIEWS: [(&str, &str); 7] = [
    ("live", "1"),
    ("queue", "2"),
    ("members", "3"),
    ("groups", "0"),
    ("outbox", "go"),
    ("audit", "ga"),
    ("connectors", "gl"),
];

#[test]
fn an_empty_view_says_what_to_do() {
    let mut nothing = History::new();
    nothing.pass(0);
    for (name, keys) in VIEWS {
        check_all(&format!("empty-{name}"), &nothing, |hands| hands.press(keys));
    }
}

/// One room of which the roster was never read, on a network that was lost.
fn cut_off() -> History {
    let mut h = History::new();
    h.online("irc");
    h.room(1, "irc", "#tea-house", 42);
    h.pass(30);
    let reason = Reason::new("irc-connection-lost").with("error", "Connection reset by peer");
    let status = Status::Offline { reason, retry_seconds: 12 };
    h.push(Event::ConnectorChanged { connector: "irc".into(), status });
    h.pass(5);
    h
}

#[test]
fn a_view_that_is_cut_off_says_so() {
    let history = cut_off();
    for (name, keys) in VIEWS {
        check_narrow(&format!("cut-off-{name}"), &history, |hands| hands.press(keys));
    }
}

#[test]
fn without_a_record_every_view_says_that_nobody_can_act() {
    let history = shift();
    for (name, keys) in VIEWS {
        check_narrow(&format!("stopped-{name}"), &history, |hands| {
            let what = "No space left on device (os error 28)";
            hands.desk.recording = Recording::Stopped(Reason::new("recording-failed").with("what", what));
            hands.press(keys);
        });
    }
}

#[test]
fn what_is_still_being_looked_for_says_so() {
    let history = shift();
    check_narrow("filtering", &history, |hands| hands.press_in_vain("&flagged⏎"));
    check_narrow("finding", &history, |hands| hands.press_in_vain("/管理员⏎"));
}
