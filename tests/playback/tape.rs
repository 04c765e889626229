//! A stretch as it is read from the record, and the frames that a playhead in it gives.

use crate::desk::Desk;
use crate::house::write;
use qunguan::app::effect::Effect;
use qunguan::app::message::Message;
use qunguan::app::playback::{Playback, Stretch, Tape};
use qunguan::app::seat::Seat;
use qunguan::commands::key::{Code, Key};
use qunguan::desk::{clock, pages, playback};
use qunguan::event_log::{EventLog, Options, Writer};
use qunguan::language::Language;
use qunguan::model::action::Actor;
use qunguan::model::event::Flagging;
use qunguan::model::event::{Event, Received, Record};
use qunguan::model::flag::{Category, Confidence, Severity, Verdict};
use qunguan::model::id::{CaseId, MemberId, MessageId, RoomId, Seq};
use qunguan::model::message::Kind;
use qunguan::model::moment::Moment;
use qunguan::model::reason::Reason;
use qunguan::state::State;
use qunguan::ui::screen::Screen;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

const ROOM: RoomId = RoomId(1);

/// An hour of talk, a flag in it, its decision and a note; one event a minute.
fn hour() -> Vec<(i64, Event)> {
    let (connector, external) = ("demo".to_owned(), "#a".to_owned());
    let mut events = vec![Event::RoomAppeared {
        room: ROOM,
        connector: connector.clone(),
        external: external.clone(),
        name: external,
    }];
    for number in 1..=3 {
        let (member, external) = (MemberId(number), format!("m{number}"));
        let name = format!("成员{number}");
        events.push(Event::MemberAppeared { member, connector: connector.clone(), external, name });
    }
    let by = Actor::Moderator("alice".into());
    for number in 0_u32..50 {
        let member = MemberId(number % 3 + 1);
        events.push(Event::MessageReceived(Received {
            room: ROOM,
            member,
            external: format!("x{number}"),
            sent_at: Moment(0),
            kind: Kind::Text,
            text: format!("第 {number} 句话"),
            reply_to: None,
            mentions: Vec::new(),
            backfilled: false,
            own: false,
        }));
        let said = Seq(events.len() as u64);
        match number {
            20 => events.push(flag(said, member)),
            30 => events.push(Event::CaseDecided {
                case: CaseId(Seq(26)),
                room: ROOM,
                verdict: Verdict::Allowed,
                by: by.clone(),
            }),
            40 => {
                events.push(Event::NoteAdded { room: ROOM, member, text: "多留意".into(), by: by.clone() })
            }
            _ => {}
        }
    }
    let count = events.len() as i64;
    events.into_iter().zip(1..).map(|(event, at)| ((count - at) * 60 + 600, event)).collect()
}

fn flag(said: Seq, member: MemberId) -> Event {
    Event::Flagged(Flagging {
        message: MessageId(said),
        room: ROOM,
        member,
        rule: "words/ads".into(),
        rule_version: 1,
        category: Category::Advertisement,
        severity: Severity::S2,
        confidence: Confidence::Likely,
        span: None,
        reason: Reason::new("flag-words").with("words", "话").with("count", 1).with("disguised", "no"),
    })
}

/// Everything on record, and the log itself.
fn record(folder: &Path) -> (EventLog, Writer, Vec<Record>) {
    write(folder, hour());
    let (log, writer, _) = EventLog::open(folder, Options::new(clock::now().0), Box::new(drop)).unwrap();
    let entries = log.read(log.first(), 1 << 16).unwrap();
    (log, writer, entries.iter().map(|entry| pages::record(entry).unwrap()).collect())
}

fn read(log: &EventLog, stretch: Stretch) -> Tape {
    playback::read(log, stretch, &mut |_| true).unwrap().unwrap()
}

/// What the playhead shows, as one number.
fn frame(playback: &Playback) -> u64 {
    let state = playback.state().unwrap().clone();
    let desk = Desk::new(state, playback.playhead(), Language::Chinese, "default");
    let (buffer, cursor) = desk.draw(&Screen::new(120, 36));
    let mut hasher = DefaultHasher::new();
    format!("{buffer:?} {cursor:?}").hash(&mut hasher);
    hasher.finish()
}

fn press(playback: &mut Playback, key: Key) {
    let seat = Seat::new("alice", Language::Chinese, "default", 120, 36);
    for effect in playback.message(&seat, &Message::Key { key, shown: 0 }).unwrap() {
        let Effect::Seek(mut count) = effect else { panic!("{effect:?}") };
        // What the desk does on another thread.
        while let Some(next) = playback.sought(count, playback.tape().unwrap().clone().state_after(count)) {
            count = next;
        }
    }
}

fn begun(tape: &Tape, stretch: Stretch) -> Playback {
    let mut playback = Playback::loading(stretch);
    playback.loaded(tape.clone());
    playback
}

#[test]
fn the_same_stretch_gives_the_same_frames_whatever_the_way_there() {
    let folder = tempfile::tempdir().unwrap();
    let (log, _writer, records) = record(folder.path());
    let stretch = Stretch { from: records[10].at, to: records[50].at };
    let tape = read(&log, stretch);
    assert_eq!(tape, read(&log, stretch));
    assert_eq!(tape.records.len(), 41);
    // Played at the speed of life in steps of a second, and at 100 times it in uneven ones.
    let (mut slow, mut fast) = (begun(&tape, stretch), begun(&tape, stretch));
    (0..5).for_each(|_| press(&mut fast, Key::char('+')));
    let (mut slow_now, mut fast_now) = (Moment(0), Moment(7));
    slow.tick(slow_now);
    fast.tick(fast_now);
    let mut frames = Vec::new();
    for part in 0..24 {
        for _ in 0..100 {
            slow_now = slow_now.plus_seconds(1);
            slow.tick(slow_now);
        }
        for pause in [300, 500, 200] {
            fast_now = Moment(fast_now.0 + pause);
            fast.tick(fast_now);
        }
        assert_eq!(slow.playhead(), fast.playhead(), "part {part}");
        frames.push(frame(&slow));
        assert_eq!(frame(&fast), frames[part], "part {part}");
    }
    frames.dedup();
    assert!(frames.len() > 10, "the frames are not all the same: {}", frames.len());
    // Event by event forward, then back again: every place looks as it did.
    let mut stepped = begun(&tape, stretch);
    let mut forward = vec![frame(&stepped)];
    for _ in 0..tape.records.len() {
        press(&mut stepped, Key::plain(Code::Right));
        forward.push(frame(&stepped));
    }
    for place in (0..tape.records.len()).rev() {
        press(&mut stepped, Key::plain(Code::Left));
        assert_eq!(frame(&stepped), forward[place], "place {place}");
    }
    press(&mut stepped, Key::plain(Code::End));
    assert_eq!(Some(&frame(&stepped)), forward.last());
}

#[test]
fn the_past_is_what_the_living_state_was() {
    let folder = tempfile::tempdir().unwrap();
    let (log, _writer, records) = record(folder.path());
    let stretch = Stretch { from: records[10].at, to: records[50].at };
    let tape = read(&log, stretch);
    let mut lived = State::default();
    for (place, record) in records.iter().enumerate() {
        if (10..=51).contains(&place) {
            assert_eq!(tape.state_after(place - 10), lived, "before event {}", record.seq);
        }
        lived.apply(record);
    }
    let decided = tape.state_after(tape.records.len());
    assert!(decided.queue.get(CaseId(Seq(26))).unwrap().decision.is_some(), "who did what is in it");
}

#[test]
fn a_busy_stretch_takes_a_bounded_number_of_events_in_a_turn_and_leaves_none_out() {
    let folder = tempfile::tempdir().unwrap();
    let (log, _writer, records) = record(folder.path());
    let mut tape = read(&log, Stretch { from: records[5].at, to: records[8].at });
    let spoken = records[10].clone();
    let many: Vec<Record> =
        (0..5000).map(|number| Record { seq: Seq(tape.begin.next.0 + number), ..spoken.clone() }).collect();
    tape.records = many.into();
    let stretch = Stretch { from: spoken.at.plus_seconds(-10), to: spoken.at.plus_seconds(10) };
    let mut playback = begun(&tape, stretch);
    playback.tick(Moment(0));
    let begun_with = playback.state().unwrap().stream.pushed;
    let (mut now, mut before, mut turns) = (0, begun_with, 0);
    while playback.plays() {
        now += 100_000;
        playback.tick(Moment(now));
        let taken = playback.state().unwrap().stream.pushed - before;
        assert!(taken <= qunguan::app::playback::A_TURN as u64, "{taken} in one turn");
        before += taken;
        turns += 1;
        assert!(turns < 1000, "it comes to its end");
    }
    assert_eq!(before - begun_with, 5000);
}
