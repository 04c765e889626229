//! What must be said anew before old weeks are dropped: who is who, so that later events still find their rooms and
//! people when the record is replayed without those weeks.

use crate::model::event::Event;
use crate::model::id::MemberId;
use crate::model::member::Role;
use crate::state::State;
use std::collections::BTreeSet;

/// The rooms, the people in them or noted about, and the rosters, as events that change nothing in this state.
pub fn introductions(state: &State) -> Vec<Event> {
    let mut events = Vec::new();
    let mut known = BTreeSet::new();
    for room in state.rooms.iter() {
        events.push(Event::RoomAppeared {
            room: room.id,
            connector: room.connector.clone(),
            external: room.external.clone(),
            name: room.name.clone(),
        });
        events.push(Event::RoomRead {
            room: room.id,
            name: room.name.clone(),
            own_role: room.own_role,
            abilities: room.abilities.clone(),
            members_total: room.members_total,
        });
        let mut here: Vec<(MemberId, Role)> = state
            .members
            .of_room(room.id)
            .filter(|(_, standing)| standing.present)
            .map(|(member, standing)| (member, standing.role))
            .collect();
        here.sort();
        for (member, _) in &here {
            if known.insert(*member) {
                events.extend(introduced(state, *member));
            }
        }
        events.extend(here.chunks(ROSTER_PIECE).map(|piece| Event::RosterRead {
            room: room.id,
            members: piece.to_vec(),
            complete: false,
        }));
    }
    events
}

/// As many members as one roster event names (`state::intake`).
const ROSTER_PIECE: usize = 4000;

fn introduced(state: &State, member: MemberId) -> Option<Event> {
    state.members.get(member).map(|known| Event::MemberAppeared {
        member,
        connector: known.connector.clone(),
        external: known.external.clone(),
        name: known.name.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::event::Record;
    use crate::model::heard::{Heard, Person, Status};
    use crate::model::moment::Moment;
    use crate::state::intake::intake;

    fn tell(state: &mut State, heard: Heard) {
        for event in intake(state, "net", heard, Moment(1_000)) {
            state.apply(&Record { seq: state.next, at: Moment(1_000), event });
        }
    }

    #[test]
    fn what_is_said_anew_changes_nothing() {
        let mut state = State::default();
        let people = (0..5000).map(|at| Person { external: format!("u{at}"), ..Person::default() }).collect();
        tell(&mut state, Heard::Status(Status::Online { account: "us".to_owned() }));
        tell(&mut state, Heard::Roster { room: "#a".to_owned(), people, complete: true });
        let mut later = state.clone();
        let said = introductions(&state);
        assert!(said.len() > 5000);
        for event in said {
            later.apply(&Record { seq: later.next, at: Moment(1_000), event });
        }
        later.next = state.next;
        assert!(later == state);
    }
}
