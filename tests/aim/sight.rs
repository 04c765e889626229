//! What you saw is what you hit, through keys: whatever arrives, is re-sorted, decided, paged or resized between a frame
//! and a key, an act falls on the row that the moderator saw marked, or went to himself.

use crate::glyphs::{Frame, Row, read};
use crate::world::{SEVERITIES, World, moderator, sign};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use qunguan::app::effect::Effect;
use qunguan::app::message::Message;
use qunguan::app::standing::STANDS_MS;
use qunguan::commands::key::{Code, Key};
use qunguan::model::event::Event;
use qunguan::model::flag::Verdict;
use qunguan::model::heard::Heard;
use qunguan::model::id::{CaseId, MemberId, MessageId};
use qunguan::ui::overlay::Overlay;
use qunguan::ui::screen::Pane;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// In a following stream a line must have been readable for so long before it can be hit (`DWELL_MS`, said again here).
const DWELL: i64 = 800;

#[derive(Debug, Clone)]
enum Step {
    Says(u32),
    Joins(u32),
    Flagged(u32, u32, usize),
    DecidedByBob(usize),
    Reopened,
    Draw,
    Show,
    /// A frame that stands for a while.
    Look,
    Pass(i64),
    Go(Key),
    Click(u16, u16),
    Resize(u16, u16),
    Verb(&'static str),
    /// The pane is filtered by this, or everything is shown again.
    Filter(&'static str),
    /// What was searched for arrives.
    Arrives,
    /// The terminal's word for what it shows lags so many frames behind.
    Lag(u64),
}

fn steps() -> impl Strategy<Value = Step> {
    let plain = |text: &'static str| text.chars().map(|letter| Step::Go(sign(letter)));
    let control = |letter| Key { ctrl: true, ..Key::char(letter) };
    let room = |letter| Key { alt: true, ..Key::char(letter) };
    let mut moves: Vec<Step> = plain("jjjkkkkG\tf12z]3o").collect();
    moves.extend(
        [Code::PageUp, Code::PageDown, Code::Up, Code::Down, Code::Home]
            .map(|code| Step::Go(Key::plain(code))),
    );
    moves.extend([control('d'), control('u'), room('1'), room('2'), room('0')].map(Step::Go));
    prop_oneof![
        5 => (1..=6u32).prop_map(Step::Says),
        1 => (7..=9u32).prop_map(Step::Joins),
        3 => (1..=6u32, 0..3u32, 0..4usize).prop_map(|(member, rule, severity)| Step::Flagged(member, rule, severity)),
        1 => (0..6usize).prop_map(Step::DecidedByBob),
        1 => Just(Step::Reopened),
        5 => Just(Step::Draw),
        5 => Just(Step::Show),
        5 => Just(Step::Look),
        2 => (1..1500i64).prop_map(Step::Pass),
        7 => prop::sample::select(moves),
        1 => (0..120u16, 0..36u16).prop_map(|(column, row)| Step::Click(column, row)),
        1 => prop::sample::select(vec![(80, 24), (120, 36), (100, 18), (40, 10)]).prop_map(|(x, y)| Step::Resize(x, y)),
        7 => prop::sample::select(vec!["m3", "w1", "a", "dy", "xy", "nhm\n", "\na", "\nm", "\nd", ":mute 2\n"]).prop_map(Step::Verb),
        1 => prop::sample::select(vec!["", "from:m1", "-from:m2", "says", "flagged", "m3", "-flagged"]).prop_map(Step::Filter),
        2 => Just(Step::Arrives),
        1 => prop::sample::select(vec![0, 0, 0, 1, 3]).prop_map(Step::Lag),
    ]
}

/// The verb under way: the frame its key named, and whether the stream followed then.
#[derive(Debug, Clone, Copy)]
struct Aim {
    shown: u64,
    following: bool,
    at: i64,
}

struct Trial {
    world: World,
    frames: BTreeMap<u64, Frame>,
    /// The row that his last movement led to, and the newest frame drawn before it.
    went: Option<(Row, u64)>,
    lag: u64,
    hits: usize,
}

impl Trial {
    fn shown(&self) -> u64 {
        self.world.shown.saturating_sub(self.lag)
    }

    fn draw(&mut self) {
        // One frame is under way at a time.
        if self.world.drawn == self.world.shown {
            let rows = self.world.draw();
            let frame = read(&self.world, &rows);
            self.frames.insert(self.world.drawn, frame);
        }
    }

    fn show(&mut self) {
        self.world.show();
        let (now, number) = (self.world.chronicle.now.0, self.world.shown);
        let before =
            number.checked_sub(1).and_then(|before| self.frames.get(&before)).cloned().unwrap_or_default();
        let marked = self.frames.get(&number).and_then(|frame| frame.marked.clone());
        let stood = self.is_about(&before.marked) == self.is_about(&marked);
        if let Some(frame) = self.frames.get_mut(&number)
            && frame.since.is_none()
        {
            frame.since = if stood { before.since.or(Some(now)) } else { Some(now) };
        }
    }

    /// A row, and for the card of a line's author the same as for the line: the cursor stands where it stood.
    fn is_about(&self, row: &Option<Row>) -> Option<Row> {
        let Some(Row::Card(name)) = row else { return row.clone() };
        let author = |seq: &u64| {
            let said = self.world.state().stream.message(MessageId(qunguan::model::id::Seq(*seq)));
            said.and_then(|said| self.world.state().members.get(said.member)).map(|one| one.name.clone())
        };
        let newest = self.frames.values().rev().find_map(|frame| match &frame.marked {
            Some(Row::Message(seq)) => Some(*seq),
            _ => None,
        });
        match newest.filter(|seq| author(seq).as_deref() == Some(name)) {
            Some(seq) => Some(Row::Message(seq)),
            None => row.clone(),
        }
    }

    fn row_of(
        &mut self,
        message: Option<MessageId>,
        case: Option<CaseId>,
        member: Option<MemberId>,
    ) -> Option<Row> {
        match self.world.seat.screen.subject() {
            Pane::Stream => message.map(|id| Row::Message(id.0.0)),
            Pane::Members => {
                let member = self.world.state().members.get(member?)?;
                Some(Row::Member(member.name.clone()))
            }
            _ => {
                let state = self.world.state();
                let rule = case.and_then(|id| state.queue.get(id)).map(|case| case.rule.clone())?;
                Some(Row::Case { member: state.members.get(member?)?.name.clone(), rule })
            }
        }
    }

    fn go(&mut self, key: Key) {
        let shown = self.shown();
        let before = self.world.with_env(|seat, env| seat.screen.target(&env.scene));
        self.world.send(Message::Key { key, shown });
        self.world.settle();
        let target = self.world.with_env(|seat, env| seat.screen.target(&env.scene));
        // From a line to the case that is about it: he is where he went.
        if self.went.is_some() && target == before {
            return;
        }
        self.went =
            self.row_of(target.message, target.case, target.member).map(|row| (row, self.world.drawn));
    }

    fn filter(&mut self, text: &str) {
        self.world.press(&format!("&{text}\n"));
        assert!(self.world.seat.screen.overlay.is_none(), "every one of these reads");
        self.went = None;
    }

    fn verb(&mut self, keys: &str) -> Result<(), TestCaseError> {
        let aim = Aim {
            shown: self.shown(),
            // A decision dialog and the command line say whom they are about before anything is done.
            following: self.world.seat.screen.subject() == Pane::Stream
                && !self.world.seat.screen.is_frozen()
                && !keys.starts_with(['\n', ':']),
            at: self.world.chronicle.now.0,
        };
        for (at, letter) in keys.chars().enumerate() {
            // A verb that was refused: what follows would be keys of their own.
            if at > 0 && self.world.seat.screen.overlay.is_none() && self.world.seat.waiting.is_none() {
                break;
            }
            // A dialog or a prompt is seen before it is answered.
            if at == 1 && keys != "m3" && keys != "w1" {
                let rows = self.world.draw();
                let prompt = matches!(self.world.seat.screen.overlay, Some(Overlay::Prompt(_)));
                let frame = if prompt { read(&self.world, &rows) } else { Frame::default() };
                self.frames.insert(self.world.drawn, frame);
                self.show();
                if matches!(self.world.seat.screen.overlay, Some(Overlay::Dialog(_))) {
                    self.world.pass(STANDS_MS);
                }
            }
            let shown = if at == 0 { aim.shown } else { self.world.shown };
            self.world.pass(5);
            let mut effects = self.world.send(Message::Key { key: sign(letter), shown });
            effects.extend(self.world.settle());
            for effect in &effects {
                self.judge(aim, effect)?;
            }
            self.world.perform(effects);
        }
        // Whatever is still open is put away.
        for _ in 0..3 {
            self.world.seat.screen.overlay = None;
            self.world.seat.asking = None;
            self.world.press("\u{1b}");
        }
        self.world.seat.seen.lost();
        self.went = None;
        Ok(())
    }

    fn judge(&mut self, aim: Aim, effect: &Effect) -> Result<(), TestCaseError> {
        let (message, member, case) = match effect {
            Effect::Request(request) => {
                let message = match request.act {
                    qunguan::model::action::Act::Recall { message, .. } => Some(message),
                    _ => None,
                };
                (message, request.act.member(), request.case)
            }
            Effect::Decide { case, .. } => {
                (None, self.world.state().queue.get(*case).map(|case| case.member), Some(*case))
            }
            Effect::Note { member, .. } => (None, Some(*member), None),
            _ => return Ok(()),
        };
        self.hits += 1;
        let named = member
            .and_then(|id| self.world.state().members.get(id))
            .map(|member| member.name.clone())
            .unwrap();
        let frame = self
            .frames
            .iter()
            .rev()
            .find(|(number, _)| **number <= aim.shown)
            .map(|(_, frame)| frame.clone());
        let frame = frame.unwrap_or_default();
        let went = self
            .went
            .clone()
            .filter(|(row, after)| aim.shown <= *after && frame.rows.contains(row))
            .map(|(row, _)| row);
        let fits = |row: &Row| match row {
            Row::Message(seq) => {
                let said = self.world.state().stream.message(MessageId(qunguan::model::id::Seq(*seq)));
                let by = said
                    .and_then(|said| self.world.state().members.get(said.member))
                    .map(|one| one.name.clone());
                by.as_deref() == Some(named.as_str())
                    && message.is_none_or(|message| message.0.0 == *seq || case.is_some())
            }
            Row::Card(member) | Row::Member(member) => *member == named,
            Row::Case { member, rule } => {
                let ruled =
                    case.and_then(|case| self.world.state().queue.get(case)).map(|case| case.rule.clone());
                *member == named && ruled.is_none_or(|ruled| ruled == *rule)
            }
        };
        let allowed: Vec<Row> = frame.marked.clone().into_iter().chain(went.clone()).collect();
        prop_assert!(
            allowed.iter().any(fits),
            "{effect:?} hit {named}, frame {} showed {allowed:?}",
            aim.shown
        );
        if aim.following && went.is_none() && !matches!(effect, Effect::Note { .. }) {
            let stood = frame.since.map_or(0, |since| aim.at + 5 - since);
            prop_assert!(stood >= DWELL, "{effect:?} hit a line that stood for {stood} ms");
        }
        Ok(())
    }
}

fn run(steps: &[Step], hits: &AtomicUsize) -> Result<(), TestCaseError> {
    let mut trial =
        Trial { world: World::new(120, 36), frames: BTreeMap::new(), went: None, lag: 0, hits: 0 };
    trial.world.flagged(1, 0, SEVERITIES[1]);
    for step in steps {
        trial.world.pass(7);
        match step {
            Step::Says(member) => {
                trial.world.says(*member);
            }
            Step::Joins(member) => {
                let people = vec![crate::chronicle::person(&format!("m{member}"))];
                trial.world.chronicle.hear(Heard::Roster { room: "#a".into(), people, complete: false });
            }
            Step::Flagged(member, rule, severity) => {
                trial.world.flagged(*member, *rule, SEVERITIES[*severity]);
            }
            Step::DecidedByBob(at) => {
                let case = trial
                    .world
                    .state()
                    .queue
                    .waiting(qunguan::model::moment::Moment(i64::MAX))
                    .get(*at)
                    .map(|case| (case.id, case.room));
                if let Some((case, room)) = case {
                    let by = moderator("bob");
                    trial.world.append(Event::CaseDecided { case, room, verdict: Verdict::Allowed, by });
                }
            }
            Step::Reopened => {
                let case = trial.world.state().queue.decided_cases().first().map(|case| (case.id, case.room));
                if let Some((case, room)) = case {
                    trial.world.append(Event::CaseReopened { case, room, by: moderator("bob") });
                }
            }
            Step::Draw => trial.draw(),
            Step::Show => trial.show(),
            Step::Look => {
                trial.draw();
                trial.show();
                trial.world.pass(900);
            }
            Step::Pass(milliseconds) => trial.world.pass(*milliseconds),
            Step::Go(key) => trial.go(*key),
            Step::Click(column, row) => {
                let shown = trial.shown();
                trial.world.send(Message::Click { column: *column, row: *row, shown });
                trial.went = None;
            }
            Step::Resize(columns, rows) => {
                trial.world.send(Message::Resize { columns: *columns, rows: *rows });
            }
            Step::Verb(keys) => trial.verb(keys)?,
            Step::Filter(text) => trial.filter(text),
            Step::Arrives => trial.world.arrives(),
            Step::Lag(frames) => trial.lag = *frames,
        }
    }
    hits.fetch_add(trial.hits, Ordering::Relaxed);
    Ok(())
}

#[test]
fn an_act_falls_on_what_the_frame_marked_or_where_he_went() {
    let config = Config { cases: 240, failure_persistence: None, max_shrink_iters: 500, ..Config::default() };
    let hits = AtomicUsize::new(0);
    let outcome =
        TestRunner::new(config).run(&prop::collection::vec(steps(), 1..50), |steps| run(&steps, &hits));
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let hits = hits.load(Ordering::Relaxed);
    assert!(hits > 100, "only {hits} acts were judged");
}

#[test]
fn among_the_members_an_act_falls_on_whom_the_frame_marked_or_where_he_went() {
    let config = Config { cases: 120, failure_persistence: None, max_shrink_iters: 500, ..Config::default() };
    let hits = AtomicUsize::new(0);
    let stays = |step: &Step| !matches!(step, Step::Go(key) if matches!(key.typed(), Some('1' | '2' | ']')));
    let steps = prop::collection::vec(steps().prop_filter("stays among the members", stays), 1..40);
    let outcome = TestRunner::new(config).run(&steps, |steps| {
        let begin = [Step::Go(sign('3')), Step::Look];
        run(&[&begin[..], &steps].concat(), &hits)
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let hits = hits.load(Ordering::Relaxed);
    assert!(hits > 50, "only {hits} acts were judged");
}

#[test]
fn a_line_that_has_just_come_is_never_hit_and_the_stream_stops_there() {
    let mut world = World::new(120, 36);
    world.says(1);
    world.look();
    world.says(2);
    world.draw();
    world.show();
    world.pass(300);
    assert_eq!(world.key(sign('m')), []);
    assert!(world.seat.waiting.is_none(), "nothing waits for a digit");
    assert!(world.toast().contains("m2 has only just spoken"), "{}", world.toast());
    assert!(world.seat.screen.is_frozen());
    // The same key again, before a frame showed where the stream stopped: still nothing.
    assert_eq!(world.press("m3"), []);
    world.look();
    let effects = world.press("m3");
    assert!(
        matches!(&effects[..], [Effect::Request(request)] if request.act.member() == Some(world.chronicle.member("m2")))
    );
}

#[test]
fn a_movement_starts_at_the_line_that_was_seen_not_at_one_under_way() {
    let mut world = World::new(120, 36);
    for number in [1, 2, 3] {
        world.says(number);
    }
    world.look();
    // m4's line is on a frame that has not reached the terminal: there, m3 is marked, and above it m2.
    world.says(4);
    world.draw();
    let effects = world.press("km3");
    assert!(
        matches!(&effects[..], [Effect::Request(request)] if request.act.member() == Some(world.chronicle.member("m2"))),
        "{effects:?}"
    );
}

#[test]
fn somebody_is_said_to_have_just_spoken_only_when_he_has() {
    for (age, spoke) in [(100, true), (600_000, false)] {
        let mut world = World::new(120, 36);
        world.says(1);
        world.pass(age);
        world.draw();
        world.show();
        assert_eq!(world.press("m"), []);
        assert_eq!(world.toast().contains("just spoken"), spoke, "{}", world.toast());
        assert!(world.toast().contains("Press again"), "{}", world.toast());
    }
}

#[test]
fn from_a_line_that_was_seen_to_the_case_about_it_is_no_way_at_all() {
    let mut world = World::new(120, 36);
    world.flagged(1, 0, SEVERITIES[1]);
    world.says(2);
    world.press("z");
    world.look();
    // The case is on no frame; the line that it is about, and the member, are.
    let effects = world.press("k\tm3");
    assert!(
        matches!(&effects[..], [Effect::Request(request)] if request.act.member() == Some(world.chronicle.member("m1"))),
        "{effects:?}"
    );
    // Another case than that of the line is on no frame: nobody is hit.
    let mut world = World::new(120, 36);
    world.flagged(3, 0, SEVERITIES[3]);
    world.flagged(1, 0, SEVERITIES[1]);
    world.says(2);
    world.press("z");
    world.look();
    assert_eq!(world.press("k\tm3"), []);
}
