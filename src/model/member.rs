//! Who a member is in a room.

use serde::{Deserialize, Serialize};

/// What the platform lets somebody do in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Role {
    /// The platform did not say.
    #[default]
    Unknown,
    /// An ordinary member.
    Member,
    /// May speak where others may not, nothing else (IRC voice).
    Voiced,
    /// May moderate.
    Admin,
    /// Owns the room.
    Owner,
}

impl Role {
    /// Staff are never the target of a sanction from here.
    pub fn is_staff(self) -> bool {
        matches!(self, Role::Admin | Role::Owner)
    }
}

/// Why somebody is no longer in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LeaveCause {
    /// Left by himself.
    Left,
    /// Was removed by staff.
    Removed,
    /// Was removed and may not come back.
    Banned,
    /// The platform did not say.
    Unknown,
}
