//! What is too long for one entry of the record: refused before it happens, or told in several; the record goes on.

use crate::house::{House, state_in};
use crate::lines::Lines;
use qunguan::app::effect::Effect;
use qunguan::config::file::Settings;
use qunguan::desk::clock;
use qunguan::desk::house;
use qunguan::desk::perform::Performed;
use qunguan::desk::recorder::Recorder;
use qunguan::desk::serve;
use qunguan::event_log::{EventLog, Options};
use qunguan::model::action::Actor;
use qunguan::model::event::{CaseMove, Event, Flagging};
use qunguan::model::flag::{Category, Confidence, Severity, Verdict};
use qunguan::model::id::{CaseId, MemberId, MessageId, RoomId, Seq};
use qunguan::model::reason::Reason;
use qunguan::state::State;
use qunguan::state::undo::Step;
use qunguan::terminal::messages::Fate;
use std::path::Path;

const ROOM: RoomId = RoomId(1);

/// A house on a record in `folder`, without a loop around it.
fn quiet(folder: &Path) -> house::House {
    let (_log, writer, opened) =
        EventLog::open(folder, Options::new(clock::now().0), Box::new(drop)).unwrap();
    let (customs, _) = serve::customs(&Settings::default(), None);
    let recorder = Recorder::new(writer, Seq(opened.next));
    house::House::new(State::default(), recorder, customs, opened.store_id)
}

fn alice() -> Actor {
    Actor::Moderator("alice".into())
}

/// A case of its own, because no other has this rule.
fn flagged(number: u32) -> Event {
    Event::Flagged(Flagging {
        message: MessageId(Seq(1 << 40 | u64::from(number))),
        room: ROOM,
        member: MemberId(1),
        rule: format!("words/{number}"),
        rule_version: 1,
        category: Category::Advertisement,
        severity: Severity::S2,
        confidence: Confidence::Likely,
        span: None,
        reason: Reason::new("flag-words"),
    })
}

/// Closes the record and gives the state that it tells, which is the one that was.
fn check_recorded(house: house::House, folder: &Path) -> State {
    let house::House { state, recorder, .. } = house;
    recorder.close().unwrap();
    let told = state_in(folder);
    assert!(told == state, "the record tells what was");
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_that_is_longer_folded_than_said_is_refused_and_the_record_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path(), 15);
    house.online().await;
    // One sign of three bytes that folds into eighteen letters.
    house.says("m1", "x1", &format!("加威信领资料 vx8866 {}", "\u{fdfa}".repeat(3000))).await;
    house.recorded("the flag", |event| matches!(event, Event::Flagged(_))).await;
    let mut alice = Lines::sit_with(&house, "alice", false).await;
    alice.types("queue").await;
    let told = alice.sees("case c").await;
    let case = told.split_whitespace().find(|word| word.starts_with('c') && *word != "case").unwrap();
    alice.types(&format!("allow-text {case}")).await;
    alice.sees("too long to be allowed").await;
    for long in
        [format!("remind {case} {}", "x".repeat(64_000)), format!("save-filter f {}", "x".repeat(64_000))]
    {
        alice.types(&long).await;
        alice.sees("too many for one line").await;
    }
    alice.types(&format!("note {case} still here")).await;
    alice.sees("Noted about").await;
    assert_eq!(alice.end().await, Fate::Refused);
    house.recorded("the note", |event| matches!(event, Event::NoteAdded { .. })).await;
    house.stop().await;
}

#[test]
fn what_the_record_cannot_take_does_not_happen_and_the_rest_does() {
    let folder = tempfile::tempdir().unwrap();
    let mut house = quiet(folder.path());
    house.append(vec![flagged(1)]);
    let (case, member) = (CaseId(Seq(1)), MemberId(1));
    let until = clock::now();
    let long = "x".repeat(70_000);
    for effect in [
        Effect::Note { room: ROOM, member, text: long.clone() },
        Effect::AllowText { case, room: ROOM, folded: long.clone(), until },
        Effect::SaveFilter { name: "f".into(), text: Some(long.clone()) },
    ] {
        let before = house.state.clone();
        let Performed::Refused(reason) = house.perform(effect, &alice()) else { panic!("it is refused") };
        assert_eq!(reason.key, "too-long-to-record");
        assert!(house.state == before, "nothing has happened");
    }
    // A connector or an import says what it says: the rest of it counts.
    let note = |text: &str| Event::NoteAdded { room: ROOM, member, text: text.into(), by: alice() };
    assert_eq!(house.append(vec![note("one"), note(&long), note("two")]).len(), 2);
    assert_eq!(house.adopt(note(&long), clock::now()), None);
    let effect = Effect::Decide { case, room: ROOM, verdict: Verdict::Allowed };
    assert_eq!(house.perform(effect, &alice()), Performed::Done);
    let told = check_recorded(house, folder.path());
    assert_eq!(told.undo.newest("alice"), Some(Step::Allowed(case)));
}

#[test]
fn very_many_messages_are_pinned_together_and_let_go_in_one_step() {
    let folder = tempfile::tempdir().unwrap();
    let mut house = quiet(folder.path());
    let all: Vec<(RoomId, MessageId)> =
        (1..=20_000).map(|seq| (ROOM, MessageId(Seq(1 << 40 | seq)))).collect();
    for kept in [true, false] {
        assert_eq!(house.perform(Effect::PinAll { messages: all.clone(), kept }, &alice()), Performed::Done);
        assert_eq!(house.state.evidence.pins().count(), if kept { all.len() } else { 0 });
        let step = kept.then(|| Step::PinnedMany(all.iter().map(|(_, message)| *message).collect()));
        assert_eq!(house.state.undo.newest("alice"), step);
    }
    check_recorded(house, folder.path());
}

#[test]
fn very_many_cases_move_together_and_back_and_none_is_forgotten_that_can_be_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut house = quiet(folder.path());
    let flags = house.append((0..3320).map(flagged).collect());
    let all: Vec<CaseId> = flags.iter().map(|record| CaseId(record.seq)).collect();
    let (all, others) = all.split_at(3300);
    let moved = |to: CaseMove| Effect::MoveAll { cases: all.to_vec(), to };
    assert_eq!(house.perform(moved(CaseMove::Escalate), &alice()), Performed::Done);
    assert!(matches!(house.state.undo.newest("alice"), Some(Step::Moved(cases, _)) if cases == all));
    assert_eq!(house.perform(moved(CaseMove::Calm), &alice()), Performed::Done);
    assert_eq!(house.state.undo.newest("alice"), None);

    assert_eq!(house.perform(Effect::AllowAll(all.to_vec()), &alice()), Performed::Done);
    let bob = Actor::Moderator("bob".into());
    for case in others {
        let effect = Effect::Decide { case: *case, room: ROOM, verdict: Verdict::Confirmed };
        assert_eq!(house.perform(effect, &bob), Performed::Done);
    }
    assert_eq!(house.state.undo.newest("alice"), Some(Step::AllowedMany(all.to_vec())));
    assert_eq!(house.state.queue.undecided().count(), 0);
    // One of them was opened and decided by somebody else since.
    let room = ROOM;
    house.append(vec![
        Event::CaseReopened { case: all[7], room, by: bob.clone() },
        Event::CaseDecided { case: all[7], room, verdict: Verdict::Confirmed, by: bob },
    ]);
    assert_eq!(house.perform(Effect::ReopenAll(all.to_vec()), &alice()), Performed::Done);
    let open: Vec<CaseId> = house.state.queue.undecided().map(|case| case.id).collect();
    let back: Vec<CaseId> = all.iter().copied().filter(|case| *case != all[7]).collect();
    assert_eq!(open, back, "all that stood, and nothing else");
    assert_eq!(house.state.undo.newest("alice"), None);
    check_recorded(house, folder.path());
}
