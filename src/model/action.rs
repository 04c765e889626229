//! Something we ask a platform to do, and the stations of its life.

use crate::model::ability::Verb;
use crate::model::id::{ActionId, CaseId, MemberId, MessageId, RoomId, Seq};
use crate::model::moment::Moment;
use serde::{Deserialize, Serialize};

/// Who caused an event.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Actor {
    /// A moderator at a seat, by the name his Unix user or the configuration gives him.
    Moderator(String),
    /// A member, on the platform.
    Member(MemberId),
    /// The program: an expiry that it keeps, a shutdown.
    Program,
    /// The platform did not say who.
    Unknown,
}

/// What is to be done, to whom.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Act {
    /// Take a message back for everybody.
    Recall { message: MessageId, member: MemberId },
    /// Say in the room, to a member, that this is not welcome.
    Warn { member: MemberId, text: String },
    /// Take a member's voice for `seconds`, always explicit.
    Mute { member: MemberId, seconds: u32 },
    /// Give a member's voice back.
    Unmute { member: MemberId },
    /// Put a member out; `block` keeps him out.
    Remove { member: MemberId, block: bool },
    /// Let somebody come back who was kept out.
    Unblock { member: MemberId },
    /// Say in the room, to a member, how things are done here: the mildest step, no penalty.
    Remind { member: MemberId, text: String },
    /// Say something in the room, to everybody.
    Say { text: String },
}

impl Act {
    /// The member this act falls on; nobody when it is said to everybody.
    pub fn member(&self) -> Option<MemberId> {
        match self {
            Act::Recall { member, .. }
            | Act::Warn { member, .. }
            | Act::Remind { member, .. }
            | Act::Mute { member, .. }
            | Act::Unmute { member }
            | Act::Remove { member, .. }
            | Act::Unblock { member } => Some(*member),
            Act::Say { .. } => None,
        }
    }

    /// What it says in the room, when it says something.
    pub fn words(&self) -> Option<&str> {
        match self {
            Act::Warn { text, .. } | Act::Remind { text, .. } | Act::Say { text } => Some(text),
            _ => None,
        }
    }

    /// The name of this act in capability tables.
    pub fn verb(&self) -> Verb {
        match self {
            Act::Recall { .. } => Verb::Recall,
            Act::Warn { .. } | Act::Remind { .. } => Verb::Warn,
            Act::Say { .. } => Verb::Say,
            Act::Mute { .. } => Verb::Mute,
            Act::Unmute { .. } => Verb::Unmute,
            Act::Remove { block: false, .. } => Verb::Remove,
            Act::Remove { block: true, .. } => Verb::Block,
            Act::Unblock { .. } => Verb::Unblock,
        }
    }

    /// The act that takes this one back, where there is one. What was read or felt cannot be taken back:
    /// a warning, a recalled message and a removal have no inverse.
    pub fn inverse(&self) -> Option<Act> {
        match self {
            Act::Mute { member, .. } => Some(Act::Unmute { member: *member }),
            Act::Remove { member, block: true } => Some(Act::Unblock { member: *member }),
            Act::Recall { .. }
            | Act::Warn { .. }
            | Act::Remind { .. }
            | Act::Say { .. }
            | Act::Unmute { .. }
            | Act::Remove { block: false, .. }
            | Act::Unblock { .. } => None,
        }
    }

    /// Whether it waits a few seconds in which it can still be stopped.
    pub fn is_held(&self) -> bool {
        matches!(self, Act::Remove { .. } | Act::Say { .. })
    }

    /// Whether the platform may be asked twice without harm (`architecture.md`: a kick never).
    pub fn is_idempotent(&self) -> bool {
        !matches!(self, Act::Remove { .. } | Act::Warn { .. } | Act::Remind { .. } | Act::Say { .. })
    }
}

/// A request as a moderator made it; the record keeps it before any platform hears of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    pub room: RoomId,
    pub act: Act,
    pub by: Actor,
    /// The case that it decides.
    pub case: Option<CaseId>,
    /// The rule that the flag named, if a flag led here.
    pub rule: Option<String>,
    /// Not sent before this moment; until then it can be cancelled.
    pub hold_until: Option<Moment>,
    /// The action that this one takes back.
    pub undoes: Option<ActionId>,
    /// The first action of the bulk that this belongs to.
    pub unit: Option<Seq>,
    /// The message that the moderator had in sight of it, where there was one.
    pub message: Option<MessageId>,
}

/// Where an action stands. A reply is not a confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Stage {
    /// Recorded, waiting for its hold to end or for its turn.
    Requested,
    /// Handed to the connector.
    Sent,
    /// The platform took the request.
    Accepted,
    /// The platform's own event or a re-read shows it.
    Confirmed,
    /// The platform refused, or it did not happen.
    Failed,
    /// This platform cannot do it.
    Unsupported,
    /// Nobody knows; a person has to check.
    Unknown,
    /// Stopped before it was sent.
    Cancelled,
    /// A person looked and says that it is done.
    MarkedDone,
}

impl Stage {
    /// All of them, in the order in which an action can go through them.
    pub const ALL: [Stage; 9] = [
        Stage::Requested,
        Stage::Sent,
        Stage::Accepted,
        Stage::Confirmed,
        Stage::Failed,
        Stage::Unsupported,
        Stage::Unknown,
        Stage::Cancelled,
        Stage::MarkedDone,
    ];

    /// Nothing more will happen by itself.
    pub fn is_final(self) -> bool {
        !matches!(self, Stage::Requested | Stage::Sent | Stage::Accepted)
    }

    /// A person has something to do about it.
    pub fn needs_person(self) -> bool {
        matches!(self, Stage::Unknown)
    }
}
