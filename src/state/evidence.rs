//! Messages that moderators keep as evidence, and what was said around messages that matter, told anew before their
//! weeks were dropped from the record.

use crate::model::action::Actor;
use crate::model::event::EvidenceLine;
use crate::model::id::{MessageId, RoomId, Seq};
use crate::model::moment::Moment;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many stretches told anew are kept: those of what is pinned, and of the newest messages.
const STRETCHES_KEPT: usize = 1000;

/// A message kept on purpose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pin {
    pub room: RoomId,
    pub at: Moment,
    pub by: Actor,
}

/// What was said around a message, told anew before its weeks were dropped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stretch {
    pub room: RoomId,
    /// The event that told it last.
    pub told: Seq,
    pub lines: Vec<EvidenceLine>,
}

/// Pins and stretches, by message.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Evidence {
    pins: BTreeMap<MessageId, Pin>,
    stretches: BTreeMap<MessageId, Stretch>,
}

impl Evidence {
    /// The pin of a message.
    pub fn pin(&self, message: MessageId) -> Option<&Pin> {
        self.pins.get(&message)
    }

    /// All pinned messages, oldest first.
    pub fn pins(&self) -> impl DoubleEndedIterator<Item = (MessageId, &Pin)> {
        self.pins.iter().map(|(message, pin)| (*message, pin))
    }

    /// Every message that is pinned or was told anew.
    pub fn messages(&self) -> impl Iterator<Item = MessageId> {
        self.pins.keys().chain(self.stretches.keys()).copied()
    }

    /// What was said around a message, told anew before its weeks were dropped; nothing while the record has it still.
    pub fn stretch(&self, message: MessageId) -> Option<&[EvidenceLine]> {
        self.stretches.get(&message).map(|stretch| stretch.lines.as_slice())
    }

    /// All stretches, oldest message first.
    pub fn stretches(&self) -> impl Iterator<Item = (MessageId, &Stretch)> {
        self.stretches.iter().map(|(message, stretch)| (*message, stretch))
    }

    pub(super) fn pinned(&mut self, message: MessageId, pin: Pin) {
        self.pins.entry(message).or_insert(pin);
    }

    pub(super) fn unpinned(&mut self, message: MessageId) {
        self.pins.remove(&message);
    }

    pub(super) fn kept(&mut self, message: MessageId, stretch: Stretch) {
        self.stretches.insert(message, stretch);
        if self.stretches.len() > STRETCHES_KEPT {
            let oldest = self.stretches.keys().find(|message| !self.pins.contains_key(message));
            let oldest = oldest.or_else(|| self.stretches.keys().next()).copied();
            oldest.map(|message| self.stretches.remove(&message));
        }
    }
}
