//! A seat's whole picture and its view state. Drawing it changes nothing; sizes come in by `resize`.

use crate::config::theme::Meaning;
use crate::model::id::{RoomId, Seq};
use crate::model::reason::Reason;
use crate::state::stream::Line;
use crate::text::{reveal, width};
use crate::ui::audit::AuditView;
use crate::ui::canvas::Canvas;
use crate::ui::card::CardView;
use crate::ui::connectors::ConnectorsView;
use crate::ui::find::Finding;
use crate::ui::footer::Verbs;
use crate::ui::groups::GroupsView;
use crate::ui::header::Headline;
use crate::ui::kept::{Kept, Manners};
use crate::ui::layout::{Layout, Place, SMALLEST};
use crate::ui::ledger::Ledger;
use crate::ui::lines::PageWanted;
use crate::ui::marks::Marks;
use crate::ui::members::MembersView;
use crate::ui::outbox::OutboxView;
use crate::ui::overlay::{Overlay, Pending, Toast, Tone};
use crate::ui::queue::{Extent, QueueView};
use crate::ui::scene::{Recording, Scene};
use crate::ui::search::SearchOrder;
use crate::ui::stream::StreamView;
use crate::ui::target::Target;
use crate::ui::{footer, header};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// How long a toast stays, in seconds.
const TOAST_SECONDS: i64 = 4;

/// What is on screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum View {
    /// Stream, queue and card together.
    Live,
    /// Every case, open and decided.
    Queue,
    /// Everybody in the room, or in all rooms.
    Members,
    /// Every group.
    Groups,
    /// Every action.
    Outbox,
    /// Who did what.
    Audit,
    /// How each network is.
    Connectors,
}

impl View {
    /// All views, in the order of the tabs.
    pub const ALL: [View; 7] =
        [View::Live, View::Queue, View::Members, View::Groups, View::Outbox, View::Audit, View::Connectors];

    /// Its panes, in the order in which Tab goes through them.
    pub fn panes(self) -> &'static [Pane] {
        match self {
            View::Live => &[Pane::Stream, Pane::Queue, Pane::Card],
            View::Queue => &[Pane::Queue, Pane::Card],
            View::Members => &[Pane::Members, Pane::Card],
            View::Groups => &[Pane::Groups, Pane::Card],
            View::Outbox => &[Pane::Outbox],
            View::Audit => &[Pane::Audit],
            View::Connectors => &[Pane::Connectors],
        }
    }
}

/// A part of a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pane {
    Stream,
    Queue,
    Card,
    Members,
    Groups,
    Outbox,
    Audit,
    Connectors,
}

/// A seat's picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Screen {
    size: (u16, u16),
    view: View,
    focus: Pane,
    /// The pane whose cursor verbs fall on; a card only shows it.
    subject: Pane,
    zoomed: bool,
    pub(super) stream: StreamView,
    pub(super) queue: QueueView,
    pub(super) card: CardView,
    pub(super) members: MembersView,
    pub(super) groups: GroupsView,
    pub(super) outbox: OutboxView,
    pub(super) audit: AuditView,
    pub(super) connectors: ConnectorsView,
    pub(super) finding: Option<Finding>,
    /// How many searches were ever begun: the number of the last.
    pub(super) searches: u64,
    /// What is to be done about them.
    pub(super) orders: Vec<SearchOrder>,
    /// Nobody runs them any more.
    pub(super) searches_lost: bool,
    pub(super) marks: Option<Marks>,
    kept: Parts,
    /// What stands over the panes.
    pub overlay: Option<Overlay>,
    /// What stands in place of the footer, for a time.
    pub toast: Option<Toast>,
    /// What may follow the keys pressed so far.
    pub pending: Option<Pending>,
}

/// What the last frame drew and the next may need again.
#[derive(Debug, Clone, PartialEq, Default)]
struct Parts {
    manners: Manners,
    headline: Kept<Headline>,
    verbs: Kept<Verbs>,
}

/// What the parts of one frame have in common.
struct Frame {
    manner: u64,
    /// What is under the cursor of this frame.
    target: Target,
}

impl Screen {
    /// A picture of this size, on the Live view.
    pub fn new(columns: u16, rows: u16) -> Self {
        Self {
            size: (columns, rows),
            view: View::Live,
            focus: Pane::Stream,
            subject: Pane::Stream,
            zoomed: false,
            stream: StreamView::default(),
            queue: QueueView::default(),
            card: CardView::default(),
            members: MembersView::default(),
            groups: GroupsView::default(),
            outbox: OutboxView::default(),
            audit: AuditView::default(),
            connectors: ConnectorsView::default(),
            finding: None,
            searches: 0,
            orders: Vec::new(),
            searches_lost: false,
            marks: None,
            kept: Parts::default(),
            overlay: None,
            toast: None,
            pending: None,
        }
    }

    /// Takes another size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.size = (columns, rows);
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        self.size
    }

    /// Whether the window shows only that it is too small.
    pub fn is_too_small(&self) -> bool {
        Layout::is_too_small(self.size)
    }

    /// What is on screen.
    pub fn view(&self) -> View {
        self.view
    }

    /// Puts another view on screen, its first pane focused.
    pub fn set_view(&mut self, view: View) {
        if self.view != view {
            self.view = view;
            self.zoomed = false;
            self.stop_finding();
            if let Some(first) = view.panes().first() {
                self.focus = *first;
                self.attend(*first);
            }
        }
    }

    /// The focused pane.
    pub fn pane(&self) -> Pane {
        self.focus
    }

    /// The pane whose cursor verbs fall on: the focused one, or the one that the focused card shows.
    pub fn subject(&self) -> Pane {
        self.subject
    }

    /// Focuses a pane of this view.
    pub fn focus(&mut self, pane: Pane) {
        if self.view.panes().contains(&pane) {
            self.focus = pane;
            if pane != Pane::Card {
                self.attend(pane);
            }
        }
    }

    /// Verbs fall on this pane from now on. A queue that is left shows its worst cases first again, so that a raid is
    /// seen while one looks elsewhere.
    fn attend(&mut self, pane: Pane) {
        if self.subject == Pane::Queue && pane != Pane::Queue {
            self.queue.let_go();
        }
        self.subject = pane;
    }

    /// Focuses the next pane.
    pub fn next_pane(&mut self) {
        self.step_pane(1);
    }

    /// Focuses the previous pane.
    pub fn previous_pane(&mut self) {
        self.step_pane(self.view.panes().len().saturating_sub(1));
    }

    /// The focused pane alone, or all again.
    pub fn toggle_zoom(&mut self) {
        self.zoomed = !self.zoomed;
    }

    /// Whether the focused pane stands alone.
    pub fn is_zoomed(&self) -> bool {
        self.zoomed
    }

    /// The room in the stream; all when none.
    pub fn room(&self) -> Option<RoomId> {
        self.stream.room()
    }

    /// Puts another room into the stream.
    pub fn set_room(&mut self, room: Option<RoomId>) {
        self.stream.set_room(room);
        if self.subject == Pane::Stream {
            self.stop_finding();
        }
    }

    /// Stops the stream at what was last drawn.
    pub fn freeze(&mut self, scene: &Scene<'_>) {
        self.stream.freeze(scene);
    }

    /// Lets the stream follow the newest line again.
    pub fn follow(&mut self) {
        self.stream.follow();
    }

    /// Whether the stream stands still.
    pub fn is_frozen(&self) -> bool {
        self.stream.is_frozen()
    }

    /// Shows a sentence in place of the footer for a few seconds.
    pub fn tell(&mut self, scene: &Scene<'_>, tone: Tone, text: String) {
        self.toast = Some(Toast { text, tone, until: scene.now.plus_seconds(TOAST_SECONDS) });
    }

    /// What a verb would fall on: the ids under the cursor, as last drawn.
    pub fn target(&self, scene: &Scene<'_>) -> Target {
        match self.subject {
            Pane::Stream | Pane::Card => self.stream.target(scene),
            Pane::Queue => self.queue.target(scene, self.extent()),
            Pane::Members => self.members.target(scene, self.room()),
            Pane::Groups => self.groups.target(scene),
            Pane::Outbox => self.outbox.target(scene),
            Pane::Audit => self.audit.target(scene),
            Pane::Connectors => Target { room: self.room(), ..Target::default() },
        }
    }

    /// What is under the cursor of the frame that is being drawn, so that card and footer tell of no row of before.
    fn target_in_frame(&self, scene: &Scene<'_>) -> Target {
        match self.subject {
            Pane::Stream | Pane::Card => self.stream.target_in_frame(scene),
            _ => self.target(scene),
        }
    }

    /// To be called after a frame was sent, with the scene it showed: from now on what it showed is what is meant.
    pub fn pin(&mut self, scene: &Scene<'_>) {
        let extent = self.extent();
        for place in self.layout(scene).map(|layout| layout.places).unwrap_or_default() {
            match place.pane {
                Pane::Stream => self.stream.pin(scene),
                // While nobody is in the queue its worst cases stay in sight; whoever goes there stands on the first.
                Pane::Queue if self.subject == Pane::Queue => self.queue.pin(scene, extent, place.area),
                Pane::Members => self.members.pin(scene, self.room(), place.area),
                Pane::Groups => self.groups.pin(scene, place.area),
                Pane::Outbox => self.outbox.pin(scene, place.area),
                Pane::Audit => self.audit.pin(scene, place.area),
                Pane::Queue | Pane::Card | Pane::Connectors => {}
            }
        }
    }

    /// The page of the record that the stream needs now, if any and if it was not asked for already.
    pub fn wants_page(&self, scene: &Scene<'_>) -> Option<PageWanted> {
        let area = self.area(scene, Pane::Stream);
        (self.view == View::Live).then(|| self.stream.wants_page(scene, area)).flatten()
    }

    /// Notes that a page was asked for.
    pub fn page_asked(&mut self, page: PageWanted) {
        if self.stream.is_mine(page) {
            self.stream.older.asked(page);
        }
    }

    /// Takes a page of the record in: everything wanted from `reached` on, newest first. A page of another room or
    /// filter is ignored: it comes too late.
    pub fn page_arrived(&mut self, page: PageWanted, lines: Vec<Line>, reached: Seq) {
        self.stream.page_arrived(page, lines, reached);
    }

    /// Notes that a page could not be read; the stream says why, and an upward move asks again.
    pub fn page_failed(&mut self, page: PageWanted, reason: Reason) {
        if self.stream.is_mine(page) {
            self.stream.older.failed(reason);
        }
    }

    /// Draws everything; says where the real cursor stands, which is only in input fields.
    pub fn draw(&self, scene: &Scene<'_>, buffer: &mut Buffer) -> Option<(u16, u16)> {
        let whole = buffer.area;
        let mut canvas = Canvas::new(buffer);
        canvas.clear(whole, scene.look(Meaning::Text));
        let Some(layout) = self.layout(scene) else {
            self.draw_too_small(scene, &mut canvas);
            return None;
        };
        layout.strokes.draw(&mut canvas, scene.look(Meaning::Text).patch(scene.accent(Meaning::Border)));
        let frame = Frame { manner: self.kept.manners.number(scene), target: self.target_in_frame(scene) };
        let headline = Headline::of(scene, frame.manner, &layout, self.room(), self.view);
        header::draw(scene, &mut canvas, &layout, headline, &self.kept.headline);
        for place in &layout.places {
            self.draw_pane(scene, &mut canvas, place, &frame);
        }
        self.draw_footer(scene, &mut canvas, layout.footer, &frame);
        self.draw_overlay(scene, &mut canvas, &layout)
    }

    /// Which cases the queue pane lists in this view.
    pub(super) fn extent(&self) -> Extent {
        if self.view == View::Queue { Extent::OpenAndDone } else { Extent::Open }
    }

    /// What stands where now; none when the window is too small.
    pub(super) fn layout(&self, scene: &Scene<'_>) -> Option<Layout> {
        let alarm = matches!(scene.recording, Recording::Stopped(_));
        Layout::of(self.size, self.view, self.zoomed.then_some(self.focus), alarm)
    }

    /// The area of a pane; empty when it is not on screen.
    pub(super) fn area(&self, scene: &Scene<'_>, pane: Pane) -> Rect {
        self.layout(scene).and_then(|layout| layout.area(pane)).unwrap_or_default()
    }

    fn step_pane(&mut self, by: usize) {
        let panes = self.view.panes();
        let at = panes.iter().position(|pane| *pane == self.focus).unwrap_or(0);
        if let Some(pane) = panes.get((at + by) % panes.len().max(1)) {
            self.focus(*pane);
        }
    }

    fn draw_pane(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, place: &Place, frame: &Frame) {
        let focused = self.focus == place.pane || (self.focus == Pane::Card && self.subject == place.pane);
        match place.pane {
            Pane::Stream => self.stream.draw(scene, canvas, place.area, focused, &self.needles()),
            Pane::Queue => {
                self.queue.draw(scene, canvas, (place.area, self.extent()), focused, frame.manner);
            }
            Pane::Card if self.subject == Pane::Groups => {
                self.groups.draw_card(scene, canvas, place.area);
            }
            Pane::Card => self.card.draw(scene, canvas, place.area, &frame.target),
            Pane::Members => self.members.draw(scene, canvas, place.area, self.room(), focused),
            Pane::Groups => self.groups.draw(scene, canvas, place.area, focused),
            Pane::Outbox => self.outbox.draw(scene, canvas, place.area, focused),
            Pane::Audit => self.audit.draw(scene, canvas, place.area, focused),
            Pane::Connectors => self.connectors.draw(scene, canvas, place.area),
        }
        if self.marks.as_ref().is_some_and(|marks| marks.pane == place.pane) {
            self.draw_marks(scene, canvas, place);
        }
        self.draw_title(scene, canvas, place);
    }

    fn draw_footer(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, area: Rect, frame: &Frame) {
        let toast = self.toast.as_ref().filter(|toast| toast.until > scene.now);
        match (&self.pending, toast) {
            (Some(pending), _) => footer::draw_pending(scene, canvas, area, pending),
            (None, Some(toast)) => footer::draw_toast(scene, canvas, area, toast),
            (None, None) if self.is_finding() && self.overlay.is_none() => {
                footer::draw_pending(scene, canvas, area, &self.found_keys(scene));
            }
            (None, None) => {
                if let Some(over) = &self.overlay {
                    return footer::draw_over(scene, canvas, area, over);
                }
                let place = (self.view, self.focus);
                let verbs = Verbs::of(scene, frame.manner, area.width, place, &frame.target);
                footer::draw_verbs(scene, canvas, area, verbs, &self.kept.verbs);
            }
        }
    }

    fn draw_overlay(
        &self,
        scene: &Scene<'_>,
        canvas: &mut Canvas<'_>,
        layout: &Layout,
    ) -> Option<(u16, u16)> {
        match self.overlay.as_ref()? {
            Overlay::Help(help) => help.draw(scene, canvas, self.size),
            Overlay::Reader(reader) => reader.draw(scene, canvas, self.size),
            Overlay::XRay(xray) => xray.draw(scene, canvas, self.size),
            Overlay::Card(card) => card.draw(scene, canvas, self.size),
            Overlay::CopyPane(pane) => pane.draw(scene, canvas, self.size),
            Overlay::Dialog(dialog) => {
                let screen = Rect::new(0, 1, self.size.0, self.size.1.saturating_sub(2));
                return dialog.draw(scene, canvas, screen);
            }
            Overlay::Chooser(chooser) => return chooser.draw(scene, canvas, self.size),
            Overlay::Prompt(prompt) => return Some(prompt.draw(scene, canvas, layout.footer)),
        }
        None
    }

    fn draw_too_small(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>) {
        let (columns, rows) = self.size;
        let text = match columns {
            // No Chinese character fits in: what is needed stands there, one digit under the other.
            ..2 => format!("{}×{}", SMALLEST.0, SMALLEST.1),
            _ => {
                let args = [("columns", columns.to_string()), ("rows", rows.to_string())];
                scene.say_with("too-small", &args.each_ref().map(|(name, value)| (*name, value.as_str())))
            }
        };
        let cells = usize::from(columns).max(1);
        let lines = width::wrap(reveal::line(&text).as_str(), cells, cells);
        for (y, line) in (0..rows).zip(&lines) {
            canvas.put(0, y, columns, line, scene.look(Meaning::Text));
        }
    }
}
