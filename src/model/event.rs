//! Everything that happens, as the record keeps it. New kinds are appended at the end; none is ever changed or removed.

use crate::model::ability::Abilities;
use crate::model::action::{Actor, Request};
use crate::model::flag::{Category, Confidence, Severity, Span, Verdict};
use crate::model::heard::Status;
use crate::model::id::{
    ActionId, AllowanceId, CaseId, ConnectorName, FlagId, MemberId, MessageId, NoteId, RoomId, Seq,
};
use crate::model::member::{LeaveCause, Role};
use crate::model::message::Kind;
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use serde::{Deserialize, Serialize};

/// One entry of the record: what happened, where it stands in the record, and when we recorded it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub seq: Seq,
    pub at: Moment,
    pub event: Event,
}

/// A message as it arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    pub room: RoomId,
    pub member: MemberId,
    /// The platform's own id.
    pub external: String,
    /// The platform's time; ours where the platform tells none.
    pub sent_at: Moment,
    pub kind: Kind,
    pub text: String,
    pub reply_to: Option<MessageId>,
    pub mentions: Vec<MemberId>,
    /// It was fetched later, not heard live.
    pub backfilled: bool,
    /// Our own account said it.
    pub own: bool,
}

/// A rule's remark on a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flagging {
    pub message: MessageId,
    pub room: RoomId,
    pub member: MemberId,
    /// The rule's id, for instance `words`.
    pub rule: String,
    pub rule_version: u32,
    pub category: Category,
    pub severity: Severity,
    pub confidence: Confidence,
    /// Which part of the original text; absent where the whole message or its rate is meant.
    pub span: Option<Span>,
    pub reason: Reason,
}

/// Everything that happens. Past tense: it cannot be argued with, only followed by another event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The server opened the record.
    ServerStarted { version: String },
    /// The server closed the record in good order.
    ServerStopped,
    /// A connector came, went, or says how it is.
    ConnectorChanged { connector: ConnectorName, status: Status },
    /// A room was seen for the first time; it keeps this id for ever.
    RoomAppeared { room: RoomId, connector: ConnectorName, external: String, name: String },
    /// What we are and may do in a room, and how many people are in it, as the platform says.
    RoomRead { room: RoomId, name: String, own_role: Role, abilities: Abilities, members_total: Option<u32> },
    /// A member was seen for the first time; he keeps this id for ever.
    MemberAppeared { member: MemberId, connector: ConnectorName, external: String, name: String },
    /// A member changed his name, or the platform's id for him.
    MemberRenamed { member: MemberId, external: String, name: String },
    /// Who is in a room, as the platform listed it; `complete` replaces what we believed.
    RosterRead { room: RoomId, members: Vec<(MemberId, Role)>, complete: bool },
    /// Somebody came in.
    MemberJoined { room: RoomId, member: MemberId, by: Actor },
    /// Somebody is gone.
    MemberLeft { room: RoomId, member: MemberId, cause: LeaveCause, by: Actor },
    /// Somebody's role changed.
    RoleChanged { room: RoomId, member: MemberId, role: Role, by: Actor },
    /// The platform says that somebody cannot speak, until when if it tells.
    MemberMuted { room: RoomId, member: MemberId, until: Option<Moment>, by: Actor },
    /// The platform says that somebody can speak again.
    MemberUnmuted { room: RoomId, member: MemberId, by: Actor },
    /// Somebody said something.
    MessageReceived(Received),
    /// A message was taken back on the platform. Its text stays in the record.
    MessageRecalled { room: RoomId, message: MessageId, by: Actor },
    /// We did not hear this connector (or this room of it) from `from` to `to`.
    GapNoted { connector: ConnectorName, room: Option<RoomId>, from: Moment, to: Moment, reason: Reason },
    /// A rule remarked on a message.
    Flagged(Flagging),
    /// A moderator decided a case.
    CaseDecided { case: CaseId, room: RoomId, verdict: Verdict, by: Actor },
    /// A moderator took his decision back.
    CaseReopened { case: CaseId, room: RoomId, by: Actor },
    /// A moderator wants something done. Durable before any connector hears of it.
    ActionRequested(Request),
    /// The action was handed to the connector.
    ActionSent { action: ActionId, room: RoomId },
    /// The platform took the request.
    ActionAccepted { action: ActionId, room: RoomId },
    /// The platform's own event or a re-read shows it. `lift_at`: the platform does not time it, we lift it then.
    ActionConfirmed { action: ActionId, room: RoomId, evidence: Reason, lift_at: Option<Moment> },
    /// The platform refused, or it did not happen.
    ActionFailed { action: ActionId, room: RoomId, reason: Reason },
    /// This platform cannot do it.
    ActionUnsupported { action: ActionId, room: RoomId, reason: Reason },
    /// Nobody knows whether it happened.
    ActionUnknown { action: ActionId, room: RoomId, reason: Reason },
    /// It was stopped before it was sent.
    ActionCancelled { action: ActionId, room: RoomId, by: Actor },
    /// A person looked and says that it is done.
    ActionMarkedDone { action: ActionId, room: RoomId, by: Actor },
    /// A moderator wrote a private note about a member.
    NoteAdded { room: RoomId, member: MemberId, text: String, by: Actor },
    /// A moderator took his note back.
    NoteRemoved { note: NoteId, by: Actor },
    /// Opening the record found damage; the sentence says what and where the copy is.
    DamageFound { finding: Reason },
    /// Events of another record were read in, through `through` of that record.
    RecordImported { store: u64, through: Seq },
    /// Old weeks were dropped by the retention setting; nothing before `before` is kept.
    HistoryDropped { before: Seq },
    /// A connector remarked on itself (bad frames, an unknown reply).
    ConnectorRemarked { connector: ConnectorName, remark: Reason },
    /// A case rests until then; after that it waits again.
    CaseSnoozed { case: CaseId, room: RoomId, until: Moment, by: Actor },
    /// A moderator took a case, or gave it to another: `holder` looks after it, nobody when it was released.
    CaseHeld { case: CaseId, room: RoomId, holder: Option<String>, by: Actor },
    /// A moderator asks the team to look at a case first.
    CaseEscalated { case: CaseId, room: RoomId, by: Actor },
    /// The question to the team is taken back.
    CaseCalmed { case: CaseId, room: RoomId, by: Actor },
    /// Messages of this text (as `text::fold` folds it) are no longer flagged for their words in this room, until then.
    TextAllowed { room: RoomId, folded: String, case: CaseId, until: Moment, by: Actor },
    /// The allowance is taken back.
    AllowanceEnded { allowance: AllowanceId, by: Actor },
    /// A moderator keeps a message as evidence.
    MessagePinned { room: RoomId, message: MessageId, by: Actor },
    /// The message is no longer kept apart.
    MessageUnpinned { room: RoomId, message: MessageId, by: Actor },
    /// A moderator decided several cases at once: no violation.
    CasesAllowed { cases: Vec<CaseId>, by: Actor },
    /// He took all those decisions back.
    CasesReopened { cases: Vec<CaseId>, by: Actor },
    /// A filter got a name that the whole team may use.
    FilterSaved { name: String, text: String, by: Actor },
    /// The name is free again.
    FilterRemoved { name: String, by: Actor },
    /// What was said around a message that matters, told anew before its weeks are dropped.
    EvidenceKept { room: RoomId, message: MessageId, lines: Vec<EvidenceLine> },
    /// A moderator moved several cases at once.
    CasesMoved { cases: Vec<CaseId>, to: CaseMove, by: Actor },
    /// A moderator keeps several messages as evidence at once, or lets them go at once.
    MessagesPinned { messages: Vec<(RoomId, MessageId)>, kept: bool, by: Actor },
}

/// How many cases or messages one event names at most: 15 bytes each at the most, far below the record's cap. What
/// falls on more of them at once is told in several events, which [`Event::goes_on_from`] joins again.
pub const BULK_PIECE: usize = 3000;

/// Where cases are moved together: three ways, and back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CaseMove {
    /// They rest until then.
    Rest(Moment),
    /// They wait again.
    Wake,
    /// This moderator looks after them.
    Hold(String),
    /// Nobody looks after them.
    Release,
    /// The team is asked to look at them first.
    Escalate,
    /// The question is taken back.
    Calm,
}

/// One line of what was said around a message that matters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceLine {
    pub message: MessageId,
    pub member: MemberId,
    /// The name at the time of keeping.
    pub name: String,
    pub at: Moment,
    pub text: String,
}

impl Event {
    /// The room this event belongs to, for the record's room index.
    pub fn room(&self) -> Option<RoomId> {
        match self {
            Event::RoomAppeared { room, .. }
            | Event::RoomRead { room, .. }
            | Event::RosterRead { room, .. }
            | Event::MemberJoined { room, .. }
            | Event::MemberLeft { room, .. }
            | Event::RoleChanged { room, .. }
            | Event::MemberMuted { room, .. }
            | Event::MemberUnmuted { room, .. }
            | Event::MessageRecalled { room, .. }
            | Event::CaseDecided { room, .. }
            | Event::CaseReopened { room, .. }
            | Event::ActionSent { room, .. }
            | Event::ActionAccepted { room, .. }
            | Event::ActionConfirmed { room, .. }
            | Event::ActionFailed { room, .. }
            | Event::ActionUnsupported { room, .. }
            | Event::ActionUnknown { room, .. }
            | Event::ActionCancelled { room, .. }
            | Event::ActionMarkedDone { room, .. }
            | Event::NoteAdded { room, .. }
            | Event::CaseSnoozed { room, .. }
            | Event::CaseHeld { room, .. }
            | Event::CaseEscalated { room, .. }
            | Event::CaseCalmed { room, .. }
            | Event::TextAllowed { room, .. }
            | Event::MessagePinned { room, .. }
            | Event::MessageUnpinned { room, .. }
            | Event::EvidenceKept { room, .. } => Some(*room),
            Event::MessageReceived(received) => Some(received.room),
            Event::Flagged(flagging) => Some(flagging.room),
            Event::ActionRequested(request) => Some(request.room),
            Event::GapNoted { room, .. } => *room,
            Event::ServerStarted { .. }
            | Event::ServerStopped
            | Event::ConnectorChanged { .. }
            | Event::MemberAppeared { .. }
            | Event::MemberRenamed { .. }
            | Event::NoteRemoved { .. }
            | Event::DamageFound { .. }
            | Event::RecordImported { .. }
            | Event::HistoryDropped { .. }
            | Event::ConnectorRemarked { .. }
            | Event::AllowanceEnded { .. }
            | Event::CasesAllowed { .. }
            | Event::CasesReopened { .. }
            | Event::CasesMoved { .. }
            | Event::MessagesPinned { .. }
            | Event::FilterSaved { .. }
            | Event::FilterRemoved { .. } => None,
        }
    }

    /// Whether this and the event right before it are pieces of one and the same act on very many.
    pub fn goes_on_from(&self, before: &Event) -> bool {
        match (before, self) {
            (Event::CasesAllowed { cases, by }, Event::CasesAllowed { by: again, .. }) => {
                cases.len() == BULK_PIECE && by == again
            }
            (Event::CasesMoved { cases, to, by }, Event::CasesMoved { to: same, by: again, .. }) => {
                cases.len() == BULK_PIECE && to == same && by == again
            }
            (
                Event::MessagesPinned { messages, kept, by },
                Event::MessagesPinned { kept: same, by: again, .. },
            ) => messages.len() == BULK_PIECE && kept == same && by == again,
            _ => false,
        }
    }

    /// Whether a person's act or its fate is in it: such events are made durable at once.
    pub fn is_urgent(&self) -> bool {
        matches!(
            self,
            Event::CaseDecided { .. }
                | Event::CaseReopened { .. }
                | Event::ActionRequested(_)
                | Event::ActionSent { .. }
                | Event::ActionAccepted { .. }
                | Event::ActionConfirmed { .. }
                | Event::ActionFailed { .. }
                | Event::ActionUnsupported { .. }
                | Event::ActionUnknown { .. }
                | Event::ActionCancelled { .. }
                | Event::ActionMarkedDone { .. }
                | Event::NoteAdded { .. }
                | Event::NoteRemoved { .. }
                | Event::CaseSnoozed { .. }
                | Event::CaseHeld { .. }
                | Event::CaseEscalated { .. }
                | Event::CaseCalmed { .. }
                | Event::TextAllowed { .. }
                | Event::AllowanceEnded { .. }
                | Event::MessagePinned { .. }
                | Event::MessageUnpinned { .. }
                | Event::CasesAllowed { .. }
                | Event::CasesReopened { .. }
                | Event::CasesMoved { .. }
                | Event::MessagesPinned { .. }
                | Event::FilterSaved { .. }
                | Event::FilterRemoved { .. }
                | Event::ServerStopped
                | Event::RecordImported { .. }
        )
    }

    /// Names the flag that a `Flagged` at `seq` creates.
    pub fn flag_id(seq: Seq) -> FlagId {
        FlagId(seq)
    }
}
