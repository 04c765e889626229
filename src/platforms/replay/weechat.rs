//! A log of WeeChat: time, nick and text, with tabs between them.
//!
//! Never guesses a zone: a time that ends in `Z` or an offset is what it says, any other is in the zone of the settings.

use crate::model::heard::{Heard, Saying};
use crate::model::reason::Reason;
use crate::platforms::replay::channel::Channel;
use crate::platforms::replay::format::Said;
use crate::platforms::replay::json_lines::written_time;
use crate::platforms::replay::tally::Tally;
use chrono::FixedOffset;

/// A reader of one log.
pub struct WeeChat {
    stem: String,
    zone: FixedOffset,
    channel: Channel,
}

impl WeeChat {
    /// A reader for the log called `stem`, whose times without a zone are in `zone`.
    pub fn new(stem: &str, zone: FixedOffset) -> Self {
        Self { stem: stem.to_owned(), zone, channel: Channel::new(stem) }
    }

    /// What one line says: nothing for the program's own lines.
    pub fn read(&mut self, number: u64, line: &str, tally: &mut Tally) -> Result<Vec<Said>, Reason> {
        let Some((time, nick, text)) = columns(line) else { return Err(Reason::new("replay-bad-shape")) };
        let at = written_time(time, self.zone);
        let saying = match nick.trim() {
            "-->" | "<--" => {
                let heard = self.came_or_went(text);
                return Ok(heard.into_iter().map(|heard| Said { at, heard }).collect());
            }
            "--" => match self.notice(text) {
                Some(saying) => saying,
                None => return Ok(self.event(text).into_iter().map(|heard| Said { at, heard }).collect()),
            },
            "" | "=!=" => return Ok(Vec::new()),
            "*" => {
                let (nick, act) = text.split_once(' ').unwrap_or((text, ""));
                self.channel.acts(nick, act)
            }
            nick => self.channel.says(nick, text),
        };
        tally.undated += u64::from(at.is_none());
        let external = format!("{}:{number}", self.stem);
        let heard = Heard::Message(Saying { external, sent_at: at, ..saying });
        Ok(vec![Said { at, heard }])
    }

    /// `nick (user@host) has joined #c`, `… has left #c (why)`, `… has quit (why)`, `op has kicked nick (why)`
    fn came_or_went(&mut self, text: &str) -> Option<Heard> {
        let (nick, rest) = text.split_once(' ')?;
        let (before, what) = rest.split_once("has ")?;
        // Anything before the verb is an address in brackets; a reason may contain the same words further on.
        if !before.is_empty() && !before.starts_with(['(', '[']) {
            return None;
        }
        let (verb, after) = what.split_once(' ').unwrap_or((what, ""));
        match verb {
            "joined" => Some(self.channel.joined(nick)),
            "left" | "quit" => Some(self.channel.left(nick)),
            "kicked" => Some(self.channel.kicked(after.split(' ').next()?, nick)),
            _ => None,
        }
    }

    /// `Notice(nick): text` or `Notice(nick) -> #c: text`
    fn notice(&mut self, text: &str) -> Option<Saying> {
        let (nick, rest) = text.strip_prefix("Notice(")?.split_once(')')?;
        let (_, text) = rest.split_once(": ")?;
        Some(self.channel.says(nick, text))
    }

    /// `Mode #c [+o nick] by op`, `nick is now known as new`
    fn event(&mut self, text: &str) -> Vec<Heard> {
        if let Some((_, change)) = text.strip_prefix("Mode ").and_then(|rest| rest.split_once('[')) {
            let (change, rest) = change.split_once(']').unwrap_or((change, ""));
            return self.channel.modes(change, rest.trim().strip_prefix("by ").unwrap_or_default());
        }
        match text.split_once(" is now known as ") {
            Some((was, new)) if !was.contains(' ') => vec![self.channel.renamed(was, new.trim())],
            _ => Vec::new(),
        }
    }
}

/// Whether a line looks like one of these logs.
pub fn is_line(line: &str) -> bool {
    let utc = FixedOffset::east_opt(0);
    columns(line).zip(utc).is_some_and(|((time, _, _), zone)| written_time(time, zone).is_some())
}

fn columns(line: &str) -> Option<(&str, &str, &str)> {
    let (time, rest) = line.split_once('\t')?;
    let (nick, text) = rest.split_once('\t')?;
    Some((time, nick, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::member::Role;
    use crate::model::moment::Moment;

    fn read(line: &str) -> Vec<Said> {
        let mut reader = WeeChat::new("irc.net.#c", FixedOffset::east_opt(8 * 3600).unwrap());
        reader.read(7, line, &mut Tally::default()).unwrap()
    }

    fn check(line: &str, expected: &str) {
        let words: Vec<_> = read(line)
            .into_iter()
            .map(|said| match said.heard {
                Heard::Message(saying) => format!("{}: {}", saying.person.external, saying.text),
                Heard::Joined { person, .. } => format!("+{}", person.external),
                Heard::Left { person, by, .. } => format!("-{} {by:?}", person.external),
                Heard::Renamed { was, person } => format!("{was}={}", person.external),
                Heard::RoleChanged { person, .. } => format!("{} {:?}", person.external, person.role),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(words.join(";"), expected, "{line}");
    }

    #[test]
    fn a_time_with_a_zone_is_believed_and_one_without_is_in_ours() {
        for line in ["2024-03-05 01:07:31.000001Z\t@xiaohe\t收到", "2024-03-05 09:07:31\t@xiaohe\t收到"] {
            let said = read(line);
            assert_eq!(said[0].at, Some(Moment(1_709_600_851_000)), "{line}");
            let Heard::Message(saying) = &said[0].heard else { panic!("{said:?}") };
            assert_eq!((saying.person.role, saying.external.as_str()), (Role::Admin, "irc.net.#c:7"));
        }
    }

    #[test]
    fn the_nick_column_tells_what_a_line_is() {
        check("2024-03-05 09:07:31\txiaohe\t收到\t完", "xiaohe: 收到\t完");
        check("2024-03-05 09:07:31\t *\txiaohe 挥手", "xiaohe: * 挥手");
        check("2024-03-05 09:07:31\t-->\tli (l@h) has joined #c", "+li");
        check("2024-03-05 09:07:31\t<--\tli (l@h) has left #c (has joined a band)", r#"-li Person("li")"#);
        check("2024-03-05 09:07:31\t<--\tli (l@h) has quit (Ping timeout)", r#"-li Person("li")"#);
        check("2024-03-05 09:07:31\t<--\top has kicked li (ad)", r#"-li Person("op")"#);
        check("2024-03-05 09:07:31\t--\tMode #c [+v li] by op", "li Voiced");
        check("2024-03-05 09:07:31\t--\tli is now known as lili", "li=lili");
        check("2024-03-05 09:07:31\t--\tNotice(bot) -> #c: 公告", "bot: 公告");
        check("2024-03-05 09:07:31\t--\tTopic for #c is \"x is now known as y\"", "");
    }

    #[test]
    fn a_time_that_is_none_leaves_the_message_undated() {
        assert_eq!(read("yesterday\ta\tb")[0].at, None);
    }
}
