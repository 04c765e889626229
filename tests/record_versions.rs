//! Every event ever written stays readable: the bytes of each version of the codec, event by event, beside the events
//! that they mean. `QUNGUAN_BLESS=1` writes the newest version's fixture anew; older ones are never touched.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may stop at the first surprise"
)]

use qunguan::event_log::codec::{self, CodecError};
use qunguan::model::ability::{Abilities, Ability, Verb};
use qunguan::model::action::{Act, Actor, Request};
use qunguan::model::event::Record;
use qunguan::model::event::{CaseMove, Event, EvidenceLine, Flagging, Received};
use qunguan::model::flag::{Category, Confidence, Severity, Span, Verdict};
use qunguan::model::heard::Status;
use qunguan::model::id::{ActionId, AllowanceId, CaseId, MemberId, MessageId, NoteId, RoomId, Seq};
use qunguan::model::member::{LeaveCause, Role};
use qunguan::model::message::Kind;
use qunguan::model::moment::Moment;
use qunguan::model::reason::Reason;
use qunguan::state::{State, checkpoint};
use std::mem::discriminant;
use std::path::PathBuf;

const ROOM: RoomId = RoomId(3);
const MEMBER: MemberId = MemberId(70_000);
const ACTION: ActionId = ActionId(Seq(1_000_001));

fn fixture(version: u8) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/record/v{version}.txt"))
}

fn reason() -> Reason {
    Reason::new("irc-seen-mode").with("room", "#群").with("change", "+b m:*!*@h")
}

fn request(act: Act) -> Event {
    Event::ActionRequested(Request {
        room: ROOM,
        act,
        by: Actor::Moderator("alice".to_owned()),
        case: Some(CaseId(Seq(41))),
        rule: Some("words/contact".to_owned()),
        hold_until: Some(Moment(1_795_361_727_556)),
        undoes: None,
        unit: Some(Seq(9)),
        message: Some(MessageId(Seq(300))),
    })
}

fn about_people() -> Vec<Event> {
    let (room, member) = (ROOM, MEMBER);
    let abilities = Abilities::none(&reason()).with(Verb::Mute, Ability::native());
    vec![
        Event::ServerStarted { version: "0.1.0".to_owned() },
        Event::ServerStopped,
        Event::ConnectorChanged { connector: "irc".to_owned(), status: Status::Connecting },
        Event::ConnectorChanged {
            connector: "irc".to_owned(),
            status: Status::Online { account: "qg".to_owned() },
        },
        Event::ConnectorChanged {
            connector: "irc".to_owned(),
            status: Status::Offline { reason: reason(), retry_seconds: 4 },
        },
        Event::ConnectorChanged { connector: "irc".to_owned(), status: Status::Ended { reason: reason() } },
        Event::RoomAppeared {
            room,
            connector: "irc".to_owned(),
            external: "#群".to_owned(),
            name: "群".to_owned(),
        },
        Event::RoomRead {
            room,
            name: "群".to_owned(),
            own_role: Role::Admin,
            abilities,
            members_total: Some(214),
        },
        Event::MemberAppeared {
            member,
            connector: "irc".to_owned(),
            external: "li".to_owned(),
            name: "李".to_owned(),
        },
        Event::MemberRenamed { member, external: "li4".to_owned(), name: "李四".to_owned() },
        Event::RosterRead {
            room,
            members: vec![(member, Role::Voiced), (MemberId(1), Role::Owner)],
            complete: true,
        },
        Event::MemberJoined { room, member, by: Actor::Unknown },
        Event::MemberLeft { room, member, cause: LeaveCause::Banned, by: Actor::Member(MemberId(2)) },
        Event::RoleChanged { room, member, role: Role::Member, by: Actor::Program },
        Event::MemberMuted { room, member, until: Some(Moment(-1)), by: Actor::Program },
        Event::MemberUnmuted { room, member, by: Actor::Program },
        Event::NoteAdded {
            room, member, text: "老熟人".to_owned(), by: Actor::Moderator("bob".to_owned())
        },
        Event::NoteRemoved { note: NoteId(Seq(5)), by: Actor::Moderator("bob".to_owned()) },
    ]
}

fn about_messages() -> Vec<Event> {
    let (room, member, message) = (ROOM, MEMBER, MessageId(Seq(300)));
    vec![
        Event::MessageReceived(Received {
            room,
            member,
            external: "m9".to_owned(),
            sent_at: Moment(1_795_361_727_556),
            kind: Kind::Image,
            text: "加V领资料 \u{1b}[31m".to_owned(),
            reply_to: Some(message),
            mentions: vec![member],
            backfilled: true,
            own: false,
        }),
        Event::MessageRecalled { room, message, by: Actor::Unknown },
        Event::GapNoted {
            connector: "irc".to_owned(),
            room: Some(room),
            from: Moment(1),
            to: Moment(2),
            reason: reason(),
        },
        Event::Flagged(Flagging {
            message,
            room,
            member,
            rule: "links".to_owned(),
            rule_version: 7,
            category: Category::Advertisement,
            severity: Severity::S2,
            confidence: Confidence::Likely,
            span: Some(Span { start: 3, end: 9 }),
            reason: reason(),
        }),
        Event::CaseDecided {
            case: CaseId(Seq(41)),
            room,
            verdict: Verdict::Confirmed,
            by: Actor::Moderator("alice".to_owned()),
        },
        Event::CaseReopened { case: CaseId(Seq(41)), room, by: Actor::Program },
        Event::DamageFound { finding: reason() },
        Event::RecordImported { store: u64::MAX, through: Seq(12) },
        Event::HistoryDropped { before: Seq(500) },
        Event::ConnectorRemarked { connector: "irc".to_owned(), remark: reason() },
    ]
}

fn about_actions() -> Vec<Event> {
    let (action, room, member) = (ACTION, ROOM, MEMBER);
    vec![
        request(Act::Recall { message: MessageId(Seq(300)), member }),
        request(Act::Warn { member, text: "请勿发布广告".to_owned() }),
        request(Act::Mute { member, seconds: 600 }),
        request(Act::Unmute { member }),
        request(Act::Remove { member, block: true }),
        request(Act::Unblock { member }),
        Event::ActionSent { action, room },
        Event::ActionAccepted { action, room },
        Event::ActionConfirmed { action, room, evidence: reason(), lift_at: Some(Moment(3)) },
        Event::ActionFailed { action, room, reason: reason() },
        Event::ActionUnsupported { action, room, reason: reason() },
        Event::ActionUnknown { action, room, reason: reason() },
        Event::ActionCancelled { action, room, by: Actor::Moderator("alice".to_owned()) },
        Event::ActionMarkedDone { action, room, by: Actor::Moderator("alice".to_owned()) },
    ]
}

fn every_event() -> Vec<Event> {
    [about_people(), about_messages(), about_actions(), about_the_team()].concat()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn about_the_team() -> Vec<Event> {
    let (room, member, message, case) = (ROOM, MEMBER, MessageId(Seq(300)), CaseId(Seq(41)));
    let by = || Actor::Moderator("alice".to_owned());
    vec![
        request(Act::Remind { member, text: "欢迎先看群规".to_owned() }),
        request(Act::Say { text: "今晚八点直播".to_owned() }),
        Event::CaseDecided { case, room, verdict: Verdict::Settled, by: by() },
        Event::CaseSnoozed { case, room, until: Moment(9), by: by() },
        Event::CaseHeld { case, room, holder: Some("bob".to_owned()), by: by() },
        Event::CaseEscalated { case, room, by: by() },
        Event::CaseCalmed { case, room, by: by() },
        Event::TextAllowed { room, folded: "加v".to_owned(), case, until: Moment(9), by: by() },
        Event::AllowanceEnded { allowance: AllowanceId(Seq(44)), by: by() },
        Event::MessagePinned { room, message, by: by() },
        Event::MessageUnpinned { room, message, by: by() },
        Event::CasesAllowed { cases: vec![case, CaseId(Seq(42))], by: by() },
        Event::CasesReopened { cases: vec![case], by: by() },
        Event::CasesMoved { cases: vec![case, CaseId(Seq(42))], to: CaseMove::Rest(Moment(9)), by: by() },
        Event::CasesMoved { cases: vec![case], to: CaseMove::Wake, by: by() },
        Event::CasesMoved { cases: vec![case], to: CaseMove::Hold("alice".to_owned()), by: by() },
        Event::CasesMoved { cases: vec![case], to: CaseMove::Release, by: by() },
        Event::CasesMoved { cases: vec![case], to: CaseMove::Escalate, by: by() },
        Event::CasesMoved { cases: vec![case], to: CaseMove::Calm, by: by() },
        Event::MessagesPinned { messages: vec![(room, message)], kept: true, by: by() },
        Event::MessagesPinned { messages: vec![(room, message)], kept: false, by: by() },
        Event::FilterSaved { name: "广告".to_owned(), text: "flagged kind:link".to_owned(), by: by() },
        Event::FilterRemoved { name: "广告".to_owned(), by: by() },
        Event::EvidenceKept {
            room,
            message,
            lines: vec![EvidenceLine {
                message,
                member,
                name: "李四".to_owned(),
                at: Moment(1_795_361_727_556),
                text: "加V领资料".to_owned(),
            }],
        },
    ]
}

/// The events as the fixture keeps them: bytes in hex, and what they mean.
fn written(events: &[Event]) -> String {
    let line = |event: &Event| {
        format!("{} {}\n", hex(&codec::encode(event).unwrap()), serde_json::to_string(event).unwrap())
    };
    events.iter().map(line).collect()
}

#[test]
fn every_version_ever_written_stays_readable_byte_for_byte() {
    if std::env::var_os("QUNGUAN_BLESS").is_some() {
        std::fs::write(fixture(codec::VERSION), written(&every_event())).unwrap();
    }
    for version in 1..=codec::VERSION {
        let kept = std::fs::read_to_string(fixture(version)).unwrap();
        for line in kept.lines() {
            let (bytes, json) = line.split_once(' ').unwrap();
            let meant: Event = serde_json::from_str(json).unwrap();
            assert_eq!(unhex(bytes)[0], version, "{line}");
            assert_eq!(codec::decode(&unhex(bytes)).unwrap(), meant, "{line}");
        }
    }
    let kept = std::fs::read_to_string(fixture(codec::VERSION)).unwrap();
    assert_eq!(written(&every_event()), kept, "what is written as a version must stay what that version is");
}

#[test]
fn the_fixture_holds_every_kind_of_event() {
    let kinds: std::collections::HashSet<_> = every_event().iter().map(discriminant).collect();
    let source = include_str!("../src/model/event.rs");
    let (_, body) = source.split_once("pub enum Event {").unwrap();
    let (body, _) = body.split_once("\n}").unwrap();
    let variant = |line: &&str| {
        line.starts_with("    ")
            && line.trim_start().starts_with(|sign: char| sign.is_ascii_uppercase())
            && !line.starts_with("     ")
    };
    assert_eq!(kinds.len(), body.lines().filter(variant).count());
}

#[test]
fn a_newer_version_and_garbage_are_told_apart() {
    let mut bytes = codec::encode(&Event::ServerStopped).unwrap();
    bytes[0] = codec::VERSION + 1;
    assert_eq!(codec::decode(&bytes), Err(CodecError::Newer(codec::VERSION + 1)));
    assert_eq!(codec::decode(&[]), Err(CodecError::Empty));
    assert!(matches!(codec::decode(&[codec::VERSION, 255, 255]), Err(CodecError::Garbled(_))));
}

/// A state with something in every part, and no map with two keys, so that its bytes are always the same.
fn small_state() -> State {
    let mut state = State::default();
    let keep = |event: &Event| {
        !matches!(event, Event::RosterRead { .. } | Event::HistoryDropped { .. } | Event::NoteRemoved { .. })
    };
    let events =
        every_event().into_iter().filter(keep).chain([request(Act::Mute { member: MEMBER, seconds: 60 })]);
    for (at, event) in events.enumerate() {
        let seq = Seq(at as u64 + 1);
        state.apply(&Record { seq, at: Moment(1_795_361_000_000 + at as i64), event });
    }
    state
}

#[test]
fn a_changed_layout_of_the_state_raises_its_number() {
    let bytes = checkpoint::to_bytes(&small_state()).unwrap();
    assert_eq!(checkpoint::from_bytes(&bytes), Some(small_state()));
    let found = format!("{} {}\n", checkpoint::LAYOUT, hex(&bytes));
    let path = fixture(1).with_file_name("state-layout.txt");
    if std::env::var_os("QUNGUAN_BLESS").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    let (layout, _) = kept.split_once(' ').unwrap();
    assert!(
        found == kept || layout != checkpoint::LAYOUT.to_string(),
        "the state is laid out otherwise than layout {layout}: raise state::checkpoint::LAYOUT and bless"
    );
    assert_eq!(found, kept, "a new layout: bless the fixture with QUNGUAN_BLESS=1");
}

#[test]
fn a_picture_of_another_layout_is_not_guessed_at() {
    let mut bytes = checkpoint::to_bytes(&small_state()).unwrap();
    bytes[0] += 1;
    assert_eq!(checkpoint::from_bytes(&bytes), None);
    assert_eq!(checkpoint::from_bytes(&[]), None);
}
