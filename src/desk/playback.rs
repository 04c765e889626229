//! The past for seats that travel in time: stretches of the record and places in them, found on blocking threads.
//!
//! A stretch is the same whenever it is read. Its events are handed out in pieces and never kept, so it may be of any
//! length; what was before it is applied first, which holds up nobody, and progress is told. Who stops looking ends the
//! reading.

use crate::app::effect::Effect;
use crate::app::playback::Playback;
use crate::app::seat::Seat;
use crate::app::tape::{Arrived, Piece, Stretch, Tape, Way};
use crate::desk::clock;
use crate::desk::past::{self, Asked, Broken};
use crate::desk::place::Place;
use crate::desk::run::Desk;
use crate::desk::seats::{Need, Seats, Wanted};
use crate::event_log::{Earlier, EventLog};
use crate::model::id::Seq;
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::state::State;
use crate::ui::screen::Screen;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc;

/// Answers that may wait for the loop.
const WAITING: usize = 16;
/// How far apart, in milliseconds, a moving playhead shows itself.
const FRAME_MS: i64 = 40;

/// What a seat wants of the past.
#[derive(Debug, Clone, PartialEq)]
pub enum PastWanted {
    /// A stretch and its first events.
    Tape(Stretch),
    /// A place in a stretch.
    Place(Way),
    /// The events from a number on, below another.
    Piece { from: Seq, end: Seq },
    /// A copy of a state.
    Copy(Arc<State>),
    /// Nothing any more.
    Nothing,
}

/// What was found of it.
pub enum Found {
    Percent(u8),
    /// A stretch, a copy of the state before it, and its first events.
    Tape(Box<(Tape, Arc<State>, Piece)>),
    Place(Box<Arrived>),
    Piece(Piece),
    Copy(Arc<State>),
    Broken(Reason),
}

/// The reading for all seats.
pub struct Pasts {
    /// What each seat waits for, by a number that no other order has.
    running: HashMap<u64, (u64, Arc<AtomicBool>)>,
    last: u64,
    telling: mpsc::Sender<(u64, u64, Found)>,
    found: mpsc::Receiver<(u64, u64, Found)>,
}

impl Default for Pasts {
    fn default() -> Self {
        let (telling, found) = mpsc::channel(WAITING);
        Self { running: HashMap::new(), last: 0, telling, found }
    }
}

impl Pasts {
    /// The next thing that was found, for which seat; nothing when the seat does not wait for it any more.
    pub async fn found(&mut self) -> Option<(u64, Found)> {
        let (seat, order, found) = self.found.recv().await?;
        if self.running.get(&seat).is_none_or(|(running, _)| *running != order) {
            let_go(found);
            return None;
        }
        Some((seat, found))
    }

    /// A seat wants something of the past; what it wanted before is not looked for any more.
    /// `now` is the state of the living: what is not on disk yet is waited for.
    pub fn order(&mut self, log: &EventLog, earlier: Earlier, now: &State, seat: u64, wanted: PastWanted) {
        let (end, newest) = (now.next, now.last_at);
        if let Some((_, ended)) = self.running.remove(&seat) {
            ended.store(true, Ordering::Relaxed);
        }
        if wanted == PastWanted::Nothing {
            return;
        }
        self.last += 1;
        let (order, ended) = (self.last, Arc::new(AtomicBool::new(false)));
        self.running.insert(seat, (order, ended.clone()));
        let (telling, log) = (self.telling.clone(), log.clone());
        tokio::task::spawn_blocking(move || {
            // The loop may have ended.
            let tell = |found| drop(telling.blocking_send((seat, order, found)));
            let mut going = || !ended.load(Ordering::Relaxed);
            let found = match wanted {
                PastWanted::Tape(stretch) => {
                    past::wait_for_disk(&log, end);
                    let asked = Asked { stretch, end, to_end: stretch.to >= newest };
                    past::find(&log, &earlier, asked, &mut |percent| {
                        tell(Found::Percent(percent));
                        going()
                    })
                    .map(|(tape, first)| {
                        let own = Arc::new(State::clone(&tape.begin));
                        Found::Tape(Box::new((tape, own, first)))
                    })
                }
                PastWanted::Place(way) => {
                    past::go(&log, &way, &mut going).map(|found| Found::Place(Box::new(found)))
                }
                PastWanted::Piece { from, end } => past::piece(&log, from, end).map(Found::Piece),
                PastWanted::Copy(state) => {
                    let copy = Arc::new(State::clone(&state));
                    // Before it is told: the playhead goes on only with a state that nobody else has.
                    drop(state);
                    Ok(Found::Copy(copy))
                }
                PastWanted::Nothing => return,
            };
            match found {
                Ok(found) => tell(found),
                Err(Broken::Unreadable(reason)) => tell(Found::Broken(reason)),
                Err(Broken::Unwanted) => {}
            }
        });
    }

    /// A seat is gone.
    pub fn seat_gone(&mut self, seat: u64) {
        if let Some((_, ended)) = self.running.remove(&seat) {
            ended.store(true, Ordering::Relaxed);
        }
    }
}

/// Drops what may hold whole states where nobody waits for it: with many members that takes tens of milliseconds.
pub(super) fn let_go<T: Send + 'static>(what: T) {
    // Nobody waits for it.
    drop(tokio::task::spawn_blocking(move || drop(what)));
}

/// A seat's travel, and what it looked at before.
pub struct Past {
    pub playback: Playback,
    live: Screen,
}

impl Past {
    /// The seat begins to look at the past, on a screen of its own.
    pub fn begin(seat: &mut Seat, stretch: Stretch, speed: Option<u32>) -> Self {
        let fresh = seat.screen.fresh();
        let live = std::mem::replace(&mut seat.screen, fresh);
        Self { playback: Playback::loading(stretch, speed), live }
    }

    /// The same travel to another stretch.
    pub fn again(&mut self, stretch: Stretch, speed: Option<u32>) {
        let_go(std::mem::replace(&mut self.playback, Playback::loading(stretch, speed)));
    }

    /// Back to what happens now: what the seat looked at before is there again.
    pub fn end(mut self, seat: &mut Seat) {
        self.live.take_over(&seat.screen);
        seat.screen = self.live;
        let_go(self.playback);
    }
}

impl Desk {
    /// Something of the past was found for a seat.
    pub(super) fn past_found(&mut self, seat: u64, found: Found) {
        if self.readers.has(seat) {
            return self.readers.past_found(&self.house, seat, found);
        }
        let more = self.seats.past_found(seat, found);
        self.fetch(more.map(|what| Wanted { seat, what: Need::Past(what) }).into_iter().collect());
    }
}

impl Place {
    /// The seat goes into the past, elsewhere in it, or back; what has to be found for that.
    pub(super) fn travels(&mut self, effect: &Effect) -> Option<PastWanted> {
        match (effect, self.past.as_mut()) {
            (Effect::Replay { stretch, speed }, Some(past)) => past.again(*stretch, *speed),
            (Effect::Replay { stretch, speed }, None) => {
                self.past = Some(Past::begin(&mut self.seat, *stretch, *speed));
            }
            (Effect::Seek(_), Some(past)) => return past.playback.way_on().map(PastWanted::Place),
            (_, Some(_)) => {
                if let Some(past) = self.past.take() {
                    past.end(&mut self.seat);
                }
                self.seat.seen.lost();
                return Some(PastWanted::Nothing);
            }
            (_, None) => return None,
        }
        // What the last picture showed is of another time: nothing on it can be meant.
        self.seat.seen.lost();
        match effect {
            Effect::Replay { stretch, .. } => Some(PastWanted::Tape(*stretch)),
            _ => None,
        }
    }
}

impl Seats {
    /// Moves every playhead that plays; what has to be read for that.
    pub fn play(&mut self) -> Vec<Wanted> {
        let now = clock::now();
        let mut wanted = Vec::new();
        for (seat, place) in &mut self.places {
            let Some(past) = &mut place.past else { continue };
            let due = place.played_at.is_none_or(|at| now.since(at) >= FRAME_MS || at > now);
            if due {
                place.played_at = Some(now);
                place.dirty |= past.playback.tick(now);
            }
            let over = past.playback.take_over();
            if !over.is_empty() {
                let_go(over);
            }
            let copy = past.playback.wants_copy().map(PastWanted::Copy);
            let piece = || past.playback.wants().map(|(from, end)| PastWanted::Piece { from, end });
            let what = copy.or_else(piece);
            wanted.extend(what.map(|what| Wanted { seat: *seat, what: Need::Past(what) }));
        }
        wanted
    }

    /// The past that a seat looks at.
    pub fn past_of(&self, number: u64) -> Option<&State> {
        self.places.get(&number)?.past.as_ref()?.playback.state()
    }

    /// When the next playhead has to move.
    pub fn plays_at(&self) -> Option<Moment> {
        let playing = self.places.values().filter(|place| {
            place.past.as_ref().is_some_and(|past| past.playback.plays()) && place.under_way.is_none()
        });
        playing.map(|place| Moment(place.played_at.map_or(0, |at| at.0.saturating_add(FRAME_MS)))).min()
    }

    /// Something of the past was found for a seat; what it wants next, if anything.
    pub fn past_found(&mut self, number: u64, found: Found) -> Option<PastWanted> {
        let place = self.places.get_mut(&number)?;
        place.dirty = true;
        let playback = &mut place.past.as_mut()?.playback;
        match found {
            Found::Percent(percent) => playback.progressed(percent),
            Found::Tape(found) => {
                let (tape, state, first) = *found;
                playback.loaded(tape, state, first);
            }
            Found::Piece(piece) => playback.more(piece),
            Found::Copy(copy) => playback.copied(copy),
            Found::Place(place) => return playback.arrived(*place).map(PastWanted::Place),
            Found::Broken(reason) => playback.broke(reason),
        }
        None
    }
}
