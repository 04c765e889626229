//! The review queue: what waits for a decision, worst first, and in its own view what was decided, by whom.
//!
//! What stands above the cursor and under it keeps its row, whatever becomes of it, until the cursor moves: a case that
//! somebody else decides is marked where it stands, one that gets worse shows it where it stands, and what is new or
//! gets worse elsewhere goes above what is on screen, where the title counts it. Nothing slides under the cursor.

use crate::config::theme::Meaning;
use crate::model::flag::Severity;
use crate::model::id::CaseId;
use crate::state::queue::{Case, Rank};
use crate::ui::canvas::Canvas;
use crate::ui::list::ListCursor;
use crate::ui::moves::Motion;
use crate::ui::queue_row::{KeptCases, RowSheet};
use crate::ui::quote::quoted;
use crate::ui::scene::Scene;
use crate::ui::sift::{self, Searchable, Sift};
use crate::ui::target::{RowId, Target};
use ratatui::layout::Rect;

/// A seat's queue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QueueView {
    cursor: ListCursor<CaseId>,
    held: Option<Held>,
    /// Only the cases that pass are listed.
    pub(super) sift: Option<Sift>,
    kept: KeptCases,
}

/// The cases that hold their rows: those on screen down to the cursor's, which is the last.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    cases: Vec<CaseId>,
    /// The rank of the cursor's case when the cursor came to it: what is less goes above, what is more below.
    rank: Rank,
    /// Decided or put to rest from here: as soon as that is so, these leave.
    passed: Vec<CaseId>,
}

/// What is above the rows on screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hidden {
    pub count: usize,
    /// The worst of it that waits.
    pub worst: Option<Severity>,
}

/// Which cases a pane lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Those that wait.
    Open,
    /// Those that wait, and under them those that were decided.
    OpenAndDone,
}

enum Listed<'a> {
    Case(&'a Case),
    /// Nothing waits.
    Empty,
    RestingTitle,
    DoneTitle,
}

impl<'a> Listed<'a> {
    fn case(&self) -> Option<&'a Case> {
        if let Listed::Case(case) = self { Some(case) } else { None }
    }

    fn searchable(&self, scene: &Scene<'_>) -> Option<Searchable> {
        let case = self.case()?;
        let (name, text) = (scene.name_as_written(case.member), quoted(scene, case).text());
        Some(Searchable {
            room: Some(case.room),
            member: Some(case.member),
            at: Some(case.opened_at),
            severity: Some(case.severity),
            ..Searchable::new(RowId::Case(case.id), name, text)
        })
    }
}

impl QueueView {
    /// What is under the cursor.
    pub fn target(&self, scene: &Scene<'_>, extent: Extent) -> Target {
        let case = self.cursor.selected(&self.ids(scene, extent));
        case.and_then(|case| self.target_of(scene, case)).unwrap_or_default()
    }

    /// What a verb on a case falls on; nothing when it is gone.
    pub fn target_of(&self, scene: &Scene<'_>, case: CaseId) -> Option<Target> {
        let case = scene.state.queue.get(case)?;
        let newest = case.remarks.last().map(|remark| remark.message);
        Some(Target {
            room: Some(case.room),
            line: newest.map(|id| id.0),
            message: newest,
            member: Some(case.member),
            case: Some(case.id),
            ..Target::default()
        })
    }

    /// What was first stays under the cursor.
    pub fn pin(&mut self, scene: &Scene<'_>, extent: Extent, area: Rect) {
        let ids = self.ids(scene, extent);
        self.cursor.pin(&ids, usize::from(area.height));
        self.hold(scene, &ids, area, |_| true);
    }

    /// Moves the cursor.
    pub fn go(&mut self, scene: &Scene<'_>, extent: Extent, area: Rect, motion: Motion) {
        if motion == Motion::Top {
            // The worst, as it is now.
            self.held = None;
        }
        let ids = self.ids(scene, extent);
        self.cursor.go(&ids, usize::from(area.height), motion);
        self.hold(scene, &ids, area, |case| case.waits(scene.now));
    }

    /// Puts the cursor on a case.
    pub fn select(&mut self, scene: &Scene<'_>, extent: Extent, area: Rect, case: CaseId) {
        let ids = self.ids(scene, extent);
        self.cursor.select(case, &ids, usize::from(area.height));
        self.hold(scene, &ids, area, |case| case.waits(scene.now));
    }

    /// The case at a row of the area.
    pub fn at_row(&self, scene: &Scene<'_>, extent: Extent, area: Rect, row: u16) -> Option<CaseId> {
        let ids = self.ids(scene, extent);
        let window = self.cursor.window(&ids, usize::from(area.height));
        ids.get(window.offset + usize::from(row)).copied().flatten()
    }

    /// The cases on screen, top to bottom.
    pub fn on_screen(&self, scene: &Scene<'_>, extent: Extent, area: Rect) -> Vec<CaseId> {
        self.rows_on_screen(scene, extent, area).into_iter().flatten().collect()
    }

    /// What is on each row on screen, top to bottom: a case, or a title.
    pub fn rows_on_screen(&self, scene: &Scene<'_>, extent: Extent, area: Rect) -> Vec<Option<CaseId>> {
        let (ids, height) = (ids(&self.shown(scene, extent, area)), usize::from(area.height));
        let window = self.cursor.window(&ids, height);
        ids.into_iter().skip(window.offset).take(height).collect()
    }

    /// The cases, top to bottom.
    pub fn cases(&self, scene: &Scene<'_>, extent: Extent) -> Vec<CaseId> {
        self.ids(scene, extent).into_iter().flatten().collect()
    }

    /// What is above the rows on screen.
    pub fn above(&self, scene: &Scene<'_>, extent: Extent, area: Rect) -> Hidden {
        if self.cursor.at().is_none() {
            return Hidden { count: 0, worst: None };
        }
        let listed = self.listed(scene, extent);
        let count = self.cursor.window(&ids(&listed), usize::from(area.height)).offset;
        let waiting = listed.iter().take(count).filter_map(|item| match item {
            Listed::Case(case) => Some(*case).filter(|case| case.waits(scene.now)),
            _ => None,
        });
        Hidden { count, worst: waiting.map(|case| case.severity).max() }
    }

    /// These cases were decided here: the cursor goes on to the next that waits, else to the one before, else to the top.
    pub fn pass_on(&mut self, scene: &Scene<'_>, extent: Extent, area: Rect, done: &[CaseId]) {
        let ids = self.ids(scene, extent);
        let at = ids.iter().position(|id| id.is_some_and(|id| done.contains(&id))).unwrap_or(0);
        let waits = |id: &CaseId| {
            !done.contains(id) && scene.state.queue.get(*id).is_some_and(|case| case.waits(scene.now))
        };
        let on = ids.iter().skip(at).flatten().find(|id| waits(id));
        let back = || ids.iter().take(at).rev().flatten().find(|id| waits(id));
        match on.or_else(back).copied() {
            Some(next) => {
                self.cursor.select(next, &ids, usize::from(area.height));
                self.hold(scene, &ids, area, |case| case.waits(scene.now));
                if let Some(held) = &mut self.held {
                    held.passed = done.to_vec();
                }
                let gone = |id: &&Option<CaseId>| id.is_none_or(|id| !done.contains(&id));
                let left: Vec<Option<CaseId>> = ids.iter().filter(gone).copied().collect();
                self.cursor.settle(&left, usize::from(area.height));
            }
            None => self.let_go(),
        }
    }

    /// The rows on screen down to the cursor's hold still from now on, those that are to stay. In the lists of cases
    /// that rest or are decided nothing has to: whatever changes in them or above them, they move as one.
    fn hold(&mut self, scene: &Scene<'_>, ids: &[Option<CaseId>], area: Rect, stays: impl Fn(&Case) -> bool) {
        let window = self.cursor.window(ids, usize::from(area.height));
        let queue = &scene.state.queue;
        let on = self.cursor.at().zip(window.cursor).and_then(|(id, at)| {
            let shown = ids.get(window.offset..=at)?;
            let case = queue.get(id).filter(|_| shown.last() == Some(&Some(id)))?;
            Some((case, shown.iter().copied().collect::<Option<Vec<CaseId>>>()?))
        });
        let was = self.held.take();
        let Some((cursor, shown)) = on else { return };
        let same = was.filter(|held| held.cases.last() == Some(&cursor.id));
        if !cursor.waits(scene.now) && same.is_none() {
            return;
        }
        let stays = |id: &CaseId| *id == cursor.id || queue.get(*id).is_some_and(&stays);
        let cases = shown.into_iter().filter(stays).collect();
        let (rank, passed) =
            same.map_or_else(|| (cursor.rank(), Vec::new()), |held| (held.rank, held.passed));
        self.held = Some(Held { cases, rank, passed });
    }

    fn holds(&self, id: CaseId) -> bool {
        self.held.as_ref().is_some_and(|held| held.cases.contains(&id))
    }

    /// Whether a case that no longer waits stands among those that do, because it holds its row there.
    fn stands_open(&self, id: CaseId) -> bool {
        self.holds(id) && self.held.as_ref().is_none_or(|held| !held.passed.contains(&id))
    }

    /// Nobody is in the queue: its cursor stands on whatever is first.
    pub fn let_go(&mut self) {
        self.cursor = ListCursor::default();
        self.held = None;
    }

    /// The cases a find can land on, with what it looks in.
    pub fn searchable(&self, scene: &Scene<'_>, extent: Extent) -> Vec<Searchable> {
        self.listed(scene, extent).iter().filter_map(|listed| listed.searchable(scene)).collect()
    }

    /// The cases that a filter tries.
    pub fn rows(&self, scene: &Scene<'_>, extent: Extent) -> Vec<Searchable> {
        self.all(scene, extent).iter().filter_map(|listed| listed.searchable(scene)).collect()
    }

    /// Draws it, on a ground that is blank.
    pub fn draw(
        &self,
        scene: &Scene<'_>,
        canvas: &mut Canvas<'_>,
        (area, extent): (Rect, Extent),
        focused: bool,
        manner: u64,
    ) {
        let listed = self.shown(scene, extent, area);
        let ids = ids(&listed);
        let window = self.cursor.window(&ids, usize::from(area.height));
        let on_screen = || listed.iter().skip(window.offset).take(usize::from(area.height));
        let cases: Vec<&Case> = on_screen().filter_map(Listed::case).collect();
        let sheet = RowSheet { scene, manner, cells: usize::from(area.width.saturating_sub(1)), extent };
        let mut worded = self.kept.rows(&sheet, &cases).into_iter();
        let rows = (area.y..area.bottom()).zip(listed.iter().enumerate().skip(window.offset));
        for (y, (index, item)) in rows {
            match item {
                Listed::Empty => {
                    let text = scene.say(if self.sift.is_some() { "filter-nothing" } else { "queue-empty" });
                    canvas.put(area.x + 1, y, area.width.saturating_sub(1), &text, scene.look(Meaning::Dim));
                }
                Listed::RestingTitle | Listed::DoneTitle => {
                    let rests = matches!(item, Listed::RestingTitle);
                    let title = scene.say(if rests { "queue-resting" } else { "queue-done" });
                    canvas.put(
                        area.x + 1,
                        y,
                        area.width.saturating_sub(1),
                        &title,
                        scene.look(Meaning::Title),
                    );
                }
                Listed::Case(_) => {
                    let row = worded.next().unwrap_or_default();
                    canvas.lay(area.x + 1, y, area.width.saturating_sub(1), &row);
                }
            }
            if window.cursor == Some(index) {
                canvas.put(area.x, y, 1, "▌", scene.look(Meaning::Mark));
                if focused {
                    canvas
                        .restyle(Rect::new(area.x + 1, y, area.width - 1, 1), scene.accent(Meaning::Cursor));
                }
            }
        }
    }

    fn ids(&self, scene: &Scene<'_>, extent: Extent) -> Vec<Option<CaseId>> {
        ids(&self.listed(scene, extent))
    }

    /// The rows, top to bottom, or as many of the first as fit where nobody stands on one and nothing is left out.
    fn shown<'a>(&self, scene: &Scene<'a>, extent: Extent, area: Rect) -> Vec<Listed<'a>> {
        let free = self.cursor.at().is_none() && self.held.is_none() && self.sift.is_none();
        if free && extent == Extent::Open {
            let worst = scene.state.queue.by_rank(scene.now).take(usize::from(area.height));
            let worst: Vec<Listed<'a>> = worst.map(Listed::Case).collect();
            if !worst.is_empty() {
                return worst;
            }
        }
        self.listed(scene, extent)
    }

    /// The rows, top to bottom.
    fn listed<'a>(&self, scene: &Scene<'a>, extent: Extent) -> Vec<Listed<'a>> {
        let mut listed = self.all(scene, extent);
        if self.sift.is_none() {
            return listed;
        }
        listed.retain(|item| match item {
            Listed::Case(case) => {
                self.holds(case.id) || sift::keeps(self.sift.as_ref(), RowId::Case(case.id))
            }
            Listed::RestingTitle | Listed::DoneTitle => true,
            Listed::Empty => false,
        });
        if listed.iter().all(|item| matches!(item, Listed::RestingTitle | Listed::DoneTitle)) {
            listed = vec![Listed::Empty];
        }
        listed
    }

    /// The cases that wait, by their rank, with those in between that hold their rows. A decided case under the cursor
    /// keeps its place among the open ones.
    fn open<'a>(&self, scene: &Scene<'a>, extent: Extent) -> Vec<&'a Case> {
        let queue = &scene.state.queue;
        let mut open = queue.waiting(scene.now);
        if let Some(held) = &self.held {
            open.retain(|case| !self.holds(case.id));
            let below = open.split_off(open.partition_point(|case| case.rank() < held.rank));
            let stays = |case: &&Case| case.waits(scene.now) || !held.passed.contains(&case.id);
            open.extend(held.cases.iter().filter_map(|id| queue.get(*id)).filter(stays));
            open.extend(below);
            return open;
        }
        let kept = self.cursor.at().and_then(|id| queue.get(id)).filter(|case| !case.waits(scene.now));
        if let Some(case) = kept.filter(|_| extent == Extent::Open) {
            let place = open.partition_point(|other| other.rank() < case.rank());
            open.insert(place, case);
        }
        open
    }

    /// The rows without a filter.
    fn all<'a>(&self, scene: &Scene<'a>, extent: Extent) -> Vec<Listed<'a>> {
        let queue = &scene.state.queue;
        let open = self.open(scene, extent);
        let mut listed: Vec<Listed<'a>> = open.into_iter().map(Listed::Case).collect();
        if listed.is_empty() {
            listed.push(Listed::Empty);
        }
        if extent == Extent::OpenAndDone {
            let mut resting = queue.resting(scene.now);
            resting.retain(|case| !self.stands_open(case.id));
            if !resting.is_empty() {
                listed.push(Listed::RestingTitle);
            }
            listed.extend(resting.into_iter().map(Listed::Case));
            let mut done = queue.decided_cases();
            done.retain(|case| !self.stands_open(case.id));
            if !done.is_empty() {
                listed.push(Listed::DoneTitle);
            }
            listed.extend(done.into_iter().map(Listed::Case));
        }
        listed
    }
}

fn ids(listed: &[Listed<'_>]) -> Vec<Option<CaseId>> {
    listed.iter().map(|item| item.case().map(|case| case.id)).collect()
}
