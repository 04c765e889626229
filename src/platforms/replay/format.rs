//! Which of the formats a file has, and its reader. Never asks for the file's name to tell.

use crate::model::heard::Heard;
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::platforms::replay::irssi::{self, Irssi};
use crate::platforms::replay::json_lines::JsonLines;
use crate::platforms::replay::tally::Tally;
use crate::platforms::replay::weechat::{self, WeeChat};
use chrono::FixedOffset;

/// One thing a line says, and when it was, where the file tells.
#[derive(Debug, PartialEq, Eq)]
pub struct Said {
    pub at: Option<Moment>,
    pub heard: Heard,
}

/// A reader for one file.
pub enum Reader {
    /// JSON Lines.
    Json(JsonLines),
    /// A log of irssi.
    Irssi(Irssi),
    /// A log of WeeChat.
    WeeChat(WeeChat),
}

impl Reader {
    /// The reader whose format most lines of `beginning` have; `None` when no line has any.
    pub fn detect(beginning: &str, stem: &str, zone: FixedOffset) -> Option<Self> {
        let lines = || beginning.trim_start_matches('\u{feff}').lines();
        let json = lines().filter(|line| line.trim_start().starts_with('{')).count();
        let irssi = lines().filter(|line| irssi::is_line(line)).count();
        let weechat = lines().filter(|line| weechat::is_line(line)).count();
        let most = json.max(irssi).max(weechat);
        match most {
            0 => None,
            most if most == json => Some(Self::Json(JsonLines::new(stem, zone))),
            most if most == irssi => Some(Self::Irssi(Irssi::new(stem, zone))),
            _ => Some(Self::WeeChat(WeeChat::new(stem, zone))),
        }
    }

    /// What one line says, in order; the reason, without the line number, when it cannot be read.
    pub fn read(&mut self, number: u64, line: &str, tally: &mut Tally) -> Result<Vec<Said>, Reason> {
        if line.trim().is_empty() {
            return Ok(Vec::new());
        }
        match self {
            Reader::Json(json) => json.read(number, line, tally).map(|said| vec![said]),
            Reader::Irssi(irssi) => irssi.read(number, line, tally),
            Reader::WeeChat(weechat) => weechat.read(number, line, tally),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(beginning: &str, expected: &str) {
        let found = match Reader::detect(beginning, "file", FixedOffset::east_opt(0).unwrap()) {
            None => "none",
            Some(Reader::Json(_)) => "json",
            Some(Reader::Irssi(_)) => "irssi",
            Some(Reader::WeeChat(_)) => "weechat",
        };
        assert_eq!(found, expected, "{beginning}");
    }

    #[test]
    fn the_format_is_told_by_the_lines() {
        check("\u{feff}{\"text\":\"a\"}\n", "json");
        check("garbage\n{\"text\":\"a\"}\n{\"text\":\"b\"}", "json");
        check("--- Log opened Tue Mar 05 00:00:00 2024\n09:07 <a> {", "irssi");
        check("09:07:31 < a> cut at both ends", "irssi");
        check("2024-03-05 09:07:31\ta\tb", "weechat");
        check("", "none");
        check("just some text\nand more", "none");
    }
}
