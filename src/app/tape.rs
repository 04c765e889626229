//! A stored stretch of the record for playing again: where it begins and ends, and places in it that were found.
//!
//! Holds no events but those just ahead of the playhead, so a stretch may be as long as the record.

use crate::model::event::Record;
use crate::model::id::Seq;
use crate::model::moment::Moment;
use crate::state::State;
use std::sync::Arc;

/// A stretch of time, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    pub from: Moment,
    pub to: Moment,
}

/// A stretch as it stands in the record.
#[derive(Debug, Clone, PartialEq)]
pub struct Tape {
    /// The state before its first event.
    pub begin: Arc<State>,
    /// The number after its last event.
    pub end: Seq,
}

impl Tape {
    /// How many numbers of the record it spans; what the record lost counts too.
    pub fn len(&self) -> u64 {
        self.place(self.end)
    }

    /// Whether nothing happened in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many numbers of it lie before this one.
    pub fn place(&self, next: Seq) -> u64 {
        next.0.saturating_sub(self.begin.next.0)
    }

    /// Every so many events on the way to a place, the state is kept, so that the way back is short.
    pub fn stop_every(&self) -> u64 {
        (self.len() / STOPS as u64).max(SHORT)
    }
}

/// How many states on the way are kept at most; each takes some megabytes.
pub const STOPS: usize = 8;
/// So many events are taken in at once faster than anybody notices: some 20 ms.
const SHORT: u64 = 8192;

/// A place in a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// Just before the event with this number.
    Before(Seq),
    /// After everything that happened until then.
    At(Moment),
}

impl Goal {
    /// Whether a state lies at this place or before it.
    pub fn is_reached_from(self, state: &State) -> bool {
        match self {
            Goal::Before(seq) => state.next <= seq,
            Goal::At(moment) => state.last_at <= moment,
        }
    }

    /// Whether an event, next after a state, still lies before this place.
    pub fn is_behind(self, record: &Record) -> bool {
        match self {
            Goal::Before(seq) => record.seq < seq,
            // Records of imports carry times of long ago: they happen when they stand in the record.
            Goal::At(moment) => record.at <= moment,
        }
    }
}

/// A way to a place: from a state at or before it, not beyond the end.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    pub from: Arc<State>,
    pub goal: Goal,
    pub end: Seq,
    pub stop_every: u64,
}

/// Events in their order, with none left out: everything before `reached` that was not taken in before.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Piece {
    /// Where the reading began.
    pub from: Seq,
    pub records: Vec<Record>,
    pub reached: Seq,
}

/// A place that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrived {
    pub goal: Goal,
    pub state: Arc<State>,
    /// What comes next.
    pub ahead: Piece,
    /// States on the way.
    pub stops: Vec<Arc<State>>,
}
