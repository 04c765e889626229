//! Events in, current picture out. This room never reads a clock, a file or a die: replaying the record from the
//! beginning, or from a checkpoint, gives the same [`State`], and a property test compares them.
//!
//! The state is one serializable value because its checkpoint is stored beside the record and bounds start-up.

pub mod actions;
pub mod alike;
pub mod allowed;
pub mod archive;
pub mod checkpoint;
pub mod connectors;
pub mod dropping;
pub mod evidence;
pub mod filter;
pub mod filters;
pub mod intake;
pub mod introductions;
pub mod members;
pub mod queue;
pub mod register;
pub mod rolls;
pub mod rooms;
pub mod seen;
pub mod standing;
pub mod stream;
pub mod trail;
pub mod undo;

use crate::model::action::{Act, Actor, Request};
use crate::model::event::{Event, Flagging, Received, Record};
use crate::model::flag::Verdict;
use crate::model::id::{AllowanceId, CaseId, MemberId, MessageId, RoomId, Seq};
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::state::actions::Actions;
use crate::state::allowed::{Allowance, Allowed};
use crate::state::connectors::Connectors;
use crate::state::evidence::{Evidence, Pin, Stretch};
use crate::state::filters::SavedFilters;
use crate::state::members::Members;
use crate::state::queue::{Case, Queue};
use crate::state::rooms::Rooms;
use crate::state::stream::{Line, Message, Notice, Stream};
use crate::state::trail::Trail;
use crate::state::undo::Undo;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The current picture of everything, as the record tells it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The sequence number that the next event must carry.
    pub next: Seq,
    /// When the newest event was recorded.
    pub last_at: Moment,
    pub connectors: Connectors,
    pub rooms: Rooms,
    pub members: Members,
    pub stream: Stream,
    pub queue: Queue,
    pub actions: Actions,
    pub undo: Undo,
    pub trail: Trail,
    pub allowed: Allowed,
    pub evidence: Evidence,
    pub filters: SavedFilters,
    /// What opening the record ever found damaged, newest last.
    pub damage: Vec<Reason>,
    /// Which records were read in, and how far: `(store, through)`.
    pub imported: Vec<(u64, Seq)>,
    /// The first event still kept.
    pub first: Seq,
}

impl Default for State {
    fn default() -> Self {
        Self {
            next: Seq(1),
            last_at: Moment::default(),
            connectors: Connectors::default(),
            rooms: Rooms::default(),
            members: Members::default(),
            stream: Stream::default(),
            queue: Queue::default(),
            actions: Actions::default(),
            undo: Undo::default(),
            trail: Trail::default(),
            allowed: Allowed::default(),
            evidence: Evidence::default(),
            filters: SavedFilters::default(),
            damage: Vec::new(),
            imported: Vec::new(),
            first: Seq(1),
        }
    }
}

impl State {
    /// Takes one event in. Total: an event about something unknown (its introduction was lost with a damaged part of
    /// the record) changes what it can and nothing else.
    pub fn apply(&mut self, record: &Record) {
        self.next = record.seq.next();
        self.last_at = self.last_at.max(record.at);
        self.apply_event(record);
        self.trail.apply(record);
    }

    fn apply_event(&mut self, record: &Record) {
        let at = record.at;
        match &record.event {
            Event::ServerStarted { .. } => self.connectors.server_started(at),
            Event::ServerStopped => self.connectors.server_stopped(at),
            Event::ConnectorChanged { connector, status } => self.connectors.changed(connector, status, at),
            Event::ConnectorRemarked { connector, remark } => self.connectors.remarked(connector, remark, at),
            Event::RoomAppeared { .. } | Event::RoomRead { .. } | Event::MemberAppeared { .. } => {
                self.introduced(&record.event)
            }
            Event::MemberRenamed { member, external, name } => self.renamed(record, *member, external, name),
            Event::RosterRead { .. }
            | Event::MemberJoined { .. }
            | Event::MemberLeft { .. }
            | Event::RoleChanged { .. }
            | Event::MemberMuted { .. }
            | Event::MemberUnmuted { .. } => self.member_moved(record),
            Event::MessageReceived(received) => self.received(record, received),
            Event::MessageRecalled { message, by, .. } => {
                self.stream.recalled(record.seq, *message, by.clone());
            }
            Event::GapNoted { connector, room, from, to, reason } => {
                self.connectors.gap_noted(connector, *to);
                let (from, to, reason, connector) = (*from, *to, reason.clone(), connector.clone());
                self.notice(record, *room, Notice::Gap { from, to, reason, connector });
            }
            Event::Flagged(flagging) => self.flagged(record.seq, at, flagging),
            Event::CaseDecided { case, verdict, by, .. } => self.decided(record, *case, *verdict, by),
            Event::CaseReopened { case, .. } => self.reopened(*case),
            Event::CasesAllowed { .. }
            | Event::CasesReopened { .. }
            | Event::CaseSnoozed { .. }
            | Event::CaseHeld { .. }
            | Event::CaseEscalated { .. }
            | Event::CaseCalmed { .. }
            | Event::CasesMoved { .. } => self.case_moved(record),
            Event::TextAllowed { .. }
            | Event::AllowanceEnded { .. }
            | Event::MessagePinned { .. }
            | Event::MessageUnpinned { .. }
            | Event::MessagesPinned { .. }
            | Event::EvidenceKept { .. }
            | Event::FilterSaved { .. }
            | Event::FilterRemoved { .. }
            | Event::NoteAdded { .. }
            | Event::NoteRemoved { .. } => self.kept(record),
            Event::ActionRequested(request) => self.requested(record.seq, at, request),
            Event::DamageFound { finding } => self.damage.push(finding.clone()),
            Event::RecordImported { store, through } => self.imported_through(*store, *through),
            Event::HistoryDropped { before } => self.drop_history(*before),
            Event::ActionSent { .. }
            | Event::ActionAccepted { .. }
            | Event::ActionConfirmed { .. }
            | Event::ActionFailed { .. }
            | Event::ActionUnsupported { .. }
            | Event::ActionUnknown { .. }
            | Event::ActionCancelled { .. }
            | Event::ActionMarkedDone { .. } => self.action_moved(record),
        }
    }

    /// Rooms and people get their ids and names.
    fn introduced(&mut self, event: &Event) {
        match event {
            Event::RoomAppeared { room, connector, external, name } => {
                self.rooms.appeared(*room, connector, external, name);
            }
            Event::RoomRead { room, name, own_role, abilities, members_total } => {
                self.rooms.read(*room, name, *own_role, abilities, *members_total);
                self.rooms.counted(*room, self.members.present_in(*room));
            }
            Event::MemberAppeared { member, connector, external, name } => {
                self.members.appeared(*member, connector, external, name);
            }
            _ => {}
        }
    }

    /// Where he is in one room only, the line of it stands there.
    fn renamed(&mut self, record: &Record, member: MemberId, external: &str, name: &str) {
        let Some(was) = self.members.renamed(member, external, name) else { return };
        let here = |room: &&RoomId| self.members.in_room(**room, member).is_some_and(|one| one.present);
        let mut rooms = self.members.rolls().rooms_of(member).iter().filter(here);
        let only = rooms.next().copied().filter(|_| rooms.next().is_none());
        self.notice(record, only, Notice::Renamed { member, was, name: name.to_owned() });
    }

    /// Who is in a room, in what role, and whether he may speak.
    fn member_moved(&mut self, record: &Record) {
        let at = record.at;
        match &record.event {
            Event::RosterRead { room, members, complete } => {
                self.members.roster_read(*room, members, *complete, at);
                self.rooms.roster_read(*room, *complete, self.members.present_in(*room));
            }
            Event::MemberJoined { room, member, by } => {
                self.members.joined(*room, *member, at);
                self.rooms.came(*room, self.members.present_in(*room));
                self.heard_in(*room, at);
                self.notice(record, Some(*room), Notice::Joined { member: *member, by: by.clone() });
            }
            Event::MemberLeft { room, member, cause, by } => {
                self.members.left(*room, *member);
                self.rooms.went(*room, self.members.present_in(*room));
                self.heard_in(*room, at);
                self.notice(
                    record,
                    Some(*room),
                    Notice::Left { member: *member, cause: *cause, by: by.clone() },
                );
            }
            Event::RoleChanged { room, member, role, .. } => {
                self.members.role_changed(*room, *member, *role, at)
            }
            Event::MemberMuted { room, member, until, by } => {
                self.members.muted(*room, *member, *until, by, at);
                self.notice(
                    record,
                    Some(*room),
                    Notice::Muted { member: *member, until: *until, by: by.clone() },
                );
            }
            Event::MemberUnmuted { room, member, by } => {
                self.members.unmuted(*room, *member);
                self.actions.lifted(*room, *member);
                self.notice(record, Some(*room), Notice::Unmuted { member: *member, by: by.clone() });
            }
            _ => {}
        }
    }

    fn received(&mut self, record: &Record, received: &Received) {
        let id = MessageId(record.seq);
        self.heard_in(received.room, record.at);
        self.rooms.said(received.room, id, &received.external, record.at);
        if !received.own {
            let live = !received.backfilled;
            self.members.spoke(received.room, received.member, id, received.sent_at, live);
            self.rooms.counted(received.room, self.members.present_in(received.room));
        }
        self.push(Line::Message(Message::new(id, received)));
    }

    fn flagged(&mut self, seq: Seq, at: Moment, flagging: &Flagging) {
        self.stream.flagged(seq, flagging.message, flagging.severity);
        self.members.flagged(flagging.room, flagging.member);
        if let Some(dropped) = self.queue.flagged(seq, at, flagging)
            && self.queue.naming(dropped).next().is_none()
        {
            self.stream.forget(dropped);
        }
    }

    fn decided(&mut self, record: &Record, case: CaseId, verdict: Verdict, by: &Actor) {
        self.forget_decided();
        let Some(decided) = self.decided_case(case, verdict, by, record.at) else { return };
        let (room, member, category) = (decided.room, decided.member, decided.category);
        match verdict {
            Verdict::Confirmed => self.members.offence(room, member, case, category, record.at),
            Verdict::Allowed => self.undo.allowed(case, by),
            Verdict::Settled => {}
        }
    }

    fn reopened(&mut self, case: CaseId) {
        if let Some((room, member)) = self.queue.reopened(case) {
            self.members.offence_removed(room, member, case);
        }
        self.undo.reopened(case);
    }

    /// Cases decided together, put to rest, taken, escalated.
    fn case_moved(&mut self, record: &Record) {
        match &record.event {
            Event::CasesAllowed { cases, by } => {
                self.forget_decided();
                let decides =
                    |id: &&CaseId| self.decided_case(**id, Verdict::Allowed, by, record.at).is_some();
                let cases: Vec<CaseId> = cases.iter().filter(decides).copied().collect();
                self.undo.allowed_many(cases, by, self.goes_on(record));
            }
            Event::CasesReopened { cases, .. } => {
                for case in cases {
                    self.queue.reopened(*case);
                }
                let queue = &self.queue;
                self.undo.reopened_many(|case, moderator| queue.is_allowed_by(case, moderator));
            }
            Event::CaseSnoozed { case, until, by, .. } => {
                let until = Some(*until).filter(|until| *until > record.at);
                self.queue.snoozed(*case, until);
                self.undo.snoozed(*case, until.is_some(), by);
            }
            Event::CaseHeld { case, holder, by, .. } => {
                self.queue.held(*case, holder.as_deref(), by, record.at);
                self.undo.held(*case);
            }
            Event::CaseEscalated { case, by, .. } => {
                self.queue.escalated(*case, Some(by));
                self.undo.escalated(*case, by);
            }
            Event::CaseCalmed { case, .. } => {
                self.queue.escalated(*case, None);
                self.undo.calmed(*case);
            }
            Event::CasesMoved { cases, to, by } => {
                cases.iter().for_each(|case| self.queue.moved(*case, to, by, record.at));
                self.undo.moved(cases, to, by, self.goes_on(record));
            }
            _ => {}
        }
    }

    /// Notes, allowed texts, evidence and named filters.
    fn kept(&mut self, record: &Record) {
        match &record.event {
            Event::NoteAdded { member, text, by, .. } => {
                self.members.note_added(record.seq, *member, text, by, record.at);
                self.undo.note_added(record.seq, by);
            }
            Event::NoteRemoved { note, .. } => {
                self.members.note_removed(*note);
                self.undo.note_removed(*note);
            }
            Event::TextAllowed { room, folded, case, until, by } => {
                let id = AllowanceId(record.seq);
                let (room, folded, until, by) = (*room, folded.clone(), *until, by.clone());
                self.undo.text_allowed(id, *case, &by);
                self.allowed.allowed(Allowance { id, room, folded, case: *case, until, by });
            }
            Event::AllowanceEnded { allowance, .. } => {
                self.allowed.ended(*allowance);
                self.undo.allowance_ended(*allowance);
            }
            Event::MessagePinned { room, message, by } => {
                self.evidence.pinned(*message, Pin { room: *room, at: record.at, by: by.clone() });
                self.undo.pinned(*message, by);
            }
            Event::MessageUnpinned { message, .. } => {
                self.evidence.unpinned(*message);
                self.undo.unpinned(&BTreeSet::from([*message]));
            }
            Event::MessagesPinned { messages, kept: true, by } => {
                for (room, message) in messages {
                    let pin = Pin { room: *room, at: record.at, by: by.clone() };
                    self.evidence.pinned(*message, pin);
                }
                let messages = messages.iter().map(|(_, message)| *message).collect();
                self.undo.pinned_many(messages, by, self.goes_on(record));
            }
            Event::MessagesPinned { messages, kept: false, .. } => {
                let gone: BTreeSet<MessageId> = messages.iter().map(|(_, message)| *message).collect();
                gone.iter().for_each(|message| self.evidence.unpinned(*message));
                self.undo.unpinned(&gone);
            }
            Event::EvidenceKept { room, message, lines } => {
                let stretch = Stretch { room: *room, told: record.seq, lines: lines.clone() };
                self.evidence.kept(*message, stretch);
            }
            Event::FilterSaved { name, text, .. } => self.filters.saved(name, text),
            Event::FilterRemoved { name, .. } => self.filters.removed(name),
            _ => {}
        }
    }

    fn requested(&mut self, seq: Seq, at: Moment, request: &Request) {
        self.actions.requested(seq, at, request);
        self.stream.acted(seq, self.fallen_on(request));
        self.queue.acted(request.case, seq);
        self.undo.requested(seq, request);
        let undone = request.undoes.and_then(|id| self.actions.get(id));
        if let Some(unit) = undone.and_then(|undone| undone.request.unit) {
            self.undo.unit_undone(unit);
        }
    }

    /// The messages that a request falls on: the one it recalls, the one that led to it, and those of its case.
    fn fallen_on(&self, request: &Request) -> Vec<MessageId> {
        let case = request.case.and_then(|id| self.queue.get(id));
        let mut messages: Vec<MessageId> =
            case.into_iter().flat_map(|case| &case.remarks).map(|remark| remark.message).collect();
        if let Act::Recall { message, .. } = &request.act {
            messages.push(*message);
        }
        messages.extend(request.message);
        messages.sort_unstable();
        messages.dedup();
        messages
    }

    fn action_moved(&mut self, record: &Record) {
        let moved = self.actions.moved(record).map(|action| action.id);
        let Some(action) = moved.and_then(|id| self.actions.get(id)) else { return };
        if action.stage.is_final() {
            if !action.stage.needs_person() {
                self.stream.settled(record.seq, action.id, undo::happened(action));
            }
            if let Event::ActionConfirmed { .. } | Event::ActionMarkedDone { .. } = record.event {
                self.members.action_done(&action.request, action.mute_until(), record.at);
                self.rooms.counted(action.request.room, self.members.present_in(action.request.room));
                if let Act::Recall { message, .. } = &action.request.act {
                    self.stream.recalled(record.seq, *message, action.request.by.clone());
                }
            }
            let undone = action.request.undoes.and_then(|undone| self.actions.get(undone));
            let of_unit = |other: &&actions::Action| other.request.unit == action.request.unit;
            let unit_stands = action.request.unit.is_none()
                || self.actions.iter().rev().filter(of_unit).any(undo::happened);
            self.undo.settled(action, undone, unit_stands);
        }
    }

    /// The open case that a verb on a message decides with it: one that names it, else one about its author.
    pub fn case_meant(
        &self,
        message: Option<MessageId>,
        author: Option<(RoomId, MemberId)>,
    ) -> Option<CaseId> {
        let flagged = message.filter(|id| self.stream.is_flagged(*id));
        let naming = flagged.and_then(|id| self.queue.naming(id).find(|case| case.is_open()));
        let about = || author.and_then(|(room, member)| self.queue.open_about(room, member));
        naming.or_else(about).map(|case| case.id)
    }

    fn notice(&mut self, record: &Record, room: Option<RoomId>, notice: Notice) {
        self.push(Line::notice(record.seq, record.at, room, notice));
    }

    /// A new line; the oldest makes room for it, unless a case rests on what it says.
    fn push(&mut self, line: Line) {
        if let Some(message) = self.stream.push(line) {
            self.aged(message);
        }
    }

    /// A message is not among the newest any more.
    fn aged(&mut self, message: Message) {
        let id = message.id;
        if self.queue.naming(id).next().is_some() {
            self.stream.keep(message);
            self.spend(id);
        }
    }

    /// Forgets in time what a message said that no open case rests on.
    fn spend(&mut self, id: MessageId) {
        if self.queue.awaits(id) {
            return;
        }
        if let Some(oldest) = self.stream.spend(id)
            && !self.queue.awaits(oldest)
        {
            self.stream.forget(oldest);
        }
    }

    /// Whether this is a further piece of the event right before it.
    fn goes_on(&self, record: &Record) -> bool {
        let before = self.trail.iter().next_back();
        let before = before.filter(|before| before.seq.next() == record.seq && before.at == record.at);
        before.is_some_and(|before| record.event.goes_on_from(&before.event))
    }

    fn decided_case(&mut self, case: CaseId, verdict: Verdict, by: &Actor, at: Moment) -> Option<Case> {
        let decided = self.queue.decided(case, verdict, by, at)?.clone();
        decided.remarks.iter().for_each(|remark| self.spend(remark.message));
        Some(decided)
    }

    fn heard_in(&mut self, room: RoomId, at: Moment) {
        if let Some(room) = self.rooms.get(room) {
            self.connectors.heard(&room.connector, at);
        }
    }

    fn imported_through(&mut self, store: u64, through: Seq) {
        match self.imported.iter_mut().find(|(known, _)| *known == store) {
            Some(entry) => entry.1 = entry.1.max(through),
            None => self.imported.push((store, through)),
        }
    }
}
