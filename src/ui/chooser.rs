//! A list to pick one row from, with a line to type a few letters into where the list is long. It picks nothing by
//! itself: whoever opened it reads which row Enter would take.
//!
//! Rows are named by their place in what the owner gave; never by their place on screen.

use crate::config::theme::Meaning;
use crate::text::{fuzzy, reveal, width};
use crate::ui::canvas::Canvas;
use crate::ui::dialog::boxed;
use crate::ui::moves::Motion;
use crate::ui::phrase::{HIDDEN, fit_name, marked_name};
use crate::ui::scene::Scene;
use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation;

/// The widest a list gets: the eye has to find the detail that belongs to a label.
const WIDEST: u16 = 100;
/// The highest a list gets; longer ones scroll.
const HIGHEST: u16 = 24;
/// Longer queries are not typed by people.
const LONGEST: usize = 200;

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChoiceRow {
    /// A word about what kind of thing it is; may be empty.
    pub kind: String,
    /// What it is called, and what typed letters are matched with.
    pub label: String,
    /// What helps to tell it from others.
    pub detail: String,
    /// Why it cannot be picked now; absent when it can.
    pub why_off: Option<String>,
}

/// Who sorts the rows while letters are typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Narrowing {
    /// Nobody: there is no line to type into.
    None,
    /// The list itself, by how well labels match.
    Own,
    /// The owner, who gives other rows after each letter.
    Owner,
}

/// The list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chooser {
    pub title: String,
    /// What stands in the list while nothing is in it.
    pub empty: String,
    rows: Vec<ChoiceRow>,
    /// The rows listed, best first, by their places in `rows`.
    found: Vec<usize>,
    /// How many there are in all, those not listed included.
    total: usize,
    narrowing: Narrowing,
    query: String,
    /// A place in `found`.
    cursor: usize,
    /// The first place of `found` on screen.
    top: usize,
    /// Enter takes the row under the cursor, and the bar beside it says so.
    pub open: bool,
}

impl ChoiceRow {
    /// A row that can be picked.
    pub fn new(label: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { label: label.into(), detail: detail.into(), ..Self::default() }
    }
}

impl Chooser {
    /// A list to go through with the cursor.
    pub fn plain(title: impl Into<String>, empty: impl Into<String>, rows: Vec<ChoiceRow>) -> Self {
        Self::of(title.into(), empty.into(), rows, Narrowing::None)
    }

    /// A list that typed letters narrow: by name, by pinyin or by its initials.
    pub fn narrowing(title: impl Into<String>, empty: impl Into<String>, rows: Vec<ChoiceRow>) -> Self {
        Self::of(title.into(), empty.into(), rows, Narrowing::Own)
    }

    /// A list whose owner gives other rows after each letter, with [`Chooser::replace`].
    pub fn asking(title: impl Into<String>, empty: impl Into<String>) -> Self {
        Self::of(title.into(), empty.into(), Vec::new(), Narrowing::Owner)
    }

    fn of(title: String, empty: String, rows: Vec<ChoiceRow>, narrowing: Narrowing) -> Self {
        let found: Vec<usize> = (0..rows.len()).collect();
        let total = rows.len();
        Self {
            title,
            empty,
            rows,
            found,
            total,
            narrowing,
            query: String::new(),
            cursor: 0,
            top: 0,
            open: true,
        }
    }

    /// Gives other rows, best first; the cursor goes to the first. `total` counts those left out too.
    pub fn replace(&mut self, rows: Vec<ChoiceRow>, total: usize) {
        self.found = (0..rows.len()).collect();
        self.rows = rows;
        self.total = total;
        (self.cursor, self.top) = (0, 0);
    }

    /// The row under the cursor, by its place in what the owner gave.
    pub fn picked(&self) -> Option<usize> {
        self.found.get(self.cursor).copied()
    }

    /// The row with this number.
    pub fn row(&self, number: usize) -> Option<&ChoiceRow> {
        self.rows.get(number)
    }

    /// What was typed; absent when there is no line to type into.
    pub fn query(&self) -> Option<&str> {
        (self.narrowing != Narrowing::None).then_some(self.query.as_str())
    }

    /// Adds text to what was typed. Line breaks and other controls become spaces: nothing pasted picks.
    pub fn insert(&mut self, text: &str) {
        if self.narrowing == Narrowing::None {
            return;
        }
        let room = LONGEST.saturating_sub(self.query.chars().count());
        self.query.extend(text.chars().take(room).map(|sign| if sign.is_control() { ' ' } else { sign }));
        self.narrow();
    }

    /// Takes the last character back.
    pub fn backspace(&mut self) {
        let keep = self.query.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
        self.query.truncate(keep);
        self.narrow();
    }

    /// Takes the last word back.
    pub fn delete_word(&mut self) {
        let keep = self.query.trim_end().unicode_word_indices().next_back().map_or(0, |(at, _)| at);
        self.query.truncate(keep);
        self.narrow();
    }

    /// Takes everything typed back.
    pub fn clear(&mut self) {
        self.query.clear();
        self.narrow();
    }

    /// Moves the cursor.
    pub fn go(&mut self, size: (u16, u16), motion: Motion) {
        let height = usize::from(self.list(self.page(size)).height).max(1);
        let last = self.found.len().saturating_sub(1);
        let aim = match motion {
            Motion::Up => self.cursor.saturating_sub(1),
            Motion::Down => self.cursor + 1,
            Motion::HalfUp => self.cursor.saturating_sub((height / 2).max(1)),
            Motion::HalfDown => self.cursor + (height / 2).max(1),
            Motion::PageUp => self.cursor.saturating_sub((height - 1).max(1)),
            Motion::PageDown => self.cursor + (height - 1).max(1),
            Motion::Top => 0,
            Motion::Bottom => last,
        };
        self.cursor = aim.min(last);
        self.top = self.first_shown(height);
    }

    /// Draws it over the panes of a window of `size`; says where the real cursor stands, if there is a line to type.
    pub fn draw(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, size: (u16, u16)) -> Option<(u16, u16)> {
        let page = self.page(size);
        let look = scene.look(Meaning::Dialog);
        // A column on either side keeps what is behind from running into the frame.
        let margin = Rect { x: page.x.saturating_sub(1), width: page.width + 2, ..page };
        canvas.clear(margin.intersection(Rect::new(0, 0, size.0, size.1)), scene.look(Meaning::Text));
        canvas.clear(page, look);
        boxed(scene, canvas, page, &self.title, false);
        let list = self.list(page);
        if self.found.is_empty() {
            let dim = look.patch(scene.accent(Meaning::Dim));
            let cells = usize::from(list.width).max(1);
            for (y, line) in (list.y..list.bottom()).zip(width::wrap(&self.empty, cells, cells)) {
                canvas.put(list.x, y, list.width, &line, dim);
            }
        }
        let from = self.first_shown(usize::from(list.height));
        let columns = self.columns(from, list);
        for (y, (at, number)) in (list.y..list.bottom()).zip(self.found.iter().enumerate().skip(from)) {
            if let Some(row) = self.rows.get(*number) {
                self.draw_row(scene, canvas, Rect { y, height: 1, ..list }, row, columns, at == self.cursor);
            }
        }
        (self.narrowing != Narrowing::None).then(|| self.draw_query(scene, canvas, page))
    }

    fn draw_query(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, page: Rect) -> (u16, u16) {
        let (x, y, cells) = (page.x + 2, page.y + 1, page.width.saturating_sub(4));
        let look = scene.look(Meaning::Input);
        canvas.clear(Rect::new(x, y, cells, 1), look);
        let count = format!("{}/{}", self.found.len(), self.total);
        let wide = u16::try_from(width::width(&count)).unwrap_or(0).min(cells);
        canvas.put((x + cells).saturating_sub(wide), y, wide, &count, look.patch(scene.accent(Meaning::Dim)));
        let at = canvas.put(x, y, cells, "› ", scene.look(Meaning::Key).patch(look));
        let room = (x + cells).saturating_sub(at + wide + 2);
        let shown = reveal::line(&self.query);
        let end = canvas.put(at, y, room, tail(shown.as_str(), usize::from(room)), look);
        (end, y)
    }

    fn draw_row(
        &self,
        scene: &Scene<'_>,
        canvas: &mut Canvas<'_>,
        area: Rect,
        row: &ChoiceRow,
        (kind, label): (usize, usize),
        here: bool,
    ) {
        let look = scene.look(Meaning::Dialog);
        let dim = look.patch(scene.accent(Meaning::Dim));
        let off = look.patch(scene.accent(Meaning::Off));
        let right = area.right();
        let mut at = area.x + 1;
        if kind > 0 {
            at = canvas.put(at, area.y, right.saturating_sub(at), &shown(&row.kind, kind), dim) + 2;
        }
        let name_look = if row.why_off.is_some() { off } else { look };
        at = canvas.put(
            at,
            area.y,
            right.saturating_sub(at),
            &width::pad(&fit_name(&marked(&row.label), label), label),
            name_look,
        ) + 2;
        let room = right.saturating_sub(at);
        let words = row.why_off.as_deref().unwrap_or(&row.detail);
        let words = width::clip(reveal::line(words).as_str(), usize::from(room));
        canvas.put(at, area.y, room, &words, if row.why_off.is_some() { off } else { dim });
        if here {
            let bar = if self.open { "▌" } else { " " };
            canvas.put(area.x, area.y, 1, bar, look.patch(scene.accent(Meaning::Mark)));
            let rest = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
            canvas.restyle(rest, scene.accent(Meaning::Cursor));
        }
    }

    /// Cells for kinds and for labels among the rows on screen.
    fn columns(&self, from: usize, list: Rect) -> (usize, usize) {
        let rows =
            || self.found.iter().skip(from).take(list.height.into()).filter_map(|at| self.rows.get(*at));
        let widest = |of: fn(&ChoiceRow) -> String| {
            rows().map(|row| width::width(reveal::line(&of(row)).as_str())).max().unwrap_or(0)
        };
        let cells = usize::from(list.width);
        let kind = widest(|row| row.kind.clone()).min(cells / 6);
        let detail = widest(|row| row.why_off.clone().unwrap_or_else(|| row.detail.clone()));
        // What helps to tell rows from others has half of the list at most; what it leaves is for their names.
        let share = cells.saturating_sub(detail.min(cells / 2));
        (kind, widest(|row| marked(&row.label)).min(share.saturating_sub(kind + 3)))
    }

    fn narrow(&mut self) {
        if self.narrowing != Narrowing::Own {
            return;
        }
        let labels = self.rows.iter().map(|row| row.label.as_str()).enumerate();
        let ranked = fuzzy::rank(self.query.trim(), labels, self.rows.len());
        self.found = ranked.into_iter().map(|(number, _)| number).collect();
        (self.cursor, self.top) = (0, 0);
    }

    fn first_shown(&self, height: usize) -> usize {
        let height = height.max(1);
        let fits = self.found.len().saturating_sub(height);
        self.top.min(self.cursor).max((self.cursor + 1).saturating_sub(height)).min(fits)
    }

    /// The box. One that narrows keeps its height, so that the list does not jump while letters are typed.
    fn page(&self, (columns, rows): (u16, u16)) -> Rect {
        let lines = if self.narrowing == Narrowing::None { self.rows.len().max(1) + 2 } else { usize::MAX };
        let most = rows.saturating_sub(4).min(HIGHEST);
        let high = u16::try_from(lines).unwrap_or(most).min(most).max(3);
        let wide = columns.saturating_sub(4).min(WIDEST);
        Rect::new((columns - wide) / 2, (rows.saturating_sub(high)) / 2, wide, high)
    }

    fn list(&self, page: Rect) -> Rect {
        let head = if self.narrowing == Narrowing::None { 1 } else { 2 };
        Rect::new(
            page.x + 2,
            page.y + head,
            page.width.saturating_sub(4),
            page.height.saturating_sub(head + 1),
        )
    }
}

fn shown(text: &str, cells: usize) -> String {
    width::pad(reveal::line(text).as_str(), cells)
}

/// A label with the mark of a name that is not what it seems, unless it came with it.
fn marked(label: &str) -> String {
    if label.contains(HIDDEN) { label.to_owned() } else { marked_name(label.to_owned()) }
}

/// The end of a text, as much as fits.
fn tail(text: &str, cells: usize) -> &str {
    let mut from = 0;
    for (at, cluster) in text.grapheme_indices(true) {
        if width::width(text.get(from..).unwrap_or_default()) <= cells {
            break;
        }
        from = at + cluster.len();
    }
    text.get(from..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> Chooser {
        let rows = ["张三", "李四", "zoe"].map(|name| ChoiceRow::new(name, "")).to_vec();
        Chooser::narrowing("", "", rows)
    }

    #[test]
    fn typed_letters_narrow_and_what_is_picked_is_named_as_it_was_given() {
        let mut chooser = list();
        chooser.insert("ls");
        assert_eq!(chooser.picked(), Some(1));
        chooser.clear();
        chooser.go((80, 24), Motion::Bottom);
        assert_eq!(chooser.picked(), Some(2));
        chooser.insert("nobody");
        assert_eq!(chooser.picked(), None);
        chooser.delete_word();
        assert_eq!(chooser.picked(), Some(0));
    }

    #[test]
    fn the_cursor_is_always_on_screen() {
        let rows: Vec<ChoiceRow> = (0..100).map(|at| ChoiceRow::new(at.to_string(), "")).collect();
        let mut chooser = Chooser::plain("", "", rows);
        let size = (60, 16);
        let height = usize::from(chooser.list(chooser.page(size)).height);
        for motion in Motion::ALL.iter().cycle().take(200) {
            chooser.go(size, *motion);
            let row = chooser.cursor.checked_sub(chooser.first_shown(height)).unwrap();
            assert!(row < height, "{motion:?}");
        }
    }

    #[test]
    fn a_paste_is_text_and_a_list_without_a_line_takes_none() {
        let mut chooser = list();
        chooser.insert("a\r\nb\u{1b}");
        assert_eq!(chooser.query(), Some("a  b "));
        let mut plain = Chooser::plain("", "", Vec::new());
        plain.insert("a");
        assert_eq!(plain.query(), None);
    }
}
