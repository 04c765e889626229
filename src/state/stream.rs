//! The newest lines of all rooms: messages, comings and goings, gaps. Older lines are paged from the record.

use crate::model::action::Actor;
use crate::model::event::{Event, Received, Record};
use crate::model::flag::Severity;
use crate::model::id::{ActionId, ConnectorName, MemberId, MessageId, RoomId, Seq};
use crate::model::member::LeaveCause;
use crate::model::message::Kind;
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, VecDeque};

/// How many lines are kept in memory: some hours of the busiest set of groups, and about 2 MB.
pub const WINDOW: usize = 8192;
/// How many messages of decided cases stay in memory beyond the window: a decision that is taken back soon shows its
/// evidence again.
const DECIDED_KEPT: usize = 256;
/// How many changes of marks are remembered: seats try a message anew when its mark changed, and look every turn.
const TOUCHES: usize = 1024;

/// One line of the stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Line {
    Message(Message),
    /// Something that happened in a room, or (without a room) to a whole connector.
    Notice {
        seq: Seq,
        at: Moment,
        room: Option<RoomId>,
        notice: Notice,
    },
}

/// A message as the stream shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    /// The platform's time.
    pub at: Moment,
    pub room: RoomId,
    pub member: MemberId,
    /// The platform's own id.
    pub external: String,
    pub kind: Kind,
    pub text: String,
    pub reply_to: Option<MessageId>,
    pub mentions: Vec<MemberId>,
    pub backfilled: bool,
    pub own: bool,
}

/// What else is worth a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Notice {
    Joined {
        member: MemberId,
        by: Actor,
    },
    Left {
        member: MemberId,
        cause: LeaveCause,
        by: Actor,
    },
    Muted {
        member: MemberId,
        until: Option<Moment>,
        by: Actor,
    },
    Unmuted {
        member: MemberId,
        by: Actor,
    },
    /// Told as it happens; the record has the new name only, so older pages have no such line.
    Renamed {
        member: MemberId,
        was: String,
        name: String,
    },
    Gap {
        from: Moment,
        to: Moment,
        reason: Reason,
        connector: ConnectorName,
    },
}

/// What happened to a message after it was said.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Mark {
    /// The worst flag on it.
    pub severity: Option<Severity>,
    pub recalled_by: Option<Actor>,
    /// How many actions were asked for on it or because of it that happened, or may still.
    pub deeds: u32,
}

impl Mark {
    /// Whether somebody acted on it, or because of it.
    pub fn is_acted_on(&self) -> bool {
        self.deeds > 0
    }
}

impl Message {
    /// The message that a `MessageReceived` with this id made.
    pub fn new(id: MessageId, received: &Received) -> Self {
        Self {
            id,
            at: received.sent_at,
            room: received.room,
            member: received.member,
            external: received.external.clone(),
            kind: received.kind,
            text: received.text.clone(),
            reply_to: received.reply_to,
            mentions: received.mentions.clone(),
            backfilled: received.backfilled,
            own: received.own,
        }
    }
}

impl Line {
    pub(super) fn notice(seq: Seq, at: Moment, room: Option<RoomId>, notice: Notice) -> Self {
        Self::Notice { seq, at, room, notice }
    }

    /// The line that a stored event makes, if it makes one: what paging from the record uses.
    pub fn of(record: &Record) -> Option<Line> {
        let (room, notice) = match &record.event {
            Event::MessageReceived(received) => {
                return Some(Line::Message(Message::new(MessageId(record.seq), received)));
            }
            Event::MemberJoined { room, member, by } => {
                (Some(*room), Notice::Joined { member: *member, by: by.clone() })
            }
            Event::MemberLeft { room, member, cause, by } => {
                (Some(*room), Notice::Left { member: *member, cause: *cause, by: by.clone() })
            }
            Event::MemberMuted { room, member, until, by } => {
                (Some(*room), Notice::Muted { member: *member, until: *until, by: by.clone() })
            }
            Event::MemberUnmuted { room, member, by } => {
                (Some(*room), Notice::Unmuted { member: *member, by: by.clone() })
            }
            Event::GapNoted { connector, room, from, to, reason } => {
                let gap = Notice::Gap {
                    from: *from,
                    to: *to,
                    reason: reason.clone(),
                    connector: connector.clone(),
                };
                (*room, gap)
            }
            _ => return None,
        };
        Some(Line::Notice { seq: record.seq, at: record.at, room, notice })
    }

    /// Where this line stands in the record; also its identity on screen.
    pub fn seq(&self) -> Seq {
        match self {
            Line::Message(message) => message.id.0,
            Line::Notice { seq, .. } => *seq,
        }
    }

    /// When it happened.
    pub fn at(&self) -> Moment {
        match self {
            Line::Message(message) => message.at,
            Line::Notice { at, .. } => *at,
        }
    }

    /// The room it belongs to; `None` for a gap of a whole connector, which belongs to all.
    pub fn room(&self) -> Option<RoomId> {
        match self {
            Line::Message(message) => Some(message.room),
            Line::Notice { room, .. } => *room,
        }
    }

    /// Whether a view of `room` (or of all rooms) shows it.
    pub fn is_in(&self, room: Option<RoomId>) -> bool {
        room.is_none() || self.room().is_none() || self.room() == room
    }

    /// The member that this line is about, if any.
    pub fn member(&self) -> Option<MemberId> {
        match self {
            Line::Message(message) => Some(message.member),
            Line::Notice { notice, .. } => match notice {
                Notice::Joined { member, .. }
                | Notice::Left { member, .. }
                | Notice::Muted { member, .. }
                | Notice::Unmuted { member, .. }
                | Notice::Renamed { member, .. } => Some(*member),
                Notice::Gap { .. } => None,
            },
        }
    }
}

/// The newest lines, oldest first, and the marks of every marked message ever.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(from = "Kept")]
pub struct Stream {
    lines: VecDeque<Line>,
    marks: BTreeMap<MessageId, Mark>,
    /// Messages that are older than `lines` and that a case still rests on.
    kept: BTreeMap<MessageId, Message>,
    /// Which of `kept` only decided cases rest on, in the order of the decisions.
    spent: VecDeque<MessageId>,
    /// Which marks changed last, and by which event; oldest first.
    touched: VecDeque<(Seq, MessageId)>,
    /// Changes after this event are all in `touched`.
    touched_from: Seq,
    /// What actions fall on that may still come to nothing.
    deeds: BTreeMap<ActionId, Vec<MessageId>>,
    /// How many flags were ever raised: seats compare it with what they have seen.
    pub flags: u64,
    /// How many lines were ever pushed and not dropped with their weeks, as far as `lines` can tell: as many as there are
    /// in `lines` when no other is kept anywhere.
    pub pushed: u64,
    /// Who said how many of `lines` as our own account. It follows from them, so no checkpoint keeps it.
    #[serde(skip)]
    own: HashMap<MemberId, usize>,
}

/// The stream as checkpoints keep it.
#[derive(Deserialize)]
struct Kept {
    lines: VecDeque<Line>,
    marks: BTreeMap<MessageId, Mark>,
    kept: BTreeMap<MessageId, Message>,
    spent: VecDeque<MessageId>,
    touched: VecDeque<(Seq, MessageId)>,
    touched_from: Seq,
    deeds: BTreeMap<ActionId, Vec<MessageId>>,
    flags: u64,
    pushed: u64,
}

impl From<Kept> for Stream {
    fn from(kept: Kept) -> Self {
        let Kept { lines, marks, kept, spent, touched, touched_from, deeds, flags, pushed } = kept;
        let mut own = HashMap::new();
        for member in lines.iter().filter_map(own_author) {
            *own.entry(member).or_default() += 1;
        }
        Self { lines, marks, kept, spent, touched, touched_from, deeds, flags, pushed, own }
    }
}

/// Who said a line, if our own account did.
fn own_author(line: &Line) -> Option<MemberId> {
    match line {
        Line::Message(message) if message.own => Some(message.member),
        _ => None,
    }
}

impl Stream {
    /// The lines in memory, oldest first.
    pub fn lines(&self) -> &VecDeque<Line> {
        &self.lines
    }

    /// The lines older than `before` and shown in `room`, newest first.
    pub fn back_from(&self, before: Seq, room: Option<RoomId>) -> impl Iterator<Item = &Line> {
        let end = self.lines.partition_point(|line| line.seq() < before);
        self.lines.range(..end).rev().filter(move |line| line.is_in(room))
    }

    /// The lines from `from` on that are shown in `room`, oldest first.
    pub fn forward_from(&self, from: Seq, room: Option<RoomId>) -> impl Iterator<Item = &Line> {
        let start = self.lines.partition_point(|line| line.seq() < from);
        self.lines.range(start..).filter(move |line| line.is_in(room))
    }

    /// The oldest position that is surely in memory; before it, ask the record.
    pub fn oldest(&self) -> Option<Seq> {
        self.lines.front().map(Line::seq)
    }

    /// Whether every line from `from` on is in memory.
    pub fn has_all_from(&self, from: Seq) -> bool {
        let whole = u64::try_from(self.lines.len()).is_ok_and(|kept| kept == self.pushed);
        whole || self.oldest().is_some_and(|oldest| oldest <= from)
    }

    /// A line in memory.
    pub fn line(&self, seq: Seq) -> Option<&Line> {
        let at = self.lines.partition_point(|line| line.seq() < seq);
        self.lines.get(at).filter(|line| line.seq() == seq)
    }

    /// A message in memory: one of the newest, or one that a case rests on, however old.
    pub fn message(&self, id: MessageId) -> Option<&Message> {
        match self.line(id.0) {
            Some(Line::Message(message)) => Some(message),
            _ => self.kept.get(&id),
        }
    }

    /// What happened to a message after it was said, in memory or not.
    pub fn mark(&self, id: MessageId) -> Option<&Mark> {
        self.marks.get(&id)
    }

    /// The marks of the messages in `[from, to)`, oldest first.
    pub fn marks_between(&self, from: Seq, to: Seq) -> impl Iterator<Item = (MessageId, &Mark)> {
        let to = to.max(from);
        self.marks.range(MessageId(from)..MessageId(to)).map(|(id, mark)| (*id, mark))
    }

    /// The messages whose marks changed with an event from `from` on, some of them more than once; none when that is no
    /// longer known.
    pub fn touched_from(&self, from: Seq) -> Option<impl Iterator<Item = MessageId>> {
        let known = self.touched_from < from;
        let start = self.touched.partition_point(|(seq, _)| *seq < from);
        known.then(|| self.touched.range(start..).map(|(_, message)| *message))
    }

    /// Whether a rule ever remarked on a message.
    pub fn is_flagged(&self, id: MessageId) -> bool {
        self.mark(id).is_some_and(|mark| mark.severity.is_some())
    }

    /// Whether a member said a line in memory as our own account.
    pub fn spoke_as_us(&self, member: MemberId) -> bool {
        self.own.contains_key(&member)
    }

    /// Takes a line in. Returns the flagged message that is too old from now on to stay for its newness alone.
    pub(super) fn push(&mut self, line: Line) -> Option<Message> {
        if let Some(member) = own_author(&line) {
            *self.own.entry(member).or_default() += 1;
        }
        // First out, then in: its space need not double for one more.
        let oldest = if self.lines.len() >= WINDOW { self.pop_oldest() } else { None };
        self.lines.push_back(line);
        self.pushed += 1;
        match oldest? {
            Line::Message(message) if self.is_flagged(message.id) => Some(message),
            _ => None,
        }
    }

    fn pop_oldest(&mut self) -> Option<Line> {
        let oldest = self.lines.pop_front()?;
        if let Some(member) = own_author(&oldest)
            && let Some(count) = self.own.get_mut(&member)
        {
            *count -= 1;
            if *count == 0 {
                self.own.remove(&member);
            }
        }
        Some(oldest)
    }

    /// Lets go what was said before `before`, which the record does not keep any more, and what happened to it; but not
    /// what `matters`. Returns what matters of the newest lines: they do not stay for their newness any more.
    pub(super) fn drop_before(&mut self, before: Seq, matters: impl Fn(MessageId) -> bool) -> Vec<Message> {
        let mut mattering = Vec::new();
        while self.oldest().is_some_and(|oldest| oldest < before) {
            match self.pop_oldest() {
                Some(Line::Message(message)) if matters(message.id) => mattering.push(message),
                _ => {}
            }
            // The memory reached further back than the record does now: it has all that is kept.
            self.pushed = self.lines.len() as u64;
        }
        let stays = |id: &MessageId| id.0 >= before || matters(*id);
        self.kept.retain(|id, _| stays(id));
        self.spent.retain(&stays);
        self.marks.retain(|id, _| stays(id));
        mattering
    }

    /// A message stays in memory, because a case rests on it.
    pub(super) fn keep(&mut self, message: Message) {
        self.kept.insert(message.id, message);
    }

    /// Nothing but decided cases rests on a message any more. Returns the one that is the longest in this state when
    /// there are too many: it is to be forgotten, unless a case was opened again.
    pub(super) fn spend(&mut self, id: MessageId) -> Option<MessageId> {
        self.spent.push_back(id);
        if self.spent.len() > DECIDED_KEPT { self.spent.pop_front() } else { None }
    }

    /// No case rests on a message any more.
    pub(super) fn forget(&mut self, id: MessageId) {
        self.kept.remove(&id);
    }

    pub(super) fn flagged(&mut self, seq: Seq, id: MessageId, severity: Severity) {
        self.flags += 1;
        let mark = self.touch(seq, id);
        mark.severity = mark.severity.max(Some(severity));
    }

    pub(super) fn recalled(&mut self, seq: Seq, id: MessageId, by: Actor) {
        self.touch(seq, id).recalled_by.get_or_insert(by);
    }

    /// An action was asked for that falls on these messages.
    pub(super) fn acted(&mut self, seq: Seq, messages: Vec<MessageId>) {
        for id in &messages {
            self.touch(seq, *id).deeds += 1;
        }
        if !messages.is_empty() {
            self.deeds.insert(ActionId(seq), messages);
        }
    }

    /// Nothing more will come of an action: it happened, or it did not.
    pub(super) fn settled(&mut self, seq: Seq, action: ActionId, happened: bool) {
        for id in self.deeds.remove(&action).filter(|_| !happened).into_iter().flatten() {
            let mark = self.touch(seq, id);
            mark.deeds = mark.deeds.saturating_sub(1);
        }
    }

    fn touch(&mut self, seq: Seq, id: MessageId) -> &mut Mark {
        self.touched.push_back((seq, id));
        if self.touched.len() > TOUCHES
            && let Some((seq, _)) = self.touched.pop_front()
        {
            self.touched_from = seq;
        }
        self.marks.entry(id).or_default()
    }
}
