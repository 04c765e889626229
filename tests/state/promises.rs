//! What the state promises, one by one.

use crate::chronicle::{BEGIN, CONNECTOR, Chronicle, person};
use crate::{flag, moderator, replayed, stored};
use qunguan::model::action::{Act, Actor, Request, Stage};
use qunguan::model::event::Event;
use qunguan::model::flag::{Severity, Verdict};
use qunguan::model::heard::{By, Heard, Outcome, Person, Saying, Status};
use qunguan::model::id::{ActionId, CaseId, MessageId, NoteId, Seq};
use qunguan::model::member::Role;
use qunguan::model::moment::Moment;
use qunguan::model::reason::Reason;
use qunguan::state::State;
use qunguan::state::intake::intake;
use qunguan::state::stream::{Line, Notice, WINDOW};
use qunguan::state::undo::Step;

fn saying(external: &str) -> Saying {
    Saying {
        room: "#a".into(),
        person: person("李四"),
        external: external.into(),
        text: "加V".into(),
        ..Saying::default()
    }
}

fn gaps(state: &State) -> Vec<(Moment, Moment)> {
    let gap = |line: &Line| match line {
        Line::Notice { notice: Notice::Gap { from, to, .. }, .. } => Some((*from, *to)),
        _ => None,
    };
    state.stream.lines().iter().filter_map(gap).collect()
}

fn flagged(chronicle: &mut Chronicle, message: MessageId, rule: &str, severity: Severity) -> CaseId {
    let said = chronicle.state.stream.message(message).unwrap();
    let flagging = flag(message, said.room, said.member, rule, severity);
    CaseId(chronicle.append(Event::Flagged(flagging)))
}

fn asks(chronicle: &mut Chronicle, act: Act, undoes: Option<ActionId>) -> ActionId {
    let room = chronicle.room("#a");
    let request = Request {
        room,
        act,
        by: moderator(0),
        case: None,
        rule: None,
        hold_until: None,
        undoes,
        unit: None,
        message: None,
    };
    ActionId(chronicle.append(Event::ActionRequested(request)))
}

fn answers(chronicle: &mut Chronicle, action: ActionId, outcome: Outcome) {
    chronicle.hear(Heard::Outcome { action, outcome });
}

fn confirmed() -> Outcome {
    Outcome::Confirmed { evidence: Reason::new("seen"), ours_to_lift: false }
}

fn refused() -> Outcome {
    Outcome::Failed { reason: Reason::new("refused") }
}

#[test]
fn a_message_that_comes_twice_is_taken_once() {
    let mut chronicle = Chronicle::online();
    assert!(chronicle.say(saying("x")).is_some());
    assert!(chronicle.say(Saying { backfilled: true, ..saying("x") }).is_none());
    assert!(
        chronicle.say(Saying { room: "#b".into(), ..saying("x") }).is_some(),
        "another room has its own ids"
    );
    assert!(chronicle.say(saying("")).is_some());
    assert!(chronicle.say(saying("")).is_some(), "without an id nothing can be known to be a repeat");
}

#[test]
fn a_repeat_is_known_after_a_restart_too() {
    let mut chronicle = Chronicle::online();
    chronicle.say(saying("x"));
    let state = replayed(State::default(), &chronicle.records);
    assert!(intake(&stored(&state), CONNECTOR, Heard::Message(saying("x")), chronicle.now).is_empty());
}

#[test]
fn a_lost_connection_leaves_a_gap_from_the_last_thing_heard() {
    let mut chronicle = Chronicle::online();
    chronicle.says("#a", "李四", "在");
    chronicle.pass(50);
    chronicle
        .hear(Heard::Status(Status::Offline { reason: Reason::new("connection-lost"), retry_seconds: 5 }));
    chronicle.pass(5);
    chronicle.hear(Heard::Status(Status::Connecting));
    chronicle.pass(5);
    assert_eq!(gaps(&chronicle.state), []);
    chronicle.hear(Heard::Status(Status::Online { account: "us".into() }));
    assert_eq!(gaps(&chronicle.state), [(BEGIN, BEGIN.plus_seconds(60))]);
    chronicle.hear(Heard::Status(Status::Online { account: "us".into() }));
    assert_eq!(gaps(&chronicle.state).len(), 1, "the same status again is no news");
}

#[test]
fn a_quiet_room_does_not_make_the_gap_longer() {
    let mut chronicle = Chronicle::online();
    chronicle.pass(3600);
    chronicle
        .hear(Heard::Status(Status::Offline { reason: Reason::new("connection-lost"), retry_seconds: 5 }));
    chronicle.pass(60);
    chronicle.hear(Heard::Status(Status::Online { account: "us".into() }));
    let (from, to) = gaps(&chronicle.state)[0];
    assert_eq!(to.since(from), 180_000, "the minute itself, and the two in which a loss is noticed");
}

#[test]
fn a_server_that_was_down_leaves_a_gap() {
    for orderly in [true, false] {
        let mut chronicle = Chronicle::online();
        chronicle.pass(10);
        chronicle.says("#a", "李四", "在");
        chronicle.pass(10);
        if orderly {
            chronicle.append(Event::ServerStopped);
        }
        chronicle.pass(600);
        chronicle.append(Event::ServerStarted { version: "test".into() });
        chronicle.pass(1);
        chronicle.hear(Heard::Status(Status::Online { account: "us".into() }));
        let from = BEGIN.plus_seconds(if orderly { 20 } else { 10 });
        assert_eq!(gaps(&chronicle.state), [(from, BEGIN.plus_seconds(621))]);
    }
}

#[test]
fn the_first_connection_leaves_no_gap() {
    assert_eq!(gaps(&Chronicle::online().state), []);
}

#[test]
fn flags_of_one_author_and_rule_fold_into_one_case_until_it_is_decided() {
    let mut chronicle = Chronicle::online();
    let (one, two) = (chronicle.says("#a", "李四", "加V"), chronicle.says("#a", "李四", "加微信"));
    let case = flagged(&mut chronicle, one, "words", Severity::S1);
    flagged(&mut chronicle, two, "words", Severity::S3);
    let other = flagged(&mut chronicle, two, "links", Severity::S2);
    let elsewhere = chronicle.says("#b", "李四", "加V");
    let elsewhere = flagged(&mut chronicle, elsewhere, "words", Severity::S4);
    let open: Vec<(CaseId, u32)> = chronicle
        .state
        .queue
        .waiting(qunguan::model::moment::Moment(i64::MAX))
        .iter()
        .map(|case| (case.id, case.flags))
        .collect();
    assert_eq!(open, [(elsewhere, 1), (case, 2), (other, 1)]);
    assert_eq!(chronicle.state.queue.get(case).unwrap().severity, Severity::S3);
    let room = chronicle.room("#a");
    chronicle.append(Event::CaseDecided { case, room, verdict: Verdict::Confirmed, by: moderator(0) });
    let next = flagged(&mut chronicle, one, "words", Severity::S1);
    assert_ne!(next, case);
    assert!(chronicle.state.queue.get(next).is_some());
}

#[test]
fn the_first_decision_stands() {
    let mut chronicle = Chronicle::online();
    let message = chronicle.says("#a", "李四", "加V");
    let case = flagged(&mut chronicle, message, "words", Severity::S2);
    let (room, member) = (chronicle.room("#a"), chronicle.member("李四"));
    chronicle.append(Event::CaseDecided { case, room, verdict: Verdict::Allowed, by: moderator(0) });
    chronicle.append(Event::CaseDecided { case, room, verdict: Verdict::Confirmed, by: moderator(1) });
    let decision = chronicle.state.queue.get(case).unwrap().decision.clone().unwrap();
    assert_eq!((decision.verdict, decision.by), (Verdict::Allowed, moderator(0)));
    assert_eq!(chronicle.state.members.in_room(room, member).unwrap().offences, []);
    assert_eq!(chronicle.state.undo.newest("bob"), None);
}

#[test]
fn a_clock_that_went_back_does_not_lose_the_decision() {
    let mut chronicle = Chronicle::online();
    let message = chronicle.says("#a", "李四", "加V");
    let (room, member) = (chronicle.room("#a"), chronicle.member("李四"));
    for _ in 0..1001 {
        let case = flagged(&mut chronicle, message, "words", Severity::S2);
        chronicle.append(Event::CaseDecided { case, room, verdict: Verdict::Allowed, by: moderator(0) });
    }
    chronicle.pass(-60);
    let case = flagged(&mut chronicle, message, "words", Severity::S2);
    chronicle.append(Event::CaseDecided { case, room, verdict: Verdict::Confirmed, by: moderator(0) });
    assert!(chronicle.state.queue.get(case).is_some());
    assert_eq!(chronicle.state.members.in_room(room, member).unwrap().offences.len(), 1);
}

#[test]
fn a_reopened_case_is_no_offence_and_can_be_decided_again() {
    let mut chronicle = Chronicle::online();
    let message = chronicle.says("#a", "李四", "加V");
    let case = flagged(&mut chronicle, message, "words", Severity::S2);
    let (room, member) = (chronicle.room("#a"), chronicle.member("李四"));
    let offences =
        |chronicle: &Chronicle| chronicle.state.members.in_room(room, member).unwrap().offences.len();
    chronicle.append(Event::CaseDecided { case, room, verdict: Verdict::Confirmed, by: moderator(0) });
    assert_eq!(offences(&chronicle), 1);
    chronicle.append(Event::CaseReopened { case, room, by: moderator(0) });
    assert_eq!((offences(&chronicle), chronicle.state.queue.undecided().count()), (0, 1));
    chronicle.append(Event::CaseDecided { case, room, verdict: Verdict::Confirmed, by: moderator(1) });
    assert_eq!(offences(&chronicle), 1);
}

#[test]
fn undo_steps_survive_a_restart() {
    let mut chronicle = Chronicle::online();
    chronicle.says("#a", "李四", "加V");
    let (room, member) = (chronicle.room("#a"), chronicle.member("李四"));
    let action = asks(&mut chronicle, Act::Mute { member, seconds: 600 }, None);
    answers(&mut chronicle, action, confirmed());
    let note = chronicle.append(Event::NoteAdded { room, member, text: "留意".into(), by: moderator(0) });
    chronicle.append(Event::ServerStopped);
    chronicle.append(Event::ServerStarted { version: "test".into() });
    let mut state = replayed(stored(&State::default()), &chronicle.records);
    assert_eq!(state.undo.newest("alice"), Some(Step::Noted(NoteId(note))));
    let event = Event::NoteRemoved { note: NoteId(note), by: moderator(0) };
    state.apply(&qunguan::model::event::Record { seq: state.next, at: chronicle.now, event });
    assert_eq!(state.undo.newest("alice"), Some(Step::Acted(action)));
    assert!(state.members.in_room(room, member).unwrap().is_muted(chronicle.now));
}

#[test]
fn a_failed_undo_can_be_tried_again() {
    let mut chronicle = Chronicle::online();
    chronicle.says("#a", "李四", "加V");
    let member = chronicle.member("李四");
    let mute = asks(&mut chronicle, Act::Mute { member, seconds: 600 }, None);
    answers(&mut chronicle, mute, Outcome::Confirmed { evidence: Reason::new("seen"), ours_to_lift: true });
    assert_eq!(chronicle.state.actions.to_lift().len(), 1);
    let undo = asks(&mut chronicle, Act::Unmute { member }, Some(mute));
    assert_eq!(chronicle.state.undo.newest("alice"), None);
    assert_eq!(chronicle.state.actions.to_lift(), []);
    answers(&mut chronicle, undo, refused());
    assert_eq!(chronicle.state.undo.newest("alice"), Some(Step::Acted(mute)));
    assert_eq!(chronicle.state.actions.to_lift().len(), 1, "what still stands must still be lifted");
    let again = asks(&mut chronicle, Act::Unmute { member }, Some(mute));
    answers(&mut chronicle, again, confirmed());
    let room = chronicle.room("#a");
    assert!(!chronicle.state.members.in_room(room, member).unwrap().is_muted(chronicle.now));
    assert_eq!(chronicle.state.undo.newest("alice"), None);
    assert_eq!(chronicle.state.actions.get(mute).unwrap().undone_by, Some(again));
}

#[test]
fn an_action_that_failed_leaves_nothing_to_undo() {
    let mut chronicle = Chronicle::online();
    chronicle.says("#a", "李四", "加V");
    let member = chronicle.member("李四");
    let mute = asks(&mut chronicle, Act::Mute { member, seconds: 600 }, None);
    answers(&mut chronicle, mute, refused());
    assert_eq!(chronicle.state.undo.newest("alice"), None);
}

#[test]
fn what_never_happened_is_not_offered_for_undo_when_its_undo_fails_too() {
    let mut chronicle = Chronicle::online();
    chronicle.says("#a", "李四", "加V");
    let member = chronicle.member("李四");
    let mute = asks(&mut chronicle, Act::Mute { member, seconds: 600 }, None);
    let undo = asks(&mut chronicle, Act::Unmute { member }, Some(mute));
    answers(&mut chronicle, mute, refused());
    answers(&mut chronicle, undo, refused());
    assert_eq!(chronicle.state.undo.newest("alice"), None);
}

#[test]
fn an_answer_after_the_end_changes_nothing_but_an_unknown_end() {
    let mut chronicle = Chronicle::online();
    chronicle.says("#a", "李四", "加V");
    let member = chronicle.member("李四");
    let mute = asks(&mut chronicle, Act::Mute { member, seconds: 600 }, None);
    answers(&mut chronicle, mute, Outcome::Unknown { reason: Reason::new("silent") });
    answers(&mut chronicle, mute, Outcome::Accepted);
    assert_eq!(chronicle.state.actions.get(mute).unwrap().stage, Stage::Unknown);
    answers(&mut chronicle, mute, confirmed());
    answers(&mut chronicle, mute, refused());
    assert_eq!(chronicle.state.actions.get(mute).unwrap().stage, Stage::Confirmed);
}

#[test]
fn fetched_messages_do_not_bring_anybody_back() {
    let mut chronicle = Chronicle::online();
    chronicle.says("#a", "李四", "我先走了");
    let people = vec![person("王工")];
    chronicle.hear(Heard::Roster { room: "#a".into(), people, complete: true });
    let old = Saying { backfilled: true, sent_at: Some(Moment(BEGIN.0 - 5000)), ..saying("old") };
    chronicle.say(old);
    let (room, member) = (chronicle.room("#a"), chronicle.member("李四"));
    let standing = chronicle.state.members.in_room(room, member).unwrap();
    assert!(!standing.present);
    assert_eq!((standing.messages, standing.last_spoke), (2, Some(BEGIN)));
    assert_eq!(chronicle.state.members.present_in(room), 1);
}

#[test]
fn a_member_stays_the_same_under_a_new_name_and_id() {
    let mut chronicle = Chronicle::online();
    chronicle.says("#a", "李四", "在");
    let member = chronicle.member("李四");
    let renamed = Person { external: "李四1".into(), name: "李四 (忙)".into(), role: Role::Unknown };
    chronicle.hear(Heard::Renamed { was: "李四".into(), person: renamed });
    assert_eq!(chronicle.member("李四1"), member);
    assert_eq!(chronicle.state.members.find(CONNECTOR, "李四"), None);
}

#[test]
fn a_name_that_changed_hands_takes_no_one_with_it() {
    let mut chronicle = Chronicle::online();
    chronicle.says("#a", "甲", "在");
    chronicle.says("#a", "乙", "在");
    let (first, second) = (chronicle.member("甲"), chronicle.member("乙"));
    // 甲 is gone, 乙 takes his name and gives it back: 甲 is still 甲.
    chronicle.hear(Heard::Renamed { was: "乙".into(), person: person("甲") });
    assert_eq!(chronicle.member("甲"), second);
    chronicle.hear(Heard::Renamed { was: "甲".into(), person: person("乙") });
    assert_eq!(chronicle.member("乙"), second);
    assert_eq!(chronicle.member("甲"), first);
}

#[test]
fn a_recall_that_is_heard_twice_is_one() {
    let mut chronicle = Chronicle::online();
    chronicle.say(saying("x"));
    let recalled = || Heard::Recalled { room: "#a".into(), message: "x".into(), by: By::Us };
    assert_eq!(chronicle.hear(recalled()).len(), 1);
    assert_eq!(chronicle.hear(recalled()).len(), 0);
}

fn text_of(state: &State, message: MessageId) -> Option<&str> {
    state.stream.message(message).map(|message| message.text.as_str())
}

#[test]
fn an_open_case_keeps_the_words_it_rests_on_however_much_is_said_after() {
    let mut chronicle = Chronicle::online();
    let said = chronicle.says("#a", "李四", "加V领资料");
    let plain = chronicle.says("#a", "张三", "早");
    let case = flagged(&mut chronicle, said, "ads", Severity::S2);
    for _ in 0..=WINDOW {
        chronicle.says("#a", "王五", "好");
    }
    assert_eq!(text_of(&chronicle.state, said), Some("加V领资料"));
    assert_eq!(text_of(&chronicle.state, plain), None, "nothing rests on it");
    assert_eq!(text_of(&stored(&chronicle.state), said), Some("加V领资料"), "after a start too");
    chronicle.append(Event::CaseDecided {
        case,
        room: chronicle.room("#a"),
        verdict: Verdict::Allowed,
        by: moderator(0),
    });
    assert_eq!(text_of(&chronicle.state, said), Some("加V领资料"), "a decision may be taken back");
    for number in 0..300 {
        let next = chronicle.says("#a", &format!("{number}"), "加V");
        let case = flagged(&mut chronicle, next, "ads", Severity::S2);
        let room = chronicle.room("#a");
        let (verdict, by) = (Verdict::Allowed, moderator(0));
        chronicle.append(Event::CaseDecided { case, room, verdict, by });
    }
    assert_eq!(text_of(&chronicle.state, said), None, "what was decided long ago is in the record only");
}

#[test]
fn a_name_that_is_known_outlives_one_that_is_only_an_id() {
    let mut chronicle = Chronicle::online();
    let by = |id: &str, name: &str| Person { external: id.into(), name: name.into(), ..Person::default() };
    let said =
        |room: &str, person| Saying { room: room.into(), person, text: "在".into(), ..Saying::default() };
    let first = chronicle.say(said("#a", by("u7", "李四"))).unwrap();
    chronicle.say(said("#new", by("u7", "u7"))).unwrap();
    let member = chronicle.state.stream.message(first).unwrap().member;
    let name = |chronicle: &Chronicle| chronicle.state.members.get(member).unwrap().name.clone();
    assert_eq!(name(&chronicle), "李四");
    chronicle.say(said("#new", by("u7", "李四四"))).unwrap();
    assert_eq!(name(&chronicle), "李四四", "a name is taken over");
}

#[test]
fn a_time_that_no_platform_can_mean_is_the_time_of_receipt() {
    let mut chronicle = Chronicle::online();
    let check = |chronicle: &mut Chronicle, sent: i64, kept: bool| {
        let id = chronicle.say(Saying { sent_at: Some(Moment(sent)), ..saying("") }).unwrap();
        let at = chronicle.state.stream.message(id).unwrap().at;
        assert_eq!(at, if kept { Moment(sent) } else { chronicle.now }, "{sent}");
    };
    for sent in [i64::MIN, -1, 0, BEGIN.0 / 1000, BEGIN.0 + 3_600_000, BEGIN.0 * 1000, i64::MAX] {
        check(&mut chronicle, sent, false);
    }
    for sent in [BEGIN.0 - 86_400_000, BEGIN.0, BEGIN.0 + 60_000, 1_000_000_000_000] {
        check(&mut chronicle, sent, true);
    }
    let zone = chrono::FixedOffset::east_opt(8 * 3600).unwrap();
    assert_eq!(Moment(i64::MAX).at_zone(zone).format("%Y").to_string(), "9999");
    assert_eq!(Moment(i64::MIN).at_zone(zone).format("%Y").to_string(), "0001");
}

#[test]
fn a_new_name_is_a_line_of_the_stream_and_the_old_one_is_remembered() {
    let mut chronicle = Chronicle::online();
    let by = |id: &str, name: &str| Person { external: id.into(), name: name.into(), ..Person::default() };
    let rename = |chronicle: &mut Chronicle, was: &str, id: &str, name: &str| {
        chronicle.hear(Heard::Renamed { was: was.into(), person: by(id, name) });
    };
    let lines = |chronicle: &Chronicle| -> Vec<String> {
        let told = |line: &Line| match line {
            Line::Notice { notice: Notice::Renamed { was, name, .. }, .. } => Some(format!("{was} {name}")),
            _ => None,
        };
        chronicle.state.stream.lines().iter().filter_map(told).collect()
    };
    let saying = Saying { room: "#a".into(), person: by("alice", "alice"), ..Saying::default() };
    let said = chronicle.say(Saying { text: "在".into(), ..saying }).unwrap();
    let member = chronicle.state.stream.message(said).unwrap().member;
    rename(&mut chronicle, "alice", "alice_away", "alice_away");
    assert_eq!(lines(&chronicle), ["alice alice_away"]);
    rename(&mut chronicle, "alice_away", "alice", "alice");
    assert_eq!(lines(&chronicle), ["alice alice_away"], "a name that he had before is no news");
    let former = |chronicle: &Chronicle| chronicle.state.members.get(member).unwrap().former.clone();
    assert_eq!(former(&chronicle), ["alice_away"]);
    for number in 0..9 {
        let (was, now) = (format!("n{number}"), format!("n{}", number + 1));
        let was = if number == 0 { "alice" } else { &was };
        rename(&mut chronicle, was, &now, &now);
    }
    assert_eq!(former(&chronicle), ["n4", "n5", "n6", "n7", "n8"]);
    let known = chronicle.say(Saying { room: "#a".into(), person: by("u7", "u7"), ..saying_text() }).unwrap();
    let known = chronicle.state.stream.message(known).unwrap().member;
    let before = lines(&chronicle).len();
    chronicle.say(Saying { room: "#a".into(), person: by("u7", "李四"), ..saying_text() }).unwrap();
    assert_eq!(lines(&chronicle).len(), before, "a first name is no new one");
    assert!(chronicle.state.members.get(known).unwrap().former.is_empty());
}

fn saying_text() -> Saying {
    Saying { text: "在".into(), ..Saying::default() }
}

#[test]
fn what_was_dropped_is_in_no_memory_but_what_matters_stays() {
    let mut chronicle = Chronicle::online();
    chronicle.joins("#a", "zhang");
    let [plain, recalled, flagged_one, pinned] =
        ["said 1", "said 2", "said 3", "said 4"].map(|text| chronicle.says("#a", "zhang", text));
    let (room, by) = (chronicle.room("#a"), moderator(0));
    for message in [plain, recalled, flagged_one] {
        let recall = Event::MessageRecalled { room, message, by: Actor::Unknown };
        chronicle.append(recall);
    }
    flagged(&mut chronicle, flagged_one, "words", Severity::S2);
    chronicle.append(Event::MessagePinned { room, message: pinned, by });
    let before = chronicle.state.next;
    let later = chronicle.says("#a", "zhang", "said 5");
    chronicle.append(Event::HistoryDropped { before });
    let stream = &chronicle.state.stream;
    let said = |message| stream.message(message).map(|message| message.text.as_str());
    assert_eq!([plain, recalled, pinned].map(said), [None; 3]);
    assert_eq!((said(flagged_one), said(later)), (Some("said 3"), Some("said 5")));
    assert!(stream.mark(recalled).is_none() && stream.mark(flagged_one).is_some());
    assert!(stream.has_all_from(Seq(1)), "memory holds all that is kept");
    let bytes = qunguan::state::checkpoint::to_bytes(&chronicle.state).unwrap();
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    let held = [1, 2, 3, 4, 5].map(|number| holds(&format!("said {number}")));
    assert_eq!(held, [false, false, true, false, true]);
    assert!(replayed(State::default(), &chronicle.records) == chronicle.state);
    assert!(stored(&chronicle.state) == chronicle.state);
}
