//! A record kept in memory, for tests: numbers what happens and applies it, as the desk does.
#![allow(dead_code, reason = "every test uses a part of it")]

use qunguan::model::ability::{Abilities, Ability, Verb};
use qunguan::model::event::{Event, Record};
use qunguan::model::heard::{Heard, Person, Saying, Status};
use qunguan::model::id::{MemberId, MessageId, RoomId, Seq};
use qunguan::model::member::Role;
use qunguan::model::moment::Moment;
use qunguan::state::State;
use qunguan::state::intake::intake;

/// The connector of every chronicle.
pub const CONNECTOR: &str = "irc";
/// When every chronicle begins.
pub const BEGIN: Moment = Moment(1_800_000_000_000);

/// What happened, and the state that came of it.
#[derive(Clone)]
pub struct Chronicle {
    pub state: State,
    pub records: Vec<Record>,
    pub now: Moment,
}

impl Chronicle {
    pub fn new() -> Self {
        Self { state: State::default(), records: Vec::new(), now: BEGIN }
    }

    /// A chronicle whose connector is online in rooms `#a` and `#b`, where everything can be done.
    pub fn online() -> Self {
        let mut chronicle = Self::new();
        chronicle.append(Event::ServerStarted { version: "test".into() });
        chronicle.hear(Heard::Status(Status::Online { account: "us".into() }));
        for room in ["#a", "#b"] {
            let abilities =
                Verb::ALL.iter().fold(Abilities::default(), |all, verb| all.with(*verb, Ability::native()));
            chronicle.hear(Heard::Room {
                external: room.into(),
                name: room.into(),
                own_role: Role::Admin,
                abilities,
                members_total: None,
            });
        }
        chronicle
    }

    pub fn append(&mut self, event: Event) -> Seq {
        let record = Record { seq: self.state.next, at: self.now, event };
        self.state.apply(&record);
        let seq = record.seq;
        self.records.push(record);
        seq
    }

    pub fn hear(&mut self, heard: Heard) -> Vec<Seq> {
        let events = intake(&self.state, CONNECTOR, heard, self.now);
        events.into_iter().map(|event| self.append(event)).collect()
    }

    /// Somebody says something in `#a`; the message, when it was no repeat.
    pub fn say(&mut self, saying: Saying) -> Option<MessageId> {
        let before = self.state.stream.pushed;
        let last = self.hear(Heard::Message(saying)).pop();
        last.filter(|_| self.state.stream.pushed > before).map(MessageId)
    }

    /// `who` says `text` in `room`, with an id of its own.
    pub fn says(&mut self, room: &str, who: &str, text: &str) -> MessageId {
        self.says_as(room, who, who, text)
    }

    /// An account that is called `name` says `text`.
    pub fn says_as(&mut self, room: &str, account: &str, name: &str, text: &str) -> MessageId {
        let external = format!("m{}", self.state.next);
        let person = Person { name: name.into(), ..person(account) };
        let saying = Saying { room: room.into(), person, external, text: text.into(), ..Saying::default() };
        self.say(saying).unwrap()
    }

    pub fn joins(&mut self, room: &str, who: &str) {
        self.joins_as(room, who, who);
    }

    /// An account that is called `name` comes in.
    pub fn joins_as(&mut self, room: &str, account: &str, name: &str) {
        let by = qunguan::model::heard::By::Unknown;
        let person = Person { name: name.into(), ..person(account) };
        self.hear(Heard::Joined { room: room.into(), person, by });
    }

    pub fn pass(&mut self, seconds: i64) {
        self.now = self.now.plus_seconds(seconds);
    }

    pub fn room(&self, name: &str) -> RoomId {
        self.state.rooms.find(CONNECTOR, name).unwrap().id
    }

    pub fn member(&self, name: &str) -> MemberId {
        self.state.members.find(CONNECTOR, name).unwrap()
    }
}

/// Somebody whose id is his name.
pub fn person(name: &str) -> Person {
    Person { external: name.into(), name: name.into(), role: Role::Unknown }
}
