//! Who somebody is in a room, in the one word that the glyph before his name and the filter's `tier:` share.
//!
//! Never reads the clock: a newcomer is one as of the moment that is handed in.

use crate::model::id::{MemberId, RoomId};
use crate::model::member::Role;
use crate::model::moment::Moment;
use crate::state::members::{Members, Membership};

/// A newcomer is somebody who came in less than this ago (`operations.md` §4: the first week).
const NEWCOMER_MS: i64 = 7 * 86_400_000;

/// Who somebody is in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    Owner,
    Admin,
    /// May speak where others may not.
    Voiced,
    /// Came in within the last week.
    Newcomer,
    Ordinary,
}

impl Standing {
    /// The standing that a membership tells at `now`.
    pub fn of(membership: &Membership, now: Moment) -> Self {
        match membership.role {
            Role::Owner => Standing::Owner,
            Role::Admin => Standing::Admin,
            Role::Voiced => Standing::Voiced,
            Role::Unknown | Role::Member => {
                let fresh = membership.joined_at.is_some_and(|joined| now.since(joined) < NEWCOMER_MS);
                if fresh { Standing::Newcomer } else { Standing::Ordinary }
            }
        }
    }
}

impl Members {
    /// The standing of a member in a room at `now`; ordinary where nothing is known of him.
    pub fn standing_at(&self, room: RoomId, member: MemberId, now: Moment) -> Standing {
        self.in_room(room, member).map_or(Standing::Ordinary, |membership| Standing::of(membership, now))
    }
}
