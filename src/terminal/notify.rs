//! Ringing at a terminal: BEL, and a notification with words where the terminal has such.
//!
//! Never lets a byte of the words end the sequence or begin another one.

use crate::terminal::manners::Manners;

/// Characters of a notification at most: what desktops show of one.
const LONGEST: usize = 160;

/// The bytes that ring and say this.
pub fn notify(manners: &Manners, title: &str, body: &str) -> Vec<u8> {
    let (title, body) = (plain(title, manners.utf8), plain(body, manners.utf8));
    let mut bytes = b"\x07".to_vec();
    if manners.notices.osc_9 {
        bytes.extend(manners.passage.wrap(format!("\x1b]9;{title}: {body}\x07").as_bytes()));
    }
    if manners.notices.osc_777 {
        bytes.extend(manners.passage.wrap(format!("\x1b]777;notify;{title};{body}\x07").as_bytes()));
    }
    bytes
}

/// Words without controls, and without the semicolon that separates the fields of a sequence.
fn plain(words: &str, utf8: bool) -> String {
    let one = |sign: char| match sign {
        ';' => ',',
        sign if sign.is_control() => ' ',
        sign if !utf8 && !sign.is_ascii() => '?',
        sign => sign,
    };
    words.chars().map(one).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::messages::TerminalFacts;

    fn sent(term: &str, tmux: bool) -> Vec<u8> {
        let facts = TerminalFacts { term: term.to_owned(), tmux, ..TerminalFacts::default() };
        notify(&Manners::of(&facts), "qunguan", "S3; a\x1b\\b\u{9c}\x07")
    }

    #[test]
    fn a_notification_holds_no_byte_that_ends_it() {
        let expected = "\x07\x1b]9;qunguan: S3, a \\b  \x07\x1b]777;notify;qunguan;S3, a \\b  \x07";
        assert_eq!(String::from_utf8(sent("xterm", false)).unwrap(), expected);
        assert_eq!(sent("linux", false), b"\x07");
        assert!(!String::from_utf8(sent("foot", false)).unwrap().contains("]9;"));
        assert!(sent("screen", true).starts_with(b"\x07\x1bPtmux;\x1b\x1b]9;"));
    }
}
