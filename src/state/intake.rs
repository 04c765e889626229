//! From what a connector said, in the platform's identifiers, to events, in ours. Drops repeats by id.

use crate::model::ability::Verb;
use crate::model::action::{Act, Actor, Stage};
use crate::model::event::{Event, Received};
use crate::model::heard::{By, Heard, Outcome, Person, Saying, Status};
use crate::model::id::{ActionId, MemberId, RoomId};
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::state::State;
use crate::state::actions::Action;

/// A gap shorter than this is not worth a line: nothing can be said in it.
const SHORTEST_GAP_MS: i64 = 1000;
/// Ends of a mute that lie closer together are one: we count ours from the confirmation, the platform from its own
/// clock, in whole seconds.
const SAME_END_MS: i64 = 5_000;
/// What a platform's clock may be ahead of ours.
const CLOCKS_APART_MS: i64 = 10 * 60_000;
/// The first day of 1988, the year of the first IRC server, in UTC.
const EARLIEST: Moment = Moment(567_993_600_000);
/// How many members one roster event names: 6 bytes each at the most, far below the record's cap.
const ROSTER_PIECE: usize = 4000;
/// The longest text kept, in bytes: with its envelope it stays below the record's cap of 64 KiB (`storage.md` §1.5).
pub const TEXT_BYTES: usize = 60 * 1024;

/// The events that `heard` from `connector` at `now` means, in order; none when it is a repeat or about nothing known.
pub fn intake(state: &State, connector: &str, heard: Heard, now: Moment) -> Vec<Event> {
    let mut draft = Draft { state, connector, events: Vec::new(), rooms: Vec::new(), members: Vec::new() };
    draft.take(heard, now);
    draft.events
}

/// Events being written, with the rooms and members that they introduce.
struct Draft<'a> {
    state: &'a State,
    connector: &'a str,
    events: Vec<Event>,
    rooms: Vec<(String, RoomId)>,
    members: Vec<(String, MemberId)>,
}

impl Draft<'_> {
    fn take(&mut self, heard: Heard, now: Moment) {
        match heard {
            Heard::Status(status) => self.status(status, now),
            Heard::Remark(remark) => {
                self.events.push(Event::ConnectorRemarked { connector: self.connector.to_owned(), remark });
            }
            Heard::Room { external, name, own_role, abilities, members_total } => {
                let room = self.room_named(&external, &name);
                self.events.push(Event::RoomRead { room, name, own_role, abilities, members_total });
            }
            Heard::Roster { room, people, complete } => {
                let room = self.room(&room);
                self.roster(room, &people, complete);
            }
            Heard::Message(saying) => self.message(saying, now),
            Heard::Recalled { room, message, by } => {
                let (id, by) = (self.room(&room), self.actor(&by));
                let known = self.state.rooms.get(id).and_then(|room| room.seen.get(&message));
                let already = |mark: &crate::state::stream::Mark| mark.recalled_by.is_some();
                if let Some(message) = known
                    && !self.state.stream.mark(message).is_some_and(already)
                {
                    self.events.push(Event::MessageRecalled { room: id, message, by });
                }
            }
            Heard::Joined { room, person, by } => {
                let (room, member, by) = (self.room(&room), self.member(&person), self.actor(&by));
                self.events.push(Event::MemberJoined { room, member, by });
            }
            Heard::Left { room, person, cause, by } => {
                let (room, member) = (self.room(&room), self.member(&person));
                let by = self.doer(&by, room, member, &[Verb::Remove, Verb::Block]);
                self.events.push(Event::MemberLeft { room, member, cause, by });
            }
            Heard::RoleChanged { room, person, by } => {
                let (room, member, by) = (self.room(&room), self.member(&person), self.actor(&by));
                self.events.push(Event::RoleChanged { room, member, role: person.role, by });
            }
            Heard::Renamed { was, person } => {
                if let Some(member) = self.state.members.find(self.connector, &was) {
                    let Person { external, name, .. } = person;
                    self.events.push(Event::MemberRenamed { member, external, name });
                }
            }
            Heard::Muted { room, person, until, by } => self.muted(&room, &person, until, &by),
            Heard::Unmuted { room, person, by } => {
                let (room, member) = (self.room(&room), self.member(&person));
                let by = self.doer(&by, room, member, &[Verb::Unmute]);
                self.events.push(Event::MemberUnmuted { room, member, by });
            }
            Heard::Gap { room, reason } => {
                let room = room.map(|room| self.room(&room));
                self.gap(room, reason, now);
            }
            Heard::Outcome { action, outcome } => self.outcome(action, outcome, now),
        }
    }

    /// A list read again after a reconnect tells what is known.
    fn muted(&mut self, room: &str, person: &Person, until: Option<Moment>, by: &By) {
        let (room, member) = (self.room(room), self.member(person));
        let by = self.doer(by, room, member, &[Verb::Mute]);
        let standing = self.state.members.in_room(room, member);
        let known = standing.and_then(|standing| standing.muting.as_ref());
        if known.is_none_or(|muting| !same_end(muting.until, until)) {
            self.events.push(Event::MemberMuted { room, member, until, by });
        }
    }

    fn status(&mut self, status: Status, now: Moment) {
        let online = matches!(status, Status::Online { .. });
        let deaf = self.state.connectors.get(self.connector).and_then(|one| one.deaf_since).is_some();
        if self.state.connectors.get(self.connector).is_some_and(|one| one.status == status) {
            return;
        }
        self.events.push(Event::ConnectorChanged { connector: self.connector.to_owned(), status });
        if online && deaf {
            self.gap(None, Reason::new("gap-not-connected"), now);
        }
    }

    /// Notes what was not heard until now. Since when: since the connection broke; else since the last thing heard.
    fn gap(&mut self, room: Option<RoomId>, reason: Reason, now: Moment) {
        let Some(one) = self.state.connectors.get(self.connector) else { return };
        let from = one.deaf_since.unwrap_or(one.last_heard);
        if from == Moment::default() || now.since(from) < SHORTEST_GAP_MS {
            return;
        }
        self.events.push(Event::GapNoted {
            connector: self.connector.to_owned(),
            room,
            from,
            to: now,
            reason,
        });
    }

    fn message(&mut self, saying: Saying, now: Moment) {
        let room = self.room(&saying.room);
        let seen = self.state.rooms.get(room).map(|room| &room.seen);
        let repeated =
            !saying.external.is_empty() && seen.is_some_and(|seen| seen.get(&saying.external).is_some());
        if repeated {
            return;
        }
        let reply_to = saying.reply_to.as_ref().and_then(|id| seen.and_then(|seen| seen.get(id)));
        let mentions =
            saying.mentions.iter().filter_map(|id| self.state.members.find(self.connector, id)).collect();
        let member = self.member(&saying.person);
        self.role_of(room, member, &saying.person);
        self.events.push(Event::MessageReceived(Received {
            room,
            member,
            external: saying.external,
            sent_at: saying.sent_at.filter(|at| is_credible(*at, now)).unwrap_or(now),
            kind: saying.kind,
            text: capped(saying.text),
            reply_to,
            mentions,
            backfilled: saying.backfilled,
            own: saying.own,
        }));
    }

    /// Some platforms tell the sender's role with each message; the record keeps it when it is news.
    fn role_of(&mut self, room: RoomId, member: MemberId, person: &Person) {
        let known = self.state.members.in_room(room, member).map(|standing| standing.role);
        if person.role != crate::model::member::Role::Unknown && known != Some(person.role) {
            self.events.push(Event::RoleChanged { room, member, role: person.role, by: Actor::Unknown });
        }
    }

    /// A roster in pieces that fit a record; only the first piece may say that nobody else is there.
    fn roster(&mut self, room: RoomId, people: &[Person], complete: bool) {
        let members: Vec<_> = people.iter().map(|person| (self.member(person), person.role)).collect();
        if members.is_empty() {
            self.events.push(Event::RosterRead { room, members, complete });
            return;
        }
        for (at, piece) in members.chunks(ROSTER_PIECE).enumerate() {
            let complete = complete && at == 0;
            self.events.push(Event::RosterRead { room, members: piece.to_vec(), complete });
        }
    }

    fn outcome(&mut self, id: ActionId, outcome: Outcome, now: Moment) {
        let Some(action) = self.state.actions.get(id) else { return };
        let late = matches!(action.stage, Stage::Unknown);
        if action.stage.is_final() && !late {
            return;
        }
        let room = action.request.room;
        // Nobody answers for another connector.
        if self.state.rooms.get(room).is_some_and(|room| room.connector != self.connector) {
            return;
        }
        let lift_at = match action.request.act {
            Act::Mute { seconds, .. } => Some(now.plus_seconds(i64::from(seconds))),
            _ => None,
        };
        match outcome {
            Outcome::Accepted if late => {}
            Outcome::Accepted => self.events.push(Event::ActionAccepted { action: id, room }),
            Outcome::Confirmed { evidence, ours_to_lift } => {
                let lift_at = lift_at.filter(|_| ours_to_lift);
                self.events.push(Event::ActionConfirmed { action: id, room, evidence, lift_at });
            }
            Outcome::Failed { reason } => self.events.push(Event::ActionFailed { action: id, room, reason }),
            Outcome::Unsupported { reason } => {
                self.events.push(Event::ActionUnsupported { action: id, room, reason });
            }
            Outcome::Unknown { reason } => {
                self.events.push(Event::ActionUnknown { action: id, room, reason })
            }
        }
    }

    fn room(&mut self, external: &str) -> RoomId {
        self.room_named(external, external)
    }

    fn room_named(&mut self, external: &str, name: &str) -> RoomId {
        if let Some(room) = self.state.rooms.find(self.connector, external) {
            return room.id;
        }
        if let Some((_, id)) = self.rooms.iter().find(|(known, _)| known == external) {
            return *id;
        }
        let id =
            RoomId(self.state.rooms.next_id().0.saturating_add(u32::try_from(self.rooms.len()).unwrap_or(0)));
        self.rooms.push((external.to_owned(), id));
        self.events.push(Event::RoomAppeared {
            room: id,
            connector: self.connector.to_owned(),
            external: external.to_owned(),
            name: name.to_owned(),
        });
        id
    }

    fn member(&mut self, person: &Person) -> MemberId {
        if let Some(id) = self.state.members.find(self.connector, &person.external) {
            let name = self.state.members.get(id).map(|member| member.name.as_str());
            // Who is named by his id alone is not named at all: what he is called is known better.
            let named = !person.name.is_empty() && person.name != person.external;
            if named && name != Some(person.name.as_str()) {
                let Person { external, name, .. } = person.clone();
                self.events.push(Event::MemberRenamed { member: id, external, name });
            }
            return id;
        }
        if let Some((_, id)) = self.members.iter().find(|(known, _)| *known == person.external) {
            return *id;
        }
        let offset = u32::try_from(self.members.len()).unwrap_or(0);
        let id = MemberId(self.state.members.next_id().0.saturating_add(offset));
        self.members.push((person.external.clone(), id));
        let name = if person.name.is_empty() { &person.external } else { &person.name };
        self.events.push(Event::MemberAppeared {
            member: id,
            connector: self.connector.to_owned(),
            external: person.external.clone(),
            name: name.clone(),
        });
        id
    }

    /// Who did it; what our account did, the moderator did who asked for it last.
    fn doer(&self, by: &By, room: RoomId, member: MemberId, verbs: &[Verb]) -> Actor {
        let ours = |action: &&Action| {
            let request = &action.request;
            request.room == room
                && request.act.member() == Some(member)
                && verbs.contains(&request.act.verb())
                && matches!(action.stage, Stage::Sent | Stage::Accepted | Stage::Confirmed | Stage::Unknown)
        };
        let asked = || self.state.actions.iter().rev().find(ours).map(|action| action.request.by.clone());
        match by {
            By::Us => asked().unwrap_or(Actor::Program),
            _ => self.actor(by),
        }
    }

    fn actor(&self, by: &By) -> Actor {
        match by {
            By::Unknown => Actor::Unknown,
            By::Us | By::Platform => Actor::Program,
            By::Person(external) => match self.state.members.find(self.connector, external) {
                Some(member) => Actor::Member(member),
                None => Actor::Unknown,
            },
        }
    }
}

/// Whether a platform can mean this time: nobody writes what we hear before he writes it, and nobody wrote in a chat
/// before there were any. Seconds taken for milliseconds lie in 1970.
fn is_credible(at: Moment, now: Moment) -> bool {
    at >= EARLIEST && at.since(now) <= CLOCKS_APART_MS
}

/// The text, cut at a character when it is longer than the record can keep; the cut is said in the text.
fn capped(mut text: String) -> String {
    if text.len() > TEXT_BYTES {
        let mut end = TEXT_BYTES;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let cut = text.len() - end;
        text.truncate(end);
        text.push_str(&format!(" […{cut} B]"));
    }
    text
}
/// Whether two ends of a mute are one and the same.
fn same_end(one: Option<Moment>, other: Option<Moment>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.since(other).abs() < SAME_END_MS,
        (None, None) => true,
        _ => false,
    }
}
