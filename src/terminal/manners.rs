//! What may be sent to a terminal besides frames: whether it rings, notifies, takes copies, and knows UTF-8.
//!
//! Never asks the terminal: all of it follows from what its environment says. What it does not understand it must at
//! least pass over in silence, so consoles that print unknown sequences are sent none.

use crate::terminal::messages::TerminalFacts;

/// How a sequence reaches the terminal that a person looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    /// Nothing lies between.
    Straight,
    /// Through tmux, which passes it on with `allow-passthrough on`.
    Tmux,
    /// Through GNU screen.
    Screen,
    /// Not at all: the Linux console, DEC terminals and `dumb` would print it.
    Closed,
}

/// Which notifications a terminal understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notices {
    /// `OSC 9`: iTerm2, and many since.
    pub osc_9: bool,
    /// `OSC 777 ; notify`: rxvt-unicode, VTE, foot.
    pub osc_777: bool,
}

/// The manners of one terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manners {
    pub passage: Passage,
    pub notices: Notices,
    /// It shows UTF-8; another one gets ASCII.
    pub utf8: bool,
}

impl Manners {
    /// What such a terminal may be sent.
    pub fn of(facts: &TerminalFacts) -> Self {
        Self { passage: passage(facts), notices: notices(&facts.term), utf8: is_utf8(&facts.ctype) }
    }

    /// Whether a copy may arrive. That it does no terminal says.
    pub fn takes_copies(&self) -> bool {
        self.passage != Passage::Closed
    }
}

impl Passage {
    /// A sequence in the wrapping that it needs on its way; nothing where there is none.
    ///
    /// tmux wants each ESC within doubled. screen hands the content of a DCS on, but takes no more than 768 bytes in
    /// one (its `MAXSTR`), so a longer sequence goes in pieces.
    pub fn wrap(self, sequence: &[u8]) -> Vec<u8> {
        match self {
            Passage::Straight => sequence.to_vec(),
            Passage::Closed => Vec::new(),
            Passage::Tmux => {
                let mut wrapped = b"\x1bPtmux;".to_vec();
                for byte in sequence {
                    if *byte == 0x1b {
                        wrapped.push(0x1b);
                    }
                    wrapped.push(*byte);
                }
                wrapped.extend_from_slice(b"\x1b\\");
                wrapped
            }
            Passage::Screen => sequence
                .chunks(SCREEN_PIECE)
                .flat_map(|piece| [b"\x1bP", piece, b"\x1b\\"].concat())
                .collect(),
        }
    }
}

/// Bytes of one piece through screen.
const SCREEN_PIECE: usize = 512;

fn passage(facts: &TerminalFacts) -> Passage {
    let term = facts.term.as_str();
    let prints = ["dumb", "linux", "vt", "ansi", "cons", "sun"];
    if term.is_empty() || prints.iter().any(|family| term.starts_with(family)) {
        Passage::Closed
    } else if facts.tmux || term.starts_with("tmux") {
        Passage::Tmux
    } else if term == "screen" || term.starts_with("screen.") || term.starts_with("screen-") {
        Passage::Screen
    } else {
        Passage::Straight
    }
}

/// One of the two where it is known that the terminal understands both, or only that one; else both.
fn notices(term: &str) -> Notices {
    let is_of = |families: &[&str]| families.iter().any(|family| term.starts_with(family));
    Notices {
        osc_9: !is_of(&["rxvt", "foot"]),
        osc_777: !is_of(&["xterm-kitty", "xterm-ghostty", "wezterm"]),
    }
}

/// Where nothing is said UTF-8 is assumed, as terminals have it; `C`, `POSIX` and old charsets say otherwise.
fn is_utf8(ctype: &str) -> bool {
    let name = ctype.to_ascii_lowercase();
    name.is_empty() || name.contains("utf-8") || name.contains("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(term: &str, tmux: bool, ctype: &str) -> TerminalFacts {
        let (term, ctype) = (term.to_owned(), ctype.to_owned());
        TerminalFacts { term, tmux, ctype, ..TerminalFacts::default() }
    }

    fn check(term: &str, tmux: bool, passage: Passage) {
        assert_eq!(Manners::of(&facts(term, tmux, "")).passage, passage, "{term}");
    }

    #[test]
    fn a_terminal_that_prints_what_it_does_not_know_is_sent_nothing() {
        for term in ["linux", "vt220", "dumb", ""] {
            check(term, false, Passage::Closed);
        }
        assert!(Passage::Closed.wrap(b"\x1b]9;x\x07").is_empty());
    }

    #[test]
    fn multiplexers_are_passed_through() {
        check("xterm-256color", false, Passage::Straight);
        check("screen-256color", true, Passage::Tmux);
        check("tmux-256color", false, Passage::Tmux);
        check("screen.xterm-256color", false, Passage::Screen);
        assert_eq!(Passage::Tmux.wrap(b"\x1b]9;x\x07"), b"\x1bPtmux;\x1b\x1b]9;x\x07\x1b\\");
        let long = Passage::Screen.wrap(&[b'x'; 1100]);
        assert_eq!(long.split(|byte| *byte == b'P').count(), 4);
        assert!(long.ends_with(b"x\x1b\\"));
    }

    #[test]
    fn a_locale_says_whether_utf_8_is_shown() {
        for (ctype, utf8) in [
            ("", true),
            ("en_US.UTF-8", true),
            ("C.utf8", true),
            ("C", false),
            ("POSIX", false),
            ("zh_CN.GB18030", false),
            ("en_US.ISO-8859-1", false),
        ] {
            assert_eq!(Manners::of(&facts("xterm", false, ctype)).utf8, utf8, "{ctype}");
        }
    }
}
