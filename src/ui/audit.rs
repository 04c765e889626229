//! The audit: who did what to whom, when, in words, newest first.

use crate::config::theme::Meaning;
use crate::model::event::Record;
use crate::model::id::{RoomId, Seq};
use crate::text::{reveal, width};
use crate::ui::audit_story::story;
use crate::ui::canvas::{Canvas, Row, row_width, run};
use crate::ui::ledger::Ledger;
use crate::ui::list::ListCursor;
use crate::ui::phrase::name_runs;
use crate::ui::scene::Scene;
use crate::ui::sift::{self, Searchable, Sift};
use crate::ui::target::{RowId, Target};
use ratatui::layout::Rect;

/// From so many cells on no name has to be short.
const ROOMY: usize = 150;

/// A seat's audit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditView {
    cursor: ListCursor<Seq>,
    /// Only the rows that pass are listed.
    pub(super) sift: Option<Sift>,
}

impl AuditView {
    /// What is under the cursor.
    pub fn target(&self, scene: &Scene<'_>) -> Target {
        let Some(seq) = self.selected(scene) else { return Target::default() };
        let Some(record) = scene.state.trail.get(seq) else {
            return Target { record: Some(seq), ..Target::default() };
        };
        let story = story(scene, &record.event);
        Target {
            room: record.event.room(),
            member: story.member,
            case: story.case,
            action: story.action,
            record: Some(seq),
            ..Target::default()
        }
    }

    /// The entries a find can land on, with what it looks in.
    pub fn searchable(&self, scene: &Scene<'_>) -> Vec<Searchable> {
        self.listed(scene).map(|record| searchable(scene, record)).collect()
    }

    /// The entries that a filter tries.
    pub fn rows(&self, scene: &Scene<'_>) -> Vec<Searchable> {
        scene.state.trail.iter().rev().map(|record| searchable(scene, record)).collect()
    }

    fn listed<'a>(&'a self, scene: &Scene<'a>) -> impl Iterator<Item = &'a Record> {
        let keeps = |record: &&Record| sift::keeps(self.sift.as_ref(), RowId::Record(record.seq));
        scene.state.trail.iter().rev().filter(keeps)
    }

    /// Draws it.
    pub fn draw(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, area: Rect, focused: bool) {
        let empty = scene.say(if self.sift.is_some() { "filter-nothing" } else { "audit-empty" });
        self.draw_rows(scene, canvas, area, (focused, &empty), |seq, cells| {
            Some(record_row(scene, scene.state.trail.get(seq)?, cells))
        });
    }
}

impl Ledger for AuditView {
    type Id = Seq;

    fn cursor(&self) -> &ListCursor<Seq> {
        &self.cursor
    }

    fn cursor_mut(&mut self) -> &mut ListCursor<Seq> {
        &mut self.cursor
    }

    fn ids(&self, scene: &Scene<'_>) -> Vec<Option<Seq>> {
        self.listed(scene).map(|record| Some(record.seq)).collect()
    }
}

fn searchable(scene: &Scene<'_>, record: &Record) -> Searchable {
    let story = story(scene, &record.event);
    let name = story.member.map(|member| scene.name_as_written(member)).unwrap_or_default();
    let by = story.by.as_ref().map(|by| scene.actor(by)).unwrap_or_default();
    Searchable {
        room: record.event.room(),
        member: story.member,
        at: Some(record.at),
        ..Searchable::new(RowId::Record(record.seq), name, format!("{} {by}", story.words))
    }
}

fn record_row(scene: &Scene<'_>, record: &Record, cells: usize) -> Row {
    let story = story(scene, &record.event);
    let wide = cells >= 100;
    let shown = |name: &str, cells: usize, look: Meaning| name_runs(scene, name, cells, scene.look(look));
    let gap = if cells >= ROOMY { "  " } else { " " };
    let (by, room) = match cells {
        0..100 => (9, 0),
        100..ROOMY => (14, 14),
        _ => (18, 24),
    };
    let who = story.by.as_ref().map(|by| scene.actor(by)).unwrap_or_default();
    let mut row = vec![
        run(
            if wide { scene.when_exactly(record.at) } else { scene.when_short(record.at) },
            scene.look(Meaning::Time),
        ),
        run(gap, scene.look(Meaning::Text)),
    ];
    row.extend(shown(&who, by, Meaning::Name));
    row.push(run(gap, scene.look(Meaning::Text)));
    if wide {
        let name = record.event.room().map(|room| scene.room_name(room)).unwrap_or_default();
        row.extend(shown(&name, room, Meaning::Room));
        row.push(run(gap, scene.look(Meaning::Text)));
    }
    let rest = cells.saturating_sub(row_width(&row));
    row.push(run(width::clip(reveal::line(&story.words).as_str(), rest), scene.look(story.look)));
    row
}

/// The room of an entry, for a page about it.
pub fn room_of(scene: &Scene<'_>, record: &Record) -> Option<RoomId> {
    record.event.room().filter(|room| scene.state.rooms.get(*room).is_some())
}
