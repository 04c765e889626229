//! Copying into the clipboard of the terminal's own machine: OSC 52.
//!
//! Never reads the clipboard, and never learns whether the terminal took the text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::terminal::manners::{Manners, Passage};

/// The bytes that put this text into the clipboard. tmux takes them itself with `set-clipboard on`, and passes them on
/// with `allow-passthrough on`; as either may be set, it gets both.
pub fn copy(manners: &Manners, text: &str) -> Vec<u8> {
    let sequence = format!("\x1b]52;c;{}\x07", STANDARD.encode(text)).into_bytes();
    let mut bytes = manners.passage.wrap(&sequence);
    if manners.passage == Passage::Tmux {
        bytes.extend(sequence);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::messages::TerminalFacts;

    #[test]
    fn a_copy_is_base64_whatever_the_text() {
        let sent = |term: &str, tmux| {
            let facts = TerminalFacts { term: term.to_owned(), tmux, ..TerminalFacts::default() };
            copy(&Manners::of(&facts), "加V\x1b")
        };
        assert_eq!(sent("xterm", false), b"\x1b]52;c;5YqgVhs=\x07");
        assert_eq!(sent("tmux", true), b"\x1bPtmux;\x1b\x1b]52;c;5YqgVhs=\x07\x1b\\\x1b]52;c;5YqgVhs=\x07");
        assert_eq!(sent("linux", false), b"");
    }
}
