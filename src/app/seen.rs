//! What you saw is what you hit: which target each frame showed under the cursor, and which one a key therefore means.
//!
//! A key carries the number of the frame that its terminal showed. It means the target of that frame, or the target of
//! a movement that the moderator made since, if that frame showed it; never a target that came under the cursor by
//! itself, and never one that no frame has shown.

use crate::model::id::Seq;
use crate::model::moment::Moment;
use crate::ui::screen::Pane;
use crate::ui::target::{RowId, Target};
use std::collections::VecDeque;

/// How many frames are remembered; one frame is in flight at a time.
const REMEMBERED: usize = 64;

/// In a following stream a line must have stood still for so long before a verb may take it: a person needs about half
/// a second to read a name and press a key.
pub const DWELL_MS: i64 = 800;

/// A row that can be meant: its pane and its id there.
pub type Row = (Pane, RowId);

/// What one frame showed.
#[derive(Debug, Clone)]
pub struct Sight {
    /// The number of the frame.
    pub number: u64,
    /// Where the record stood when it was drawn.
    pub at: Seq,
    /// What was under the cursor; nothing when the cursor's row was not on the frame.
    pub target: Option<Target>,
    /// Every row on it, pane by pane, top to bottom.
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone)]
struct Frame {
    sight: Sight,
    /// Since when its target has been under the cursor.
    since: Moment,
    /// It was the first to show this target there.
    first: bool,
}

/// A movement of the moderator since the newest frame.
#[derive(Debug, Clone)]
struct Step {
    /// The newest frame that was drawn before it.
    after: u64,
    /// Where it led; nowhere when no frame had shown that row.
    to: Option<(Target, Row, Moment)>,
}

/// The newest frames of one seat, and the last movement.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    frames: VecDeque<Frame>,
    step: Option<Step>,
    /// Which frames came to stand on the terminal, and when, also those that showed no other rows.
    stood: VecDeque<(u64, Moment)>,
}

impl Seen {
    /// A frame was drawn.
    pub fn drawn(&mut self, sight: Sight, now: Moment) {
        let moved =
            self.step.as_ref().and_then(|step| step.to.as_ref()).map(|(target, _, since)| (*target, *since));
        let last =
            self.frames.back().and_then(|frame| frame.sight.target.map(|target| (target, frame.since)));
        let known = [moved, last].into_iter().flatten().find(|(target, _)| Some(*target) == sight.target);
        let since = known.map_or(now, |(_, since)| since);
        self.frames.push_back(Frame { sight, since, first: known.is_none() });
        if self.frames.len() > REMEMBERED {
            self.frames.pop_front();
        }
    }

    /// A frame stands on the terminal now: only now can what it was the first to show be read.
    pub fn on_terminal(&mut self, number: u64, now: Moment) {
        self.stood.push_back((number, now));
        if self.stood.len() > REMEMBERED {
            self.stood.pop_front();
        }
        if let Some(frame) = self.frames.iter_mut().find(|frame| frame.sight.number == number && frame.first)
        {
            frame.since = now;
            frame.first = false;
        }
    }

    /// Since when a frame with this number or a later one stands on the terminal; not at all as long as none does.
    pub fn stands_since(&self, number: u64) -> Option<Moment> {
        self.stood.iter().find(|(stood, _)| *stood >= number).map(|(_, at)| *at)
    }

    /// The moderator, who saw frame `shown`, moved the cursor to `target` on `row`. He may mean it at once if that
    /// frame showed the row; a case that was raised since then he has not seen.
    pub fn moved(&mut self, shown: u64, mut target: Target, row: Row, now: Moment) {
        let Some(frame) = self.frame(shown).filter(|frame| frame.sight.rows.contains(&row)) else {
            return self.lost();
        };
        let at = frame.sight.at;
        target.case = target.case.filter(|case| case.0 < at);
        self.step = Some(Step { after: self.newest(), to: Some((target, row, now)) });
    }

    /// The moderator moved to something that no frame has shown yet: nothing can be meant until one does.
    pub fn lost(&mut self) {
        self.step = Some(Step { after: self.newest(), to: None });
    }

    /// What a key pressed while frame `shown` stood on the terminal means, and since when it stood there.
    pub fn meant(&self, shown: u64) -> Option<(Target, Moment)> {
        let frame = self.frame(shown)?;
        match &self.step {
            Some(step) if shown <= step.after => {
                let (target, row, since) = step.to.as_ref()?;
                frame.sight.rows.contains(row).then_some((*target, *since))
            }
            _ => frame.sight.target.map(|target| (target, frame.since)),
        }
    }

    /// Whether a pane's list stands in these rows as frame `shown` showed it. The lines of a stream never change
    /// places, so for them it always does.
    pub fn stands(&self, shown: u64, pane: Pane, rows: &[Row]) -> bool {
        let of = |rows: &[Row]| rows.iter().filter(|row| row.0 == pane).map(|row| row.1).collect::<Vec<_>>();
        pane == Pane::Stream || self.frame(shown).is_some_and(|frame| of(&frame.sight.rows) == of(rows))
    }

    fn frame(&self, shown: u64) -> Option<&Frame> {
        self.frames.iter().rev().find(|frame| frame.sight.number <= shown)
    }

    fn newest(&self) -> u64 {
        self.frames.back().map_or(0, |frame| frame.sight.number)
    }
}
