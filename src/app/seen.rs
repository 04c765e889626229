//! What you saw is what you hit: which target each frame showed under the cursor, and which one a key therefore means.
//!
//! A key carries the number of the frame that its terminal showed. It means the target of that frame, or the target of
//! a movement that the moderator made since; never a target that came under the cursor by itself in the meantime.

use crate::model::moment::Moment;
use crate::ui::target::Target;
use std::collections::VecDeque;

/// How many frames and movements are remembered; one frame is in flight at a time.
const REMEMBERED: usize = 64;

/// In a following stream a line must have stood still for so long before a verb may take it: a person needs about half
/// a second to read a name and press a key.
pub const DWELL_MS: i64 = 800;

#[derive(Debug, Clone)]
struct Sight {
    frame: u64,
    moved: bool,
    since: Moment,
    target: Target,
}

/// The newest sights of one seat.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    sights: VecDeque<Sight>,
}

impl Seen {
    /// Frame `number` shows `target` under the cursor.
    pub fn drawn(&mut self, number: u64, target: Target, now: Moment) {
        let since = match self.sights.back() {
            Some(last) if last.target == target => last.since,
            _ => now,
        };
        self.push(Sight { frame: number, moved: false, since, target });
    }

    /// The moderator moved the cursor to `target`, which the last frame showed; he need not wait for the next frame.
    pub fn moved(&mut self, target: Target, now: Moment) {
        let frame = self.sights.back().map_or(0, |last| last.frame);
        self.push(Sight { frame, moved: true, since: now, target });
    }

    /// The moderator moved to something that no frame has shown yet: nothing can be meant until one does.
    pub fn lost(&mut self) {
        self.sights.clear();
    }

    /// What a key pressed while frame `shown` stood on the terminal means, and since when it stood there.
    pub fn meant(&self, shown: u64) -> Option<(&Target, Moment)> {
        let sight = self.sights.iter().rev().find(|sight| sight.moved || sight.frame <= shown)?;
        Some((&sight.target, sight.since))
    }

    fn push(&mut self, sight: Sight) {
        self.sights.push_back(sight);
        if self.sights.len() > REMEMBERED {
            self.sights.pop_front();
        }
    }
}
