//! A stretch of the past told line by line: what was said and who did what, as it was then.
//!
//! Its handles are its own and go with it, so nothing that is told of the past can be acted on.

use crate::app::env::Env;
use crate::app::linear::handles::Handles;
use crate::app::linear::{Linear, news, safe};
use crate::app::playback::Playback;
use crate::app::seat::Seat;
use crate::app::tape::{Piece, Stretch, Tape};
use crate::model::moment::Moment;
use crate::state::State;
use crate::ui::scene::{Recording, Scene};
use std::sync::Arc;

/// How many events are told in one turn at most: some milliseconds.
const A_TURN: usize = 500;
/// How much of what was before has to be read, in percent, before that is said again.
const SAID_EVERY: u8 = 25;

/// A stretch that is being told.
pub struct Retelling {
    pub playback: Playback,
    stretch: Stretch,
    /// It goes on as fast as life, or a number of times faster; else as fast as it is read.
    paced: bool,
    linear: Option<Linear>,
    /// How much of what was before it was said to be read.
    said: u8,
}

impl Retelling {
    /// A stretch that is still to be read.
    pub fn new(stretch: Stretch, speed: Option<u32>) -> Self {
        let playback = Playback::loading(stretch, speed).straight();
        Self { playback, stretch, paced: speed.is_some(), linear: None, said: 0 }
    }

    /// So much of what was before it is read; what to say of it.
    pub fn progressed(&mut self, env: &Env<'_>, percent: u8) -> Option<String> {
        if percent < self.said.saturating_add(SAID_EVERY) {
            return None;
        }
        self.said = percent;
        Some(env.scene.say_with("linear-replay-loading", &[("percent", &percent.to_string())]))
    }

    /// It was found.
    pub fn begins(
        &mut self,
        env: &Env<'_>,
        live: &Linear,
        (tape, state, first): (Tape, Arc<State>, Piece),
    ) -> String {
        let mut linear = Linear::new(Handles::default(), tape.begin.next, true);
        linear.filter.clone_from(&live.filter);
        linear.everything = true;
        self.linear = Some(linear);
        let of = tape.len().to_string();
        self.playback.loaded(tape, state, first);
        let scene = &env.scene;
        let (from, to) = (scene.when_exactly(self.stretch.from), scene.when_exactly(self.stretch.to));
        scene.say_with("linear-replay-begins", &[("from", &from), ("to", &to), ("of", &of)])
    }

    /// What comes next, and whether that was the last of it. `now` is the time of the living, for a paced one. Every
    /// event is told as it looked when it happened, so the telling follows one by one.
    pub fn goes_on(&mut self, seat: &Seat, env: &Env<'_>, now: Moment) -> (Vec<String>, bool) {
        let Some(linear) = &mut self.linear else { return (Vec::new(), false) };
        let until = if self.paced { self.playback.due(now) } else { Some(Moment(i64::MAX)) };
        let mut told = Vec::new();
        let mut over = false;
        for _ in 0..A_TURN {
            let caught_up = self.playback.state().is_some_and(|state| linear.told >= state.next);
            if caught_up && !until.is_some_and(|until| self.playback.take_next(until)) {
                until.filter(|_| self.paced).into_iter().for_each(|until| self.playback.rest_at(until));
                over = self.playback.is_over() && !(self.paced && self.playback.plays());
                break;
            }
            let Some(then) = self.playback.state() else { break };
            let scene = Scene {
                state: then,
                now: self.playback.playhead(),
                recording: &Recording::Fine,
                ..env.scene
            };
            told.extend(news::news(seat, linear, &Env { scene, ..*env }));
            if told.len() >= news::A_TURN {
                break;
            }
        }
        let mut lines: Vec<String> =
            told.iter().map(|line| env.scene.say_with("linear-past", &[("line", line)])).collect();
        if over {
            let of = self.playback.tape().map_or(0, Tape::len).to_string();
            lines.push(env.scene.say_with("linear-replay-ends", &[("of", &of)]));
        }
        (lines.iter().map(|line| safe(line)).collect(), over)
    }

    /// Whether there is more to tell before anything else is read; for a paced one, after a while.
    pub fn hurries(&self) -> bool {
        self.linear.is_some() && !self.paced && !self.playback.is_starved()
    }

    /// Whether it waits for time to pass.
    pub fn is_paced(&self) -> bool {
        self.linear.is_some() && self.paced
    }
}
