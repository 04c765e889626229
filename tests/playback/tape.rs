//! A stretch as it is read from the record, and the frames that a playhead in it gives.

use crate::desk::Desk;
use crate::house::write;
use qunguan::app::effect::Effect;
use qunguan::app::message::Message;
use qunguan::app::playback::{A_TURN, Playback};
use qunguan::app::seat::Seat;
use qunguan::app::tape::{Goal, Piece, Stretch, Tape, Way};
use qunguan::commands::key::{Code, Key};
use qunguan::desk::past::{self, Asked};
use qunguan::desk::{clock, pages};
use qunguan::event_log::{Batch, Earlier, Entry, EventLog, Options, Urgency, Writer};
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
use std::sync::Arc;

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

fn read(log: &EventLog, stretch: Stretch) -> (Tape, Piece) {
    let nowhere = Earlier::of(Path::new("/nowhere"), 0);
    read_from(log, &nowhere, stretch).0
}

/// Also gives how many times progress was told.
fn read_from(log: &EventLog, earlier: &Earlier, stretch: Stretch) -> ((Tape, Piece), Vec<u8>) {
    let newest = Moment(log.read_back(log.next(), 1).unwrap()[0].at);
    let asked = Asked { stretch, end: Seq(log.next()), to_end: stretch.to >= newest };
    let mut told = Vec::new();
    let found = past::find(log, earlier, asked, &mut |percent| {
        told.push(percent);
        true
    });
    (found.unwrap(), told)
}

/// The state after so many events of a stretch.
fn state_after(log: &EventLog, tape: &Tape, count: u64) -> State {
    let goal = Goal::Before(Seq(tape.begin.next.0 + count));
    let way = Way { from: tape.begin.clone(), goal, end: tape.end, stop_every: u64::MAX };
    Arc::unwrap_or_clone(past::go(log, &way, &mut || true).unwrap().state)
}

/// What the desk does after every turn: reads on, on another thread.
fn served(log: &EventLog, playback: &mut Playback) {
    loop {
        if let Some(state) = playback.wants_copy() {
            playback.copied(Arc::new(State::clone(&state)));
        } else if let Some((from, end)) = playback.wants() {
            playback.more(past::piece(log, from, end).unwrap());
        } else {
            return drop(playback.take_over());
        }
    }
}

/// A copy of the state before a stretch, for a playhead.
fn own(tape: &Tape) -> Arc<State> {
    Arc::new(State::clone(&tape.begin))
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

fn press(log: &EventLog, playback: &mut Playback, key: Key) {
    let seat = Seat::new("alice", Language::Chinese, "default", 120, 36);
    for effect in playback.message(&seat, &Message::Key { key, shown: 0 }).unwrap() {
        assert!(matches!(effect, Effect::Seek(_)), "{effect:?}");
        // What the desk does on another thread.
        let mut way = playback.way_on();
        while let Some(on) = way {
            way = playback.arrived(past::go(log, &on, &mut || true).unwrap());
        }
    }
    served(log, playback);
}

fn begun(log: &EventLog, stretch: Stretch) -> Playback {
    let mut playback = Playback::loading(stretch, None);
    let (tape, first) = read(log, stretch);
    playback.loaded(tape.clone(), own(&tape), first);
    served(log, &mut playback);
    playback
}

#[test]
fn the_same_stretch_gives_the_same_frames_whatever_the_way_there() {
    let folder = tempfile::tempdir().unwrap();
    let (log, _writer, records) = record(folder.path());
    let stretch = Stretch { from: records[10].at, to: records[50].at };
    let (tape, first) = read(&log, stretch);
    assert_eq!((tape.clone(), first), read(&log, stretch));
    assert_eq!(tape.len(), 41);
    // Played at the speed of life in steps of a second, and at 100 times it in uneven ones.
    let (mut slow, mut fast) = (begun(&log, stretch), begun(&log, stretch));
    (0..5).for_each(|_| press(&log, &mut fast, Key::char('+')));
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
    let mut stepped = begun(&log, stretch);
    let mut forward = vec![frame(&stepped)];
    for _ in 0..tape.len() {
        press(&log, &mut stepped, Key::plain(Code::Right));
        forward.push(frame(&stepped));
    }
    for place in (0..tape.len() as usize).rev() {
        press(&log, &mut stepped, Key::plain(Code::Left));
        assert_eq!(frame(&stepped), forward[place], "place {place}");
    }
    press(&log, &mut stepped, Key::plain(Code::End));
    assert_eq!(Some(&frame(&stepped)), forward.last());
}

#[test]
fn the_past_is_what_the_living_state_was() {
    let folder = tempfile::tempdir().unwrap();
    let (log, _writer, records) = record(folder.path());
    let stretch = Stretch { from: records[10].at, to: records[50].at };
    let (tape, _) = read(&log, stretch);
    let mut lived = State::default();
    for (place, record) in records.iter().enumerate() {
        if (10..=51).contains(&place) {
            assert_eq!(state_after(&log, &tape, place as u64 - 10), lived, "before event {}", record.seq);
        }
        lived.apply(record);
    }
    let decided = state_after(&log, &tape, tape.len());
    assert!(decided.queue.get(CaseId(Seq(26))).unwrap().decision.is_some(), "who did what is in it");
}

/// A record of so many messages, `apart` ms from one to the next, the last one now.
fn long(folder: &Path, count: u64, apart: u64) -> (EventLog, Writer, Stretch) {
    let now = clock::now();
    let begin = Moment(now.0 - (count * apart) as i64);
    let (log, mut writer, _) = EventLog::open(folder, Options::new(now.0), Box::new(drop)).unwrap();
    let said = |seq: u64| {
        let event = Event::MessageReceived(Received {
            room: ROOM,
            member: MemberId(1),
            external: String::new(),
            sent_at: Moment(0),
            kind: Kind::Text,
            text: String::from("嗯"),
            reply_to: None,
            mentions: Vec::new(),
            backfilled: false,
            own: false,
        });
        let body = qunguan::event_log::codec::encode(&event).unwrap();
        Entry { seq, at: begin.0 + (seq * apart) as i64, room: ROOM.0, body }
    };
    let mut next = 1;
    while next <= count {
        let entries: Vec<Entry> = (next..=count).take(4000).map(said).collect();
        next += entries.len() as u64;
        let mut batch = Batch { entries, urgency: Urgency::Soon };
        // The queue of the writer is full now and then.
        while let Err((back, _)) = writer.try_submit(batch) {
            batch = back;
            std::thread::yield_now();
        }
    }
    drop(writer.close());
    let (log_again, writer, _) = EventLog::open(folder, Options::new(now.0), Box::new(drop)).unwrap();
    drop(log);
    assert_eq!(log_again.next(), count + 1);
    (log_again, writer, Stretch { from: begin, to: now })
}

#[test]
fn a_busy_stretch_takes_a_bounded_number_of_events_in_a_turn_and_leaves_none_out() {
    let folder = tempfile::tempdir().unwrap();
    let (log, _writer, stretch) = long(folder.path(), 5000, 0);
    let mut playback = begun(&log, stretch);
    playback.tick(Moment(0));
    let (mut now, mut before, mut turns) = (0, playback.state().unwrap().stream.pushed, 0);
    assert!(before <= A_TURN as u64, "{before} in the first turn");
    while playback.plays() {
        now += 100_000;
        playback.tick(Moment(now));
        served(&log, &mut playback);
        let taken = playback.state().unwrap().stream.pushed - before;
        assert!(taken <= A_TURN as u64, "{taken} in one turn");
        before += taken;
        turns += 1;
        assert!(turns < 1000, "it comes to its end");
    }
    assert_eq!(before, 5000);
}

#[test]
fn a_stretch_of_300_000_events_plays_to_its_end_and_every_place_in_it_is_found() {
    const COUNT: u64 = 300_000;
    let folder = tempfile::tempdir().unwrap();
    let (log, _writer, stretch) = long(folder.path(), COUNT, 100);
    let (tape, first) = read(&log, stretch);
    assert_eq!(tape.len(), COUNT);
    assert!(first.records.len() < 10_000, "only its beginning is held: {}", first.records.len());
    let mut playback = begun(&log, stretch);
    let next = |playback: &Playback| playback.state().unwrap().next.0 - 1;
    // It waits for what is not read, rather than pass it over.
    let mut starved = Playback::loading(stretch, Some(100));
    starved.loaded(tape.clone(), own(&tape), first);
    for turn in 0..100 {
        starved.tick(Moment(turn * 1000));
    }
    let held = next(&starved);
    assert!(held < 10_000 && starved.playhead().0 <= stretch.from.0 + (held as i64 + 1) * 100, "{held}");
    // To the end at 100 times the speed of life.
    (0..5).for_each(|_| press(&log, &mut playback, Key::char('+')));
    let (mut now, mut turns) = (0, 0);
    while playback.plays() {
        now += 1000;
        playback.tick(Moment(now));
        served(&log, &mut playback);
        turns += 1;
        assert!(turns < 5000, "it comes to its end");
    }
    assert_eq!((next(&playback), playback.state().unwrap().stream.pushed), (COUNT, COUNT));
    playback.worded(chrono::FixedOffset::east_opt(0).unwrap());
    let qunguan::ui::scene::Recording::Stopped(label) = playback.label() else { panic!("no label") };
    assert_eq!(label.key, "past-ended");
    let of = label.args.iter().filter(|(name, _)| ["n", "of"].contains(&&**name));
    assert!(of.clone().count() == 2 && of.clone().all(|(_, shown)| *shown == COUNT.to_string()), "{label:?}");
    // A minute back is 600 events; a twentieth of the stretch 15,000; Home and End are both ends.
    press(&log, &mut playback, Key::char('['));
    assert_eq!(next(&playback), COUNT - 600);
    press(&log, &mut playback, Key::char('{'));
    // In whole seconds, from the first event on.
    assert_eq!(next(&playback), COUNT - 600 - (COUNT / 20 - 10));
    press(&log, &mut playback, Key::char('}'));
    assert_eq!(next(&playback), COUNT - 600);
    press(&log, &mut playback, Key::plain(Code::Left));
    assert_eq!(next(&playback), COUNT - 601);
    press(&log, &mut playback, Key::plain(Code::Home));
    assert_eq!((next(&playback), playback.playhead().0), (0, stretch.from.0 + 100));
    press(&log, &mut playback, Key::plain(Code::Right));
    assert_eq!(next(&playback), 1);
    press(&log, &mut playback, Key::plain(Code::End));
    assert_eq!((next(&playback), playback.state().unwrap().stream.pushed), (COUNT, COUNT));
}

#[test]
fn a_playhead_never_copies_a_state_and_never_drops_one() {
    let folder = tempfile::tempdir().unwrap();
    let (log, _writer, stretch) = long(folder.path(), 40_000, 100);
    let (tape, first) = read(&log, stretch);
    let own = own(&tape);
    let mut playback = Playback::loading(stretch, Some(100));
    playback.loaded(tape, own, first);
    let at = |playback: &Playback| std::ptr::from_ref(playback.state().unwrap());
    let place = |playback: &Playback| playback.state().unwrap().next.0;
    let (here, mut now, mut copies) = (at(&playback), 0, 0);
    while playback.plays() {
        now += 1000;
        playback.tick(Moment(now));
        if let Some(state) = playback.wants_copy() {
            // As long as another thread has it, it stands.
            let stood = place(&playback);
            now += 1000;
            playback.tick(Moment(now));
            press(&log, &mut playback, Key::char('+'));
            assert_eq!((place(&playback), state.next.0), (stood, stood));
            let copy = Arc::new(State::clone(&state));
            drop(state);
            playback.copied(copy);
            copies += 1;
        }
        served(&log, &mut playback);
        assert_eq!(at(&playback), here, "the same state was moved on");
    }
    assert_eq!((place(&playback), copies), (40_001, 4));
    // The way back begins at a state that is there.
    let seat = Seat::new("alice", Language::Chinese, "default", 120, 36);
    playback.message(&seat, &Message::Key { key: Key::plain(Code::Left), shown: 0 }).unwrap();
    let way = playback.way_on().unwrap();
    assert_eq!((way.from.next.0, Arc::strong_count(&way.from)), (32_769, 2), "no copy was made for it");
    assert_eq!(playback.arrived(past::go(&log, &way, &mut || true).unwrap()), None);
    assert_eq!(place(&playback), 40_000);
    let over: Vec<_> = playback.take_over().iter().map(Arc::as_ptr).collect();
    assert!(over.contains(&here), "what is over is handed out, not dropped");
}

#[test]
fn a_stretch_is_the_same_from_an_earlier_checkpoint_as_from_the_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let (log, writer, stretch) = long(folder.path(), 60_000, 1000);
    let whole = Stretch { from: Moment(0), to: stretch.to };
    let (tape, _) = read(&log, whole);
    for count in [20_000, 40_000] {
        let state = state_after(&log, &tape, count);
        writer.checkpoint(state.next.0, qunguan::state::checkpoint::to_bytes(&state).unwrap()).unwrap();
    }
    let next = writer.close().unwrap();
    let (log, _writer, opened) =
        EventLog::open(folder.path(), Options::new(clock::now().0), Box::new(drop)).unwrap();
    assert_eq!(opened.next, next);
    let earlier = Earlier::of(folder.path(), opened.store_id);
    assert_eq!(earlier.all(), [40_001, 20_001]);
    for second in [10_000, 20_000, 20_001, 20_002, 30_000, 40_002, 50_000] {
        let from = Moment(stretch.from.0 + second * 1000);
        let late = Stretch { from, to: stretch.to };
        let ((tape, first), told) = read_from(&log, &earlier, late);
        let (whole, of_whole) = read(&log, late);
        // Pieces may be cut elsewhere; whole states are too much to be shown.
        assert!(tape == whole, "{second}");
        assert_eq!(first.records.first(), of_whole.records.first(), "{second}");
        assert!(told.len() <= 6, "{second}: read from near there, some thousands at a time: {told:?}");
    }
}

#[test]
fn a_stretch_ends_with_the_first_event_behind_it_and_an_empty_one_is_empty() {
    let folder = tempfile::tempdir().unwrap();
    let (log, _writer, stretch) = long(folder.path(), 20_000, 1000);
    let at = |second: i64| Moment(stretch.from.0 + second * 1000);
    let (tape, first) = read(&log, Stretch { from: at(5000), to: at(15_000) });
    assert_eq!((tape.begin.next, tape.end, tape.len()), (Seq(5000), Seq(15_001), 10_001));
    assert!(first.records.len() < 10_000);
    let (tape, first) = read(&log, Stretch { from: at(5000), to: at(5009) });
    assert_eq!((tape.len(), first.records.len(), first.reached), (10, 10, Seq(5010)));
    let (tape, first) = read(&log, Stretch { from: at(30_000), to: at(40_000) });
    assert!(tape.is_empty() && first.records.is_empty());
    let mut playback = begun(&log, Stretch { from: at(30_000), to: at(40_000) });
    playback.tick(Moment(0));
    playback.tick(Moment(60 * 60 * 3_600_000));
    assert!(!playback.plays() && playback.is_over());
}
