//! Time travel: a stored stretch of the record played again on a state of its own, with a playhead that goes at 1 to
//! 100 times the speed of life, stops, steps and jumps back and forth.
//!
//! Pure: what the playhead shows follows from the events before it and from nothing else, so the same place always
//! looks the same. Never touches the live state, and nothing done here reaches anybody. Events come in pieces as they
//! are needed; none is left out. Never copies a state and never drops one, for that takes long where a record is large:
//! copies are asked for, and what is over is handed out.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::message::Message;
use crate::app::seat::Seat;
use crate::app::tape::{Arrived, Goal, Piece, STOPS, Stretch, Tape, Way};
use crate::commands::key::{Code, Key};
use crate::model::event::Record;
use crate::model::id::Seq;
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::state::State;
use crate::ui::scene::Recording;
use std::collections::VecDeque;
use std::sync::Arc;

/// How many times faster than life the playhead can go.
pub const SPEEDS: [u32; 6] = [1, 2, 5, 10, 30, 100];
/// How many events one turn takes in at most; a busier stretch plays as fast as it can.
pub const A_TURN: usize = 200;
/// With fewer events ahead than this, more are asked for: ten turns, some 0.4 s.
const LOW: usize = 10 * A_TURN;
/// What `[` and `]` jump, in seconds.
const JUMP_SECONDS: i64 = 60;
/// What `{` and `}` jump: so manieth part of the stretch.
const SCRUB_PARTS: i64 = 20;

/// How it is with a stretch that was asked for.
#[derive(Debug, Clone, PartialEq)]
enum Face {
    /// So many of the events before it are read.
    Loading {
        percent: u8,
    },
    Ready(Tape),
    Broken(Reason),
}

/// A seat's time travel.
#[derive(Debug, Clone, PartialEq)]
pub struct Playback {
    stretch: Stretch,
    face: Face,
    /// The past as the playhead shows it. Nobody else has it while it moves.
    state: Arc<State>,
    /// The events after it, as far as they are read.
    ahead: VecDeque<Record>,
    /// Everything before this is in the state or ahead.
    read: Seq,
    /// More was asked for.
    asked: bool,
    /// States along the stretch, oldest first.
    stops: Vec<Arc<State>>,
    /// A copy of the state is to be kept, and the playhead waits for it.
    copying: Copying,
    /// It never goes back, so nothing is kept for that.
    straight: bool,
    /// States that nothing here needs any more.
    over: Vec<Arc<State>>,
    playhead: Moment,
    playing: bool,
    /// A place in [`SPEEDS`].
    speed: usize,
    /// When the playhead was last moved, by the clock of the living.
    moved_at: Option<Moment>,
    /// The place that another thread is looking for.
    seeking: Option<Goal>,
    /// What the screen says about all this; it stops every act.
    label: Recording,
}

/// How it is with the copy of a state on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Copying {
    No,
    Due,
    Asked,
}

/// What a key means to a playback.
#[derive(Debug, Clone, PartialEq)]
enum Meant {
    Nothing,
    Done,
    Seek(Goal),
    Live,
}

impl Playback {
    /// A stretch that is being read, to be played at one of [`SPEEDS`].
    pub fn loading(stretch: Stretch, speed: Option<u32>) -> Self {
        let speed = SPEEDS.iter().position(|one| Some(*one) == speed).unwrap_or(0);
        Self {
            stretch,
            face: Face::Loading { percent: 0 },
            state: Arc::default(),
            ahead: VecDeque::new(),
            read: Seq(0),
            asked: false,
            stops: Vec::new(),
            copying: Copying::No,
            straight: false,
            over: Vec::new(),
            playhead: stretch.from,
            playing: false,
            speed,
            moved_at: None,
            seeking: None,
            label: Recording::Stopped(Reason::new("past-loading").with("percent", 0)),
        }
    }

    /// The same, for who never goes back in it.
    pub fn straight(self) -> Self {
        Self { straight: true, ..self }
    }

    /// So much of what was before the stretch is read.
    pub fn progressed(&mut self, percent: u8) {
        if let Face::Loading { percent: known } = &mut self.face {
            *known = percent;
        }
    }

    /// The stretch was found, with a copy of the state before it and its first events: it begins to play.
    pub fn loaded(&mut self, tape: Tape, state: Arc<State>, first: Piece) {
        self.replace(state);
        let beginning = first.records.first().map(|record| record.at);
        if let Some(beginning) = beginning.filter(|_| tape.begin.last_at == Moment::default()) {
            // Before the beginning of the record there is nothing to wait for.
            self.stretch.from = self.stretch.from.max(beginning);
        }
        self.playhead = self.stretch.from;
        self.playing = true;
        self.moved_at = None;
        self.over.append(&mut self.stops);
        self.face = Face::Ready(tape);
        self.comes_next(first);
    }

    /// The stretch cannot be read.
    pub fn broke(&mut self, reason: Reason) {
        self.face = Face::Broken(reason);
    }

    /// A place was found by another thread; the next one to look for, if the moderator went on meanwhile.
    pub fn arrived(&mut self, found: Arrived) -> Option<Way> {
        found.stops.into_iter().for_each(|stop| self.keep(stop));
        let Some(wanted) = self.seeking.filter(|wanted| *wanted == found.goal) else {
            self.over.push(found.state);
            return self.seeking.and_then(|wanted| self.way(wanted));
        };
        self.seeking = None;
        self.replace(found.state);
        if let Goal::Before(_) = wanted {
            self.playhead = self.state.last_at.max(self.stretch.from);
        }
        self.comes_next(found.ahead);
        None
    }

    /// From where on events are to be read next, if they are: to be asked after everything that happens here.
    pub fn wants(&mut self) -> Option<(Seq, Seq)> {
        let end = self.tape()?.end;
        let enough = self.read >= end || self.ahead.len() >= LOW;
        if enough || self.asked || self.seeking.is_some() || self.copying != Copying::No {
            return None;
        }
        self.asked = true;
        Some((self.read, end))
    }

    /// The state of which a copy is needed now, if one is: to be asked after everything that happens here. Until it
    /// comes the playhead waits, for nobody may move what is being copied.
    pub fn wants_copy(&mut self) -> Option<Arc<State>> {
        if self.copying != Copying::Due || self.asked || self.seeking.is_some() {
            return None;
        }
        self.copying = Copying::Asked;
        Some(Arc::clone(&self.state))
    }

    /// The copy was made.
    pub fn copied(&mut self, copy: Arc<State>) {
        self.copying = Copying::No;
        self.keep(copy);
    }

    /// States that are over since this was last asked: they are to be dropped where nobody waits.
    pub fn take_over(&mut self) -> Vec<Arc<State>> {
        std::mem::take(&mut self.over)
    }

    fn replace(&mut self, state: Arc<State>) {
        self.copying = Copying::No;
        self.over.push(std::mem::replace(&mut self.state, state));
    }

    /// Events were read that come next.
    pub fn more(&mut self, piece: Piece) {
        if self.asked && self.seeking.is_none() && piece.from == self.read {
            self.asked = false;
            self.read = piece.reached;
            self.ahead.extend(piece.records);
        }
    }

    fn comes_next(&mut self, piece: Piece) {
        self.asked = false;
        self.read = piece.reached;
        self.ahead = piece.records.into();
    }

    /// Keeps a state on the way; of too many, every other goes.
    fn keep(&mut self, stop: Arc<State>) {
        let at = self.stops.partition_point(|known| known.next < stop.next);
        match self.stops.get(at).is_some_and(|known| known.next == stop.next) {
            true => self.over.push(stop),
            false => self.stops.insert(at, stop),
        }
        if self.stops.len() > STOPS {
            let all = std::mem::take(&mut self.stops).into_iter().enumerate();
            for (at, stop) in all {
                if at % 2 == 0 { &mut self.stops } else { &mut self.over }.push(stop);
            }
        }
    }

    /// Whether a state at this number is kept.
    fn keeps(&self, next: Seq) -> bool {
        self.stops.iter().any(|stop| stop.next == next)
    }

    /// The shortest known way to a place.
    fn way(&self, goal: Goal) -> Option<Way> {
        let tape = self.tape()?;
        let stop = self.stops.iter().rev().find(|stop| goal.is_reached_from(stop)).unwrap_or(&tape.begin);
        let own = goal.is_reached_from(&self.state) && self.state.next > stop.next;
        let from = Arc::clone(if own { &self.state } else { stop });
        Some(Way { from, goal, end: tape.end, stop_every: tape.stop_every() })
    }

    /// The way to the place that is looked for.
    pub fn way_on(&self) -> Option<Way> {
        self.seeking.and_then(|goal| self.way(goal))
    }

    /// The state to draw: none while it is being read, when the living state stays on screen under the label.
    pub fn state(&self) -> Option<&State> {
        matches!(self.face, Face::Ready(_)).then_some(&self.state)
    }

    /// The moment that the playhead shows.
    pub fn playhead(&self) -> Moment {
        self.playhead
    }

    /// What stands over the screen, and why nothing can be done.
    pub fn label(&self) -> &Recording {
        &self.label
    }

    /// Whether the playhead moves by itself.
    pub fn plays(&self) -> bool {
        self.playing && self.seeking.is_none()
    }

    /// The tape, once it is found.
    pub fn tape(&self) -> Option<&Tape> {
        match &self.face {
            Face::Ready(tape) => Some(tape),
            Face::Loading { .. } | Face::Broken(_) => None,
        }
    }

    /// Whether every event was taken in.
    pub fn is_over(&self) -> bool {
        self.ahead.is_empty() && self.tape().is_some_and(|tape| self.read >= tape.end)
    }

    /// Words the label anew; `zone` is the one that clocks on screen are in.
    pub fn worded(&mut self, zone: chrono::FixedOffset) {
        let at = self.playhead.at_zone(zone).format("%m-%d %H:%M:%S").to_string();
        let speed = SPEEDS.get(self.speed).copied().unwrap_or(1);
        let of = self.tape().map_or(0, Tape::len);
        let place =
            self.tape().map_or(0, |tape| if self.is_over() { of } else { tape.place(self.state.next) });
        let placed =
            |key| Reason::new(key).with("at", at).with("speed", speed).with("n", place).with("of", of);
        let reason = match &self.face {
            Face::Loading { percent } => Reason::new("past-loading").with("percent", percent),
            Face::Broken(reason) => reason.clone(),
            Face::Ready(_) if self.seeking.is_some() => placed("past-seeking"),
            Face::Ready(_) if self.playing => placed("past-playing"),
            Face::Ready(_) if self.is_over() => placed("past-ended"),
            Face::Ready(_) => placed("past-paused"),
        };
        self.label = Recording::Stopped(reason);
    }

    /// Moves the playhead by what has passed at `now`; whether anything changed.
    pub fn tick(&mut self, now: Moment) -> bool {
        let Some(until) = self.due(now) else { return false };
        let taken = (0..A_TURN).take_while(|_| self.take_next(until)).count();
        if taken < A_TURN {
            self.rest_at(until);
        }
        true
    }

    /// How far the playhead should be at `now`, if it moves; to be asked once at each `now`.
    pub fn due(&mut self, now: Moment) -> Option<Moment> {
        let since = self.moved_at.replace(now).unwrap_or(now);
        if !self.plays() || self.tape().is_none() {
            return None;
        }
        let speed = i64::from(SPEEDS.get(self.speed).copied().unwrap_or(1));
        let passed = now.since(since).max(0).saturating_mul(speed);
        Some(Moment(self.playhead.0.saturating_add(passed)))
    }

    /// Takes the next event in if it was until then; whether it did.
    pub fn take_next(&mut self, until: Moment) -> bool {
        let free = self.copying == Copying::No;
        let due = free && self.ahead.front().is_some_and(|record| self.time_of(record) <= until);
        if due {
            self.take();
        }
        due
    }

    /// Nothing more was until then: the playhead is there. It waits for what is not read yet.
    pub fn rest_at(&mut self, until: Moment) {
        if !self.is_starved() {
            self.playhead = self.playhead.max(until);
        }
        if self.is_over() && self.playhead >= self.stretch.to {
            self.playhead = self.stretch.to;
            self.playing = false;
        }
    }

    /// Whether it cannot go on before more is read, or before its state is copied.
    pub fn is_starved(&self) -> bool {
        self.copying != Copying::No || (self.ahead.is_empty() && !self.is_over())
    }

    fn take(&mut self) {
        let Some(record) = self.ahead.pop_front() else { return };
        self.playhead = self.playhead.max(self.time_of(&record));
        // Nobody else has it, so nothing is copied.
        Arc::make_mut(&mut self.state).apply(&record);
        let due = |tape: &Tape| tape.place(self.state.next).is_multiple_of(tape.stop_every());
        if !self.straight && self.tape().is_some_and(due) && !self.keeps(self.state.next) {
            self.copying = Copying::Due;
        }
    }

    /// Records of imports carry times of long ago: they happen when they stand in the record.
    fn time_of(&self, record: &Record) -> Moment {
        record.at.max(self.state.last_at)
    }

    /// What a message means to the playback itself, unless something else has the keys; nothing when it is not for it.
    pub fn message(&mut self, seat: &Seat, message: &Message) -> Option<Vec<Effect>> {
        let Message::Key { key, .. } = message else { return None };
        let ends_finding =
            seat.screen.is_finding() && matches!(key.folded().code, Code::Char('q') | Code::Esc);
        let free = seat.screen.overlay.is_none() && seat.keys.is_empty() && seat.waiting.is_none();
        match (free && !ends_finding).then(|| self.pressed(key.folded()))? {
            Meant::Nothing => None,
            Meant::Done => Some(Vec::new()),
            Meant::Seek(goal) => Some(vec![Effect::Seek(goal)]),
            Meant::Live => Some(vec![Effect::Live]),
        }
    }

    /// The world as the playhead shows it, under the label, with the clock of the living: by that keys are told from
    /// pastes.
    pub fn env<'a>(&'a self, live: Env<'a>) -> Env<'a> {
        let mut env = live;
        env.scene.recording = &self.label;
        env.scene.state = self.state().unwrap_or(env.scene.state);
        env
    }

    /// The same world for drawing: what its clocks show is the playhead.
    pub fn drawn<'a>(&'a self, live: Env<'a>) -> Env<'a> {
        let mut env = self.env(live);
        if self.state().is_some() {
            env.scene.now = self.playhead;
        }
        env
    }

    fn pressed(&mut self, key: Key) -> Meant {
        let faster = matches!(key.code, Code::Char('+' | '='));
        match key.code {
            Code::Char('q') | Code::Esc => return Meant::Live,
            Code::Char(' ') => self.playing = !self.playing && self.tape().is_some(),
            Code::Char('+' | '=' | '-') => {
                let last = SPEEDS.len() - 1;
                self.speed = if faster { (self.speed + 1).min(last) } else { self.speed.saturating_sub(1) };
            }
            Code::Right => return self.step(),
            Code::Left => return self.step_back(),
            Code::Char(']') => return self.jump(JUMP_SECONDS),
            Code::Char('[') => return self.jump(-JUMP_SECONDS),
            Code::Char('}') => return self.jump(self.part()),
            Code::Char('{') => return self.jump(-self.part()),
            Code::Home => return self.seek(Goal::Before(Seq(0))),
            Code::End => return self.seek(Goal::Before(Seq(u64::MAX))),
            _ => return Meant::Nothing,
        }
        Meant::Done
    }

    /// The place where the playhead is, or is on its way to.
    fn place(&self) -> Goal {
        self.seeking.unwrap_or(Goal::Before(self.state.next))
    }

    /// One event on.
    fn step(&mut self) -> Meant {
        self.playing = false;
        match self.place() {
            Goal::Before(seq) if self.seeking.is_some() || self.is_starved() || self.ahead.is_empty() => {
                self.seek(Goal::Before(seq.next()))
            }
            Goal::Before(_) => {
                self.take();
                Meant::Done
            }
            // On its way to a moment; which event is there is not known yet.
            Goal::At(_) => Meant::Done,
        }
    }

    /// One event back.
    fn step_back(&mut self) -> Meant {
        match self.place() {
            Goal::Before(seq) => self.seek(Goal::Before(Seq(seq.0.saturating_sub(1)))),
            Goal::At(_) => Meant::Done,
        }
    }

    /// A part of the stretch, as `{` and `}` jump it; never less than `[` and `]` do.
    fn part(&self) -> i64 {
        (self.stretch.to.since(self.stretch.from) / 1000 / SCRUB_PARTS).max(JUMP_SECONDS)
    }

    fn jump(&mut self, seconds: i64) -> Meant {
        let wanted = self.playhead.plus_seconds(seconds);
        let wanted = Moment(wanted.0.clamp(self.stretch.from.0, self.stretch.to.0.max(self.stretch.from.0)));
        let playing = self.playing;
        let meant = self.seek(Goal::At(wanted));
        if self.tape().is_some() {
            self.playhead = wanted;
            self.playing = playing;
        }
        meant
    }

    /// To a place in the stretch: it is looked for on another thread.
    fn seek(&mut self, goal: Goal) -> Meant {
        self.playing = false;
        let Some(tape) = self.tape() else { return Meant::Done };
        let goal = match goal {
            Goal::Before(seq) => Goal::Before(seq.max(tape.begin.next).min(tape.end)),
            Goal::At(_) => goal,
        };
        let under_way = self.seeking.is_some();
        self.seeking = Some(goal);
        self.asked = false;
        if self.copying == Copying::Asked {
            // Whoever looks for a place does not copy beside that.
            self.copying = Copying::Due;
        }
        // One look at a time: the answer says when to look on.
        if under_way { Meant::Done } else { Meant::Seek(goal) }
    }
}
