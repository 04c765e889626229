//! Events of another record become events of ours: the same rooms and people are found again, everything else gets new
//! numbers, and what is here already is left out.
//!
//! Nothing is sent to a platform because of an import, and no rule runs on it.

use crate::model::action::{Act, Actor, Request};
use crate::model::event::{Event, Flagging, Received, Record};
use crate::model::id::{ActionId, CaseId, MemberId, MessageId, NoteId, RoomId, Seq};
use crate::state::State;
use std::collections::{HashMap, HashSet};

/// The identities of another record in ours, while it is read in.
#[derive(Debug, Default)]
pub struct Adoption {
    rooms: HashMap<RoomId, RoomId>,
    members: HashMap<MemberId, MemberId>,
    seqs: HashMap<Seq, Seq>,
    /// Where events of the other record stand in ours.
    brought: HashSet<Seq>,
    /// When it is a copy of our own record: what lies before this is ours already.
    own_until: Option<Seq>,
    /// The last event that was looked at.
    pub through: Seq,
}

impl Adoption {
    /// For a record of another store, or for a copy of ours, of which everything before `own_until` is here.
    pub fn new(own_until: Option<Seq>) -> Self {
        Self { own_until, ..Self::default() }
    }

    /// The event as one of ours, or nothing when it is known here or concerns only the other server's life.
    /// After it was recorded, [`Adoption::recorded`] must be told under which number.
    pub fn adopt(&mut self, state: &State, record: Record) -> Option<Event> {
        self.through = self.through.max(record.seq);
        let event = match record.event {
            Event::RoomAppeared { room, connector, external, name } => {
                if let Some(known) = state.rooms.find(&connector, &external) {
                    self.rooms.insert(room, known.id);
                    return None;
                }
                let id = state.rooms.next_id();
                self.rooms.insert(room, id);
                Event::RoomAppeared { room: id, connector, external, name }
            }
            Event::MemberAppeared { member, connector, external, name } => {
                if let Some(known) = state.members.find(&connector, &external) {
                    self.members.insert(member, known);
                    return None;
                }
                let id = state.members.next_id();
                self.members.insert(member, id);
                Event::MemberAppeared { member: id, connector, external, name }
            }
            Event::MessageReceived(received) => return self.message(state, record.seq, received),
            Event::ServerStarted { .. }
            | Event::ServerStopped
            | Event::ConnectorChanged { .. }
            | Event::ConnectorRemarked { .. }
            | Event::HistoryDropped { .. } => return None,
            event => self.translated(event)?,
        };
        Some(event)
    }

    /// The event that stood at `old` in the other record was recorded at `new` in ours.
    pub fn recorded(&mut self, old: Seq, new: Seq) {
        self.seqs.insert(old, new);
        self.brought.insert(new);
    }

    /// Whether an event of a copy of our own record is here; if so it is what it is.
    pub fn is_ours(&mut self, record: &Record) -> bool {
        if self.own_until.is_none_or(|next| record.seq >= next) {
            return false;
        }
        self.through = self.through.max(record.seq);
        self.seqs.insert(record.seq, record.seq);
        match &record.event {
            Event::RoomAppeared { room, .. } => drop(self.rooms.insert(*room, *room)),
            Event::MemberAppeared { member, .. } => drop(self.members.insert(*member, *member)),
            _ => {}
        }
        true
    }

    /// Whether this event was taken in already: an import that broke off may begin again.
    pub fn has(&self, old: Seq) -> bool {
        self.seqs.contains_key(&old)
    }

    /// Whether the event that stands at `new` in our record came from the other one.
    pub fn brought(&self, new: Seq) -> bool {
        self.brought.contains(&new)
    }

    fn message(&mut self, state: &State, old: Seq, received: Received) -> Option<Event> {
        let room = self.room(received.room)?;
        let member = self.member(received.member)?;
        let known = state.rooms.get(room).and_then(|room| room.seen.get(&received.external));
        if let Some(known) = known {
            self.seqs.insert(old, known.0);
            return None;
        }
        let mentions = received.mentions.iter().filter_map(|member| self.member(*member)).collect();
        let reply_to = received.reply_to.and_then(|id| self.seq(id.0)).map(MessageId);
        Some(Event::MessageReceived(Received { room, member, mentions, reply_to, ..received }))
    }

    fn room(&self, id: RoomId) -> Option<RoomId> {
        self.rooms.get(&id).copied()
    }

    fn member(&self, id: MemberId) -> Option<MemberId> {
        self.members.get(&id).copied()
    }

    fn seq(&self, old: Seq) -> Option<Seq> {
        self.seqs.get(&old).copied()
    }

    fn actor(&self, by: Actor) -> Actor {
        match by {
            Actor::Member(member) => self.member(member).map_or(Actor::Unknown, Actor::Member),
            other => other,
        }
    }

    fn action(&self, id: ActionId) -> Option<ActionId> {
        self.seq(id.0).map(ActionId)
    }

    /// An event that names rooms, members and earlier events; `None` when one of those was left out.
    fn translated(&self, event: Event) -> Option<Event> {
        Some(match event {
            Event::RoomRead { room, name, own_role, abilities, members_total } => {
                Event::RoomRead { room: self.room(room)?, name, own_role, abilities, members_total }
            }
            Event::MessageRecalled { room, message, by } => Event::MessageRecalled {
                room: self.room(room)?,
                message: MessageId(self.seq(message.0)?),
                by: self.actor(by),
            },
            Event::GapNoted { connector, room, from, to, reason } => {
                let room = match room {
                    Some(room) => Some(self.room(room)?),
                    None => None,
                };
                Event::GapNoted { connector, room, from, to, reason }
            }
            Event::Flagged(flagging) => Event::Flagged(Flagging {
                message: MessageId(self.seq(flagging.message.0)?),
                room: self.room(flagging.room)?,
                member: self.member(flagging.member)?,
                ..flagging
            }),
            Event::NoteAdded { room, member, text, by } => Event::NoteAdded {
                room: self.room(room)?,
                member: self.member(member)?,
                text,
                by: self.actor(by),
            },
            Event::NoteRemoved { note, by } => Event::NoteRemoved { note: NoteId(self.seq(note.0)?), by },
            Event::DamageFound { finding } => Event::DamageFound { finding },
            Event::RecordImported { store, through } => Event::RecordImported { store, through },
            event => self.about_members(event)?,
        })
    }

    /// Who is there, what he is called and what he may.
    fn about_members(&self, event: Event) -> Option<Event> {
        Some(match event {
            Event::MemberRenamed { member, external, name } => {
                Event::MemberRenamed { member: self.member(member)?, external, name }
            }
            Event::RosterRead { room, members, complete } => {
                let known = |(member, role)| self.member(member).map(|member| (member, role));
                Event::RosterRead {
                    room: self.room(room)?,
                    members: members.into_iter().filter_map(known).collect(),
                    complete,
                }
            }
            Event::MemberJoined { room, member, by } => Event::MemberJoined {
                room: self.room(room)?,
                member: self.member(member)?,
                by: self.actor(by),
            },
            Event::MemberLeft { room, member, cause, by } => Event::MemberLeft {
                room: self.room(room)?,
                member: self.member(member)?,
                cause,
                by: self.actor(by),
            },
            Event::RoleChanged { room, member, role, by } => Event::RoleChanged {
                room: self.room(room)?,
                member: self.member(member)?,
                role,
                by: self.actor(by),
            },
            Event::MemberMuted { room, member, until, by } => Event::MemberMuted {
                room: self.room(room)?,
                member: self.member(member)?,
                until,
                by: self.actor(by),
            },
            Event::MemberUnmuted { room, member, by } => Event::MemberUnmuted {
                room: self.room(room)?,
                member: self.member(member)?,
                by: self.actor(by),
            },
            event => self.decided(event)?,
        })
    }

    /// Decisions and the life of actions.
    fn decided(&self, event: Event) -> Option<Event> {
        let case = |id: CaseId| self.seq(id.0).map(CaseId);
        Some(match event {
            Event::CaseDecided { case: id, room, verdict, by } => {
                Event::CaseDecided { case: case(id)?, room: self.room(room)?, verdict, by }
            }
            Event::CaseReopened { case: id, room, by } => {
                Event::CaseReopened { case: case(id)?, room: self.room(room)?, by }
            }
            Event::ActionRequested(request) => Event::ActionRequested(Request {
                room: self.room(request.room)?,
                act: self.act(request.act)?,
                case: request.case.and_then(case),
                undoes: request.undoes.and_then(|id| self.action(id)),
                unit: request.unit.and_then(|seq| self.seq(seq)),
                message: request.message.and_then(|id| self.seq(id.0)).map(MessageId),
                ..request
            }),
            Event::ActionSent { action, room } => {
                Event::ActionSent { action: self.action(action)?, room: self.room(room)? }
            }
            Event::ActionAccepted { action, room } => {
                Event::ActionAccepted { action: self.action(action)?, room: self.room(room)? }
            }
            // Whoever did it ends it: an import never makes us act.
            Event::ActionConfirmed { action, room, evidence, lift_at: _ } => Event::ActionConfirmed {
                action: self.action(action)?,
                room: self.room(room)?,
                evidence,
                lift_at: None,
            },
            Event::ActionFailed { action, room, reason } => {
                Event::ActionFailed { action: self.action(action)?, room: self.room(room)?, reason }
            }
            Event::ActionUnsupported { action, room, reason } => {
                Event::ActionUnsupported { action: self.action(action)?, room: self.room(room)?, reason }
            }
            Event::ActionUnknown { action, room, reason } => {
                Event::ActionUnknown { action: self.action(action)?, room: self.room(room)?, reason }
            }
            Event::ActionCancelled { action, room, by } => {
                Event::ActionCancelled { action: self.action(action)?, room: self.room(room)?, by }
            }
            Event::ActionMarkedDone { action, room, by } => {
                Event::ActionMarkedDone { action: self.action(action)?, room: self.room(room)?, by }
            }
            _ => return None,
        })
    }

    fn act(&self, act: Act) -> Option<Act> {
        Some(match act {
            Act::Recall { message, member } => {
                Act::Recall { message: MessageId(self.seq(message.0)?), member: self.member(member)? }
            }
            Act::Warn { member, text } => Act::Warn { member: self.member(member)?, text },
            Act::Mute { member, seconds } => Act::Mute { member: self.member(member)?, seconds },
            Act::Unmute { member } => Act::Unmute { member: self.member(member)? },
            Act::Remove { member, block } => Act::Remove { member: self.member(member)?, block },
            Act::Unblock { member } => Act::Unblock { member: self.member(member)? },
            Act::Remind { member, text } => Act::Remind { member: self.member(member)?, text },
            Act::Say { text } => Act::Say { text },
        })
    }
}
