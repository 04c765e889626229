//! What connectors say and are told: the platform's own identifiers, opaque strings, untouched.
//!
//! A connector never stamps a time that the platform did not give: an absent time is filled by the desk.

use crate::model::ability::Abilities;
use crate::model::id::ActionId;
use crate::model::member::{LeaveCause, Role};
use crate::model::message::Kind;
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use serde::{Deserialize, Serialize};

/// How a connector is: the four faces of something remote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Trying to reach the platform.
    Connecting,
    /// Connected and logged in under this account.
    Online { account: String },
    /// Not connected; tries again by itself after `retry_seconds`.
    Offline { reason: Reason, retry_seconds: u32 },
    /// Over: it will not try again by itself (a replay that ended, a refused log-in).
    Ended { reason: Reason },
}

/// A member as the platform names him.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Person {
    /// The platform's stable id.
    pub external: String,
    /// What people see.
    pub name: String,
    pub role: Role,
}

/// A message as the platform delivered it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Saying {
    pub room: String,
    pub person: Person,
    /// The platform's id; where it has none the connector makes one that is stable for the same message.
    pub external: String,
    /// The platform's time, if it tells one.
    pub sent_at: Option<Moment>,
    pub kind: Kind,
    pub text: String,
    /// The platform's id of the message that this one answers.
    pub reply_to: Option<String>,
    /// Platform ids of the people it mentions.
    pub mentions: Vec<String>,
    /// Fetched from history, not heard live.
    pub backfilled: bool,
    /// Our own account said it.
    pub own: bool,
}

/// Who did something on the platform, as far as it tells.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum By {
    /// The platform does not say.
    #[default]
    Unknown,
    /// Our own account.
    Us,
    /// Somebody with this platform id.
    Person(String),
    /// The platform itself (an expiry, a filter).
    Platform,
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// The platform took the request; the confirmation is still to come.
    Accepted,
    /// The platform's own event or a re-read shows it; `ours_to_lift` when the platform does not end it by itself.
    Confirmed { evidence: Reason, ours_to_lift: bool },
    /// Refused, or it did not happen.
    Failed { reason: Reason },
    /// This platform or room cannot do it.
    Unsupported { reason: Reason },
    /// It may or may not have happened.
    Unknown { reason: Reason },
}

/// What a connector says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Heard {
    /// How the connector is.
    Status(Status),
    /// A room we are in, with what we may do there. Said again whenever any of it changes.
    Room { external: String, name: String, own_role: Role, abilities: Abilities, members_total: Option<u32> },
    /// Who is in a room; `complete` means that nobody else is.
    Roster { room: String, people: Vec<Person>, complete: bool },
    /// Somebody said something.
    Message(Saying),
    /// A message was taken back.
    Recalled { room: String, message: String, by: By },
    /// Somebody came in.
    Joined { room: String, person: Person, by: By },
    /// Somebody is gone.
    Left { room: String, person: Person, cause: LeaveCause, by: By },
    /// Somebody's role changed.
    RoleChanged { room: String, person: Person, by: By },
    /// A person changed his name or his platform id; the member stays the same.
    Renamed { was: String, person: Person },
    /// Somebody cannot speak.
    Muted { room: String, person: Person, until: Option<Moment>, by: By },
    /// Somebody can speak again.
    Unmuted { room: String, person: Person, by: By },
    /// We may have missed things until now (in this room, or in all); the desk knows since when.
    Gap { room: Option<String>, reason: Reason },
    /// What became of an order.
    Outcome { action: ActionId, outcome: Outcome },
    /// Something about the connector itself that a moderator should be able to read.
    Remark(Reason),
}

/// What is to be done on the platform, in the platform's own ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deed {
    /// Take a message back.
    Recall { message: String },
    /// Say `text` to this person in the room.
    Warn { person: Person, text: String },
    /// Take his voice for `seconds` (never 0).
    Mute { person: Person, seconds: u32 },
    /// Give his voice back.
    Unmute { person: Person },
    /// Put him out; `block` keeps him out.
    Remove { person: Person, block: bool, why: String },
    /// Let him come back.
    Unblock { person: Person },
    /// Say `text` in the room, to everybody.
    Say { text: String },
    /// Look at the platform whether this deed holds now, without doing it.
    Check(Box<Deed>),
}

/// One thing for a connector to do. It answers with [`Heard::Outcome`] for the same action, at least once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub action: ActionId,
    /// The same for every attempt at the same action: `<record id>-<action>`.
    pub idempotency: String,
    pub room: String,
    pub deed: Deed,
    /// After so long without an answer the desk calls it unknown, whatever comes later.
    pub deadline_seconds: u32,
}
