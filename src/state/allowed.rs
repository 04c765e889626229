//! Texts that moderators allowed: the same words are not flagged again in that room for a time.

use crate::model::action::Actor;
use crate::model::id::{AllowanceId, CaseId, RoomId};
use crate::model::moment::Moment;
use serde::{Deserialize, Serialize};

/// The longest text that can be allowed, folded, in bytes: what is longer is not said twice in the same words, and every
/// message is compared with all of them.
pub const LONGEST: usize = 8 * 1024;
/// How many allowances are kept; the oldest goes first.
const KEPT: usize = 1000;

/// One allowed text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Allowance {
    pub id: AllowanceId,
    pub room: RoomId,
    /// The whole message as `text::fold` folds it.
    pub folded: String,
    /// The case that led to it.
    pub case: CaseId,
    pub until: Moment,
    pub by: Actor,
}

/// All of them, oldest first.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Allowed(Vec<Allowance>);

impl Allowed {
    /// All of them, oldest first, also those whose time is over.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Allowance> {
        self.0.iter()
    }

    /// One of them.
    pub fn get(&self, id: AllowanceId) -> Option<&Allowance> {
        self.0.iter().find(|one| one.id == id)
    }

    /// The allowance under which a message with this folded text stands in `room` at `now`.
    pub fn covering(&self, room: RoomId, folded: &str, now: Moment) -> Option<&Allowance> {
        self.0.iter().find(|one| one.room == room && one.until > now && one.folded == folded)
    }

    pub(super) fn allowed(&mut self, allowance: Allowance) {
        self.0.push(allowance);
        if self.0.len() > KEPT {
            self.0.remove(0);
        }
    }

    pub(super) fn ended(&mut self, id: AllowanceId) {
        self.0.retain(|one| one.id != id);
    }
}
