//! The past told to seats of lines, a batch at a time and never faster than they read.
//!
//! What is typed meanwhile is done when the past is told, so no line typed ever falls on what was then; `stop` and
//! `quit` end the telling and the reading for it, and no line typed before them is lost.

use crate::app::linear::safe;
use crate::desk::clock;
use crate::desk::house::House;
use crate::desk::linear::{Place, Readers};
use crate::desk::playback::{Found, PastWanted, let_go};
use crate::desk::seats::{Need, Wanted};
use crate::model::moment::Moment;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How often a paced telling goes on, in milliseconds: as fast as lines can be heard apart.
const BEAT_MS: i64 = 200;

/// What waits until the past is told.
pub(super) enum Meanwhile {
    Line(String),
    End,
}

impl Readers {
    /// Tells what there is to tell of the past, and does what was typed meanwhile. What has to be read is left to the
    /// caller.
    pub fn settle(&mut self, house: &mut House) -> Vec<Wanted> {
        let mut wanted = Vec::new();
        let mut broken = Vec::new();
        for (number, place) in &mut self.places {
            match catch_unwind(AssertUnwindSafe(|| place.settle(house, *number))) {
                Ok(more) => wanted.extend(more),
                Err(_) => broken.push(*number),
            }
        }
        broken.into_iter().for_each(|number| self.broke(number));
        wanted
    }

    /// When a telling goes on by itself.
    pub fn goes_on_at(&self) -> Option<Moment> {
        let of = |place: &Place| {
            let past = place.past.as_ref().filter(|_| place.under_way.is_none())?;
            let beat = || Moment(clock::now().0.saturating_add(BEAT_MS));
            if past.hurries() { Some(clock::now()) } else { past.is_paced().then(beat) }
        };
        self.places.values().filter_map(of).min()
    }

    /// Something of the past was found for a reader.
    pub(super) fn past_found(&mut self, house: &House, number: u64, found: Found) {
        let Some(place) = self.places.get_mut(&number) else { return };
        let Some(mut past) = place.past.take() else { return };
        let line = place.with(house, |seat, linear, env| match found {
            Found::Percent(percent) => past.progressed(env, percent),
            Found::Tape(found) => Some(past.begins(env, linear, *found)),
            Found::Piece(piece) => {
                past.playback.more(piece);
                None
            }
            // Lines never jump to a place, and nothing is kept on the way.
            Found::Place(_) | Found::Copy(_) => None,
            Found::Broken(reason) => {
                seat.refuse(env, env.scene.words.reason(&reason));
                None
            }
        });
        place.answers.extend(line.map(|line| safe(&line)));
        if place.seat.screen.toast.is_some() {
            let line = place.with(house, crate::app::linear::word_of);
            place.answers.extend(line);
            let_go(past);
            place.linear.has_it();
        } else {
            place.past = Some(past);
        }
    }
}

impl Place {
    /// Whether a line has to wait until the past is told; what is wanted then. `stop` and `quit` end the telling, and
    /// what was typed before them is done at once.
    pub(super) fn put_off(&mut self, house: &House, number: u64, text: &str) -> Option<Vec<Wanted>> {
        if self.past.is_none() && self.meanwhile.is_empty() {
            return None;
        }
        let text = text.trim();
        let stopped = self.past.take_if(|_| matches!(text, "stop" | "quit"));
        let Some(stopped) = stopped else {
            self.meanwhile.push_back(Meanwhile::Line(text.to_owned()));
            return Some(Vec::new());
        };
        let_go(stopped);
        self.linear.has_it();
        let line = self.with(house, |_, _, env| safe(&env.scene.say("linear-replay-stopped")));
        self.answers.push_back(line);
        if text == "quit" {
            self.meanwhile.push_back(Meanwhile::Line(text.to_owned()));
        }
        Some(vec![Wanted { seat: number, what: Need::Past(PastWanted::Nothing) }])
    }

    fn settle(&mut self, house: &mut House, number: u64) -> Vec<Wanted> {
        let mut wanted = Vec::new();
        self.goes_on(house);
        while self.past.is_none() {
            match self.meanwhile.pop_front() {
                Some(Meanwhile::Line(text)) => wanted.extend(self.take(house, number, &text)),
                Some(Meanwhile::End) => self.end(house, false),
                None => break,
            }
        }
        let over = self.past.as_mut().map(|past| past.playback.take_over()).unwrap_or_default();
        if !over.is_empty() {
            let_go(over);
        }
        let piece = self.past.as_mut().and_then(|past| past.playback.wants());
        let piece = piece.map(|(from, end)| Need::Past(PastWanted::Piece { from, end }));
        wanted.extend(piece.map(|what| Wanted { seat: number, what }));
        wanted
    }

    fn goes_on(&mut self, house: &House) {
        if self.under_way.is_some() || !self.answers.is_empty() {
            return;
        }
        let Some(mut past) = self.past.take() else { return };
        let (lines, over) = self.with(house, |seat, _, env| past.goes_on(seat, env, clock::now()));
        self.answers.extend(lines);
        if over {
            let_go(past);
            self.linear.has_it();
        } else {
            self.past = Some(past);
        }
    }
}
