//! Who was ever in which room, and what everybody is called, kept ready for lists and finders of any size.
//!
//! It follows from the members wholly: nothing here is in a checkpoint, and it is built anew when one is read.

use crate::model::id::{MemberId, RoomId};
use crate::text::names::Names;
use std::collections::HashMap;

/// The rolls of all rooms.
#[derive(Debug, Clone, Default)]
pub struct Rolls {
    names: Names,
    everybody: Vec<(RoomId, MemberId)>,
    of_room: HashMap<RoomId, Vec<MemberId>>,
    of_member: HashMap<MemberId, Vec<RoomId>>,
}

impl Rolls {
    /// Who was ever in a room. Whoever comes is added at the end, and nobody is ever taken out.
    pub fn of_room(&self, room: RoomId) -> &[MemberId] {
        self.of_room.get(&room).map_or(&[], Vec::as_slice)
    }

    /// Who was ever in any room. Whoever comes is added at the end, and nobody is ever taken out.
    pub fn everybody(&self) -> &[(RoomId, MemberId)] {
        &self.everybody
    }

    /// In which rooms a member ever was.
    pub fn rooms_of(&self, member: MemberId) -> &[RoomId] {
        self.of_member.get(&member).map_or(&[], Vec::as_slice)
    }

    /// What everybody is called, by member number.
    pub fn names(&self) -> &Names {
        &self.names
    }

    pub(super) fn named(&mut self, member: MemberId, name: &str) {
        self.names.set(member.0, name);
    }

    /// To be told once for each member of each room.
    pub(super) fn entered(&mut self, room: RoomId, member: MemberId) {
        self.everybody.push((room, member));
        self.of_room.entry(room).or_default().push(member);
        self.of_member.entry(member).or_default().push(room);
    }
}

/// What follows from the members does not tell two states apart.
impl PartialEq for Rolls {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
