//! Reading the past out of the record, for other threads than the loop: where a stretch begins, what comes next, and the
//! state at a place.
//!
//! Never keeps more of the record than one piece, and never leaves an event out: what cannot be read is known to be lost.

use crate::app::tape::{Arrived, Piece, Stretch, Tape, Way};
use crate::desk::pages;
use crate::event_log::{Earlier, EventLog};
use crate::model::event::Record;
use crate::model::id::Seq;
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::state::introductions::introductions;
use crate::state::{State, checkpoint};
use std::sync::Arc;
use std::time::Duration;

/// How many entries are read at once.
const STRIDE: usize = 4096;
/// How often, and how many times, is looked whether the newest events are on disk: two seconds in all.
const DISK_LOOK: Duration = Duration::from_millis(10);
const DISK_LOOKS: u32 = 200;

/// Why nothing was found.
#[derive(Debug, Clone, PartialEq)]
pub enum Broken {
    Unreadable(Reason),
    /// Nobody waits for it any more.
    Unwanted,
}

/// Waits until the record can be read up to `end`, but not for a disk that takes nothing.
pub fn wait_for_disk(log: &EventLog, end: Seq) {
    for _ in 0..DISK_LOOKS {
        if log.next() >= end.0 {
            return;
        }
        std::thread::park_timeout(DISK_LOOK);
    }
}

/// What is wanted of the record: a stretch, in what stood in it when it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    pub stretch: Stretch,
    /// The number after the newest event.
    pub end: Seq,
    /// Whether the stretch goes on until then, so that its end need not be looked for.
    pub to_end: bool,
}

/// Finds a stretch, the state before it, and its first events. `go_on` is told the percentage read and says whether to
/// read on. A stretch begins with the first event that is not before it and ends with the first that is behind it.
///
/// # Errors
/// When the record cannot be read, or `go_on` says so.
pub fn find(
    log: &EventLog,
    earlier: &Earlier,
    asked: Asked,
    go_on: &mut dyn FnMut(u8) -> bool,
) -> Result<(Tape, Piece), Broken> {
    let Asked { stretch, to_end, .. } = asked;
    let end = asked.end.min(Seq(log.next()));
    let mut state = beginning(log, earlier, stretch.from);
    let mut reading = Reading::new(state.next, end, go_on);
    let mut first = None;
    while let Some(Piece { mut records, reached, .. }) = reading.on(log)? {
        let before = records.iter().position(|record| record.at >= stretch.from).unwrap_or(records.len());
        records.drain(..before).for_each(|record| state.apply(&record));
        if !records.is_empty() {
            first = Some(Piece { from: state.next, records, reached });
            break;
        }
    }
    let Some(mut first) = first else {
        let end = state.next;
        return Ok((
            Tape { begin: Arc::new(state), end },
            Piece { from: end, reached: end, records: Vec::new() },
        ));
    };
    let behind = |records: &[Record]| records.iter().find(|record| record.at > stretch.to).map(|one| one.seq);
    let mut last = if to_end { Some(end) } else { behind(&first.records) };
    while last.is_none() {
        match reading.on(log)? {
            Some(piece) => last = behind(&piece.records),
            None => break,
        }
    }
    let end = last.unwrap_or(end);
    first.records.retain(|record| record.seq < end);
    first.reached = first.reached.min(end);
    Ok((Tape { begin: Arc::new(state), end }, first))
}

/// The state from which a stretch is found: the newest kept one before it, else the beginning of the record. Where that
/// was dropped with old weeks, rooms and people are called as they were when a state was first kept after it.
fn beginning(log: &EventLog, earlier: &Earlier, from: Moment) -> State {
    let first = Seq(log.first());
    let mut later = None;
    for seq in earlier.all() {
        // The newest event below it: when that is in the stretch, so is what the state tells.
        let newest =
            log.read_back(seq, 1).ok().and_then(|entries| entries.first().map(|entry| Moment(entry.at)));
        if newest.is_some_and(|at| at >= from) {
            later = Some(seq);
            continue;
        }
        match kept(earlier, seq).filter(|state| state.next >= first) {
            Some(state) if state.last_at < from => return state,
            _ => later = Some(seq),
        }
    }
    let mut state = State::default();
    if first > Seq(1)
        && let Some(known) = later.and_then(|seq| kept(earlier, seq))
    {
        for event in introductions(&known) {
            state.apply(&Record { seq: first, at: Moment::default(), event });
        }
    }
    State { next: first, ..state }
}

fn kept(earlier: &Earlier, seq: u64) -> Option<State> {
    let state = checkpoint::from_bytes(&earlier.read(seq)?)?;
    Some(state).filter(|state| state.next == Seq(seq))
}

/// A way through the record that tells how far it is.
struct Reading<'a> {
    first: Seq,
    next: Seq,
    end: Seq,
    told: Option<u8>,
    go_on: &'a mut dyn FnMut(u8) -> bool,
}

impl<'a> Reading<'a> {
    fn new(first: Seq, end: Seq, go_on: &'a mut dyn FnMut(u8) -> bool) -> Self {
        Self { first, next: first, end, told: None, go_on }
    }

    fn on(&mut self, log: &EventLog) -> Result<Option<Piece>, Broken> {
        if self.next >= self.end {
            return Ok(None);
        }
        let percent = (self.next.0 - self.first.0) * 100 / (self.end.0 - self.first.0).max(1);
        let percent = u8::try_from(percent).ok();
        if self.told != percent && !(self.go_on)(percent.unwrap_or(100)) {
            return Err(Broken::Unwanted);
        }
        self.told = percent;
        let piece = piece(log, self.next, self.end)?;
        self.next = piece.reached;
        Ok(Some(piece))
    }
}

/// The next events from a number on, below `end`: some thousands, and at least one where there is one.
///
/// # Errors
/// When the record cannot be read.
pub fn piece(log: &EventLog, from: Seq, end: Seq) -> Result<Piece, Broken> {
    let mut piece = Piece { from, records: Vec::new(), reached: from };
    while piece.records.is_empty() && piece.reached < end {
        match log.read(piece.reached.0, STRIDE) {
            Ok(entries) => {
                piece.records =
                    entries.iter().filter(|entry| entry.seq < end.0).filter_map(pages::record).collect();
                piece.reached = entries.last().map_or(end, |last| Seq(last.seq + 1)).min(end);
            }
            // What is lost is passed over; the state says of it what it says of every gap.
            Err(error) => match error.resume().filter(|resume| *resume > piece.reached.0) {
                Some(resume) => piece.reached = Seq(resume).min(end),
                None => return Err(Broken::Unreadable(Reason::new("past-broken").with("what", error))),
            },
        }
    }
    Ok(piece)
}

/// Goes to a place.
///
/// # Errors
/// When the record cannot be read, or `go_on` says so.
pub fn go(log: &EventLog, way: &Way, go_on: &mut dyn FnMut() -> bool) -> Result<Arrived, Broken> {
    let mut state = State::clone(&way.from);
    let mut stops = Vec::new();
    let mut ahead = Piece { from: state.next, records: Vec::new(), reached: state.next };
    while ahead.records.is_empty() && ahead.reached < way.end {
        if !go_on() {
            return Err(Broken::Unwanted);
        }
        let mut read = piece(log, ahead.reached, way.end)?;
        let passed = read.records.iter().position(|record| !way.goal.is_behind(record));
        for record in read.records.drain(..passed.unwrap_or(read.records.len())) {
            state.apply(&record);
            if state.next.0.is_multiple_of(way.stop_every) {
                stops.push(Arc::new(state.clone()));
            }
        }
        ahead = Piece { from: state.next, ..read };
    }
    Ok(Arrived { goal: way.goal, state: Arc::new(state), ahead, stops })
}
