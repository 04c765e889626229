//! The frames a modline/1 connector writes, one JSON object per line, read with tolerance.
//!
//! Unknown kinds and unknown fields are never a mistake; a field of the wrong shape always is. Nothing here
//! allocates more than a small multiple of the line it was given, and no input makes it panic.
//! Source: `connectors.md` §6.

use crate::platforms::stdio::mend::mend;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::collections::BTreeMap;

/// One line of a connector, understood.
#[derive(Debug, Clone, PartialEq)]
pub enum Frame {
    /// Who the connector is and what it can do.
    Hello(Hello),
    /// A room it is in.
    Room(Room),
    /// Somebody in a room.
    Member(Member),
    /// Somebody said something.
    Message(Message),
    /// A message was taken back.
    Recalled(Recalled),
    /// Somebody came in.
    Joined(Joined),
    /// Somebody is gone.
    Left(Left),
    /// Somebody cannot speak, or can again.
    Muted(Muted),
    /// Somebody asks to be let in.
    JoinRequest(JoinRequest),
    /// Something was lost.
    Gap(Gap),
    /// How the connector stands with its platform.
    Status(Status),
    /// It is alive.
    Heartbeat,
    /// What became of a request.
    Answer(Answer),
    /// A kind of frame that this version does not know; it is ignored.
    Unheard(String),
}

impl Frame {
    /// The room that it is about, as the platform names it.
    pub fn room(&self) -> Option<&str> {
        match self {
            Frame::Room(frame) => Some(&frame.room),
            Frame::Member(frame) => Some(&frame.room),
            Frame::Message(frame) => Some(&frame.room),
            Frame::Recalled(frame) => Some(&frame.room),
            Frame::Joined(frame) => Some(&frame.room),
            Frame::Left(frame) => Some(&frame.room),
            Frame::Muted(frame) => Some(&frame.room),
            Frame::JoinRequest(frame) => Some(&frame.room),
            Frame::Gap(frame) => frame.room.as_deref(),
            Frame::Hello(_) | Frame::Status(_) | Frame::Heartbeat | Frame::Answer(_) | Frame::Unheard(_) => {
                None
            }
        }
    }

    /// From where the connector could go on after it.
    pub fn cursor(&self) -> Option<&str> {
        match self {
            Frame::Message(frame) => frame.cursor.as_deref(),
            Frame::Recalled(frame) => frame.cursor.as_deref(),
            Frame::Joined(frame) => frame.cursor.as_deref(),
            Frame::Left(frame) => frame.cursor.as_deref(),
            Frame::Muted(frame) => frame.cursor.as_deref(),
            _ => None,
        }
    }
}

/// Why a line is not a frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// Not JSON.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// JSON, but not an object.
    #[error("not an object")]
    NotAnObject,
    /// No `t`, or one that is not a string.
    #[error("no frame type")]
    NoType,
    /// A known frame with a field missing or of the wrong shape.
    #[error("{frame}: {why}")]
    Field { frame: String, why: String },
}

/// Reads one line without its end. Bytes that are not UTF-8 and halves of surrogate pairs become U+FFFD.
pub fn parse(line: &[u8]) -> Result<Frame, Mistake> {
    let text = String::from_utf8_lossy(line);
    let value: Value = serde_json::from_str(&text)
        .or_else(|_| serde_json::from_str(&mend(&text)))
        .map_err(|error| Mistake::NotJson(error.to_string()))?;
    let Value::Object(fields) = &value else { return Err(Mistake::NotAnObject) };
    let Some(Value::String(kind)) = fields.get("t") else { return Err(Mistake::NoType) };
    let kind = kind.clone();
    match kind.as_str() {
        "hello" => read(&kind, value).map(Frame::Hello),
        "room" => read(&kind, value).map(Frame::Room),
        "member" => read(&kind, value).map(Frame::Member),
        "msg" => read(&kind, value).map(Frame::Message),
        "recalled" => read(&kind, value).map(Frame::Recalled),
        "joined" => read(&kind, value).map(Frame::Joined),
        "left" => read(&kind, value).map(Frame::Left),
        "muted" => read(&kind, value).map(Frame::Muted),
        "join_request" => read(&kind, value).map(Frame::JoinRequest),
        "gap" => read(&kind, value).map(Frame::Gap),
        "status" => read(&kind, value).map(Frame::Status),
        "res" => read(&kind, value).map(Frame::Answer),
        "hb" => Ok(Frame::Heartbeat),
        _ => Ok(Frame::Unheard(kind)),
    }
}

/// Who the connector is: `hello`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
pub struct Hello {
    /// `modline/<major>`, perhaps with a minor version after a dot.
    pub proto: String,
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub version: String,
    #[serde(default, deserialize_with = "or_default")]
    pub platform: String,
    /// Absent until it is logged in.
    #[serde(default)]
    pub account: Option<Account>,
    /// By name; values are objects, but `resume` is a plain boolean.
    #[serde(default, deserialize_with = "or_default")]
    pub caps: BTreeMap<String, Value>,
    #[serde(default, deserialize_with = "or_default")]
    pub limits: Limits,
}

impl Hello {
    /// The major version of a `modline/<major>[.<minor>]`; `None` when it is some other protocol.
    pub fn major(&self) -> Option<u32> {
        let version = self.proto.strip_prefix("modline/")?;
        version.split('.').next()?.parse().ok()
    }

    /// What the connector says of one capability; an unreadable or absent one cannot be done.
    pub fn cap(&self, name: &str) -> Cap {
        self.caps.get(name).and_then(|value| Cap::deserialize(value).ok()).unwrap_or_default()
    }

    /// Whether it can go on from a cursor.
    pub fn resumes(&self) -> bool {
        self.caps.get("resume").and_then(Value::as_bool).unwrap_or(false)
    }
}

/// Our own account on the platform.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Account {
    pub id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
}

/// How one thing can be done.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Cap {
    /// `native`, `emulated`; anything else means that it cannot be done.
    #[serde(default, deserialize_with = "or_default")]
    pub mode: String,
    /// `own` when it reaches only our own messages.
    #[serde(default)]
    pub scope: Option<String>,
    /// For how many seconds after the fact it works.
    #[serde(default)]
    pub window_s: Option<u64>,
    /// `false` on `mute`: the platform does not end it by itself.
    #[serde(default)]
    pub timed: Option<bool>,
    /// `true` on `remove`: it understands `block`.
    #[serde(default)]
    pub block: Option<bool>,
}

/// What the connector wants us to keep to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Limits {
    #[serde(default)]
    pub actions_per_min: Option<u32>,
    /// Characters in one message.
    #[serde(default)]
    pub text_max: Option<u32>,
}

/// A room: `room`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Room {
    pub room: String,
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub self_role: String,
    /// Names of capabilities that our rights in this room allow; absent means that the connector does not say.
    #[serde(default)]
    pub can: Option<Vec<String>>,
    #[serde(default)]
    pub members_total: Option<u32>,
}

/// Somebody in a room: `member`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Member {
    pub room: String,
    pub user: String,
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// The name he bears in this room only.
    #[serde(default, deserialize_with = "or_default")]
    pub card: String,
    #[serde(default, deserialize_with = "or_default")]
    pub role: String,
    /// Milliseconds since 1970; 0 = can speak; absent = not told.
    #[serde(default)]
    pub muted_until: Option<i64>,
}

/// Somebody said something: `msg`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Message {
    pub id: String,
    pub room: String,
    pub user: String,
    #[serde(default)]
    pub cursor: Option<String>,
    #[serde(default)]
    pub ts: Option<i64>,
    #[serde(default, deserialize_with = "or_default")]
    pub kind: String,
    #[serde(default, deserialize_with = "or_default")]
    pub text: String,
    #[serde(default, deserialize_with = "or_default")]
    pub mentions: Vec<String>,
    #[serde(default)]
    pub reply_to: Option<String>,
    #[serde(default, rename = "self", deserialize_with = "or_default")]
    pub own: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub backfill: bool,
    /// The request that made us say it.
    #[serde(default)]
    pub cause_req: Option<String>,
}

/// A message was taken back: `recalled`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Recalled {
    pub room: String,
    pub id: String,
    #[serde(default)]
    pub by: Option<String>,
    #[serde(default)]
    pub cursor: Option<String>,
    #[serde(default)]
    pub cause_req: Option<String>,
}

/// Somebody came in: `joined`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Joined {
    pub room: String,
    pub users: Vec<String>,
    #[serde(default)]
    pub by: Option<String>,
    #[serde(default)]
    pub cursor: Option<String>,
}

/// Somebody is gone: `left`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Left {
    pub room: String,
    pub users: Vec<String>,
    /// `left`, `removed`, `banned`; anything else is unknown.
    #[serde(default, deserialize_with = "or_default")]
    pub cause: String,
    #[serde(default)]
    pub by: Option<String>,
    #[serde(default)]
    pub cursor: Option<String>,
    #[serde(default)]
    pub cause_req: Option<String>,
}

/// Somebody cannot speak, or can again: `muted`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Muted {
    pub room: String,
    /// `*` is the whole room.
    pub user: String,
    /// Milliseconds since 1970; 0 = can speak again; absent = no end told.
    #[serde(default)]
    pub until: Option<i64>,
    #[serde(default)]
    pub by: Option<String>,
    #[serde(default)]
    pub cursor: Option<String>,
    #[serde(default)]
    pub cause_req: Option<String>,
}

/// Somebody asks to be let in: `join_request`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct JoinRequest {
    pub room: String,
    pub id: String,
    pub user: String,
    #[serde(default, deserialize_with = "or_default")]
    pub note: String,
}

/// Something was lost: `gap`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Gap {
    /// `*` or absent is every room.
    #[serde(default)]
    pub room: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub reason: String,
}

/// How the connector stands with its platform: `status`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Status {
    /// `connecting`, `login`, `online`, `offline` or `banned`.
    pub state: String,
    #[serde(default, deserialize_with = "or_default")]
    pub detail: String,
    /// What a phone has to scan, as text.
    #[serde(default)]
    pub qr: Option<String>,
}

/// What became of a request: `res`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
pub struct Answer {
    pub id: String,
    pub ok: bool,
    /// `accepted` or `done`.
    #[serde(default, deserialize_with = "or_default")]
    pub state: String,
    #[serde(default)]
    pub result: Value,
    #[serde(default)]
    pub error: Option<Trouble>,
}

impl Answer {
    /// A text field of the result, if there is one.
    pub fn result_text(&self, name: &str) -> Option<&str> {
        self.result.get(name).and_then(Value::as_str)
    }
}

/// Why a request was not done.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Trouble {
    #[serde(default, deserialize_with = "or_default")]
    pub code: String,
    #[serde(default, deserialize_with = "or_default")]
    pub message: String,
    #[serde(default, deserialize_with = "or_default")]
    pub platform_code: String,
    #[serde(default)]
    pub retry_after_ms: Option<u64>,
}

/// `null` and absent are the same thing to a tolerant reader.
fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

fn read<'de, T: Deserialize<'de>>(frame: &str, value: Value) -> Result<T, Mistake> {
    T::deserialize(value).map_err(|error| Mistake::Field { frame: frame.to_owned(), why: error.to_string() })
}

#[cfg(test)]
mod tests {
    use crate::platforms::stdio::frame::{Frame, Hello, Mistake, parse};

    #[test]
    fn unknown_frames_and_fields_are_no_mistake() {
        assert_eq!(parse(br#"{"t":"sparkle","x":1}"#), Ok(Frame::Unheard("sparkle".to_owned())));
        assert_eq!(parse(br#"{"t":"hb","mood":"fine"}"#), Ok(Frame::Heartbeat));
    }

    #[test]
    fn what_is_not_a_frame_is_named() {
        assert!(matches!(parse(b"Traceback:"), Err(Mistake::NotJson(_))));
        assert_eq!(parse(b"[1]"), Err(Mistake::NotAnObject));
        assert_eq!(parse(br#"{"t":7}"#), Err(Mistake::NoType));
        assert!(matches!(parse(br#"{"t":"msg","id":9}"#), Err(Mistake::Field { .. })));
    }

    #[test]
    fn null_is_the_same_as_absent() {
        let frame = parse(br#"{"t":"msg","id":"1","room":"r","user":"u","text":null,"mentions":null}"#);
        assert!(matches!(frame, Ok(Frame::Message(message)) if message.text.is_empty()));
    }

    #[test]
    fn bytes_that_are_not_utf_8_do_not_lose_the_frame() {
        let frame = parse(b"{\"t\":\"msg\",\"id\":\"1\",\"room\":\"r\",\"user\":\"u\",\"text\":\"a\xff\"}");
        assert!(matches!(frame, Ok(Frame::Message(message)) if message.text == "a\u{fffd}"));
    }

    #[test]
    fn half_an_emoji_does_not_hide_a_message() {
        let frame = parse(br#"{"t":"msg","id":"1","room":"r","user":"u","text":"spam\ud83d"}"#);
        assert!(matches!(frame, Ok(Frame::Message(message)) if message.text == "spam\u{fffd}"));
    }

    #[test]
    fn a_minor_version_does_not_change_the_major_one() {
        let major = |proto: &str| Hello { proto: proto.to_owned(), ..Hello::default() }.major();
        assert_eq!(
            [
                major("modline/1"),
                major("modline/1.4"),
                major("modline/2"),
                major("http/1"),
                major("modline/")
            ],
            [Some(1), Some(1), Some(2), None, None]
        );
    }

    #[test]
    fn a_tower_of_brackets_is_a_mistake_and_no_overflow() {
        assert!(matches!(parse("[".repeat(1 << 20).as_bytes()), Err(Mistake::NotJson(_))));
    }
}
