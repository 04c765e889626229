//! Time travel: a stored stretch of the record played again on a state of its own, with a playhead that goes at 1 to
//! 100 times the speed of life, stops, and steps back and forth.
//!
//! Pure: what the playhead shows follows from the events before it and from nothing else, so the same place always
//! looks the same. Never touches the live state, and nothing done here reaches anybody.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::message::Message;
use crate::app::seat::Seat;
use crate::app::update::update;
use crate::commands::key::{Code, Key};
use crate::model::event::Record;
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::state::State;
use crate::state::filter::when::{Edge, When};
use crate::ui::scene::Recording;
use crate::ui::target::Target;
use std::sync::Arc;

/// How many times faster than life the playhead can go.
pub const SPEEDS: [u32; 6] = [1, 2, 5, 10, 30, 100];
/// How many events one turn takes in at most; a busier stretch plays as fast as it can.
pub const A_TURN: usize = 200;
/// What `:replay` shows without words: so many seconds up to now.
const USUAL_SECONDS: i64 = 1800;
/// So many seconds before and after a case belong to it.
const AROUND_SECONDS: i64 = 600;
/// What `[` and `]` jump, in seconds.
const JUMP_SECONDS: i64 = 60;

/// A stretch of time, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    pub from: Moment,
    pub to: Moment,
}

/// A stretch as it was read from the record.
#[derive(Debug, Clone, PartialEq)]
pub struct Tape {
    /// The state before its first event.
    pub begin: Arc<State>,
    pub records: Arc<[Record]>,
}

impl Tape {
    /// The state after its first `count` events.
    pub fn state_after(&self, count: usize) -> State {
        let mut state = State::clone(&self.begin);
        self.records.iter().take(count).for_each(|record| state.apply(record));
        state
    }
}

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
    /// The past as the playhead shows it.
    state: State,
    /// How many events of the tape are in it.
    applied: usize,
    playhead: Moment,
    playing: bool,
    /// A place in [`SPEEDS`].
    speed: usize,
    /// When the playhead was last moved, by the clock of the living.
    moved_at: Option<Moment>,
    /// The place of the tape that another thread is looking for.
    seeking: Option<usize>,
    /// What the screen says about all this; it stops every act.
    label: Recording,
}

/// What a key means to a playback.
#[derive(Debug, Clone, PartialEq)]
enum Meant {
    Nothing,
    Done,
    Seek(usize),
    Live,
}

impl Playback {
    /// A stretch that is being read.
    pub fn loading(stretch: Stretch) -> Self {
        Self {
            stretch,
            face: Face::Loading { percent: 0 },
            state: State::default(),
            applied: 0,
            playhead: stretch.from,
            playing: false,
            speed: 0,
            moved_at: None,
            seeking: None,
            label: Recording::Stopped(Reason::new("past-loading").with("percent", 0)),
        }
    }

    /// So much of what was before the stretch is read.
    pub fn progressed(&mut self, percent: u8) {
        if let Face::Loading { percent: known } = &mut self.face {
            *known = percent;
        }
    }

    /// The stretch is read: it begins to play.
    pub fn loaded(&mut self, tape: Tape) {
        self.state = State::clone(&tape.begin);
        self.applied = 0;
        let first = tape.records.first().map(|record| record.at);
        if let Some(first) = first.filter(|_| tape.begin.last_at == Moment::default()) {
            // Before the beginning of the record there is nothing to wait for.
            self.stretch.from = self.stretch.from.max(first);
        }
        self.playhead = self.stretch.from;
        self.playing = true;
        self.moved_at = None;
        self.face = Face::Ready(tape);
    }

    /// The stretch cannot be read.
    pub fn broke(&mut self, reason: Reason) {
        self.face = Face::Broken(reason);
    }

    /// The state after `count` events was found by another thread; the next place to look for, if the moderator went
    /// on meanwhile.
    pub fn sought(&mut self, count: usize, state: State) -> Option<usize> {
        let wanted = self.seeking?;
        if wanted != count {
            return Some(wanted);
        }
        self.seeking = None;
        self.state = state;
        self.applied = count;
        None
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

    /// The tape, once it is read.
    pub fn tape(&self) -> Option<&Tape> {
        match &self.face {
            Face::Ready(tape) => Some(tape),
            Face::Loading { .. } | Face::Broken(_) => None,
        }
    }

    /// Words the label anew; `zone` is the one that clocks on screen are in.
    pub fn worded(&mut self, zone: chrono::FixedOffset) {
        let at = self.playhead.at_zone(zone).format("%m-%d %H:%M:%S").to_string();
        let speed = SPEEDS.get(self.speed).copied().unwrap_or(1);
        let of = self.tape().map_or(0, |tape| tape.records.len());
        let placed =
            |key| Reason::new(key).with("at", at).with("speed", speed).with("n", self.applied).with("of", of);
        let reason = match &self.face {
            Face::Loading { percent } => Reason::new("past-loading").with("percent", percent),
            Face::Broken(reason) => reason.clone(),
            Face::Ready(_) if self.seeking.is_some() => placed("past-seeking"),
            Face::Ready(_) if self.playing => placed("past-playing"),
            Face::Ready(tape) if self.applied >= tape.records.len() => placed("past-ended"),
            Face::Ready(_) => placed("past-paused"),
        };
        self.label = Recording::Stopped(reason);
    }

    /// Moves the playhead by what has passed at `now`; whether anything changed.
    pub fn tick(&mut self, now: Moment) -> bool {
        let since = self.moved_at.replace(now).unwrap_or(now);
        if !self.plays() {
            return false;
        }
        let Some(tape) = self.tape().cloned() else { return false };
        let speed = i64::from(SPEEDS.get(self.speed).copied().unwrap_or(1));
        let passed = now.since(since).max(0).saturating_mul(speed);
        self.take_until(&tape, Moment(self.playhead.0.saturating_add(passed)));
        if self.applied >= tape.records.len() && self.playhead >= self.stretch.to {
            self.playhead = self.stretch.to;
            self.playing = false;
        }
        true
    }

    /// Takes events in until `until`, or as many as a turn may.
    fn take_until(&mut self, tape: &Tape, until: Moment) {
        for _ in 0..A_TURN {
            match tape.records.get(self.applied).filter(|record| self.time_of(record) <= until) {
                Some(record) => self.take(record),
                None => {
                    self.playhead = self.playhead.max(until);
                    return;
                }
            }
        }
    }

    fn take(&mut self, record: &Record) {
        self.playhead = self.playhead.max(self.time_of(record));
        self.state.apply(record);
        self.applied += 1;
    }

    /// Records of imports carry times of long ago: they happen when they stand in the record.
    fn time_of(&self, record: &Record) -> Moment {
        record.at.max(self.state.last_at)
    }

    /// What a message means to the playback itself, unless something else has the keys; nothing when it is not for it.
    pub fn message(&mut self, seat: &Seat, message: &Message) -> Option<Vec<Effect>> {
        let Message::Key { key, .. } = message else { return None };
        let free = seat.screen.overlay.is_none() && seat.keys.is_empty() && seat.waiting.is_none();
        match free.then(|| self.pressed(key.folded()))? {
            Meant::Nothing => None,
            Meant::Done => Some(Vec::new()),
            Meant::Seek(count) => Some(vec![Effect::Seek(count)]),
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
            Code::Left => return self.seek(self.place().saturating_sub(1)),
            Code::Char(']') => return self.jump(JUMP_SECONDS),
            Code::Char('[') => return self.jump(-JUMP_SECONDS),
            Code::Home => return self.seek(0),
            Code::End => return self.seek(usize::MAX),
            _ => return Meant::Nothing,
        }
        Meant::Done
    }

    /// Where the playhead is, or is on its way to.
    fn place(&self) -> usize {
        self.seeking.unwrap_or(self.applied)
    }

    /// One event on.
    fn step(&mut self) -> Meant {
        self.playing = false;
        let place = self.place();
        let next = self.tape().and_then(|tape| tape.records.get(place)).cloned();
        match next {
            Some(record) if self.seeking.is_none() => self.take(&record),
            Some(_) => return self.seek(place + 1),
            None => {}
        }
        Meant::Done
    }

    fn jump(&mut self, seconds: i64) -> Meant {
        let Some(tape) = self.tape() else { return Meant::Done };
        let wanted = self.playhead.plus_seconds(seconds);
        let count = tape.records.iter().take_while(|record| record.at <= wanted).count();
        let playing = self.playing;
        let meant = self.seek(count);
        self.playhead = Moment(wanted.0.clamp(self.stretch.from.0, self.stretch.to.0));
        self.playing = playing;
        meant
    }

    /// To the place after `count` events: what needs the state of long before is looked for on another thread.
    fn seek(&mut self, count: usize) -> Meant {
        self.playing = false;
        let Some(tape) = self.tape() else { return Meant::Done };
        let count = count.min(tape.records.len());
        let shown = count.checked_sub(1).and_then(|last| tape.records.get(last)).map(|record| record.at);
        self.playhead = shown.unwrap_or(self.stretch.from).max(self.stretch.from);
        let under_way = self.seeking.is_some();
        self.seeking = Some(count);
        // One look at a time: the answer says when to look on.
        if under_way { Meant::Done } else { Meant::Seek(count) }
    }
}

/// A message for a seat that looks at the past: whatever only looks is done as always, the rest is refused.
pub fn looked(seat: &mut Seat, env: &Env<'_>, message: Message) -> Vec<Effect> {
    if matches!(message, Message::Key { .. }) {
        // A clock that stands would leave it there for ever.
        seat.screen.toast = None;
    }
    let effects = update(seat, env, message);
    let (kept, dropped): (Vec<Effect>, Vec<Effect>) = effects.into_iter().partition(only_looks);
    if dropped.iter().any(|effect| matches!(effect, Effect::Search(_))) {
        seat.screen.stop_finding();
    }
    if !dropped.is_empty() {
        seat.refuse(env, env.scene.say("past-no-acts"));
    }
    kept
}

/// Nothing done in the past reaches anybody, and a search would find what has not happened yet.
fn only_looks(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Page(_)
            | Effect::Copy(_)
            | Effect::Leave
            | Effect::Replay(_)
            | Effect::Seek(_)
            | Effect::Live
    )
}

/// `:replay`, `:replay 30m`, `:replay 14:00`, `:replay 2026-11-22 14:00`, `:replay case`.
pub fn asked(seat: &mut Seat, env: &Env<'_>, words: &str, target: &Target) -> Vec<Effect> {
    let scene = &env.scene;
    let now = scene.now;
    let from = match words {
        "" => Some(now.plus_seconds(-USUAL_SECONDS)),
        "case" => {
            let case = target.case.and_then(|id| scene.state.queue.get(id));
            let Some(case) = case else { return seat.refuse(env, scene.say("off-no-case")) };
            let decided = case.decision.as_ref().map(|decision| decision.at);
            let last = case.remarks.last().map(|remark| remark.at).max(decided).unwrap_or(now);
            let to = last.plus_seconds(AROUND_SECONDS).min(now);
            let from = case.opened_at.plus_seconds(-AROUND_SECONDS);
            return vec![Effect::Replay(Stretch { from, to })];
        }
        words => {
            let joined = words.split_whitespace().collect::<Vec<&str>>().join("t");
            When::parse(&joined.to_lowercase()).map(|when| when.moment(Edge::Since, now, scene.zone))
        }
    };
    match from.filter(|from| *from < now) {
        Some(from) => vec![Effect::Replay(Stretch { from, to: now })],
        None => seat.refuse(env, scene.say_with("past-when", &[("text", words)])),
    }
}
