//! The rooms: what they are called, what we may do there, what they have seen lately.

use crate::model::ability::Abilities;
use crate::model::id::{ConnectorName, MessageId, RoomId};
use crate::model::member::Role;
use crate::model::moment::Moment;
use crate::state::seen::Seen;
use serde::{Deserialize, Serialize};

/// A room as a moderator sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Room {
    pub id: RoomId,
    pub connector: ConnectorName,
    /// The platform's own id.
    pub external: String,
    pub name: String,
    pub own_role: Role,
    pub abilities: Abilities,
    /// How many people are in it: our count once a whole roster was read, else the platform's word, which is never
    /// less than we know to be there.
    pub members_total: Option<u32>,
    /// A whole roster was read, so absence from it means absence.
    pub roster_known: bool,
    pub messages: u64,
    pub last_message_at: Option<Moment>,
    pub seen: Seen,
}

/// All rooms, by id.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Rooms(Vec<Room>);

impl Rooms {
    /// All rooms in the order in which they appeared.
    pub fn iter(&self) -> impl Iterator<Item = &Room> {
        self.0.iter()
    }

    /// One room.
    pub fn get(&self, id: RoomId) -> Option<&Room> {
        self.0.iter().find(|room| room.id == id)
    }

    /// The room that a connector calls `external`.
    pub fn find(&self, connector: &str, external: &str) -> Option<&Room> {
        self.0.iter().find(|room| room.connector == connector && room.external == external)
    }

    /// How many people are in a room, in all rooms when none is named; nothing where nobody knows of any.
    pub fn people(&self, room: Option<RoomId>) -> Option<u32> {
        let here = self.iter().filter(|one| room.is_none_or(|only| one.id == only));
        here.filter_map(|one| one.members_total).reduce(u32::saturating_add)
    }

    /// The id for the next new room.
    pub fn next_id(&self) -> RoomId {
        RoomId(self.0.iter().map(|room| room.id.0).max().unwrap_or(0).saturating_add(1))
    }

    pub(super) fn appeared(&mut self, id: RoomId, connector: &str, external: &str, name: &str) {
        if self.get(id).is_some() {
            return;
        }
        self.0.push(Room {
            id,
            connector: connector.to_owned(),
            external: external.to_owned(),
            name: name.to_owned(),
            own_role: Role::Unknown,
            abilities: Abilities::default(),
            members_total: None,
            roster_known: false,
            messages: 0,
            last_message_at: None,
            seen: Seen::default(),
        });
    }

    pub(super) fn read(
        &mut self,
        id: RoomId,
        name: &str,
        role: Role,
        abilities: &Abilities,
        total: Option<u32>,
    ) {
        let Some(room) = self.get_mut(id) else { return };
        name.clone_into(&mut room.name);
        room.own_role = role;
        room.abilities = abilities.clone();
        if !room.roster_known {
            room.members_total = total.or(room.members_total);
        }
    }

    pub(super) fn said(&mut self, id: RoomId, message: MessageId, external: &str, at: Moment) {
        let Some(room) = self.get_mut(id) else { return };
        room.messages += 1;
        room.last_message_at = Some(at);
        if !external.is_empty() {
            room.seen.insert(external, message);
        }
    }

    pub(super) fn roster_read(&mut self, id: RoomId, complete: bool, present: u32) {
        if let Some(room) = self.get_mut(id) {
            room.roster_known |= complete;
        }
        self.counted(id, present);
    }

    pub(super) fn came(&mut self, id: RoomId, present: u32) {
        if let Some(room) = self.get_mut(id) {
            room.members_total = room.members_total.map(|total| total.saturating_add(1));
        }
        self.counted(id, present);
    }

    pub(super) fn went(&mut self, id: RoomId, present: u32) {
        if let Some(room) = self.get_mut(id) {
            room.members_total = room.members_total.map(|total| total.saturating_sub(1));
        }
        self.counted(id, present);
    }

    /// So many are there now, as far as we know.
    pub(super) fn counted(&mut self, id: RoomId, present: u32) {
        let Some(room) = self.get_mut(id) else { return };
        room.members_total = match room.roster_known {
            true => Some(present),
            false => room.members_total.map(|total| total.max(present)),
        };
    }

    fn get_mut(&mut self, id: RoomId) -> Option<&mut Room> {
        self.0.iter_mut().find(|room| room.id == id)
    }
}
