//! The state: replay gives what was live, from the beginning and from every checkpoint, and what it promises one by one.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod chronicle;

use chronicle::{Chronicle, person};
use proptest::prelude::*;
use qunguan::model::ability::{Abilities, Ability, Verb};
use qunguan::model::action::{Act, Actor, Request, Stage};
use qunguan::model::event::{Event, Flagging, Record};
use qunguan::model::flag::{Category, Confidence, Severity, Verdict};
use qunguan::model::heard::{By, Heard, Outcome, Person, Saying, Status};
use qunguan::model::id::{ActionId, CaseId, MemberId, MessageId, NoteId, RoomId, Seq};
use qunguan::model::member::{LeaveCause, Role};
use qunguan::model::message::Kind;
use qunguan::model::reason::Reason;
use qunguan::state::State;
use qunguan::state::stream::Line;
use qunguan::state::undo::Step;

const ROLES: [Role; 5] = [Role::Unknown, Role::Member, Role::Voiced, Role::Admin, Role::Owner];
const MODERATORS: [&str; 2] = ["alice", "bob"];

/// One thing that may happen, in small numbers; what they point at depends on the state at that moment.
#[derive(Debug, Clone)]
enum Doing {
    Pass(u16),
    Online,
    Offline,
    Restart(bool),
    Room(u8),
    Roster(u8, Vec<(u8, u8)>, bool),
    Say { room: u8, who: u8, id: u8, text: String, reply: u8, backfilled: bool, own: bool },
    Recalled(u8, u8, u8),
    Joined(u8, u8),
    Left(u8, u8),
    Role(u8, u8, u8),
    Renamed(u8, u8),
    Muted(u8, u8, Option<u16>),
    Unmuted(u8, u8),
    Gap(Option<u8>),
    Flag(u8, u8, u8),
    Decide(u8, u8, bool),
    Reopen(u8),
    Ask { who: u8, act: u8, target: u8, case: bool, undo: bool },
    Sent(u8),
    Outcome(u8, u8),
    MarkDone(u8),
    Cancel(u8),
    Note(u8, u8),
    Unnote(u8),
    Drop,
    Damage,
    Import(u8),
    Remark,
}

fn doing() -> impl Strategy<Value = Doing> {
    let n = any::<u8>;
    let say = (0..3_u8, 0..6_u8, n(), ".{0,12}", n(), any::<bool>(), 0..10_u8).prop_map(
        |(room, who, id, text, reply, backfilled, own)| Doing::Say {
            room,
            who,
            id,
            text,
            reply,
            backfilled,
            own: own == 0,
        },
    );
    let ask = (n(), n(), n(), any::<bool>(), any::<bool>())
        .prop_map(|(who, act, target, case, undo)| Doing::Ask { who, act, target, case, undo });
    let connector = prop_oneof![
        Just(Doing::Online),
        Just(Doing::Offline),
        any::<bool>().prop_map(Doing::Restart),
        n().prop_map(Doing::Room),
        (n(), prop::collection::vec((0..6_u8, n()), 0..5), any::<bool>())
            .prop_map(|(room, who, complete)| Doing::Roster(room, who, complete)),
        prop::option::of(n()).prop_map(Doing::Gap),
        Just(Doing::Remark),
    ];
    let people = prop_oneof![
        (n(), n()).prop_map(|(room, who)| Doing::Joined(room, who)),
        (n(), n()).prop_map(|(room, who)| Doing::Left(room, who)),
        (n(), n(), n()).prop_map(|(room, who, role)| Doing::Role(room, who, role)),
        (0..8_u8, 0..8_u8).prop_map(|(was, now)| Doing::Renamed(was, now)),
        (n(), n(), prop::option::of(any::<u16>()))
            .prop_map(|(room, who, until)| Doing::Muted(room, who, until)),
        (n(), n()).prop_map(|(room, who)| Doing::Unmuted(room, who)),
        (n(), n(), n()).prop_map(|(room, id, by)| Doing::Recalled(room, id, by)),
    ];
    let desk = prop_oneof![
        3 => (n(), n(), n()).prop_map(|(message, rule, severity)| Doing::Flag(message, rule, severity)),
        2 => (n(), n(), any::<bool>()).prop_map(|(case, who, confirmed)| Doing::Decide(case, who, confirmed)),
        1 => n().prop_map(Doing::Reopen),
        4 => ask,
        2 => n().prop_map(Doing::Sent),
        4 => (n(), n()).prop_map(|(action, outcome)| Doing::Outcome(action, outcome)),
        1 => n().prop_map(Doing::MarkDone),
        1 => n().prop_map(Doing::Cancel),
        1 => (n(), n()).prop_map(|(who, by)| Doing::Note(who, by)),
        1 => n().prop_map(Doing::Unnote),
        1 => prop_oneof![Just(Doing::Drop), Just(Doing::Damage), n().prop_map(Doing::Import)],
    ];
    prop_oneof![
        2 => any::<u16>().prop_map(Doing::Pass),
        6 => say,
        1 => connector,
        3 => people,
        8 => desk,
    ]
}

fn histories() -> impl Strategy<Value = Vec<Doing>> {
    prop::collection::vec(doing(), 0..120)
}

fn room(which: u8) -> String {
    format!("#{}", which % 3)
}

fn who(which: u8) -> Person {
    person(&format!("m{}", which % 8))
}

fn room_read(which: u8) -> Heard {
    Heard::Room {
        external: room(which),
        name: format!("room {which}"),
        own_role: ROLES[usize::from(which) % 5],
        abilities: Abilities::default().with(Verb::Mute, Ability::native()),
        members_total: Some(u32::from(which)).filter(|total| total.is_multiple_of(2)),
    }
}

fn people(members: Vec<(u8, u8)>) -> Vec<Person> {
    members.into_iter().map(|(one, role)| Person { role: ROLES[usize::from(role) % 5], ..who(one) }).collect()
}

fn by(which: u8) -> By {
    match which % 4 {
        0 => By::Unknown,
        1 => By::Us,
        2 => By::Person(format!("m{}", which % 8)),
        _ => By::Platform,
    }
}

fn moderator(which: u8) -> Actor {
    Actor::Moderator(MODERATORS[usize::from(which % 2)].into())
}

fn pick<T: Copy>(all: &[T], which: u8) -> Option<T> {
    all.get(usize::from(which) % all.len().max(1)).copied()
}

impl Chronicle {
    fn does(&mut self, doing: Doing) {
        match self.heard_of(doing.clone()) {
            Some(heard) => {
                self.hear(heard);
            }
            None => self.decided_of(doing),
        }
    }

    /// What a connector says.
    fn heard_of(&self, doing: Doing) -> Option<Heard> {
        Some(match doing {
            Doing::Online => Heard::Status(Status::Online { account: "us".into() }),
            Doing::Offline => {
                Heard::Status(Status::Offline { reason: Reason::new("connection-lost"), retry_seconds: 5 })
            }
            Doing::Room(which) => room_read(which),
            Doing::Roster(which, members, complete) => {
                Heard::Roster { room: room(which), people: people(members), complete }
            }
            Doing::Say { room: which, who: one, id, text, reply, backfilled, own } => {
                Heard::Message(Saying {
                    room: room(which),
                    person: Person { role: ROLES[usize::from(reply) % 5], ..who(one) },
                    external: if id == 0 { String::new() } else { format!("x{}", id % 40) },
                    sent_at: Some(self.now.plus_seconds(-i64::from(id))).filter(|_| id % 3 > 0),
                    kind: [Kind::Text, Kind::Image, Kind::System][usize::from(id) % 3],
                    text,
                    reply_to: Some(format!("x{}", reply % 40)),
                    mentions: vec![format!("m{}", reply % 8)],
                    backfilled,
                    own,
                })
            }
            Doing::Recalled(which, id, actor) => {
                Heard::Recalled { room: room(which), message: format!("x{}", id % 40), by: by(actor) }
            }
            Doing::Joined(which, one) => Heard::Joined { room: room(which), person: who(one), by: by(one) },
            Doing::Left(which, one) => {
                Heard::Left { room: room(which), person: who(one), cause: LeaveCause::Left, by: by(one) }
            }
            Doing::Role(which, one, role) => {
                let person = Person { role: ROLES[usize::from(role) % 5], ..who(one) };
                Heard::RoleChanged { room: room(which), person, by: by(role) }
            }
            Doing::Renamed(was, now) => Heard::Renamed { was: who(was).external, person: who(now) },
            Doing::Muted(which, one, until) => {
                let until = until.map(|seconds| self.now.plus_seconds(i64::from(seconds)));
                Heard::Muted { room: room(which), person: who(one), until, by: by(one) }
            }
            Doing::Unmuted(which, one) => Heard::Unmuted { room: room(which), person: who(one), by: by(one) },
            Doing::Gap(which) => Heard::Gap { room: which.map(room), reason: Reason::new("gap-lost") },
            Doing::Outcome(which, outcome) => {
                Heard::Outcome { action: self.action(which)?, outcome: outcomes(outcome) }
            }
            Doing::Remark => Heard::Remark(Reason::new("bad-frame")),
            _ => return None,
        })
    }

    /// What the desk and its moderators do.
    fn decided_of(&mut self, doing: Doing) {
        let event = match doing {
            Doing::Pass(tenths) => {
                self.now.0 += i64::from(tenths) * 100;
                None
            }
            Doing::Restart(orderly) => {
                if orderly {
                    self.append(Event::ServerStopped);
                }
                self.now = self.now.plus_seconds(3);
                Some(Event::ServerStarted { version: "test".into() })
            }
            Doing::Flag(message, rule, severity) => {
                self.flagging(message, rule, severity).map(Event::Flagged)
            }
            Doing::Decide(which, by, confirmed) => self.case(which).map(|(case, room)| {
                let verdict = if confirmed { Verdict::Confirmed } else { Verdict::Allowed };
                Event::CaseDecided { case, room, verdict, by: moderator(by) }
            }),
            Doing::Reopen(which) => {
                self.case(which).map(|(case, room)| Event::CaseReopened { case, room, by: moderator(which) })
            }
            Doing::Ask { who, act, target, case, undo } => {
                self.request(who, act, target, case, undo).map(Event::ActionRequested)
            }
            Doing::Sent(which) => {
                self.action(which).map(|action| Event::ActionSent { action, room: RoomId(1) })
            }
            Doing::MarkDone(which) => {
                let by = moderator(which);
                self.action(which).map(|action| Event::ActionMarkedDone { action, room: RoomId(1), by })
            }
            Doing::Cancel(which) => {
                let by = moderator(which);
                self.action(which).map(|action| Event::ActionCancelled { action, room: RoomId(1), by })
            }
            Doing::Note(member, by) => Some(note(member, by)),
            Doing::Unnote(which) => {
                Some(Event::NoteRemoved { note: NoteId(Seq(u64::from(which))), by: moderator(which) })
            }
            Doing::Drop => Some(Event::HistoryDropped { before: self.state.next }),
            Doing::Damage => Some(Event::DamageFound { finding: Reason::new("damage-tail") }),
            Doing::Import(through) => Some(Event::RecordImported {
                store: u64::from(through % 2),
                through: Seq(u64::from(through)),
            }),
            _ => None,
        };
        if let Some(event) = event {
            self.append(event);
        }
    }

    fn messages(&self) -> Vec<(MessageId, RoomId, MemberId)> {
        let message = |line: &Line| match line {
            Line::Message(message) => Some((message.id, message.room, message.member)),
            Line::Notice { .. } => None,
        };
        self.state.stream.lines().iter().filter_map(message).collect()
    }

    fn flagging(&self, message: u8, rule: u8, severity: u8) -> Option<Flagging> {
        let (message, room, member) = pick(&self.messages(), message)?;
        let severities = [Severity::S1, Severity::S2, Severity::S3, Severity::S4];
        Some(flag(
            message,
            room,
            member,
            ["words", "links"][usize::from(rule % 2)],
            severities[usize::from(severity % 4)],
        ))
    }

    fn case(&self, which: u8) -> Option<(CaseId, RoomId)> {
        let mut cases: Vec<_> = self
            .state
            .queue
            .waiting(qunguan::model::moment::Moment(i64::MAX))
            .iter()
            .map(|case| (case.id, case.room))
            .collect();
        cases.extend(self.state.queue.decided_cases().iter().map(|case| (case.id, case.room)));
        pick(&cases, which)
    }

    fn action(&self, which: u8) -> Option<ActionId> {
        let all: Vec<ActionId> = self.state.actions.iter().map(|action| action.id).collect();
        pick(&all, which)
    }

    fn request(&self, by: u8, act: u8, target: u8, case: bool, undo: bool) -> Option<Request> {
        let (message, room, member) = pick(&self.messages(), target)?;
        let acts = [
            Act::Recall { message, member },
            Act::Warn { member, text: "请看群规".into() },
            Act::Mute { member, seconds: u32::from(target) + 1 },
            Act::Unmute { member },
            Act::Remove { member, block: target.is_multiple_of(2) },
            Act::Unblock { member },
        ];
        let undone = self.action(target).filter(|_| undo).and_then(|id| self.state.actions.get(id));
        let inverse = undone.and_then(|action| action.request.act.inverse());
        Some(Request {
            room,
            act: inverse.clone().unwrap_or_else(|| acts[usize::from(act) % 6].clone()),
            by: if by.is_multiple_of(5) { Actor::Program } else { moderator(by) },
            case: self.case(target).map(|(case, _)| case).filter(|_| case),
            rule: Some("words".into()),
            hold_until: None,
            undoes: undone.filter(|_| inverse.is_some()).map(|action| action.id),
            unit: None,
            message: None,
        })
    }
}

fn flag(message: MessageId, room: RoomId, member: MemberId, rule: &str, severity: Severity) -> Flagging {
    Flagging {
        message,
        room,
        member,
        rule: rule.into(),
        rule_version: 1,
        category: Category::Advertisement,
        severity,
        confidence: Confidence::Certain,
        span: None,
        reason: Reason::new("flag-words"),
    }
}

fn note(member: u8, by: u8) -> Event {
    let member = MemberId(u32::from(member % 8));
    Event::NoteAdded { room: RoomId(1), member, text: "留意".into(), by: moderator(by) }
}

fn outcomes(which: u8) -> Outcome {
    match which % 6 {
        0 => Outcome::Accepted,
        1 => Outcome::Confirmed { evidence: Reason::new("seen"), ours_to_lift: false },
        2 => Outcome::Confirmed { evidence: Reason::new("seen"), ours_to_lift: true },
        3 => Outcome::Failed { reason: Reason::new("refused") },
        4 => Outcome::Unsupported { reason: Reason::new("not-offered") },
        _ => Outcome::Unknown { reason: Reason::new("silent") },
    }
}

fn played(doings: Vec<Doing>) -> Chronicle {
    let mut chronicle = Chronicle::online();
    for doing in doings {
        chronicle.does(doing);
    }
    chronicle
}

fn replayed(from: State, records: &[Record]) -> State {
    let mut state = from;
    for record in records {
        state.apply(record);
    }
    state
}

fn stored(state: &State) -> State {
    postcard::from_bytes(&postcard::to_stdvec(state).unwrap()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn replay_gives_the_live_state(doings in histories()) {
        let chronicle = played(doings);
        prop_assert!(replayed(State::default(), &chronicle.records) == chronicle.state);
        let stored: Vec<Record> = chronicle
            .records
            .iter()
            .map(|record| postcard::from_bytes(&postcard::to_stdvec(record).unwrap()).unwrap())
            .collect();
        prop_assert_eq!(&stored, &chronicle.records);
    }

    #[test]
    fn replay_from_any_checkpoint_gives_the_live_state(doings in histories(), cut in any::<prop::sample::Index>()) {
        let chronicle = played(doings);
        let (before, after) = chronicle.records.split_at(cut.index(chronicle.records.len() + 1));
        let checkpoint = stored(&replayed(State::default(), before));
        prop_assert!(replayed(checkpoint, after) == chronicle.state);
    }

    #[test]
    fn a_record_with_holes_is_still_read(doings in histories(), kept in prop::collection::vec(any::<bool>(), 1..64)) {
        let chronicle = played(doings);
        let holed: Vec<Record> = chronicle
            .records
            .iter()
            .zip(kept.iter().cycle())
            .filter(|(_, kept)| **kept)
            .map(|(record, _)| record.clone())
            .collect();
        let mut state = replayed(State::default(), &holed);
        prop_assert_eq!(state.next, holed.last().map_or(Seq(1), |record| record.seq.next()));
        // Whatever was lost, the state stays one that can be stored and goes on.
        prop_assert!(stored(&state) == state);
        let next = Record { seq: state.next, at: chronicle.now, event: Event::ServerStopped };
        state.apply(&next);
        for case in state.queue.waiting(qunguan::model::moment::Moment(i64::MAX)) {
            prop_assert!(!case.remarks.is_empty() && case.flags as usize >= case.remarks.len());
        }
    }

    #[test]
    fn what_is_counted_agrees_with_what_is_listed(doings in histories()) {
        let state = played(doings).state;
        for room in state.rooms.iter() {
            let present = state.members.of_room(room.id).filter(|(_, standing)| standing.present).count();
            prop_assert_eq!(state.members.present_in(room.id) as usize, present);
            // What the header says and what the members' list holds are one number.
            if room.roster_known {
                prop_assert_eq!(room.members_total, u32::try_from(present).ok());
            } else if let Some(total) = room.members_total {
                prop_assert!(total as usize >= present);
            }
        }
        prop_assert_eq!(state.queue.waiting(qunguan::model::moment::Moment(i64::MAX)).len(), state.queue.undecided().count());
        let seqs: Vec<Seq> = state.stream.lines().iter().map(Line::seq).collect();
        prop_assert!(seqs.windows(2).all(|pair| pair[0] < pair[1]));
        for name in MODERATORS {
            if let Some(Step::Acted(action)) = state.undo.newest(name) {
                let stage = state.actions.get(action).unwrap().stage;
                prop_assert!(!matches!(stage, Stage::Failed | Stage::Unsupported | Stage::Cancelled), "{stage:?}");
            }
        }
    }
}

#[path = "state/promises.rs"]
mod promises;
