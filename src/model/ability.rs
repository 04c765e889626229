//! What a platform, in one room and under one log-in, lets us do. Told, never papered over.

use crate::model::reason::Reason;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An act on a platform, as a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Verb {
    /// Take a message back for everybody.
    Recall,
    /// Tell a member in the room that this is not welcome.
    Warn,
    /// Take a member's voice for a time.
    Mute,
    /// Give a member's voice back.
    Unmute,
    /// Put a member out of the room.
    Remove,
    /// Put a member out and keep him out.
    Block,
    /// Let somebody come back who was kept out.
    Unblock,
    /// Say something in the room.
    Say,
}

impl Verb {
    /// Every verb, in the order in which capability tables list them.
    pub const ALL: [Verb; 8] = [
        Verb::Recall,
        Verb::Warn,
        Verb::Mute,
        Verb::Unmute,
        Verb::Remove,
        Verb::Block,
        Verb::Unblock,
        Verb::Say,
    ];
}

/// How an act is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Mode {
    /// The platform does it.
    Native,
    /// We do something that comes near; the reason says what.
    Emulated,
    /// It cannot be done; the reason says why.
    Unsupported,
}

/// Whether and how one act can be done in one room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ability {
    pub mode: Mode,
    /// Always there for `Emulated` and `Unsupported`.
    pub reason: Option<Reason>,
}

impl Ability {
    /// The platform does it.
    pub fn native() -> Self {
        Self { mode: Mode::Native, reason: None }
    }

    /// We come near it; `reason` says how.
    pub fn emulated(reason: Reason) -> Self {
        Self { mode: Mode::Emulated, reason: Some(reason) }
    }

    /// It cannot be done; `reason` says why.
    pub fn unsupported(reason: Reason) -> Self {
        Self { mode: Mode::Unsupported, reason: Some(reason) }
    }
}

/// The abilities in one room. A verb that is not listed is unsupported because the connector never spoke of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Abilities(pub BTreeMap<Verb, Ability>);

impl Abilities {
    /// The ability for `verb`; unlisted verbs are unsupported with the reason `not-offered`.
    pub fn of(&self, verb: Verb) -> Ability {
        self.0.get(&verb).cloned().unwrap_or_else(|| Ability::unsupported(Reason::new("not-offered")))
    }

    /// The same table with one verb set.
    pub fn with(mut self, verb: Verb, ability: Ability) -> Self {
        self.0.insert(verb, ability);
        self
    }

    /// Every verb unsupported for one reason.
    pub fn none(reason: &Reason) -> Self {
        Self(Verb::ALL.iter().map(|verb| (*verb, Ability::unsupported(reason.clone()))).collect())
    }
}
