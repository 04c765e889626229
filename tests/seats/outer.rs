//! What comes out of a real tmux to the terminal that a person looks at: the bell, notifications and copied text.
//!
//! The tmux client runs in a pseudo-terminal of the test's own, which keeps every byte that it is sent.

use crate::coming_and_going::frozen_on;
use crate::live::PATIENCE;
use crate::live::home::Home;
use crate::live::seat::Seat;
use crate::live::tmux::Tmux;
use crate::pty::Terminal;
use crate::talking_home;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

/// A terminal with a tmux client in it, and every byte that it was sent.
struct Outer {
    terminal: Terminal,
    sent: Vec<u8>,
    socket: PathBuf,
}

impl Outer {
    /// Opens one in which `name` takes a seat, under a tmux with these settings.
    fn open(home: &Home, name: &str, settings: &str) -> Self {
        let (socket, file) = (home.path("outer"), home.path("outer.conf"));
        std::fs::write(&file, format!("set -g status off\n{settings}\n")).unwrap();
        let mut tmux = Command::new("tmux");
        tmux.args(["-u", "-f"]).arg(file).arg("-S").arg(&socket);
        tmux.args(["new-session", "-s", name, &home.seat_line(name, "")]).env_remove("TMUX");
        Self { terminal: Terminal::start(&tmux), sent: Vec::new(), socket }
    }

    /// Reads on until the screen and what was sent are as wanted.
    fn wait(&mut self, what: &str, wanted: impl Fn(&str, &[u8]) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !wanted(&self.terminal.screen(), &self.sent) {
            let screen = self.terminal.screen();
            assert!(Instant::now() < deadline, "{what} never comes\n{screen}\n{}", self.sent.escape_ascii());
            if let Some(chunk) = self.terminal.next(Duration::from_millis(50)) {
                self.terminal.show(&chunk);
                self.sent.extend_from_slice(&chunk.bytes);
            }
        }
    }

    /// A seat that shows what was said and what can be done.
    fn wait_for_seat(&mut self) {
        self.wait("a whole seat", |screen, _| screen.contains("line 3") && screen.contains("help"));
    }
}

impl Drop for Outer {
    fn drop(&mut self) {
        let ended =
            Command::new("tmux").arg("-S").arg(&self.socket).arg("kill-server").env_remove("TMUX").status();
        assert!(ended.is_ok() || std::thread::panicking(), "the tmux of this test goes on");
    }
}

fn has(bytes: &[u8], part: &str) -> bool {
    bytes.windows(part.len()).any(|window| window == part.as_bytes())
}

/// Whether a BEL rings that does not end a sequence.
fn rings(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let mut parts = text.split("\u{1b}]");
    let after = |sequence: &str| {
        let end = sequence.find(['\u{7}', '\u{1b}']).map_or(sequence.len(), |at| at + 1);
        sequence[end..].contains('\u{7}')
    };
    parts.next().is_some_and(|plain| plain.contains('\u{7}')) || parts.any(after)
}

/// Bob flags a line that nobody else looks at for the team, as badly as can be.
fn bob_calls(home: &Home) -> Seat {
    let bob = Seat::take(home, "bob");
    bob.wait_for_text("line 3");
    frozen_on(&bob, "line 1");
    bob.type_keys("!4");
    bob.wait("the flag stands", |screen| screen.contains("S4"));
    bob
}

#[test]
fn through_tmux_a_call_rings_and_says_so_and_what_is_copied_arrives() {
    let (home, _server) = talking_home();
    if Tmux::new(&home).is_none() {
        return;
    }
    let mut outer = Outer::open(&home, "alice", "set -g allow-passthrough on");
    outer.wait_for_seat();
    assert!(!rings(&outer.sent), "nobody called yet: {}", outer.sent.escape_ascii());
    let _bob = bob_calls(&home);
    outer.wait("the bell and both notifications", |_, sent| {
        rings(sent) && has(sent, "\x1b]9;qunguan: ") && has(sent, "\x1b]777;notify;qunguan;")
    });
    outer.sent.clear();
    outer.terminal.press(b"y");
    let copied = format!("\x1b]52;c;{}\x07", STANDARD.encode("round 0 line 3"));
    outer.wait("the copied text", |_, sent| has(sent, &copied));
}

#[test]
fn a_tmux_that_passes_nothing_on_still_rings_and_takes_the_copy_itself() {
    let (home, _server) = talking_home();
    if Tmux::new(&home).is_none() {
        return;
    }
    let mut outer = Outer::open(&home, "alice", "set -g allow-passthrough off\nset -g set-clipboard on");
    outer.wait_for_seat();
    let _bob = bob_calls(&home);
    outer.wait("the bell", |_, sent| rings(sent));
    outer.terminal.press(b"y");
    let copied = STANDARD.encode("round 0 line 3");
    outer.wait("the copied text, in tmux's own words", |_, sent| has(sent, "\x1b]52;") && has(sent, &copied));
    assert!(!has(&outer.sent, "\x1b]9;") && !has(&outer.sent, "]777;"), "{}", outer.sent.escape_ascii());
    assert!(!outer.terminal.screen().contains("777;notify"), "{}", outer.terminal.screen());
}
