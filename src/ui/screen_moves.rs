//! What moves a seat's cursors: motions, jumps by id, the mouse. Every move is by id; rows only say which.

use crate::model::id::{ActionId, CaseId, Seq};
use crate::state::filter::Filter;
use crate::state::stream::Line;
use crate::text::reveal;
use crate::ui::audit_story;
use crate::ui::entries::Entry;
use crate::ui::ledger::Ledger;
use crate::ui::moves::Motion;
use crate::ui::outbox;
use crate::ui::overlay::Overlay;
use crate::ui::reader::Reader;
use crate::ui::scene::Scene;
use crate::ui::screen::{Pane, Screen, View};
use crate::ui::sift::{Searchable, Sift};
use crate::ui::target::RowId;
use ratatui::layout::Rect;

/// Rows that one turn of the wheel moves.
const WHEEL: usize = 3;

impl Screen {
    /// Moves the cursor of the focused pane, or scrolls what stands over it.
    pub fn go(&mut self, scene: &Scene<'_>, motion: Motion) {
        let size = self.size();
        match &mut self.overlay {
            Some(Overlay::Help(help)) => return help.go(scene, size, motion),
            Some(Overlay::Reader(reader)) => return reader.go(size, motion),
            Some(Overlay::XRay(xray)) => return xray.go(scene, size, motion),
            Some(Overlay::Chooser(chooser)) => return chooser.go(size, motion),
            Some(Overlay::Card(card)) => return card.go(scene, size, motion),
            Some(Overlay::Dialog(_) | Overlay::Prompt(_) | Overlay::CopyPane(_)) => return,
            None => {}
        }
        self.go_in(scene, self.pane(), motion);
    }

    /// The next case of the queue, which gets the focus.
    pub fn next_case(&mut self, scene: &Scene<'_>) {
        self.step_case(scene, Motion::Down);
    }

    /// The previous case of the queue, which gets the focus.
    pub fn previous_case(&mut self, scene: &Scene<'_>) {
        self.step_case(scene, Motion::Up);
    }

    /// These cases were decided from here: where the queue has the cursor, it goes on. Says whether it did.
    pub fn pass_on(&mut self, scene: &Scene<'_>, done: &[CaseId]) -> bool {
        if self.subject() != Pane::Queue || done.is_empty() {
            return false;
        }
        let (extent, area) = (self.extent(), self.area(scene, Pane::Queue));
        self.queue.pass_on(scene, extent, area, done);
        true
    }

    /// Puts the queue's cursor on a case.
    pub fn select_case(&mut self, scene: &Scene<'_>, case: CaseId) {
        if !self.view().panes().contains(&Pane::Queue) {
            self.set_view(View::Queue);
        }
        self.focus(Pane::Queue);
        let (extent, area) = (self.extent(), self.area(scene, Pane::Queue));
        self.queue.select(scene, extent, area, case);
    }

    /// Puts the outbox's cursor on an action.
    pub fn select_action(&mut self, scene: &Scene<'_>, action: ActionId) {
        self.set_view(View::Outbox);
        let area = self.area(scene, Pane::Outbox);
        self.outbox.select(scene, area, action);
    }

    /// Jumps to a line of the stream, in the Live view; a line that is not in memory is paged in.
    pub fn select_line(&mut self, scene: &Scene<'_>, line: Seq) {
        self.set_view(View::Live);
        self.focus(Pane::Stream);
        if self.stream.sift.is_some() {
            self.sift_stream(scene, Filter::default());
        }
        let lines = scene.state.stream.forward_from(line, None).next().filter(|found| found.seq() == line);
        if !lines.is_some_and(|found| found.is_in(self.room())) {
            self.set_room(lines.and_then(Line::room));
        }
        let area = self.area(scene, Pane::Stream);
        self.stream.select(scene, area, line);
    }

    /// A mouse click: focuses the pane and puts its cursor on what was hit. Never acts.
    pub fn click(&mut self, scene: &Scene<'_>, column: u16, row: u16) {
        let Some(place) = self.layout(scene).and_then(|layout| layout.at(column, row).copied()) else {
            return;
        };
        if self.overlay.is_some() {
            return;
        }
        self.focus(place.pane);
        let Some(row) = row.checked_sub(place.area.y) else { return };
        if let Some(id) = self.row_at(scene, place.pane, place.area, row) {
            self.select_id(scene, place.pane, id);
        }
    }

    /// What stands on a row of a pane's area.
    pub(super) fn row_at(&self, scene: &Scene<'_>, pane: Pane, area: Rect, row: u16) -> Option<RowId> {
        match pane {
            Pane::Stream => self.stream.line_at(scene, area, row).map(RowId::Line),
            Pane::Queue => self.queue.at_row(scene, self.extent(), area, row).map(RowId::Case),
            Pane::Members => {
                let row = self.members.at_row(scene, self.room(), area, row);
                row.map(|(room, member)| RowId::Member(room, member))
            }
            Pane::Groups => self.groups.at_row(scene, area, row).map(RowId::Room),
            Pane::Outbox => self.outbox.at_row(scene, area, row).map(RowId::Action),
            Pane::Audit => self.audit.at_row(scene, area, row).map(RowId::Record),
            Pane::Card | Pane::Connectors => None,
        }
    }

    /// A turn of the wheel over a pane.
    pub fn wheel(&mut self, scene: &Scene<'_>, column: u16, row: u16, down: bool) {
        let motion = if down { Motion::Down } else { Motion::Up };
        let pane = self.layout(scene).and_then(|layout| layout.at(column, row).map(|place| place.pane));
        for _ in 0..WHEEL {
            match pane {
                Some(pane) if self.overlay.is_none() => self.go_in(scene, pane, motion),
                _ => self.go(scene, motion),
            }
        }
    }

    /// A page with everything about what is under the cursor: the whole message, the life of an action, an entry of
    /// the audit. Nothing where there is nothing more to read.
    pub fn page_about(&self, scene: &Scene<'_>) -> Option<Reader> {
        let target = self.target(scene);
        if let Some(action) = target.action.and_then(|id| scene.state.actions.get(id)) {
            return Some(Reader::new(scene.say("story-title"), outbox::story(scene, action)));
        }
        if let Some(record) = target.record {
            let record = scene.state.trail.iter().find(|entry| entry.seq == record)?;
            let story = audit_story::story(scene, &record.event);
            let by = story.by.map(|by| scene.actor(&by)).unwrap_or_default();
            let head =
                format!("{} {}  {by}  #{}", scene.day(record.at), scene.clock_seconds(record.at), record.seq);
            return Some(Reader::new(scene.say("pane-audit"), vec![head, String::new(), story.words]));
        }
        let message = match self.stream.entry_with(scene, target.line?)? {
            Entry::Said(message) => message,
            Entry::Crowd { members, way, .. } => {
                let head = way.words(scene, &members.len().to_string(), "");
                let names = members.iter().map(|member| scene.member_name(*member));
                let body = [head, String::new()].into_iter().chain(names).collect();
                return Some(Reader::new(scene.say("crowd-title"), body));
            }
            Entry::Told { .. } => return None,
        };
        let head = format!(
            "{} {}  {}",
            scene.day(message.at),
            scene.clock_seconds(message.at),
            scene.room_name(message.room)
        );
        let mut body = vec![head, String::new()];
        body.extend(reveal::lines(&message.text).into_iter().map(reveal::Shown::into_string));
        Some(Reader::new(scene.member_name(message.member), body))
    }

    /// The rows of the focused list, for finding.
    pub(super) fn searchable(&self, scene: &Scene<'_>) -> Vec<Searchable> {
        match self.subject() {
            Pane::Queue => self.queue.searchable(scene, self.extent()),
            Pane::Groups => self.groups.searchable(scene),
            Pane::Outbox => self.outbox.searchable(scene),
            Pane::Audit => self.audit.searchable(scene),
            Pane::Stream | Pane::Card | Pane::Members | Pane::Connectors => Vec::new(),
        }
    }

    /// All rows of a list, for its filter.
    pub(super) fn rows_of(&self, scene: &Scene<'_>, pane: Pane) -> Vec<Searchable> {
        match pane {
            Pane::Queue => self.queue.rows(scene, self.extent()),
            Pane::Outbox => self.outbox.rows(scene),
            Pane::Audit => self.audit.rows(scene),
            Pane::Stream | Pane::Card | Pane::Members | Pane::Groups | Pane::Connectors => Vec::new(),
        }
    }

    /// The filter of a list.
    pub(super) fn sift_on(&self, pane: Pane) -> Option<&Sift> {
        match pane {
            Pane::Queue => self.queue.sift.as_ref(),
            Pane::Outbox => self.outbox.sift.as_ref(),
            Pane::Audit => self.audit.sift.as_ref(),
            Pane::Stream | Pane::Card | Pane::Members | Pane::Groups | Pane::Connectors => None,
        }
    }

    /// Where a list keeps its filter; none where there is no list.
    pub(super) fn sift_of(&mut self, pane: Pane) -> Option<&mut Option<Sift>> {
        match pane {
            Pane::Queue => Some(&mut self.queue.sift),
            Pane::Outbox => Some(&mut self.outbox.sift),
            Pane::Audit => Some(&mut self.audit.sift),
            Pane::Stream | Pane::Card | Pane::Members | Pane::Groups | Pane::Connectors => None,
        }
    }

    /// Puts a pane's cursor on an id.
    pub(super) fn select_id(&mut self, scene: &Scene<'_>, pane: Pane, id: RowId) {
        let (extent, area) = (self.extent(), self.area(scene, pane));
        match (pane, id) {
            (Pane::Stream, RowId::Line(line)) => self.stream.select(scene, area, line),
            (Pane::Queue, RowId::Case(case)) => self.queue.select(scene, extent, area, case),
            (Pane::Members, RowId::Member(room, member)) => {
                let seen = self.room();
                self.members.select(scene, seen, area, (room, member));
            }
            (Pane::Groups, RowId::Room(room)) => self.groups.select(scene, area, room),
            (Pane::Outbox, RowId::Action(action)) => self.outbox.select(scene, area, action),
            (Pane::Audit, RowId::Record(record)) => self.audit.select(scene, area, record),
            _ => {}
        }
    }

    fn go_in(&mut self, scene: &Scene<'_>, pane: Pane, motion: Motion) {
        let (extent, area) = (self.extent(), self.area(scene, pane));
        match pane {
            Pane::Stream => self.stream.go(scene, area, motion),
            Pane::Queue => self.queue.go(scene, extent, area, motion),
            Pane::Card => {
                let target = self.target(scene);
                self.card.go(scene, &target, area, motion);
            }
            Pane::Members => {
                let room = self.room();
                self.members.go(scene, room, area, motion);
            }
            Pane::Groups => self.groups.go(scene, area, motion),
            Pane::Outbox => self.outbox.go(scene, area, motion),
            Pane::Audit => self.audit.go(scene, area, motion),
            Pane::Connectors => self.connectors.go(scene, area, motion),
        }
    }

    fn step_case(&mut self, scene: &Scene<'_>, motion: Motion) {
        if !self.view().panes().contains(&Pane::Queue) {
            return self.set_view(View::Queue);
        }
        let was_here = self.subject() == Pane::Queue;
        self.focus(Pane::Queue);
        // From another pane the first press only goes there: what it lands on is then on screen.
        if was_here {
            self.go_in(scene, Pane::Queue, motion);
        }
    }
}
