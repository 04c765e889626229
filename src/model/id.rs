//! Our own identifiers: newtypes, so that a member can never stand where a message is meant.
//!
//! Everything that an event creates (message, flag, case, action, note) is named by that event's sequence number,
//! so an identifier never needs a counter of its own and is unique for the life of the record.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The position of an event in the record: contiguous, starting at 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Seq(pub u64);

impl Seq {
    /// The position after this one.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)
    }
}

/// A room (group chat), numbered from 1 in the order in which the record first saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RoomId(pub u32);

/// A person or bot on one connector, numbered from 1 in the order in which the record first saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MemberId(pub u32);

/// A message: the sequence number of its `MessageReceived`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MessageId(pub Seq);

/// A flag: the sequence number of its `Flagged`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FlagId(pub Seq);

/// A case: the sequence number of the first flag folded into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CaseId(pub Seq);

/// An action: the sequence number of its `ActionRequested`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ActionId(pub Seq);

/// A private note: the sequence number of its `NoteAdded`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NoteId(pub Seq);

/// A text that is not flagged any more: the sequence number of its `TextAllowed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AllowanceId(pub Seq);

/// The configured name of a connector, for instance `irc` or `wechat-home`.
pub type ConnectorName = String;
