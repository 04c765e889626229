//! One JSON object a line: `ts`, `group`, `sender`, `id`, `reply_to`, `text`. Only `text` is required.
//!
//! No field is believed to have the right type, and no id is believed to be unique.

use crate::model::heard::{Heard, Person, Saying};
use crate::model::message::Kind;
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::platforms::replay::format::Said;
use crate::platforms::replay::tally::Tally;
use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeZone};
use serde_json::Value;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Stands for a sender that the file does not name.
const UNKNOWN_SENDER: &str = "?";
/// Numbers from here on are milliseconds, smaller ones seconds: as seconds this would be the year 5138.
const MILLISECONDS_FROM: f64 = 1e11;

/// A reader of one file.
pub struct JsonLines {
    /// Stands for the room where a line names none.
    stem: String,
    zone: FixedOffset,
    /// Hashes of (room, id): 8 bytes a message, so that a repeated id does not swallow a message further on.
    seen: HashSet<u64>,
}

impl JsonLines {
    /// A reader for the file called `stem`, whose times without a zone are in `zone`.
    pub fn new(stem: &str, zone: FixedOffset) -> Self {
        Self { stem: stem.to_owned(), zone, seen: HashSet::new() }
    }

    /// The message of one line; the reason names what is wrong with the line.
    pub fn read(&mut self, number: u64, line: &str, tally: &mut Tally) -> Result<Said, Reason> {
        let object: Value = serde_json::from_str(line)
            .map_err(|error| Reason::new("replay-bad-json").with("error", error))?;
        let text = object.get("text").ok_or_else(|| Reason::new("replay-no-text"))?;
        let (kind, text) = match text {
            Value::Null => (Kind::Other, String::new()),
            Value::String(text) => (Kind::Text, text.clone()),
            _ => return Err(Reason::new("replay-no-text")),
        };
        let at = object.get("ts").and_then(|time| moment(time, self.zone));
        tally.undated += u64::from(at.is_none());
        let room = word(&object, "group").unwrap_or_else(|| self.stem.clone());
        let reply_to = word(&object, "reply_to");
        if let Some(target) = &reply_to {
            tally.missing += u64::from(!self.seen.contains(&hash(&room, target)));
        }
        let external = self.unique(&room, word(&object, "id"), number, tally);
        let sender = word(&object, "sender").unwrap_or_else(|| UNKNOWN_SENDER.to_owned());
        let name = word(&object, "name").unwrap_or_else(|| sender.clone());
        let person = Person { external: sender, name, ..Person::default() };
        let saying =
            Saying { room, person, external, sent_at: at, kind, text, reply_to, ..Saying::default() };
        Ok(Said { at, heard: Heard::Message(saying) })
    }

    /// The id as given when it is new in its room, otherwise with the line number behind it.
    fn unique(&mut self, room: &str, id: Option<String>, number: u64, tally: &mut Tally) -> String {
        let Some(id) = id else { return format!("{}:{number}", self.stem) };
        if self.seen.insert(hash(room, &id)) {
            return id;
        }
        tally.repeated += 1;
        format!("{id}~{number}")
    }
}

fn hash(room: &str, id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (room, id).hash(&mut hasher);
    hasher.finish()
}

/// A field as an identifier: a text that is not empty, or a number.
fn word(object: &Value, key: &str) -> Option<String> {
    match object.get(key)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn moment(time: &Value, zone: FixedOffset) -> Option<Moment> {
    if let Some(number) = time.as_f64() {
        let milliseconds = if number.abs() < MILLISECONDS_FROM { number * 1000.0 } else { number };
        return Some(Moment(milliseconds as i64));
    }
    written_time(time.as_str()?, zone)
}

/// A time as people and programs write it: RFC 3339, or the same without a zone and with a space or a `T`.
pub fn written_time(text: &str, zone: FixedOffset) -> Option<Moment> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.into());
    }
    let local = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())?;
    Some(zone.from_local_datetime(&local).single()?.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> (Vec<Result<Saying, String>>, Tally) {
        let mut tally = Tally::default();
        let mut reader = JsonLines::new("file", FixedOffset::east_opt(8 * 3600).unwrap());
        let read = lines
            .iter()
            .zip(1..)
            .map(|(line, number)| match reader.read(number, line, &mut tally) {
                Ok(Said { heard: Heard::Message(saying), .. }) => Ok(saying),
                Ok(other) => panic!("not a message: {other:?}"),
                Err(reason) => Err(reason.key),
            })
            .collect();
        (read, tally)
    }

    #[test]
    fn a_line_is_a_message() {
        let line = r#"{"ts":"2024-03-05T09:07:31+08:00","group":"g","sender":"小禾","id":"7","reply_to":"6","text":"收到"}"#;
        let (read, tally) = read(&[line]);
        let saying = Saying {
            room: "g".to_owned(),
            person: Person { external: "小禾".to_owned(), name: "小禾".to_owned(), ..Person::default() },
            external: "7".to_owned(),
            sent_at: Some(Moment(1_709_600_851_000)),
            text: "收到".to_owned(),
            reply_to: Some("6".to_owned()),
            ..Saying::default()
        };
        assert_eq!(read, vec![Ok(saying)]);
        assert_eq!((tally.missing, tally.repeated, tally.undated), (1, 0, 0));
    }

    #[test]
    fn times_are_read_in_every_usual_spelling() {
        for time in [r#""2024-03-05 09:07:31""#, r#""2024-03-05T01:07:31Z""#, "1709600851", "1709600851000"] {
            let (read, _) = read(&[&format!(r#"{{"ts":{time},"text":""}}"#)]);
            assert_eq!(read[0].as_ref().unwrap().sent_at, Some(Moment(1_709_600_851_000)), "{time}");
        }
    }

    #[test]
    fn a_repeated_id_never_swallows_a_message() {
        let same = r#"{"ts":0,"id":0,"text":"x"}"#;
        let elsewhere = r#"{"ts":0,"group":"other","id":0,"text":"x"}"#;
        let (read, tally) = read(&[same, same, same, elsewhere]);
        let ids: Vec<_> = read.into_iter().map(|saying| saying.unwrap().external).collect();
        assert_eq!(ids, ["0", "0~2", "0~3", "0"]);
        assert_eq!(tally.repeated, 2);
    }

    #[test]
    fn what_is_not_a_message_says_why() {
        let (read, _) = read(&["{", r#"{"sender":"a"}"#, r#"{"text":5}"#, "[]"]);
        let keys: Vec<_> = read.into_iter().map(|line| line.unwrap_err()).collect();
        assert_eq!(keys, ["replay-bad-json", "replay-no-text", "replay-no-text", "replay-no-text"]);
    }

    #[test]
    fn absent_fields_have_stand_ins() {
        let (read, tally) = read(&[r#"{"text":null,"ts":"gestern"}"#]);
        let saying = read[0].as_ref().unwrap();
        assert_eq!(
            (saying.room.as_str(), saying.external.as_str(), saying.kind),
            ("file", "file:1", Kind::Other)
        );
        assert_eq!((saying.person.external.as_str(), saying.sent_at), ("?", None));
        assert_eq!(tally.undated, 1);
    }
}
