//! Rows chosen one by one or as a range, so that one verb falls on all of them. Rows are held by id, with the target
//! that was under the cursor when they were chosen; what arrives later never becomes chosen by itself.
//!
//! A frame asks of the rows that it shows whether they are chosen, and never what a verb on any of them would fall on.

use crate::config::theme::Meaning;
use crate::model::id::Seq;
use crate::ui::canvas::Canvas;
use crate::ui::entries::{Entry, entries};
use crate::ui::layout::Place;
use crate::ui::members;
use crate::ui::scene::Scene;
use crate::ui::screen::{Pane, Screen};
use crate::ui::target::{RowId, Target};
use ratatui::layout::Rect;
use std::collections::HashSet;

/// One chosen row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub row: RowId,
    pub target: Target,
}

/// The chosen rows of one pane, and where a range begins that follows the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks {
    pub pane: Pane,
    /// In the order in which they were chosen.
    rows: Vec<Mark>,
    /// The same rows.
    known: HashSet<RowId>,
    anchor: Option<RowId>,
}

/// The rows of a range that is open.
enum Range {
    /// What was said in these lines, both included.
    Lines(Seq, Seq),
    Rows(HashSet<RowId>),
}

impl Marks {
    fn in_pane(pane: Pane) -> Self {
        Self { pane, rows: Vec::new(), known: HashSet::new(), anchor: None }
    }

    fn has(&self, row: RowId) -> bool {
        self.known.contains(&row)
    }

    fn add(&mut self, marks: impl IntoIterator<Item = Mark>) {
        let known = &mut self.known;
        self.rows.extend(marks.into_iter().filter(|mark| known.insert(mark.row)));
    }

    fn remove(&mut self, row: RowId) {
        self.known.remove(&row);
        self.rows.retain(|known| known.row != row);
    }
}

impl Screen {
    /// Everything chosen in the pane whose cursor verbs fall on: rows chosen one by one, and the range up to the
    /// cursor while one is open. Nothing when the chosen rows are in another pane.
    pub fn marked(&self, scene: &Scene<'_>) -> Vec<Mark> {
        let Some(marks) = self.marks_seen() else { return Vec::new() };
        let mut all = marks.clone();
        if let Some(anchor) = marks.anchor {
            all.add(self.range_from(scene, anchor));
        }
        all.rows
    }

    /// Draws the glyph of a chosen row before it, over the cursor's.
    pub(super) fn draw_marks(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, place: &Place) {
        let Some(marks) = self.marks_seen() else { return };
        let range = self.open_range(scene);
        let is_marked =
            |row: RowId| marks.has(row) || range.as_ref().is_some_and(|range| self.is_in(scene, range, row));
        let cursor = self.row_of(&self.target(scene)).map(|(_, row)| row);
        let rows = self.rows_by_place(scene, place.pane, place.area);
        for (y, row) in rows.into_iter().filter(|(_, row)| is_marked(*row)) {
            let glyph = if cursor == Some(row) { "◆" } else { "●" };
            canvas.put(place.area.x, place.area.y + y, 1, glyph, scene.look(Meaning::Mark));
        }
    }

    /// How many rows are chosen, wherever they are.
    pub fn marked_count(&self, scene: &Scene<'_>) -> usize {
        let Some(marks) = self.marks_seen() else { return 0 };
        let more = match marks.anchor {
            Some(anchor) => self.range_rows(scene, anchor).into_iter().filter(|row| !marks.has(*row)).count(),
            None => 0,
        };
        marks.rows.len() + more
    }

    /// Whether any row is chosen.
    pub fn has_marks(&self, scene: &Scene<'_>) -> bool {
        self.marks_seen().is_some_and(|marks| !marks.rows.is_empty() || self.marked_count(scene) > 0)
    }

    /// Chooses a row, or lets it go; says whether it is chosen now.
    pub fn toggle_mark(&mut self, mark: Mark) -> bool {
        let marks = self.marks_here();
        let had = marks.has(mark.row);
        if had {
            marks.remove(mark.row);
        } else {
            marks.add([mark]);
        }
        self.drop_empty_marks();
        !had
    }

    /// Chooses all of these.
    pub fn add_marks(&mut self, marks: impl IntoIterator<Item = Mark>) {
        self.marks_here().add(marks);
        self.drop_empty_marks();
    }

    /// Opens a range at a row, or closes the open one and keeps what is in it; says whether one is open now.
    pub fn toggle_range(&mut self, scene: &Scene<'_>, row: RowId) -> bool {
        let anchor = self.marks_here().anchor;
        match anchor {
            Some(anchor) => {
                let range = self.range_from(scene, anchor);
                let marks = self.marks_here();
                marks.anchor = None;
                marks.add(range);
            }
            None => self.marks_here().anchor = Some(row),
        }
        anchor.is_none()
    }

    /// Lets everything go; says whether there was anything.
    pub fn clear_marks(&mut self) -> bool {
        self.marks.take().is_some()
    }

    /// Everything that can be chosen in the pane whose cursor verbs fall on, as far as it is loaded.
    pub fn every_mark(&self, scene: &Scene<'_>) -> Vec<Mark> {
        let rows = self.rows_in_order(scene);
        rows.into_iter().filter_map(|row| self.mark_of(scene, row)).collect()
    }

    /// How many there are to choose, as a title says it, where only `loaded` of them are loaded; nothing where all are.
    pub fn beyond_loaded(&self, scene: &Scene<'_>, loaded: usize) -> Option<String> {
        if self.subject() != Pane::Stream {
            return None;
        }
        if let Some(sift) = &self.stream.sift {
            let all = sift.hits.is_done() && sift.hits.count() <= loaded;
            return (!all).then(|| sift.hits.tally());
        }
        let here = scene.state.rooms.iter().filter(|room| self.room().is_none_or(|only| room.id == only));
        let said: u64 = here.map(|room| room.messages).sum();
        (said > u64::try_from(loaded).unwrap_or(u64::MAX)).then(|| said.to_string())
    }

    /// The row as a choice, where its pane's rows can be chosen.
    pub fn mark_of(&self, scene: &Scene<'_>, row: RowId) -> Option<Mark> {
        let target = match row {
            RowId::Line(line) => self.stream.target_of(scene, line)?,
            RowId::Case(case) => self.queue.target_of(scene, case)?,
            RowId::Member(room, member) => members::target_of(scene, (room, member)),
            RowId::Action(_) | RowId::Record(_) | RowId::Room(_) => return None,
        };
        Some(Mark { row, target })
    }

    /// What is chosen in the pane whose cursor verbs fall on.
    fn marks_seen(&self) -> Option<&Marks> {
        self.marks.as_ref().filter(|marks| marks.pane == self.subject())
    }

    fn marks_here(&mut self) -> &mut Marks {
        let pane = self.subject();
        let elsewhere = self.marks.as_ref().is_some_and(|marks| marks.pane != pane);
        if elsewhere {
            self.marks = None;
        }
        self.marks.get_or_insert_with(|| Marks::in_pane(pane))
    }

    fn drop_empty_marks(&mut self) {
        if self.marks.as_ref().is_some_and(|marks| marks.rows.is_empty() && marks.anchor.is_none()) {
            self.marks = None;
        }
    }

    /// The range that is open, to be asked for many rows.
    fn open_range(&self, scene: &Scene<'_>) -> Option<Range> {
        let anchor = self.marks_seen()?.anchor?;
        let (_, cursor) = self.row_of(&self.target(scene))?;
        Some(match (anchor, cursor) {
            (RowId::Line(from), RowId::Line(to)) => Range::Lines(from.min(to), from.max(to)),
            _ => Range::Rows(self.range_rows(scene, anchor).into_iter().collect()),
        })
    }

    fn is_in(&self, scene: &Scene<'_>, range: &Range, row: RowId) -> bool {
        match (range, row) {
            (Range::Rows(rows), row) => rows.contains(&row),
            (Range::Lines(from, to), RowId::Line(line)) => {
                let said = || matches!(self.stream.entry_with(scene, line), Some(Entry::Said(_)));
                *from <= line && line <= *to && said()
            }
            (Range::Lines(..), _) => false,
        }
    }

    /// What stands on which row of a pane's area.
    fn rows_by_place(&self, scene: &Scene<'_>, pane: Pane, area: Rect) -> Vec<(u16, RowId)> {
        match pane {
            Pane::Stream => {
                let rows = self.stream.lines_by_row(scene, area).into_iter();
                rows.map(|(y, line)| (y, RowId::Line(line))).collect()
            }
            Pane::Queue => {
                let rows = (0..area.height).zip(self.queue.rows_on_screen(scene, self.extent(), area));
                rows.filter_map(|(y, case)| Some((y, RowId::Case(case?)))).collect()
            }
            _ => (0..area.height).filter_map(|y| Some((y, self.row_at(scene, pane, area, y)?))).collect(),
        }
    }

    /// The rows from `anchor` to the cursor, both included, in whichever direction.
    fn range_from(&self, scene: &Scene<'_>, anchor: RowId) -> Vec<Mark> {
        let rows = self.range_rows(scene, anchor);
        rows.into_iter().filter_map(|row| self.mark_of(scene, row)).collect()
    }

    fn range_rows(&self, scene: &Scene<'_>, anchor: RowId) -> Vec<RowId> {
        let Some((_, cursor)) = self.row_of(&self.target(scene)) else { return Vec::new() };
        match (anchor, cursor) {
            (RowId::Line(from), RowId::Line(to)) => self.lines_between(scene, from.min(to), from.max(to)),
            _ => {
                let rows = self.rows_in_order(scene);
                let place = |row: RowId| rows.iter().position(|known| *known == row);
                match (place(anchor), place(cursor)) {
                    (Some(one), Some(other)) => {
                        let (first, last) = (one.min(other), one.max(other));
                        rows.iter().skip(first).take(last - first + 1).copied().collect()
                    }
                    _ => vec![cursor],
                }
            }
        }
    }

    fn lines_between(&self, scene: &Scene<'_>, from: Seq, to: Seq) -> Vec<RowId> {
        let lines = self.stream.lines(scene);
        let mut rows: Vec<RowId> = entries(lines.back(to.next()))
            .take_while(|entry| entry.last() >= from)
            .filter(|entry| matches!(entry, Entry::Said(_)))
            .map(|entry| RowId::Line(entry.last()))
            .collect();
        rows.reverse();
        rows
    }

    /// The rows of the subject pane that can be chosen, top to bottom.
    fn rows_in_order(&self, scene: &Scene<'_>) -> Vec<RowId> {
        match self.subject() {
            Pane::Stream => {
                // Of a filtered stream everything that is loaded; of the whole stream what is in memory.
                let oldest = scene.state.stream.oldest().unwrap_or(scene.state.next);
                let first = if self.stream.sift.is_some() { Seq(0) } else { oldest };
                self.lines_between(scene, first, scene.state.next)
            }
            Pane::Queue => {
                let cases = self.queue.cases(scene, self.extent());
                cases.into_iter().map(RowId::Case).collect()
            }
            Pane::Members => {
                let listed = self.members.listed(scene, self.room());
                listed.into_iter().map(|(room, member)| RowId::Member(room, member)).collect()
            }
            Pane::Card | Pane::Groups | Pane::Outbox | Pane::Audit | Pane::Connectors => Vec::new(),
        }
    }
}
