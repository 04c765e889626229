//! The past for seats that travel in time: stretches of the record and places in them, found on blocking threads.
//!
//! A stretch is the same whenever it is read: the record is applied from its beginning, which takes as long as it takes
//! and holds up nobody; progress is told. Who stops looking ends the reading.

use crate::app::effect::Effect;
use crate::app::playback::{Playback, Stretch, Tape};
use crate::app::seat::Seat;
use crate::desk::clock;
use crate::desk::pages;
use crate::desk::place::Place;
use crate::desk::run::Desk;
use crate::desk::seats::{Need, Seats, Wanted};
use crate::event_log::EventLog;
use crate::model::event::Record;
use crate::model::id::Seq;
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::state::State;
use crate::ui::screen::Screen;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;

/// How many events a stretch may have; a longer one ends there.
const LONGEST: usize = 100_000;
/// How many entries are read at once.
const STRIDE: usize = 4096;
/// Answers that may wait for the loop.
const WAITING: usize = 16;
/// How often, and how many times, is looked whether the newest events are on disk: two seconds in all.
const DISK_LOOK: Duration = Duration::from_millis(10);
const DISK_LOOKS: u32 = 200;
/// How far apart, in milliseconds, a moving playhead shows itself.
const FRAME_MS: i64 = 40;

/// What a seat wants of the past.
#[derive(Debug, Clone, PartialEq)]
pub enum PastWanted {
    /// A stretch, from its beginning.
    Tape(Stretch),
    /// The state after so many events of a tape.
    State { tape: Tape, count: usize },
    /// Nothing any more.
    Nothing,
}

/// What was found of it.
pub enum Found {
    Percent(u8),
    Tape(Tape),
    State { count: usize, state: Box<State> },
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
        let current = self.running.get(&seat).is_some_and(|(running, _)| *running == order);
        current.then_some((seat, found))
    }

    /// A seat wants something of the past; what it wanted before is not looked for any more.
    /// `end` is where the state of the living stands: what is not on disk yet is waited for.
    pub fn order(&mut self, log: &EventLog, end: Seq, seat: u64, wanted: PastWanted) {
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
            match wanted {
                PastWanted::Tape(stretch) => {
                    wait_for_disk(&log, end);
                    let read = read(&log, stretch, &mut |percent| {
                        tell(Found::Percent(percent));
                        !ended.load(Ordering::Relaxed)
                    });
                    match read {
                        Some(Ok(tape)) => tell(Found::Tape(tape)),
                        Some(Err(reason)) => tell(Found::Broken(reason)),
                        None => {}
                    }
                }
                PastWanted::State { tape, count } => {
                    let state = Box::new(tape.state_after(count));
                    tell(Found::State { count, state });
                }
                PastWanted::Nothing => {}
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

/// Waits until the record can be read up to `end`, but not for a disk that takes nothing.
fn wait_for_disk(log: &EventLog, end: Seq) {
    for _ in 0..DISK_LOOKS {
        if log.next() >= end.0 {
            return;
        }
        std::thread::park_timeout(DISK_LOOK);
    }
}

/// Reads a stretch and the state before it. `go_on` is told the percentage read and says whether to read on; nothing
/// comes of it when it does not.
pub fn read(
    log: &EventLog,
    stretch: Stretch,
    go_on: &mut dyn FnMut(u8) -> bool,
) -> Option<Result<Tape, Reason>> {
    let (first, end) = (log.first(), log.next());
    let mut state = State { next: Seq(first), ..State::default() };
    let mut records: Vec<Record> = Vec::new();
    let (mut next, mut now, mut told) = (first, Moment::default(), None);
    while next < end {
        let percent = u8::try_from((next - first) * 100 / (end - first).max(1)).unwrap_or(100);
        if told != Some(percent) && !go_on(percent) {
            return None;
        }
        told = Some(percent);
        let entries = match log.read(next, STRIDE) {
            Ok(entries) => entries,
            Err(error) => match error.resume().filter(|resume| *resume > next) {
                Some(resume) => {
                    next = resume;
                    continue;
                }
                None => {
                    return Some(Err(Reason::new("past-broken").with("what", error)));
                }
            },
        };
        let Some(last) = entries.last().map(|entry| entry.seq) else { break };
        for record in entries.iter().filter_map(pages::record) {
            now = now.max(record.at);
            match (now < stretch.from, now > stretch.to || records.len() >= LONGEST) {
                (true, _) => state.apply(&record),
                (false, true) => return Some(Ok(taped(state, records))),
                (false, false) => records.push(record),
            }
        }
        next = last + 1;
    }
    Some(Ok(taped(state, records)))
}

fn taped(state: State, records: Vec<Record>) -> Tape {
    Tape { begin: Arc::new(state), records: records.into() }
}

/// A seat's travel, and what it looked at before.
pub struct Past {
    pub playback: Playback,
    live: Screen,
}

impl Past {
    /// The seat begins to look at the past, on a screen of its own.
    pub fn begin(seat: &mut Seat, stretch: Stretch) -> Self {
        let (columns, rows) = seat.screen.size();
        let fresh = Screen::new(columns, rows);
        let live = std::mem::replace(&mut seat.screen, fresh);
        seat.screen.set_room(live.room());
        Self { playback: Playback::loading(stretch), live }
    }

    /// The same travel to another stretch.
    pub fn again(&mut self, stretch: Stretch) {
        self.playback = Playback::loading(stretch);
    }

    /// Back to what happens now: what the seat looked at before is there again.
    pub fn end(self, seat: &mut Seat) {
        let (columns, rows) = seat.screen.size();
        seat.screen = self.live;
        seat.screen.resize(columns, rows);
        seat.screen.forget_page();
    }
}

impl Desk {
    /// Something of the past was found for a seat.
    pub(super) fn past_found(&mut self, seat: u64, found: Found) {
        let more = self.seats.past_found(seat, found);
        self.fetch(more.map(|what| Wanted { seat, what: Need::Past(what) }).into_iter().collect());
    }
}

impl Place {
    /// The seat goes into the past, elsewhere in it, or back; what has to be found for that.
    pub(super) fn travels(&mut self, effect: &Effect) -> Option<PastWanted> {
        match (effect, self.past.as_mut()) {
            (Effect::Replay(stretch), Some(past)) => past.again(*stretch),
            (Effect::Replay(stretch), None) => self.past = Some(Past::begin(&mut self.seat, *stretch)),
            (Effect::Seek(count), Some(past)) => {
                let tape = past.playback.tape()?.clone();
                return Some(PastWanted::State { tape, count: *count });
            }
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
            Effect::Replay(stretch) => Some(PastWanted::Tape(*stretch)),
            _ => None,
        }
    }
}

impl Seats {
    /// Moves every playhead that plays.
    pub fn play(&mut self) {
        let now = clock::now();
        for place in self.places.values_mut() {
            let Some(past) = &mut place.past else { continue };
            let due = place.played_at.is_none_or(|at| now.since(at) >= FRAME_MS || at > now);
            if due {
                place.played_at = Some(now);
                place.dirty |= past.playback.tick(now);
            }
        }
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
            Found::Tape(tape) => playback.loaded(tape),
            Found::Broken(reason) => playback.broke(reason),
            Found::State { count, state } => {
                let count = playback.sought(count, *state)?;
                return Some(PastWanted::State { tape: playback.tape()?.clone(), count });
            }
        }
        None
    }
}
