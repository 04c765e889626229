//! The members: who they are, and how each stands in each room.

use crate::model::action::{Act, Actor, Request};
use crate::model::flag::Category;
use crate::model::id::{CaseId, ConnectorName, MemberId, MessageId, NoteId, RoomId, Seq};
use crate::model::member::Role;
use crate::model::moment::Moment;
use crate::state::rolls::Rolls;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, VecDeque};

/// How many of a member's newest messages a room remembers by id, for rules about rate and repetition.
pub const RECENT: usize = 16;

/// How many former names of a member are remembered.
const FORMER: usize = 5;

/// A person or bot on one connector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    pub id: MemberId,
    pub connector: ConnectorName,
    /// The platform's own id.
    pub external: String,
    pub name: String,
    /// What he called himself before, newest last.
    pub former: Vec<String>,
    pub notes: Vec<Note>,
}

impl Member {
    fn takes_name(&mut self, external: &str, name: &str) -> Option<String> {
        if self.name == name {
            return None;
        }
        let was = std::mem::replace(&mut self.name, name.to_owned());
        let known = self.former.iter().position(|former| former == name).map(|at| self.former.remove(at));
        // Who had no name yet was called by his id.
        if was == self.external && self.external == external {
            return None;
        }
        self.former.push(was.clone());
        if self.former.len() > FORMER {
            self.former.remove(0);
        }
        known.is_none().then_some(was)
    }
}

/// A private remark of a moderator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Note {
    pub id: NoteId,
    pub at: Moment,
    pub by: Actor,
    pub text: String,
}

/// That somebody cannot speak.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Muting {
    /// Absent when the platform did not tell.
    pub until: Option<Moment>,
    pub since: Moment,
    pub by: Actor,
}

/// A decided case that confirmed a violation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offence {
    pub case: CaseId,
    pub category: Category,
    pub at: Moment,
}

/// How a member stands in one room.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Membership {
    pub role: Role,
    pub present: bool,
    /// Absent when he was there before we were.
    pub joined_at: Option<Moment>,
    /// When the record first knew of him here.
    pub known_since: Moment,
    pub last_spoke: Option<Moment>,
    pub messages: u32,
    pub flags: u32,
    pub muting: Option<Muting>,
    pub offences: Vec<Offence>,
    /// His newest messages here, newest last, with the platform's time.
    pub recent: VecDeque<(MessageId, Moment)>,
}

/// From when on somebody counts as a regular, in milliseconds since he was first known here: a month, as moderators
/// of large groups reckon (`moderation.md` §4.3: active for more than 30 days).
const REGULAR_MS: i64 = 30 * 86_400_000;
/// And how many messages he must have said.
const REGULAR_MESSAGES: u32 = 10;

impl Membership {
    /// Whether he has been here for long and still speaks: one whom nobody wants to hit by mistake.
    pub fn is_regular(&self, now: Moment) -> bool {
        let since = self.joined_at.unwrap_or(self.known_since);
        let lately = self.last_spoke.is_some_and(|spoke| now.since(spoke) < REGULAR_MS);
        now.since(since) > REGULAR_MS && lately && self.messages >= REGULAR_MESSAGES
    }

    /// Whether he is muted at `now`, as far as we know.
    pub fn is_muted(&self, now: Moment) -> bool {
        self.muting.as_ref().is_some_and(|muting| muting.until.is_none_or(|until| until > now))
    }
}

/// All members, and their standing in rooms; boxed, because up to half of a table stays empty.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(from = "Kept")]
pub struct Members {
    people: HashMap<MemberId, Box<Member>>,
    by_external: HashMap<(ConnectorName, String), MemberId>,
    rooms: HashMap<(RoomId, MemberId), Box<Membership>>,
    present: HashMap<RoomId, u32>,
    last: u32,
    /// It follows from the rest, so no checkpoint keeps it.
    #[serde(skip)]
    rolls: Rolls,
}

/// The members as checkpoints keep them.
#[derive(Deserialize)]
struct Kept {
    people: HashMap<MemberId, Box<Member>>,
    by_external: HashMap<(ConnectorName, String), MemberId>,
    rooms: HashMap<(RoomId, MemberId), Box<Membership>>,
    present: HashMap<RoomId, u32>,
    last: u32,
}

impl From<Kept> for Members {
    fn from(kept: Kept) -> Self {
        let Kept { people, by_external, rooms, present, last } = kept;
        let mut rolls = Rolls::default();
        let mut entered: Vec<(RoomId, MemberId)> = rooms.keys().copied().collect();
        entered.sort_unstable();
        entered.into_iter().for_each(|(room, member)| rolls.entered(room, member));
        people.values().for_each(|member| rolls.named(member.id, &member.name));
        Self { people, by_external, rooms, present, last, rolls }
    }
}

impl Members {
    /// One member.
    pub fn get(&self, id: MemberId) -> Option<&Member> {
        self.people.get(&id).map(Box::as_ref)
    }

    /// Everybody ever seen, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &Member> {
        self.people.values().map(Box::as_ref)
    }

    /// Everybody's standing in every room, in no order.
    pub fn standings(&self) -> impl Iterator<Item = ((RoomId, MemberId), &Membership)> {
        self.rooms.iter().map(|(key, membership)| (*key, membership.as_ref()))
    }

    /// The member that a connector calls `external`.
    pub fn find(&self, connector: &str, external: &str) -> Option<MemberId> {
        self.by_external.get(&(connector.to_owned(), external.to_owned())).copied()
    }

    /// How a member stands in a room.
    pub fn in_room(&self, room: RoomId, member: MemberId) -> Option<&Membership> {
        self.rooms.get(&(room, member)).map(Box::as_ref)
    }

    /// A private note, and whom it is about.
    pub fn note(&self, id: NoteId) -> Option<(&Member, &Note)> {
        let noted = |member: &'_ Member| member.notes.iter().position(|note| note.id == id);
        let (member, at) = self.people.values().find_map(|member| Some((member.as_ref(), noted(member)?)))?;
        member.notes.get(at).map(|note| (member, note))
    }

    /// Everybody who was ever in a room, in no order.
    pub fn of_room(&self, room: RoomId) -> impl Iterator<Item = (MemberId, &Membership)> {
        let members = self.rolls.of_room(room).iter();
        members.filter_map(move |member| Some((*member, self.in_room(room, *member)?)))
    }

    /// Who was ever in which room, for finding and listing them without going over everybody.
    pub fn rolls(&self) -> &Rolls {
        &self.rolls
    }

    /// How many rooms a member is in now.
    pub fn rooms_of(&self, member: MemberId) -> usize {
        let here = |room: &&RoomId| self.rooms.get(&(**room, member)).is_some_and(|one| one.present);
        self.rolls.rooms_of(member).iter().filter(here).count()
    }

    /// How many members are in a room now.
    pub fn present_in(&self, room: RoomId) -> u32 {
        self.present.get(&room).copied().unwrap_or(0)
    }

    /// The id for the next new member.
    pub fn next_id(&self) -> MemberId {
        MemberId(self.last.saturating_add(1))
    }

    pub(super) fn appeared(&mut self, id: MemberId, connector: &str, external: &str, name: &str) {
        self.last = self.last.max(id.0);
        self.by_external.insert((connector.to_owned(), external.to_owned()), id);
        self.people.entry(id).or_insert_with(|| {
            Box::new(Member {
                id,
                connector: connector.to_owned(),
                external: external.to_owned(),
                name: name.to_owned(),
                former: Vec::new(),
                notes: Vec::new(),
            })
        });
        if let Some(member) = self.people.get(&id) {
            self.rolls.named(id, &member.name);
        }
    }

    /// Takes a new name over. Returns the one before when this one is news: not his first, and none that he had before
    /// (who goes by one name here and by another there would be news with every word).
    pub(super) fn renamed(&mut self, id: MemberId, external: &str, name: &str) -> Option<String> {
        let member = self.people.get_mut(&id)?;
        let was = member.takes_name(external, name);
        self.rolls.named(id, &member.name);
        self.takes_external(id, external);
        was
    }

    /// The platform calls him otherwise from now on.
    fn takes_external(&mut self, id: MemberId, external: &str) {
        let Some(member) = self.people.get_mut(&id).filter(|member| member.external != external) else {
            return;
        };
        let was = (member.connector.clone(), std::mem::replace(&mut member.external, external.to_owned()));
        self.by_external.insert((was.0.clone(), external.to_owned()), id);
        if self.by_external.get(&was) == Some(&id) {
            self.by_external.remove(&was);
            // Where a name may change hands (IRC), it falls back to whom it belonged to before.
            let before = self.people.values().filter(|one| one.connector == was.0 && one.external == was.1);
            if let Some(before) = before.map(|one| one.id).min() {
                self.by_external.insert(was, before);
            }
        }
    }

    pub(super) fn roster_read(
        &mut self,
        room: RoomId,
        members: &[(MemberId, Role)],
        complete: bool,
        at: Moment,
    ) {
        if complete {
            for member in self.rolls.of_room(room) {
                if let Some(standing) = self.rooms.get_mut(&(room, *member)) {
                    standing.present = false;
                }
            }
            self.present.insert(room, 0);
        }
        for (member, role) in members {
            self.enter(room, *member, at);
            self.standing(room, *member, at).role = *role;
        }
    }

    pub(super) fn joined(&mut self, room: RoomId, member: MemberId, at: Moment) {
        self.enter(room, member, at);
        let standing = self.standing(room, member, at);
        standing.joined_at = Some(at);
    }

    pub(super) fn left(&mut self, room: RoomId, member: MemberId) {
        if let Some(standing) = self.rooms.get_mut(&(room, member))
            && standing.present
        {
            standing.present = false;
            let count = self.present.entry(room).or_default();
            *count = count.saturating_sub(1);
        }
    }

    pub(super) fn role_changed(&mut self, room: RoomId, member: MemberId, role: Role, at: Moment) {
        self.standing(room, member, at).role = role;
    }

    pub(super) fn muted(
        &mut self,
        room: RoomId,
        member: MemberId,
        until: Option<Moment>,
        by: &Actor,
        at: Moment,
    ) {
        self.standing(room, member, at).muting = Some(Muting { until, since: at, by: by.clone() });
    }

    pub(super) fn unmuted(&mut self, room: RoomId, member: MemberId) {
        if let Some(standing) = self.rooms.get_mut(&(room, member)) {
            standing.muting = None;
        }
    }

    /// `live`: he was there just now. A message fetched later tells only that he once was.
    pub(super) fn spoke(
        &mut self,
        room: RoomId,
        member: MemberId,
        message: MessageId,
        at: Moment,
        live: bool,
    ) {
        if live {
            self.enter(room, member, at);
        }
        let standing = self.standing(room, member, at);
        standing.messages = standing.messages.saturating_add(1);
        standing.last_spoke = standing.last_spoke.max(Some(at));
        // First out, then in: its space need not double for one more.
        while standing.recent.len() >= RECENT {
            standing.recent.pop_front();
        }
        standing.recent.push_back((message, at));
    }

    pub(super) fn flagged(&mut self, room: RoomId, member: MemberId) {
        if let Some(standing) = self.rooms.get_mut(&(room, member)) {
            standing.flags = standing.flags.saturating_add(1);
        }
    }

    pub(super) fn offence(
        &mut self,
        room: RoomId,
        member: MemberId,
        case: CaseId,
        category: Category,
        at: Moment,
    ) {
        self.standing(room, member, at).offences.push(Offence { case, category, at });
    }

    pub(super) fn offence_removed(&mut self, room: RoomId, member: MemberId, case: CaseId) {
        if let Some(standing) = self.rooms.get_mut(&(room, member)) {
            standing.offences.retain(|offence| offence.case != case);
        }
    }

    /// What a confirmed action changes about its member. `until` is the end of a mute.
    pub(super) fn action_done(&mut self, request: &Request, until: Option<Moment>, at: Moment) {
        let (room, Some(member)) = (request.room, request.act.member()) else { return };
        match request.act {
            Act::Mute { .. } => self.muted(room, member, until, &request.by, at),
            Act::Unmute { .. } => self.unmuted(room, member),
            Act::Remove { .. } => self.left(room, member),
            Act::Recall { .. }
            | Act::Warn { .. }
            | Act::Remind { .. }
            | Act::Say { .. }
            | Act::Unblock { .. } => {}
        }
    }

    pub(super) fn note_added(&mut self, seq: Seq, member: MemberId, text: &str, by: &Actor, at: Moment) {
        if let Some(member) = self.people.get_mut(&member) {
            member.notes.push(Note { id: NoteId(seq), at, by: by.clone(), text: text.to_owned() });
        }
    }

    pub(super) fn note_removed(&mut self, note: NoteId) {
        for member in self.people.values_mut() {
            member.notes.retain(|kept| kept.id != note);
        }
    }

    fn enter(&mut self, room: RoomId, member: MemberId, at: Moment) {
        let standing = self.standing(room, member, at);
        if !standing.present {
            standing.present = true;
            *self.present.entry(room).or_default() += 1;
        }
    }

    fn standing(&mut self, room: RoomId, member: MemberId, at: Moment) -> &mut Membership {
        let rolls = &mut self.rolls;
        self.rooms.entry((room, member)).or_insert_with(|| {
            rolls.entered(room, member);
            Box::new(Membership { known_since: at, ..Membership::default() })
        })
    }
}
