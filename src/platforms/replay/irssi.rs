//! A log of irssi: `--- Day changed` headers, then lines that begin with the time of day.
//!
//! Never believes that the days are complete: a log that was cut loses its dates, not its messages.

use crate::model::heard::{Heard, Saying};
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::platforms::replay::channel::Channel;
use crate::platforms::replay::format::Said;
use crate::platforms::replay::tally::Tally;
use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};

/// Going back by more than this means that midnight passed; by less, that a clock was set back.
const PAST_MIDNIGHT: TimeDelta = TimeDelta::hours(12);

/// A reader of one log.
pub struct Irssi {
    stem: String,
    zone: FixedOffset,
    day: Option<NaiveDate>,
    last: Option<NaiveTime>,
    channel: Channel,
}

impl Irssi {
    /// A reader for the log called `stem`, written in `zone`.
    pub fn new(stem: &str, zone: FixedOffset) -> Self {
        Self { stem: stem.to_owned(), zone, day: None, last: None, channel: Channel::new(stem) }
    }

    /// What one line says: nothing for headers and for the program's own lines.
    pub fn read(&mut self, number: u64, line: &str, tally: &mut Tally) -> Result<Vec<Said>, Reason> {
        if let Some(header) = line.strip_prefix("--- ") {
            return self.header(header).map(|()| Vec::new()).ok_or_else(bad_shape);
        }
        let (time, rest) = clock(line).ok_or_else(bad_shape)?;
        let at = self.moment(time);
        if let Some(event) = rest.strip_prefix("-!- ") {
            return Ok(self.event(event).into_iter().map(|heard| Said { at, heard }).collect());
        }
        let saying = self.saying(rest).ok_or_else(bad_shape)?;
        tally.undated += u64::from(at.is_none());
        let external = format!("{}:{number}", self.stem);
        let heard = Heard::Message(Saying { external, sent_at: at, ..saying });
        Ok(vec![Said { at, heard }])
    }

    fn header(&mut self, header: &str) -> Option<()> {
        if let Some(day) = header.strip_prefix("Day changed ") {
            self.day = Some(NaiveDate::parse_from_str(after_weekday(day)?, "%b %d %Y").ok()?);
        } else if let Some(opened) = header.strip_prefix("Log opened ") {
            let opened = NaiveDateTime::parse_from_str(after_weekday(opened)?, "%b %d %H:%M:%S %Y").ok()?;
            self.day = Some(opened.date());
        } else if !header.starts_with("Log closed ") {
            return None;
        }
        self.last = None;
        Some(())
    }

    fn moment(&mut self, time: NaiveTime) -> Option<Moment> {
        let passed_midnight = self.last.is_some_and(|last| last - time > PAST_MIDNIGHT);
        if passed_midnight {
            self.day = self.day.and_then(|day| day.succ_opt());
        }
        self.last = Some(time);
        Some(self.zone.from_local_datetime(&self.day?.and_time(time)).single()?.into())
    }

    fn saying(&mut self, rest: &str) -> Option<Saying> {
        if let Some(rest) = rest.strip_prefix('<') {
            let (nick, text) = rest.split_once('>')?;
            return Some(self.channel.says(nick, text.strip_prefix(' ').unwrap_or(text)));
        }
        if let Some(rest) = rest.strip_prefix(" * ") {
            let (nick, text) = rest.split_once(' ').unwrap_or((rest, ""));
            return Some(self.channel.acts(nick, text));
        }
        // A notice: `-nick:#channel- text`.
        let (source, text) = rest.strip_prefix('-')?.split_once("- ")?;
        let nick = source.split(':').next().filter(|nick| !nick.is_empty())?;
        Some(self.channel.says(nick, text))
    }

    fn event(&mut self, event: &str) -> Vec<Heard> {
        if let Some((_, change)) =
            event.split_once("ode/").filter(|(before, _)| matches!(*before, "m" | "ServerM"))
        {
            return self.modes(change).unwrap_or_default();
        }
        let (nick, rest) = event.split_once(' ').unwrap_or((event, ""));
        let rest = after_brackets(rest);
        let mut heard = Vec::new();
        if rest.starts_with("has joined ") {
            heard.push(self.channel.joined(nick));
        } else if rest.starts_with("has left ") || rest.starts_with("has quit") {
            heard.push(self.channel.left(nick));
        } else if let Some(new) = rest.strip_prefix("is now known as ") {
            heard.push(self.channel.renamed(nick, new.trim()));
        } else if let Some((_, by)) =
            rest.strip_prefix("was kicked from ").and_then(|rest| rest.split_once(" by "))
        {
            heard.push(self.channel.kicked(nick, by.split(' ').next().unwrap_or_default()));
        }
        heard
    }

    /// `#channel [+o nick] by op`
    fn modes(&mut self, change: &str) -> Option<Vec<Heard>> {
        let (_, change) = change.split_once('[')?;
        let (change, rest) = change.split_once(']')?;
        Some(self.channel.modes(change, rest.trim().strip_prefix("by ").unwrap_or_default()))
    }
}

fn bad_shape() -> Reason {
    Reason::new("replay-bad-shape")
}

/// Whether a line looks like one of these logs.
pub fn is_line(line: &str) -> bool {
    if line.starts_with("--- Log opened ") || line.starts_with("--- Day changed ") {
        return true;
    }
    clock(line).is_some_and(|(_, rest)| ["<", " * ", "-"].iter().any(|sign| rest.starts_with(sign)))
}

/// The time of day that a line begins with, and what follows after one space.
fn clock(line: &str) -> Option<(NaiveTime, &str)> {
    let (time, rest) = line.split_once(' ')?;
    let time = time.trim_start_matches('[').trim_end_matches(']');
    let time =
        ["%H:%M", "%H:%M:%S"].iter().find_map(|format| NaiveTime::parse_from_str(time, format).ok())?;
    Some((time, rest))
}

/// The name of the weekday is in the language of whoever wrote the log; the date says it better.
fn after_weekday(date: &str) -> Option<&str> {
    date.split_once(' ').map(|(_, date)| date.trim())
}

/// `[user@host] has joined` → `has joined`, also with an account or a real name in brackets before it.
fn after_brackets(mut text: &str) -> &str {
    loop {
        let end = match text.chars().next() {
            Some('[') => "] ",
            Some('(') => ") ",
            _ => return text,
        };
        match text.split_once(end) {
            Some((_, rest)) => text = rest,
            None => return text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::heard::{By, Person};
    use crate::model::member::{LeaveCause, Role};

    fn read(lines: &[&str]) -> Vec<Said> {
        let mut reader = Irssi::new("#c", FixedOffset::east_opt(8 * 3600).unwrap());
        let mut tally = Tally::default();
        lines
            .iter()
            .zip(1..)
            .flat_map(|(line, number)| reader.read(number, line, &mut tally).unwrap())
            .collect()
    }

    fn person(nick: &str, role: Role) -> Person {
        Person { external: nick.to_owned(), name: nick.to_owned(), role }
    }

    #[test]
    fn a_line_has_its_day_from_the_header_and_its_role_from_the_sign() {
        let said = read(&["--- Log opened Tue Mar 05 00:00:00 2024", "09:07 <@xiaohe> 收到"]);
        let at = Some(Moment(1_709_600_820_000));
        let saying = Saying {
            room: "#c".to_owned(),
            person: person("xiaohe", Role::Admin),
            external: "#c:2".to_owned(),
            sent_at: at,
            text: "收到".to_owned(),
            ..Saying::default()
        };
        assert_eq!(said, vec![Said { at, heard: Heard::Message(saying) }]);
    }

    #[test]
    fn days_go_on_with_and_without_a_header() {
        let said = read(&[
            "--- Log opened Tue Mar 05 22:00:00 2024",
            "23:59 < a> 1",
            "00:01 < a> 2",
            "--- Day changed Thu Mar 07 2024",
            "01:30 < a> 3",
            "01:05 < a> 4",
        ]);
        let minutes: Vec<_> =
            said.iter().map(|said| said.at.unwrap().since(said_at(&said_first())) / 60_000).collect();
        assert_eq!(minutes, [0, 2, 1531, 1506]);
    }

    fn said_first() -> Vec<Said> {
        read(&["--- Log opened Tue Mar 05 22:00:00 2024", "23:59 < a> 1"])
    }

    fn said_at(said: &[Said]) -> Moment {
        said[0].at.unwrap()
    }

    #[test]
    fn events_are_heard_as_events() {
        let heard: Vec<_> = read(&[
            "09:00 -!- li [li@h.example] has joined #c",
            "09:01 -!- mode/#c [+o li] by boss",
            "09:02 -!- li is now known as lili",
            "09:03 -!- spam was kicked from #c by lili [广告]",
            "09:04 -!- lili [li@h.example] has quit [bye]",
            "09:05 -!- Topic for #c: has joined the club",
        ])
        .into_iter()
        .map(|said| said.heard)
        .collect();
        let room = "#c".to_owned();
        let by = |nick: &str| By::Person(nick.to_owned());
        let expected = vec![
            Heard::Joined { room: room.clone(), person: person("li", Role::Member), by: By::Unknown },
            Heard::RoleChanged { room: room.clone(), person: person("li", Role::Admin), by: by("boss") },
            Heard::Renamed { was: "li".to_owned(), person: person("lili", Role::Admin) },
            Heard::Left {
                room: room.clone(),
                person: person("spam", Role::Member),
                cause: LeaveCause::Removed,
                by: by("lili"),
            },
            Heard::Left {
                room,
                person: person("lili", Role::Admin),
                cause: LeaveCause::Left,
                by: by("lili"),
            },
        ];
        assert_eq!(heard, expected);
    }

    #[test]
    fn a_log_without_its_beginning_has_messages_without_dates() {
        let said = read(&["09:07  * xiaohe 挥手", "09:08 -bot:#c- 公告"]);
        let texts: Vec<_> = said
            .iter()
            .map(|said| match &said.heard {
                Heard::Message(saying) => {
                    (saying.person.external.as_str(), saying.text.as_str(), saying.sent_at)
                }
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(texts, [("xiaohe", "* 挥手", None), ("bot", "公告", None)]);
    }

    #[test]
    fn lines_of_another_shape_are_refused() {
        let mut reader = Irssi::new("#c", FixedOffset::east_opt(0).unwrap());
        for line in ["hello", "25:00 <a> x", "--- Something else", "09:00 what"] {
            assert!(reader.read(1, line, &mut Tally::default()).is_err(), "{line}");
        }
    }
}
