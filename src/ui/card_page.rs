//! The card alone, on a page of its own: everything the record knows of a member. Drawn from what is known now, so
//! that it is never out of date while it is read.

use crate::config::theme::Meaning;
use crate::model::id::{MemberId, RoomId};
use crate::state::members::{Member, Membership};
use crate::text::{reveal, width};
use crate::ui::canvas::{Canvas, Row, run};
use crate::ui::card::Sheet;
use crate::ui::moves::Motion;
use crate::ui::scene::Scene;
use crate::ui::strokes::Strokes;
use crate::ui::target::Target;
use ratatui::layout::Rect;

/// How many actions and notes are listed: more than a page of each.
const LISTED: usize = 100;
/// How many rows of one of his messages are shown; Enter on the message in the stream shows all of it.
const MESSAGE_ROWS: usize = 4;

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardPage {
    room: RoomId,
    member: MemberId,
    scroll: usize,
}

impl CardPage {
    /// The page about the member of a target, at its beginning.
    pub fn about(target: &Target) -> Option<Self> {
        Some(Self { room: target.room?, member: target.member?, scroll: 0 })
    }

    /// Whom it is about, and in which room.
    pub fn whom(&self) -> (RoomId, MemberId) {
        (self.room, self.member)
    }

    /// Scrolls.
    pub fn go(&mut self, scene: &Scene<'_>, size: (u16, u16), motion: Motion) {
        let page = page(size);
        let rows = self.rows(scene, cells(page)).len();
        self.scroll = motion.scroll(self.scroll, rows, usize::from(page.height.saturating_sub(2)));
    }

    /// Draws it over the panes.
    pub fn draw(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, size: (u16, u16)) {
        let page = page(size);
        let look = scene.look(Meaning::Text);
        canvas.clear(page, look);
        framed(scene, canvas, page);
        let rows = self.rows(scene, cells(page));
        let height = page.height.saturating_sub(2);
        let from = self.scroll.min(rows.len().saturating_sub(usize::from(height)));
        for (y, row) in (page.y + 1..page.y + 1 + height).zip(rows.iter().skip(from)) {
            canvas.row(page.x + 2, y, page.width.saturating_sub(4), row);
        }
        let rest = rows.len().saturating_sub(from + usize::from(height));
        if rest > 0 {
            let more = format!(" {} ", scene.say_with("more-rows", &[("n", &rest.to_string())]));
            let room = page.width.saturating_sub(4);
            canvas.put(page.x + 2, page.bottom().saturating_sub(1), room, &more, scene.look(Meaning::Dim));
        }
    }

    fn rows(&self, scene: &Scene<'_>, cells: usize) -> Vec<Row> {
        let sheet = Sheet { scene, cells };
        let Some(member) = scene.state.members.get(self.member) else {
            return sheet.text(&scene.say("card-nobody"), scene.look(Meaning::Dim));
        };
        let mut rows = sheet.who(self.room, member);
        rows.extend(sheet.standing(self.room, member));
        for case in scene.state.queue.undecided() {
            if case.member == self.member && case.room == self.room {
                rows.push(Row::new());
                rows.extend(sheet.case(case));
            }
        }
        let standing = scene.state.members.in_room(self.room, self.member);
        let mut section = |key: &str, part: Vec<Row>| {
            if !part.is_empty() {
                rows.push(Row::new());
                rows.push(vec![run(scene.say(key), scene.look(Meaning::Title))]);
                rows.extend(part);
            }
        };
        section("card-part-notes", sheet.notes(member, LISTED));
        section("card-part-offences", standing.map(|one| offences(&sheet, one)).unwrap_or_default());
        section("card-part-actions", sheet.actions(self.room, member, LISTED));
        section("card-part-rooms", elsewhere(&sheet, self.room, member));
        section("card-part-messages", standing.map(|one| messages(&sheet, one)).unwrap_or_default());
        rows
    }
}

/// Confirmed violations, newest first, with how long ago each was.
fn offences(sheet: &Sheet<'_>, standing: &Membership) -> Vec<Row> {
    let scene = sheet.scene;
    let words = |offence: &crate::state::members::Offence| {
        let args = [
            ("when", scene.when(offence.at)),
            ("age", scene.age(offence.at)),
            ("what", scene.category(offence.category)),
        ];
        scene.say_with("card-offence", &args.each_ref().map(|(name, value)| (*name, value.as_str())))
    };
    let newest = standing.offences.iter().rev().take(LISTED);
    newest.flat_map(|offence| sheet.text(&words(offence), scene.look(Meaning::Text))).collect()
}

/// The other rooms that he is or was in.
fn elsewhere(sheet: &Sheet<'_>, here: RoomId, member: &Member) -> Vec<Row> {
    let scene = sheet.scene;
    let mut rows = Vec::new();
    for room in scene.state.members.rolls().rooms_of(member.id).iter().filter(|room| **room != here) {
        let Some(standing) = scene.state.members.in_room(*room, member.id) else { continue };
        let counts = scene.say_with(
            "card-counts",
            &[
                ("messages", &standing.messages.to_string()),
                ("flags", &standing.flags.to_string()),
                ("offences", &standing.offences.len().to_string()),
            ],
        );
        let look = scene.look(if standing.present { Meaning::Text } else { Meaning::Dim });
        let gone = if standing.present { String::new() } else { format!("  {}", scene.say("card-left")) };
        rows.extend(sheet.text(&format!("{}  {counts}{gone}", scene.room_name(*room)), look));
    }
    rows
}

/// His newest messages here that are in memory, newest first.
fn messages(sheet: &Sheet<'_>, standing: &Membership) -> Vec<Row> {
    let scene = sheet.scene;
    let indent = 13;
    let room = sheet.cells.saturating_sub(indent).max(1);
    let mut rows = Vec::new();
    for (id, at) in standing.recent.iter().rev() {
        let Some(message) = scene.state.stream.message(*id) else { continue };
        let recalled = scene.state.stream.mark(*id).is_some_and(|mark| mark.recalled_by.is_some());
        let look = scene.look(if recalled { Meaning::Recalled } else { Meaning::Text });
        let kind = scene.kind(message.kind).unwrap_or_default();
        let shown = reveal::line(&format!("{kind}{}", message.text)).into_string();
        let mut wrapped = width::wrap(&shown, room, room);
        if wrapped.len() > MESSAGE_ROWS {
            wrapped.truncate(MESSAGE_ROWS);
            if let Some(last) = wrapped.last_mut() {
                *last = format!("{}…", width::clip_plain(last, room.saturating_sub(1)));
            }
        }
        for (number, line) in wrapped.into_iter().enumerate() {
            let head = if number == 0 { width::pad(&scene.when(*at), indent) } else { " ".repeat(indent) };
            rows.push(vec![run(head, scene.look(Meaning::Time)), run(line, look)]);
        }
    }
    rows
}

fn framed(scene: &Scene<'_>, canvas: &mut Canvas<'_>, page: Rect) {
    if page.width < 2 || page.height < 2 {
        return;
    }
    let (right, bottom) = (page.right() - 1, page.bottom() - 1);
    let mut strokes = Strokes::default();
    strokes.horizontal(page.y, page.x, right);
    strokes.horizontal(bottom, page.x, right);
    strokes.vertical(page.x, page.y, bottom);
    strokes.vertical(right, page.y, bottom);
    strokes.draw(canvas, scene.look(Meaning::Border));
    let title = format!(" {} ", scene.say("pane-card"));
    canvas.put(page.x + 2, page.y, page.width.saturating_sub(4), &title, scene.look(Meaning::TitleFocus));
}

/// The page: the window without its top line and its bottom line.
fn page((columns, rows): (u16, u16)) -> Rect {
    Rect::new(0, 1, columns, rows.saturating_sub(2).max(1))
}

/// As wide as can be read well.
fn cells(page: Rect) -> usize {
    usize::from(page.width.saturating_sub(4)).clamp(1, 110)
}
