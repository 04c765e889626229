//! What a seat asks of its picture besides moves: which ids are on screen, and what to lay over it.

use crate::model::id::Seq;
use crate::ui::help::HelpView;
use crate::ui::overlay::Overlay;
use crate::ui::scene::Scene;
use crate::ui::screen::{Pane, Screen};
use crate::ui::target::Target;
use crate::ui::verbs::all_off;

impl Screen {
    /// The same picture on another terminal: where it was, with nothing lying over it. A dialog that stood there is
    /// closed unanswered.
    pub fn resumed(mut self, columns: u16, rows: u16) -> Self {
        self.resize(columns, rows);
        (self.overlay, self.toast, self.pending) = (None, None, None);
        self.stream.older.ask_anew();
        self
    }

    /// The ids of the rows of the focused list that are on screen.
    pub fn visible(&self, scene: &Scene<'_>) -> Vec<Seq> {
        let (pane, extent) = (self.subject(), self.extent());
        let area = self.area(scene, pane);
        let id_at = |row: u16| match pane {
            Pane::Stream => self.stream.line_at(scene, area, row),
            Pane::Queue => self.queue.at_row(scene, extent, area, row).map(|id| id.0),
            Pane::Outbox => self.outbox.at_row(scene, area, row).map(|id| id.0),
            Pane::Audit => self.audit.at_row(scene, area, row),
            Pane::Card | Pane::Connectors => None,
        };
        (0..area.height).filter_map(id_at).collect()
    }

    /// The id of the row under the cursor, as [`Screen::visible`] lists it.
    pub fn row_of(&self, target: &Target) -> Option<Seq> {
        match self.subject() {
            Pane::Stream => target.line,
            Pane::Queue => target.case.map(|id| id.0),
            Pane::Outbox => target.action.map(|id| id.0),
            Pane::Audit => target.record,
            Pane::Card | Pane::Connectors => None,
        }
    }

    /// Whether verbs fall on the newest line of a stream that goes on.
    pub fn follows_newest(&self) -> bool {
        self.subject() == Pane::Stream && !self.is_frozen()
    }

    /// Stops the stream with the cursor on what was meant.
    pub fn freeze_at(&mut self, scene: &Scene<'_>, target: &Target) {
        self.freeze(scene);
        if let Some(line) = target.line {
            self.select_id(scene, Pane::Stream, line);
        }
    }

    /// The keys that work here, with why the others do not.
    pub fn open_help(&mut self, scene: &Scene<'_>) {
        let target = self.target(scene);
        self.overlay = Some(Overlay::Help(HelpView::new(all_off(scene, &target))));
    }

    /// Everything about what is under the cursor, where there is more than its row shows.
    pub fn open_details(&mut self, scene: &Scene<'_>) {
        if let Some(page) = self.page_about(scene) {
            self.overlay = Some(Overlay::Reader(page));
        }
    }
}
