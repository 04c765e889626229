//! The message stream of a seat: where it looks, and how it moves. The newest line is at the bottom.
//!
//! Following, the cursor is the newest line; frozen, nothing on screen moves: the bottom is tied to a line, not to a
//! row. Any upward move freezes.

use crate::model::id::{CaseId, RoomId, Seq};
use crate::state::filter::Filter;
use crate::state::stream::Line;
use crate::ui::entries::{Entry, crowd_end, entries};
use crate::ui::entry::Sheet;
use crate::ui::lines::{Above, Lines, Older, PageWanted};
use crate::ui::missed::{Missed, Missing};
use crate::ui::moves::Motion;
use crate::ui::scene::Scene;
use crate::ui::stream_sift::StreamSift;
use crate::ui::target::Target;
use crate::ui::worded::Worded;
use ratatui::layout::Rect;

/// Where the stream stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// At the newest line, whatever that is.
    Following,
    /// Tied to lines.
    Frozen {
        /// The lowest line on screen.
        bottom: Seq,
        cursor: Seq,
        /// The newest line there was when it froze.
        newest: Seq,
    },
}

/// A seat's stream.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamView {
    pub(super) room: Option<RoomId>,
    pub(super) place: Place,
    /// The newest line of the last frame that was sent.
    drawn: Option<Seq>,
    /// The line under the cursor of that frame and the case it stood for, so that a case that is raised between the
    /// frame and a key is never decided unseen.
    seen: Option<(Seq, Option<CaseId>)>,
    pub(super) older: Older,
    /// Only what passes is shown.
    pub(super) sift: Option<StreamSift>,
    /// What arrived since it froze.
    pub(super) missing: Missing,
    /// What the last frames worded.
    pub(super) worded: Worded,
}

impl Default for StreamView {
    fn default() -> Self {
        Self {
            room: None,
            place: Place::Following,
            drawn: None,
            seen: None,
            older: Older::default(),
            sift: None,
            missing: Missing::default(),
            worded: Worded::default(),
        }
    }
}

impl StreamView {
    /// Which room it shows; all when none.
    pub fn room(&self) -> Option<RoomId> {
        self.room
    }

    /// Shows another room, at its newest line.
    pub fn set_room(&mut self, room: Option<RoomId>) {
        if self.room != room {
            *self = Self { room, sift: self.sift.take(), ..Self::default() };
        }
    }

    /// The filter, when it was made for another room than is shown now.
    pub(super) fn misplaced_sift(&self) -> Option<Filter> {
        self.sift.as_ref().filter(|sift| sift.hits.room() != self.room).map(|sift| sift.filter.clone())
    }

    /// Shows only what passes, at the newest line of it; or everything again, with the line under the cursor in sight.
    pub fn set_sift(&mut self, scene: &Scene<'_>, area: Rect, sift: Option<StreamSift>) {
        let was = self.place;
        *self = Self { room: self.room, sift, ..Self::default() };
        if let (None, Place::Frozen { cursor, .. }) = (&self.sift, was) {
            self.select(scene, area, cursor);
        }
    }

    /// The line the cursor is tied to, loaded or not.
    pub(super) fn cursor(&self, scene: &Scene<'_>) -> Option<Seq> {
        match self.place {
            Place::Frozen { cursor, .. } => Some(cursor),
            Place::Following => self.newest_seen(scene),
        }
    }

    /// Whether it stands still.
    pub fn is_frozen(&self) -> bool {
        matches!(self.place, Place::Frozen { .. })
    }

    /// Stands still at what was last drawn.
    pub fn freeze(&mut self, scene: &Scene<'_>) {
        if let (Place::Following, Some(newest)) = (self.place, self.newest_seen(scene)) {
            self.place = Place::Frozen { bottom: newest, cursor: newest, newest };
        }
    }

    /// Goes on at the newest line; pages of the past are let go.
    pub fn follow(&mut self) {
        self.place = Place::Following;
        self.drawn = None;
        self.seen = None;
        if self.sift.as_ref().is_none_or(|sift| !self.older.reaches(sift.upto)) {
            self.older = Older::default();
        }
    }

    /// Remembers the newest line of the frame that was sent.
    pub fn pin(&mut self, scene: &Scene<'_>) {
        self.drawn = self.newest(scene);
        self.seen = None;
        let target = self.target(scene);
        self.seen = target.line.map(|line| (line, target.case));
    }

    /// What is under the cursor, as last drawn.
    pub fn target(&self, scene: &Scene<'_>) -> Target {
        let found = self.cursor(scene).and_then(|at| self.target_of(scene, at));
        found.unwrap_or_else(|| Target { room: self.room, ..Target::default() })
    }

    /// What is under the cursor of the frame that is being drawn: once it is sent, that is the target.
    pub(super) fn target_in_frame(&self, scene: &Scene<'_>) -> Target {
        let cursor = match self.place {
            Place::Frozen { cursor, .. } => Some(cursor),
            Place::Following => self.newest(scene),
        };
        let found = cursor.and_then(|line| self.aim(scene, line, None));
        found.unwrap_or_else(|| Target { room: self.room, ..Target::default() })
    }

    /// What a verb on a line falls on; nothing when the line is not loaded.
    pub fn target_of(&self, scene: &Scene<'_>, line: Seq) -> Option<Target> {
        self.aim(scene, line, self.seen)
    }

    fn aim(&self, scene: &Scene<'_>, line: Seq, seen: Option<(Seq, Option<CaseId>)>) -> Option<Target> {
        let entry = self.entry_with(scene, line)?;
        let (message, member) = (entry.message(), entry.member());
        let case = match seen {
            Some((line, case)) if line == entry.last() => case,
            _ => scene.state.case_meant(entry.message(), entry.room().zip(entry.member())),
        };
        Some(Target {
            room: entry.room().or(self.room),
            line: Some(entry.last()),
            message,
            member,
            case,
            ..Target::default()
        })
    }

    /// What arrived since it froze, as far as it caught up.
    pub fn missed(&self) -> Missed {
        if self.is_frozen() { self.missing.told() } else { Missed::default() }
    }

    /// Moves the cursor within `area`.
    pub fn go(&mut self, scene: &Scene<'_>, area: Rect, motion: Motion) {
        if motion == Motion::Bottom {
            return self.follow();
        }
        if motion.is_upward() {
            self.freeze(scene);
        }
        self.older.retry();
        let Place::Frozen { bottom, cursor, newest } = self.place else { return };
        let height = self.height(area);
        let (cursor, bottom) = match motion {
            Motion::Up => (self.up(scene, area, cursor, 1), bottom),
            Motion::Down => (self.down(scene, area, cursor, 1), bottom),
            Motion::HalfUp | Motion::PageUp => {
                let rows = if motion == Motion::HalfUp { height / 2 } else { height.saturating_sub(1) };
                (self.up(scene, area, cursor, rows), self.up(scene, area, bottom, rows))
            }
            Motion::HalfDown | Motion::PageDown => {
                let rows = if motion == Motion::HalfDown { height / 2 } else { height.saturating_sub(1) };
                (self.down(scene, area, cursor, rows), self.down(scene, area, bottom, rows))
            }
            Motion::Top | Motion::Bottom => (self.topmost(scene, cursor), bottom),
        };
        self.place = Place::Frozen { bottom, cursor, newest };
        self.try_anew(scene);
        self.show_cursor(scene, area);
    }

    /// Stands still with the cursor on a line.
    pub fn select(&mut self, scene: &Scene<'_>, area: Rect, line: Seq) {
        self.freeze(scene);
        let Place::Frozen { bottom, newest, .. } = self.place else { return };
        match self.entry_with(scene, line).map(|entry| entry.last()) {
            Some(cursor) => {
                self.place = Place::Frozen { bottom, cursor, newest };
                self.try_anew(scene);
                self.show_cursor(scene, area);
            }
            // Not loaded: it becomes the bottom, and the page that ends with it is asked for.
            None => self.place = Place::Frozen { bottom: line, cursor: line, newest },
        }
    }

    /// After the area changed: a frozen cursor is on screen again.
    pub fn bring_cursor(&mut self, scene: &Scene<'_>, area: Rect) {
        self.show_cursor(scene, area);
    }

    /// The page of the record it needs, if any.
    pub fn wants_page(&self, scene: &Scene<'_>, area: Rect) -> Option<PageWanted> {
        let lines = self.lines(scene);
        if let Place::Frozen { bottom, .. } = self.place
            && let Some(page) = lines.below(bottom)
        {
            return Some(page);
        }
        let end = self.end(scene);
        let Above::More(before) = lines.above(end) else { return None };
        // A screen ahead, so that reading on rarely waits.
        let ahead = usize::from(area.height) * 2;
        let close = lines.back(end).take(ahead).count() < ahead;
        close.then_some(PageWanted { room: self.room, before, search: self.search() })
    }

    /// Takes a page of the record in.
    pub fn page_arrived(&mut self, page: PageWanted, lines: Vec<Line>, reached: Seq) {
        if self.is_mine(page) {
            if let Some(sift) = &mut self.sift {
                sift.arrived(&lines);
            }
            self.older.arrived(page.before, lines, reached);
            self.trim();
        }
    }

    /// Whether a page is one of what it shows now; else it comes too late.
    pub(super) fn is_mine(&self, page: PageWanted) -> bool {
        page.room == self.room && page.search == self.search()
    }

    fn search(&self) -> Option<u64> {
        self.sift.as_ref().map(|sift| sift.hits.id)
    }

    /// All lines it can reach.
    pub fn lines<'a>(&'a self, scene: &Scene<'a>) -> Lines<'a> {
        Lines::new(scene.state, &self.older, self.room).of_search(self.search())
    }

    /// The position after the lowest line on screen.
    pub(super) fn end(&self, scene: &Scene<'_>) -> Seq {
        match self.place {
            Place::Frozen { bottom, .. } => bottom.next(),
            Place::Following => scene.state.next,
        }
    }

    /// Rows for entries: a frozen stream gives its last row to the word that it is frozen.
    pub(super) fn height(&self, area: Rect) -> usize {
        usize::from(area.height).saturating_sub(usize::from(self.is_frozen())).max(1)
    }

    /// How entries are worded here.
    pub(super) fn sheet<'a>(&self, scene: &'a Scene<'a>, area: Rect, needles: &'a [String]) -> Sheet<'a> {
        let several = scene.state.rooms.iter().nth(1).is_some();
        Sheet {
            scene,
            cells: usize::from(area.width).saturating_sub(1).max(1),
            rooms: self.room.is_none() && several,
            needles,
        }
    }

    /// The entry that holds a line.
    pub(super) fn entry_with<'a>(&'a self, scene: &Scene<'a>, line: Seq) -> Option<Entry<'a>> {
        entries(self.lines(scene).back(line.next()))
            .next()
            .filter(|entry| entry.first() <= line && line <= entry.last())
    }

    fn newest(&self, scene: &Scene<'_>) -> Option<Seq> {
        self.lines(scene).back(scene.state.next).next().map(Line::seq)
    }

    fn newest_seen(&self, scene: &Scene<'_>) -> Option<Seq> {
        self.drawn.or_else(|| self.newest(scene))
    }

    /// The entry that ends `rows` rows above the end of the one at `from`; at least one entry up where there is one.
    fn up(&self, scene: &Scene<'_>, area: Rect, from: Seq, rows: usize) -> Seq {
        let sheet = self.sheet(scene, area, &[]);
        let mut climbed = 0;
        let mut landed = from;
        for entry in entries(self.lines(scene).back(from.next())) {
            landed = entry.last();
            if climbed >= rows {
                break;
            }
            climbed += self.worded.height(&sheet, &entry);
        }
        landed
    }

    /// The entry that ends at least `rows` rows below the end of the one at `from`, or the newest.
    fn down(&self, scene: &Scene<'_>, area: Rect, from: Seq, rows: usize) -> Seq {
        let sheet = self.sheet(scene, area, &[]);
        let lines = self.lines(scene);
        let (mut climbed, mut landed) = (0, from);
        while climbed < rows {
            let Some(next) = lines.forward(landed.next()).next() else { break };
            landed = crowd_end(next, lines.forward(next.seq().next()));
            climbed += self.entry_with(scene, landed).map_or(1, |entry| self.worded.height(&sheet, &entry));
        }
        landed
    }

    /// The oldest entry that can be reached without a hole.
    fn topmost(&self, scene: &Scene<'_>, from: Seq) -> Seq {
        let oldest = self.lines(scene).back(from.next()).last().map_or(from, Line::seq);
        let lines = self.lines(scene);
        lines.forward(oldest).next().map_or(from, |line| crowd_end(line, lines.forward(line.seq().next())))
    }

    /// Scrolls as little as brings the cursor's entry on screen, whole where it fits.
    fn show_cursor(&mut self, scene: &Scene<'_>, area: Rect) {
        let Place::Frozen { bottom, cursor, newest } = self.place else { return };
        if cursor > bottom {
            self.place = Place::Frozen { bottom: cursor, cursor, newest };
            return;
        }
        let whole = self.spans(scene, area).into_iter().any(|span| span.last == cursor && span.row >= 0);
        if whole {
            return;
        }
        // The cursor's entry at the top, and as many below it as fit.
        let (sheet, lines) = (self.sheet(scene, area, &[]), self.lines(scene));
        let height = self.height(area);
        let measured =
            |at: Seq| self.entry_with(scene, at).map_or(1, |entry| self.worded.height(&sheet, &entry));
        let (mut used, mut low) = (measured(cursor) + 1, cursor);
        while let Some(next) = lines.forward(low.next()).next() {
            let end = crowd_end(next, lines.forward(next.seq().next()));
            used += measured(end);
            if used > height || end > bottom {
                break;
            }
            low = end;
        }
        self.place = Place::Frozen { bottom: low, cursor, newest };
    }
}
