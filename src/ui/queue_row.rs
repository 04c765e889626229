//! One case as a row of the queue, and the rows that were worded before, kept as cells.
//!
//! Never gives the cells of a case of which anything that shows has changed since: all that a row looks at goes into the
//! print under which it is kept, and a debug build words every row anew and compares.

use crate::config::theme::Meaning;
use crate::model::flag::{Confidence, Severity, Verdict};
use crate::model::id::{CaseId, FlagId, MemberId};
use crate::state::queue::Case;
use crate::text::{reveal, width};
use crate::ui::canvas::{Canvas, Cells, Row, row_width, run};
use crate::ui::phrase::{name_runs, severity_look, severity_word};
use crate::ui::queue::Extent;
use crate::ui::quote::quoted;
use crate::ui::scene::Scene;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

/// With more than this many kept, those that the last frame did not show are let go.
const MOST: usize = 256;
/// Cells from which on a row has some for the name of the room.
const WIDE: usize = 76;

/// Where rows are written.
pub struct RowSheet<'a> {
    pub scene: &'a Scene<'a>,
    /// In which manner, as [`crate::ui::kept::Manners`] numbers them.
    pub manner: u64,
    pub cells: usize,
    pub extent: Extent,
}

/// What was worded. It is no part of what a view is: two views are equal whatever they keep, and a copy keeps nothing.
#[derive(Debug, Default)]
pub struct KeptCases(RefCell<Store>);

#[derive(Debug, Default)]
struct Store {
    /// The manner, and cells of a row.
    manner: (u64, usize),
    kept: HashMap<CaseId, Kept>,
    /// Counts the frames.
    frame: u64,
}

#[derive(Debug)]
struct Kept {
    print: Print<'static>,
    frame: u64,
    cells: Arc<Cells>,
}

impl Clone for KeptCases {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for KeptCases {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for KeptCases {}

impl KeptCases {
    /// The rows of the cases that are on screen.
    pub fn rows(&self, sheet: &RowSheet<'_>, cases: &[&Case]) -> Vec<Arc<Cells>> {
        let twins = sheet.twins(cases);
        let places = cases.iter().map(|case| (*case, sheet.room_cells(twins.contains(&case.id))));
        let Ok(mut store) = self.0.try_borrow_mut() else {
            return places.map(|(case, place)| sheet.painted(case, place)).collect();
        };
        store.next_frame((sheet.manner, sheet.cells));
        places.map(|(case, place)| store.row(sheet, case, place)).collect()
    }
}

impl Store {
    fn next_frame(&mut self, manner: (u64, usize)) {
        if self.manner != manner {
            self.manner = manner;
            self.kept.clear();
        }
        let last = self.frame;
        self.frame += 1;
        if self.kept.len() > MOST {
            self.kept.retain(|_, kept| kept.frame >= last);
        }
    }

    fn row(&mut self, sheet: &RowSheet<'_>, case: &Case, place: usize) -> Arc<Cells> {
        let Some(print) = Print::of(sheet, case, place) else { return sheet.painted(case, place) };
        if let Some(kept) = self.kept.get_mut(&case.id).filter(|kept| kept.print == print) {
            debug_assert_eq!(
                kept.cells,
                sheet.painted(case, place),
                "what was kept is not what would be worded now"
            );
            kept.frame = self.frame;
            return Arc::clone(&kept.cells);
        }
        let cells = sheet.painted(case, place);
        let kept = Kept { print: print.into_owned(), frame: self.frame, cells: Arc::clone(&cells) };
        self.kept.insert(case.id, kept);
        cells
    }
}

/// Everything that shows of a case that waits and may change. Whom it is about, what for, where and since when never
/// changes.
#[derive(Debug, PartialEq)]
struct Print<'a> {
    severity: Severity,
    confidence: Confidence,
    escalated: bool,
    flags: u32,
    holder: Option<Cow<'a, str>>,
    /// What it is called and how old it is.
    name: Option<Cow<'a, str>>,
    room: Option<Cow<'a, str>>,
    place: usize,
    age: (&'static str, i64),
    /// What is quoted, and whether its message is known.
    newest: Option<(FlagId, bool)>,
}

impl<'a> Print<'a> {
    /// Nothing of a case that rests or is decided: it is worded each time.
    fn of(sheet: &RowSheet<'a>, case: &'a Case, place: usize) -> Option<Self> {
        let scene = sheet.scene;
        let state = scene.state;
        let newest = case.remarks.last();
        case.waits(scene.now).then(|| Self {
            severity: case.severity,
            confidence: case.confidence,
            escalated: case.escalated_by.is_some(),
            flags: case.flags,
            holder: case.holder.as_ref().map(|holder| Cow::Borrowed(holder.moderator.as_str())),
            name: written(scene, case.member).map(Cow::Borrowed),
            room: state
                .rooms
                .get(case.room)
                .filter(|_| place > 0)
                .map(|room| Cow::Borrowed(room.name.as_str())),
            place,
            age: scene.age_parts(case.opened_at),
            newest: newest.map(|one| (one.flag, state.stream.message(one.message).is_some())),
        })
    }

    fn into_owned(self) -> Print<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Print {
            holder: self.holder.map(owned),
            name: self.name.map(owned),
            room: self.room.map(owned),
            ..self
        }
    }
}

impl RowSheet<'_> {
    fn painted(&self, case: &Case, place: usize) -> Arc<Cells> {
        let cells = u16::try_from(self.cells).unwrap_or(u16::MAX);
        Arc::new(Canvas::painted(&self.worded(case, place), cells))
    }

    /// Cells for the name of the room: none where all cases are of one. Narrow rows have none to spare, but where two
    /// would look the same.
    fn room_cells(&self, has_twin: bool) -> usize {
        if self.is_one_room() {
            return 0;
        }
        match self.cells {
            0..WIDE if has_twin => 6,
            0..WIDE => 0,
            WIDE..110 => 10,
            _ => 16,
        }
    }

    fn is_one_room(&self) -> bool {
        self.scene.state.rooms.iter().nth(1).is_none()
    }

    /// Those of the cases that look like an open one of another room, where rows have no cells for rooms.
    fn twins(&self, cases: &[&Case]) -> Vec<CaseId> {
        if self.cells >= WIDE || self.is_one_room() {
            return Vec::new();
        }
        let named: Vec<(&Case, Option<&str>)> =
            cases.iter().map(|case| (*case, written(self.scene, case.member))).collect();
        let mut twins = Vec::new();
        for other in self.scene.state.queue.undecided() {
            let mut theirs = None;
            let alike =
                named.iter().filter(|(case, _)| other.room != case.room && other.category == case.category);
            for (case, name) in alike {
                if *name == *theirs.get_or_insert_with(|| written(self.scene, other.member)) {
                    twins.push(case.id);
                }
            }
        }
        twins
    }

    fn worded(&self, case: &Case, place: usize) -> Row {
        let (scene, cells) = (self.scene, self.cells);
        let look = scene.look(severity_look(case.severity));
        let (text, dim) = (scene.look(Meaning::Text), scene.look(Meaning::Dim));
        let asked = match case.escalated_by {
            Some(_) => run("▲", scene.look(Meaning::FlagS4)),
            None => run(" ", text),
        };
        let mut row = vec![
            run(scene.severity_glyph(case.severity), look),
            asked,
            run(severity_word(case.severity), look),
            run(" ", text),
            run(width::pad(&scene.category(case.category), scene.category_cells()), text),
            run(" ", text),
        ];
        let name = scene.member_name(case.member);
        row.extend(name_runs(scene, &name, name_cells(cells), scene.look(Meaning::Name)));
        row.push(run(" ", text));
        if place > 0 {
            row.extend(name_runs(scene, &scene.room_name(case.room), place, scene.look(Meaning::Room)));
            row.push(run(" ", text));
        }
        let tail = self.tail(case);
        let tail_cells = row_width(&tail);
        let left = cells.saturating_sub(row_width(&row) + tail_cells + 1);
        let quote = quoted(scene, case).row(scene, left);
        let used = row_width(&quote);
        row.extend(quote);
        row.push(run(width::pad("", left.saturating_sub(used) + 1), dim));
        row.extend(tail);
        row
    }

    /// What stands at the right end: how often, how sure, how long; or who decided what, when.
    fn tail(&self, case: &Case) -> Row {
        let (scene, cells) = (self.scene, self.cells);
        let dim = scene.look(Meaning::Dim);
        if let Some(decision) = &case.decision {
            let (glyph, key, meaning) = match decision.verdict {
                Verdict::Allowed => ("○", "verdict-allowed", Meaning::Dim),
                Verdict::Confirmed => ("✓", "verdict-confirmed", Meaning::Good),
                Verdict::Settled => ("✓", "verdict-settled", Meaning::Dim),
            };
            let by = width::clip(reveal::line(&scene.actor(&decision.by)).as_str(), 8);
            let when = if self.extent == Extent::Open {
                String::new()
            } else {
                format!(" {}", scene.when(decision.at))
            };
            return vec![run(format!("{glyph} {by} {}{when}", scene.say(key)), scene.look(meaning))];
        }
        let mut row = Vec::new();
        if let Some(holder) = &case.holder {
            let name = width::clip(reveal::line(&holder.moderator).as_str(), 8);
            row.push(run(format!("@{name} "), scene.look(Meaning::Strong)));
        }
        if let Some(until) = case.rests_until.filter(|_| case.rests(scene.now)) {
            let words = scene.say_with("rests-until", &[("until", &scene.when(until))]);
            row.push(run(words, dim));
            return row;
        }
        if case.flags > 1 {
            row.push(run(format!("×{} ", case.flags), scene.look(Meaning::Strong)));
        }
        if cells >= 44 {
            row.push(run(scene.confidence(case.confidence), dim));
            row.push(run(" ", dim));
        }
        let age = scene.age(case.opened_at);
        let missing = 4usize.saturating_sub(width::width(&age));
        row.push(run(format!("{}{age}", " ".repeat(missing)), dim));
        row
    }
}

fn written<'a>(scene: &Scene<'a>, member: MemberId) -> Option<&'a str> {
    scene.state.members.get(member).map(|member| member.name.as_str())
}

fn name_cells(cells: usize) -> usize {
    match cells {
        0..60 => 8,
        60..100 => 12,
        _ => 18,
    }
}
