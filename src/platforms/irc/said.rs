//! What is said in a room: messages, their ids and times, and messages taken back.

use crate::model::heard::{Heard, Person, Saying};
use crate::model::message::Kind;
use crate::model::moment::Moment;
use crate::platforms::irc::line::Line;
use crate::platforms::irc::session::Session;
use chrono::DateTime;

impl Session {
    /// PRIVMSG, NOTICE and REDACT; in history nothing else is heard.
    pub(super) fn hear_said(&mut self, line: &Line) {
        let Some(room) = self.support.room_of(line.param(0)).map(|room| self.fold(room)) else { return };
        if !self.rooms.contains_key(&room) {
            return;
        }
        match line.command.as_str() {
            "REDACT" => {
                let by = self.by(line);
                self.say(Heard::Recalled { room, message: line.param(1).to_owned(), by });
            }
            // A server's notices about the room (timed bans, modes) are not part of the talk.
            "PRIVMSG" | "NOTICE" if line.source.as_deref().is_some_and(|source| source.contains('!')) => {
                if let Some(text) = spoken(line) {
                    self.hear_message(line, room, text);
                }
            }
            _ => {}
        }
    }

    fn hear_message(&mut self, line: &Line, room: String, text: String) {
        let saying = Saying {
            person: self.author(line, &room),
            external: self.message_id(line, &room),
            sent_at: sent_at(line),
            kind: Kind::Text,
            reply_to: line.tag("+reply").or_else(|| line.tag("+draft/reply")).map(str::to_owned),
            mentions: self.mentions(&room, &text),
            backfilled: line
                .tag("batch")
                .is_some_and(|name| self.batches.get(name).is_some_and(|batch| batch.history)),
            own: self.is_us(line.nick()),
            text,
            room,
        };
        self.say(Heard::Message(saying));
    }

    /// Who said it. In history somebody may speak who is not here: then the line alone tells his account.
    fn author(&self, line: &Line, room: &str) -> Person {
        let mut person = self.person(line.nick(), room);
        if let (None, Some(account)) = (self.people.get(line.nick()), line.tag("account")) {
            person.external = format!("account:{}", self.fold(account));
        }
        person
    }

    /// Our own words, where the server does not echo them.
    pub(super) fn say_own(&mut self, room: &str, text: &str) {
        let line = Line::new("PRIVMSG", &[room, text]);
        let saying = Saying {
            room: room.to_owned(),
            person: self.person(&self.nick.clone(), room),
            external: self.message_id(&line, room),
            text: text.to_owned(),
            mentions: self.mentions(room, text),
            own: true,
            ..Saying::default()
        };
        self.say(Heard::Message(saying));
    }

    /// The server's id. Without one: from time, author and text where there is a server time, because a bouncer may
    /// play the same line again; else a number, because then nothing is ever delivered twice.
    fn message_id(&mut self, line: &Line, room: &str) -> String {
        if let Some(id) = line.tag("msgid") {
            return id.to_owned();
        }
        if let Some(time) = line.tag("time") {
            let print = fingerprint(&[time, room, &self.fold(line.nick()), line.last()]);
            return format!("time-{time}-{print:016x}");
        }
        self.counted += 1;
        format!("count-{:016x}-{}", self.nonce, self.counted)
    }

    /// Whom a text addresses: `bob: …` or `bob, …` at its beginning, `@bob` anywhere.
    fn mentions(&self, room: &str, text: &str) -> Vec<String> {
        let mut words = text.split_whitespace();
        let addressed = words.next().and_then(|first| first.strip_suffix([':', ',']));
        let called = text.split_whitespace().filter_map(|word| word.strip_prefix('@'));
        let called = called.map(|word| word.trim_end_matches([':', ',', '.', '!', '?', ';']));
        let mut found: Vec<String> = Vec::new();
        for nick in addressed.into_iter().chain(called) {
            let here = self.rooms.get(room).is_some_and(|room| room.members.contains_key(&self.fold(nick)));
            let Person { external, .. } = self.person(nick, room);
            if here && !found.contains(&external) {
                found.push(external);
            }
        }
        found
    }
}

/// The text of a line without the protocol's colours; `None` for client-to-client requests other than ACTION.
fn spoken(line: &Line) -> Option<String> {
    let text = line.last();
    let Some(request) = text.strip_prefix('\u{1}') else { return Some(plain(text)) };
    let request = request.trim_end_matches('\u{1}');
    let action = request.strip_prefix("ACTION")?;
    Some(format!("* {} {}", line.nick(), plain(action.trim_start())))
}

/// Without bold, italics, underline, strike, monospace, reverse, reset, and the colours with their numbers.
fn plain(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\u{2}' | '\u{f}' | '\u{11}' | '\u{16}' | '\u{1d}' | '\u{1e}' | '\u{1f}' => {}
            '\u{3}' => {
                let mut number = |most: usize| {
                    let mut taken = 0;
                    while taken < most && letters.next_if(char::is_ascii_digit).is_some() {
                        taken += 1;
                    }
                    taken
                };
                if number(2) > 0 {
                    let mut ahead = letters.clone();
                    if ahead.next() == Some(',') && ahead.next().is_some_and(|next| next.is_ascii_digit()) {
                        letters.next();
                        let mut taken = 0;
                        while taken < 2 && letters.next_if(char::is_ascii_digit).is_some() {
                            taken += 1;
                        }
                    }
                }
            }
            '\u{4}' => {
                let mut taken = 0;
                while taken < 6 && letters.next_if(char::is_ascii_hexdigit).is_some() {
                    taken += 1;
                }
            }
            other => kept.push(other),
        }
    }
    kept
}

/// The server's time of a line.
pub(super) fn sent_at(line: &Line) -> Option<Moment> {
    line.tag("time").and_then(|time| DateTime::parse_from_rfc3339(time).ok()).map(Moment::from)
}

/// FNV-1a, 64 bit: the same in every build, which the standard hasher does not promise.
fn fingerprint(parts: &[&str]) -> u64 {
    let mut print: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in parts.iter().flat_map(|part| part.bytes().chain(std::iter::once(0))) {
        print = (print ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    print
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, wanted: Option<&str>) {
        let line = Line::parse(raw.as_bytes()).unwrap();
        assert_eq!(spoken(&line).as_deref(), wanted, "{raw:?}");
    }

    #[test]
    fn a_text_is_heard_without_its_colours() {
        check(":a!b@c PRIVMSG #c :\u{3}04,12re\u{2}d\u{f} 加群\u{3}5,x", Some("red 加群,x"));
        check(":a!b@c PRIVMSG #c :\u{4}ff0000red\u{3}", Some("red"));
    }

    #[test]
    fn an_action_is_heard_and_other_requests_are_not() {
        check(":a!b@c PRIVMSG #c :\u{1}ACTION waves\u{1}", Some("* a waves"));
        check(":a!b@c PRIVMSG #c :\u{1}VERSION\u{1}", None);
        check(":a!b@c PRIVMSG #c :\u{1}", None);
    }
}
