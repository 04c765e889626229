//! A record written in a test, event by event, and the state it makes.

use qunguan::model::ability::{Abilities, Ability, Verb};
use qunguan::model::action::{Act, Actor, Request};
use qunguan::model::event::{Event, Flagging, Received, Record};
use qunguan::model::flag::{Category, Confidence, Severity, Span};
use qunguan::model::heard::Status;
use qunguan::model::id::{ActionId, CaseId, MemberId, MessageId, RoomId, Seq};
use qunguan::model::member::Role;
use qunguan::model::message::Kind;
use qunguan::model::moment::Moment;
use qunguan::model::reason::Reason;
use qunguan::state::State;

pub struct History {
    pub state: State,
    pub now: Moment,
    pub members: u32,
    /// Every event so far.
    pub records: Vec<Record>,
}

pub fn alice() -> Actor {
    Actor::Moderator("alice".into())
}

pub fn bob() -> Actor {
    Actor::Moderator("bob".into())
}

impl History {
    /// Sunday, 22 November 2026, 13:40 in China.
    pub fn new() -> Self {
        Self { state: State::default(), now: Moment(1_795_326_000_000), members: 0, records: Vec::new() }
    }

    pub fn pass(&mut self, seconds: i64) {
        self.now = self.now.plus_seconds(seconds);
    }

    pub fn push(&mut self, event: Event) -> Seq {
        let seq = self.state.next;
        let record = Record { seq, at: self.now, event };
        self.state.apply(&record);
        self.records.push(record);
        seq
    }

    pub fn online(&mut self, connector: &str) {
        let status = Status::Online { account: "qunguan".into() };
        self.push(Event::ConnectorChanged { connector: connector.into(), status });
    }

    pub fn room(&mut self, id: u32, connector: &str, name: &str, total: u32) -> RoomId {
        let room = RoomId(id);
        let external = format!("#{id}");
        self.push(Event::RoomAppeared { room, connector: connector.into(), external, name: name.into() });
        let native = [Verb::Recall, Verb::Warn, Verb::Mute, Verb::Unmute, Verb::Remove, Verb::Block];
        let abilities =
            native.into_iter().fold(Abilities::default(), |all, verb| all.with(verb, Ability::native()));
        let own_role = Role::Admin;
        self.push(Event::RoomRead {
            room,
            name: name.into(),
            own_role,
            abilities,
            members_total: Some(total),
        });
        room
    }

    pub fn member(&mut self, room: RoomId, connector: &str, name: &str, role: Role) -> MemberId {
        self.members += 1;
        let member = MemberId(self.members);
        let external = format!("u{:04}", self.members);
        self.push(Event::MemberAppeared { member, connector: connector.into(), external, name: name.into() });
        self.push(Event::RosterRead { room, members: vec![(member, role)], complete: false });
        member
    }

    pub fn joined(&mut self, room: RoomId, member: MemberId) -> Seq {
        self.push(Event::MemberJoined { room, member, by: Actor::Unknown })
    }

    pub fn says(&mut self, room: RoomId, member: MemberId, text: &str) -> MessageId {
        self.sends(room, member, Kind::Text, text, None)
    }

    pub fn sends(
        &mut self,
        room: RoomId,
        member: MemberId,
        kind: Kind,
        text: &str,
        reply_to: Option<MessageId>,
    ) -> MessageId {
        let seq = self.push(Event::MessageReceived(Received {
            room,
            member,
            external: format!("m{}", self.state.next),
            sent_at: self.now,
            kind,
            text: text.into(),
            reply_to,
            mentions: Vec::new(),
            backfilled: false,
            own: false,
        }));
        MessageId(seq)
    }

    /// Flags `part` of a message; the case is the one it folds into.
    pub fn flag(
        &mut self,
        message: MessageId,
        rule: &str,
        (severity, confidence): (Severity, Confidence),
        part: Option<&str>,
        reason: Reason,
    ) -> CaseId {
        let said = self.state.stream.message(message).unwrap().clone();
        let span = part.and_then(|part| {
            let start = said.text.find(part)?;
            Some(Span { start: u32::try_from(start).ok()?, end: u32::try_from(start + part.len()).ok()? })
        });
        let category = match rule {
            "flood" | "repeats" => Category::Flood,
            "words/insults" => Category::Attack,
            _ => Category::Advertisement,
        };
        self.push(Event::Flagged(Flagging {
            message,
            room: said.room,
            member: said.member,
            rule: rule.into(),
            rule_version: 1,
            category,
            severity,
            confidence,
            span,
            reason,
        }));
        self.state.queue.naming(message).last().unwrap().id
    }

    pub fn requests(&mut self, room: RoomId, act: Act, by: Actor, case: Option<CaseId>) -> ActionId {
        let hold_until = act.is_held().then(|| self.now.plus_seconds(5));
        let request =
            Request { room, act, by, case, rule: None, hold_until, undoes: None, unit: None, message: None };
        ActionId(self.push(Event::ActionRequested(request)))
    }

    pub fn confirms(&mut self, room: RoomId, action: ActionId, evidence: &str, nick: &str) {
        self.push(Event::ActionSent { action, room });
        self.pass(1);
        let evidence = Reason::new(evidence).with("nick", nick).with("room", "行业交流群·Rust");
        self.push(Event::ActionConfirmed { action, room, evidence, lift_at: None });
    }
}
