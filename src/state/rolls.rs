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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::event::{Event, Record};
    use crate::model::member::Role;
    use crate::state::{State, checkpoint};

    fn apply(state: &mut State, event: Event) {
        let record = Record { seq: state.next, at: state.last_at, event };
        state.apply(&record);
    }

    #[test]
    fn a_checkpoint_brings_the_rolls_and_the_names_back() {
        let mut state = State::default();
        let connector = || "demo".to_owned();
        for number in [1, 2] {
            let (room, external) = (RoomId(number), format!("#{number}"));
            apply(
                &mut state,
                Event::RoomAppeared { room, connector: connector(), external, name: "r".into() },
            );
        }
        for (id, name) in [(1, "张三"), (2, "李四"), (3, "zoe")] {
            let (member, external) = (MemberId(id), format!("u{id}"));
            let name = name.to_owned();
            apply(&mut state, Event::MemberAppeared { member, connector: connector(), external, name });
            let members = vec![(member, Role::Member)];
            apply(
                &mut state,
                Event::RosterRead { room: RoomId(1), members: members.clone(), complete: false },
            );
            if id != 2 {
                apply(&mut state, Event::RosterRead { room: RoomId(2), members, complete: false });
            }
        }
        let renamed =
            Event::MemberRenamed { member: MemberId(2), external: "u2".into(), name: "王五".into() };
        apply(&mut state, renamed);
        let again = checkpoint::from_bytes(&checkpoint::to_bytes(&state).unwrap()).unwrap();
        for state in [&state, &again] {
            let rolls = state.members.rolls();
            let mut here = rolls.of_room(RoomId(2)).to_vec();
            here.sort_unstable();
            assert_eq!(here, [MemberId(1), MemberId(3)]);
            assert_eq!((rolls.of_room(RoomId(1)).len(), rolls.everybody().len()), (3, 5));
            assert_eq!(rolls.rooms_of(MemberId(1)).len(), 2);
            assert_eq!(
                ["zs", "ls", "ww", "zo"].map(|typed| rolls.names().found(typed)),
                [vec![1], vec![], vec![2], vec![3]]
            );
            assert_eq!(state.members.rooms_of(MemberId(2)), 1);
        }
    }
}
