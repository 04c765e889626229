//! What a client and the server say to each other.
//!
//! The first variant of each enum and the first field of [`Hello`] never change: by them two versions that
//! understand nothing else of each other still part in words. Anything else may, with [`PROTOCOL`].

use crossterm::event::Event;
use serde::{Deserialize, Serialize};

use crate::terminal::encoder::Depth;

/// Raised with every change of a message below.
pub const PROTOCOL: u32 = 2;

/// The most bytes of an export or import in one [`FromClient::Chunk`] or [`FromServer::Chunk`].
pub const CHUNK: usize = 64 * 1024;

/// What a client says. A seat says `Hello`, then `Input`, `Shown` and `Redraw` as they come, then `Bye`; a seat of
/// lines says `Typed` and `Shown`, then `End` when no more will be typed.
/// A command says `Hello`, one `Ask`, for an import `Chunk`s and `End`, and then only listens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FromClient {
    /// Always first, and always variant 0.
    Hello(Hello),
    /// A key, click, paste, focus change or resize; `shown` is the last frame that was wholly on the terminal
    /// when it came in, 0 before the first.
    Input {
        event: Event,
        shown: u64,
    },
    /// This frame is now wholly on the terminal; until it is said the server holds the next ones back.
    Shown(u64),
    /// The terminal lost what it showed; draw all of it.
    Redraw,
    Ask(Ask),
    /// A piece of an import, at most [`CHUNK`] bytes.
    Chunk(#[serde(with = "bytes")] Vec<u8>),
    /// The import is complete, or no more lines will be typed. A connection that ends without it ends an import that
    /// must not count as whole.
    End,
    /// The client leaves of its own accord.
    Bye,
    /// A line typed at a seat of lines, without its end.
    Typed(String),
}

/// What the server says. To a seat: `Welcome`, `Frame`s, `Leave`; to a seat of lines `Lines` in place of frames, and
/// `Over` or `Leave`. To a command: `Welcome`, any number of `Chunk`s or `Line`s, one `End`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FromServer {
    /// Instead of `Welcome`; the connection then closes. Always variant 0.
    Refused(Sentence),
    Welcome(Welcome),
    /// Bytes for the terminal, numbered from 1 without holes at each seat.
    Frame {
        number: u64,
        #[serde(with = "bytes")]
        bytes: Vec<u8>,
    },
    /// The seat is over; the terminal is to be restored and this shown.
    Leave(Sentence),
    /// A piece of an export, at most [`CHUNK`] bytes.
    Chunk(#[serde(with = "bytes")] Vec<u8>),
    /// One line of an answer to `Doctor`, `Status` or an import's progress.
    Line(Sentence),
    /// The answer is complete, and whether what was asked was done.
    End {
        done: bool,
        sentence: Sentence,
    },
    /// Lines for a seat of lines, safe to print as they are, numbered from 1 without holes at each seat. The next come
    /// when these were said to be `Shown`.
    Lines {
        number: u64,
        lines: Vec<String>,
    },
    /// A seat of lines is over: everything it asked for has come to its end, or it asked to leave before.
    Over(Fate),
}

/// What became of everything that a seat of lines asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Fate {
    /// It happened.
    Done,
    /// Nobody knows of something whether it happened.
    Unknown,
    /// Something was refused, or did not happen.
    Refused,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    pub protocol: u32,
    /// The client's own version, for the record.
    pub version: String,
    pub purpose: Purpose,
    /// The moderator's name from `--as`; the server decides whether the peer's uid may use it.
    pub name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    Seat(TerminalFacts),
    Command,
    /// A seat that reads and writes lines: a screen reader, a pipe, a script.
    Lines(LineFacts),
}

/// What the client of a seat of lines knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineFacts {
    /// The first of `$LC_ALL`, `$LC_MESSAGES`, `$LANG` that is set (POSIX precedence).
    pub lang: String,
    /// Whether what happens is told as it happens; else only answers are.
    pub follows: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    pub protocol: u32,
    pub version: String,
    /// Number of the seat, 0 for a command.
    pub seat: u64,
    /// Whether the seat wants clicks and the wheel reported.
    pub mouse: bool,
}

/// What the client knows of its terminal without asking it anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalFacts {
    pub columns: u16,
    pub rows: u16,
    /// `$TERM`, `$COLORTERM`, empty when unset.
    pub term: String,
    pub colorterm: String,
    /// `$NO_COLOR` set and not empty (no-color.org).
    pub no_color: bool,
    /// The first of `$LC_ALL`, `$LC_MESSAGES`, `$LANG` that is set (POSIX precedence).
    pub lang: String,
    /// The first of `$LC_ALL`, `$LC_CTYPE`, `$LANG` that is set: its charset.
    pub ctype: String,
    pub tmux: bool,
    pub ssh: bool,
}

/// What a command wants of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// The record as JSON Lines, from this sequence number on.
    Export {
        from: u64,
    },
    /// JSON Lines follow as chunks.
    Import,
    Doctor,
    Status,
    /// Drain and end.
    Stop,
}

/// Something to tell a person: a key of the catalogue and its arguments, worded where the person's language
/// is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    pub key: String,
    pub arguments: Vec<(String, String)>,
}

impl Sentence {
    pub fn new(key: &str, arguments: &[(&str, &str)]) -> Self {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self { key: key.to_owned(), arguments: arguments.iter().map(own).collect() }
    }
}

/// How many colours to send to such a terminal: NO_COLOR first, then COLORTERM, then the family of TERM.
pub fn depth_of(facts: &TerminalFacts) -> Depth {
    let term = facts.term.as_str();
    if facts.no_color || term.is_empty() || term == "dumb" || term.starts_with("vt") {
        return Depth::Mono;
    }
    // screen passes COLORTERM through from outside but drops 24-bit sequences unless set up for them.
    let screen = term == "screen" || term.starts_with("screen.") || term.starts_with("screen-");
    if matches!(facts.colorterm.as_str(), "truecolor" | "24bit") && (!screen || facts.tmux) {
        return Depth::True;
    }
    if term.ends_with("-direct") {
        return Depth::True;
    }
    if term.contains("256color") || term.starts_with("alacritty") || term.starts_with("xterm-kitty") {
        return Depth::Indexed256;
    }
    Depth::Sixteen
}

/// Byte strings as postcard writes them at their fastest; the same bytes on the wire as a sequence of `u8`.
mod bytes {
    use std::fmt;

    use serde::{Deserializer, Serializer, de};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        deserializer.deserialize_byte_buf(Bytes)
    }

    struct Bytes;

    impl de::Visitor<'_> for Bytes {
        type Value = Vec<u8>;

        fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
            formatter.write_str("a byte string")
        }

        fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
            Ok(bytes.to_vec())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(term: &str, colorterm: &str, no_color: bool, depth: Depth) {
        let facts = TerminalFacts {
            columns: 80,
            rows: 24,
            term: term.to_owned(),
            colorterm: colorterm.to_owned(),
            no_color,
            ..TerminalFacts::default()
        };
        assert_eq!(depth_of(&facts), depth, "{term} {colorterm} {no_color}");
    }

    #[test]
    fn a_terminal_gets_the_colours_it_says_it_has() {
        check("xterm-256color", "truecolor", false, Depth::True);
        check("xterm-256color", "24bit", false, Depth::True);
        check("xterm-256color", "", false, Depth::Indexed256);
        check("tmux-256color", "", false, Depth::Indexed256);
        check("screen-256color", "truecolor", false, Depth::Indexed256);
        check("screen", "", false, Depth::Sixteen);
        check("tmux", "", false, Depth::Sixteen);
        check("linux", "", false, Depth::Sixteen);
        check("xterm", "", false, Depth::Sixteen);
        check("dumb", "truecolor", false, Depth::Mono);
        check("vt220", "", false, Depth::Mono);
        check("", "", false, Depth::Mono);
        check("xterm-256color", "truecolor", true, Depth::Mono);
    }
}
