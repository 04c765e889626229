//! What a seat asks of its picture besides moves: which ids are on screen, and what to lay over it.

use crate::ui::entries::Entry;
use crate::ui::help::HelpView;
use crate::ui::ledger::Ledger;
use crate::ui::overlay::Overlay;
use crate::ui::scene::Scene;
use crate::ui::screen::{Pane, Screen};
use crate::ui::target::{RowId, Target};
use crate::ui::verbs::all_off;
use ratatui::layout::Rect;

impl Screen {
    /// Every row on screen that a cursor can stand on, pane by pane, top to bottom.
    pub fn rows_on_screen(&self, scene: &Scene<'_>) -> Vec<(Pane, RowId)> {
        let places = self.layout(scene).map(|layout| layout.places).unwrap_or_default();
        let mut rows = Vec::new();
        for place in &places {
            let ids = self.ids_in(scene, place.pane, place.area);
            rows.extend(ids.into_iter().map(|id| (place.pane, id)));
        }
        // A card that stands alone shows whom a verb would fall on.
        let alone = places.iter().all(|place| place.pane == Pane::Card);
        if alone && !places.is_empty() {
            rows.extend(self.row_of(&self.target(scene)));
        }
        rows
    }

    fn ids_in(&self, scene: &Scene<'_>, pane: Pane, area: Rect) -> Vec<RowId> {
        let rows = 0..area.height;
        match pane {
            Pane::Stream => {
                self.stream.spans(scene, area).into_iter().map(|span| RowId::Line(span.last)).collect()
            }
            Pane::Queue => {
                self.queue.on_screen(scene, self.extent(), area).into_iter().map(RowId::Case).collect()
            }
            Pane::Members | Pane::Groups => {
                rows.filter_map(|row| self.row_at(scene, pane, area, row)).collect()
            }
            Pane::Outbox => {
                rows.filter_map(|row| self.outbox.at_row(scene, area, row)).map(RowId::Action).collect()
            }
            Pane::Audit => {
                rows.filter_map(|row| self.audit.at_row(scene, area, row)).map(RowId::Record).collect()
            }
            Pane::Card | Pane::Connectors => Vec::new(),
        }
    }

    /// The row under the cursor, as [`Screen::rows_on_screen`] lists it.
    pub fn row_of(&self, target: &Target) -> Option<(Pane, RowId)> {
        let id = match self.subject() {
            Pane::Stream => target.line.map(RowId::Line),
            Pane::Queue => target.case.map(RowId::Case),
            Pane::Members => target.room.zip(target.member).map(|(room, member)| RowId::Member(room, member)),
            Pane::Groups => target.group.map(RowId::Room),
            Pane::Outbox => target.action.map(RowId::Action),
            Pane::Audit => target.record.map(RowId::Record),
            Pane::Card | Pane::Connectors => None,
        };
        id.map(|id| (self.subject(), id))
    }

    /// After the window or the arrangement changed: the cursor of a frozen stream is on screen.
    pub fn bring_cursor(&mut self, scene: &Scene<'_>) {
        let area = self.area(scene, Pane::Stream);
        if area.height > 0 {
            self.stream.bring_cursor(scene, area);
        }
    }

    /// The terminal is gone: what was asked for on its behalf will not come, and is asked for again.
    pub fn forget_page(&mut self) {
        self.stream.older.forget();
        self.searches_lost = true;
    }

    /// A picture of the same size and room with nothing else in it; its searches have other numbers.
    pub fn fresh(&self) -> Self {
        let (columns, rows) = self.size();
        let mut fresh = Self::new(columns, rows);
        fresh.set_room(self.room());
        fresh.searches = self.searches;
        fresh
    }

    /// Takes the place of a picture that came of [`Screen::fresh`].
    pub fn take_over(&mut self, fresh: &Self) {
        let (columns, rows) = fresh.size();
        self.searches = fresh.searches;
        self.resize(columns, rows);
        self.forget_page();
    }

    /// Whether verbs fall on the newest line of a stream that goes on.
    pub fn follows_newest(&self) -> bool {
        self.subject() == Pane::Stream && !self.is_frozen()
    }

    /// Stops the stream with the cursor on what was meant.
    pub fn freeze_at(&mut self, scene: &Scene<'_>, target: &Target) {
        self.freeze(scene);
        if let Some(line) = target.line {
            self.select_id(scene, Pane::Stream, RowId::Line(line));
        }
    }

    /// The keys that work here, with why the others do not.
    pub fn open_help(&mut self, scene: &Scene<'_>) {
        let target = self.target(scene);
        self.overlay = Some(Overlay::Help(HelpView::new(all_off(scene, &target))));
    }

    /// Whether the stream shows only the beginning of a target's message, with a word on how to read the rest.
    pub fn cuts(&self, scene: &Scene<'_>, target: &Target) -> bool {
        let area = self.area(scene, Pane::Stream);
        let entry = target.line.and_then(|line| self.stream.entry_with(scene, line));
        match entry.filter(|_| self.subject() == Pane::Stream) {
            Some(Entry::Said(message)) => self.stream.sheet(scene, area, &[]).cuts(message),
            _ => false,
        }
    }

    /// Everything about what is under the cursor, where there is more than its row shows.
    pub fn open_details(&mut self, scene: &Scene<'_>) {
        if let Some(page) = self.page_about(scene) {
            self.overlay = Some(Overlay::Reader(page));
        }
    }
}
