//! A question: who it is about, what would happen, and the answers by key. It answers nothing by itself.
//!
//! However many it would fall on, a frame words those rows of them only that it shows.

use crate::config::theme::Meaning;
use crate::text::{reveal, width};
use crate::ui::canvas::{Canvas, Row, run};
use crate::ui::moves::Motion;
use crate::ui::scene::Scene;
use crate::ui::strokes::Strokes;
use ratatui::layout::Rect;
use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

/// The widest a question gets: longer lines are hard to read.
const WIDEST: u16 = 72;
/// How far the further rows of a remark stand in.
const HANGING: usize = 4;

/// The key of an answer and the gap behind it.
const BESIDE: usize = 4;

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub key: char,
    pub label: String,
    /// Why it cannot be chosen now; absent when it can.
    pub why_off: Option<String>,
}

/// The question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialog {
    pub title: String,
    /// Paragraphs; they may hold foreign text, whose line breaks begin no paragraph.
    pub lines: Vec<String>,
    /// What it would fall on, after the lines: one row for each, cut at its end.
    pub list: Vec<String>,
    /// What has to be said of some, after that: where one needs more than a row, the others hang under it.
    pub remarks: Vec<String>,
    pub choices: Vec<Choice>,
    /// What is asked cannot be taken back.
    pub danger: bool,
    /// What has to be typed, in words, and what was typed so far.
    pub entry: Option<(String, String)>,
    /// Enter opened it where Enter is for reading: then Enter does not answer it, or two presses meant for reading would
    /// act.
    pub by_enter: bool,
    /// It takes answers and therefore shows them.
    pub open: bool,
    /// How many of the lines are above what is shown.
    pub scroll: usize,
    /// The remarks as they were last broken into rows.
    pub broken: Broken,
}

/// The rows of remarks in so many cells. It is no part of what a question is: a copy keeps nothing.
#[derive(Debug, Default)]
pub struct Broken(RefCell<Option<Breaks>>);

#[derive(Debug)]
struct Breaks {
    cells: usize,
    /// How many remarks these are the rows of.
    of: usize,
    rows: Arc<[String]>,
}

impl Clone for Broken {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Broken {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Broken {}

impl Choice {
    /// An answer that can be chosen.
    pub fn new(key: char, label: impl Into<String>) -> Self {
        Self { key, label: label.into(), why_off: None }
    }

    /// What stands beside its key, in at most two rows of a dialog whose rows have so many cells.
    fn rows(&self, cells: usize) -> Vec<String> {
        let said = match &self.why_off {
            None => self.label.clone(),
            Some(why) => format!("{}: {why}", self.label),
        };
        let (said, cells) = (reveal::line(&said).into_string(), cells.saturating_sub(BESIDE).max(1));
        let mut rows = width::wrap_ranges(&said, cells, cells).into_iter();
        let part = |range: Range<usize>| said.get(range).unwrap_or_default().trim_end().to_owned();
        let first = rows.next().map(part).unwrap_or_default();
        let second = rows.next().map(|range| width::clip(&part(range.start..said.len()), cells));
        std::iter::once(first).chain(second).collect()
    }

    /// The same, drawn: its key stands before the first row.
    fn drawn(&self, scene: &Scene<'_>, cells: usize) -> Vec<Row> {
        let look = scene.look(Meaning::Dialog);
        let off = self.why_off.is_some();
        let words = if off { look.patch(scene.accent(Meaning::Off)) } else { look };
        let key = match off {
            true => run(format!("-{} ", self.key), words),
            false => run(format!(" {} ", self.key), look.patch(scene.accent(Meaning::Key))),
        };
        let mut rows: Vec<Row> =
            self.rows(cells).into_iter().map(|row| vec![run(format!(" {row}"), words)]).collect();
        for (at, row) in rows.iter_mut().enumerate() {
            row.insert(0, if at == 0 { key.clone() } else { run("   ", words) });
        }
        rows
    }
}

impl Dialog {
    /// A question with answers by key.
    pub fn new(title: impl Into<String>, lines: Vec<String>, choices: Vec<Choice>) -> Self {
        Self {
            title: title.into(),
            lines,
            list: Vec::new(),
            remarks: Vec::new(),
            choices,
            danger: false,
            entry: None,
            by_enter: false,
            open: true,
            scroll: 0,
            broken: Broken::default(),
        }
    }

    /// All that it says above its answers.
    pub fn said(&self) -> impl Iterator<Item = &String> {
        self.lines.iter().chain(&self.list).chain(&self.remarks)
    }

    /// Scrolls the lines, where there are more than fit.
    pub fn go(&mut self, (columns, rows): (u16, u16), motion: Motion) {
        let frame = self.frame(Rect::new(0, 1, columns, rows.saturating_sub(2)));
        self.scroll = motion.scroll(self.scroll, frame.rows.count(), usize::from(frame.room));
    }

    /// Draws it in the middle of `screen`, over what is there; says where the real cursor stands, which is only where
    /// something has to be typed.
    pub fn draw(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, screen: Rect) -> Option<(u16, u16)> {
        let Frame { area, rows, room, first_answer } = self.frame(screen);
        let wide = area.width.saturating_sub(4);
        let look = scene.look(Meaning::Dialog);
        // A column on either side keeps what is behind from running into the frame.
        let margin = Rect { x: area.x.saturating_sub(1), width: area.width + 2, ..area }.intersection(screen);
        canvas.clear(margin, scene.look(Meaning::Text));
        canvas.clear(area, look);
        boxed(scene, canvas, area, &self.title, self.danger);
        let from = self.scroll.min(rows.count().saturating_sub(usize::from(room)));
        for (y, line) in (area.y + 1..area.y + 1 + room).zip(rows.from(from)) {
            canvas.put(area.x + 2, y, wide, &line, look);
        }
        let rest = rows.count().saturating_sub(from + usize::from(room));
        if rest > 0 {
            let more = format!(" {} ", scene.say_with("more-rows", &[("n", &rest.to_string())]));
            let y = first_answer.saturating_sub(1);
            canvas.put(area.x + 2, y, wide, &more, look.patch(scene.accent(Meaning::Dim)));
        }
        if !self.open {
            let soon = look.patch(scene.accent(Meaning::Dim));
            canvas.put(area.x + 2, first_answer, wide, " …", soon);
            return None;
        }
        let rows = self.choices.iter().flat_map(|choice| choice.drawn(scene, usize::from(wide)));
        for (y, row) in (first_answer..area.bottom().saturating_sub(1)).zip(rows) {
            canvas.row(area.x + 2, y, wide, &row);
        }
        let (label, typed) = self.entry.as_ref()?;
        let y = area.bottom().saturating_sub(2);
        let at = canvas.put(area.x + 2, y, wide, &format!("{label} "), look);
        let input = look.patch(scene.accent(Meaning::Input));
        let end = canvas.put(at, y, area.right().saturating_sub(at + 2), typed, input);
        Some((end, y))
    }

    /// The rows above the answers, in so many cells.
    fn rows(&self, cells: usize) -> Rows<'_> {
        let wrapped = |line: &String| width::wrap(reveal::line(line).as_str(), cells, cells);
        let lines = self.lines.iter().flat_map(wrapped).collect();
        Rows { lines, list: &self.list, remarks: self.remarks(cells), cells }
    }

    /// The rows of the remarks: as many as there are targets, so they are broken once for each width.
    fn remarks(&self, cells: usize) -> Arc<[String]> {
        let of = self.remarks.len();
        let mut kept = self.broken.0.try_borrow_mut().ok();
        if let Some(breaks) = kept.as_deref().and_then(Option::as_ref)
            && (breaks.cells, breaks.of) == (cells, of)
        {
            return Arc::clone(&breaks.rows);
        }
        let rows: Arc<[String]> = self.remarks.iter().flat_map(|line| hung(line, cells)).collect();
        if let Some(kept) = kept.as_deref_mut() {
            *kept = Some(Breaks { cells, of, rows: Arc::clone(&rows) });
        }
        rows
    }

    /// Where everything stands. The answers are never what is cut off when there is no room for all.
    fn frame(&self, screen: Rect) -> Frame<'_> {
        let wide = screen.width.saturating_sub(4).min(WIDEST);
        let text = usize::from(wide.saturating_sub(4)).max(1);
        let rows = self.rows(text);
        let answers: usize = self.choices.iter().map(|choice| choice.rows(text).len()).sum();
        let asked = answers + usize::from(self.entry.is_some());
        let high = u16::try_from(rows.count() + asked + 4).unwrap_or(u16::MAX).min(screen.height);
        let area = Rect::new(
            screen.x + (screen.width - wide) / 2,
            screen.y + (screen.height - high) / 2,
            wide,
            high,
        );
        let answers = u16::try_from(asked).unwrap_or(u16::MAX).min(high.saturating_sub(2));
        let first_answer = area.bottom().saturating_sub(1 + answers);
        Frame { area, rows, room: first_answer.saturating_sub(area.y + 2), first_answer }
    }
}

/// The parts of a dialog on a screen.
struct Frame<'a> {
    area: Rect,
    rows: Rows<'a>,
    /// How many of them there is room for.
    room: u16,
    first_answer: u16,
}

/// The rows above the answers: lines, a row for each of the list, remarks.
struct Rows<'a> {
    lines: Vec<String>,
    list: &'a [String],
    remarks: Arc<[String]>,
    cells: usize,
}

impl Rows<'_> {
    fn count(&self) -> usize {
        self.lines.len() + self.list.len() + self.remarks.len()
    }

    /// The rows from one on; only those that are taken are worded.
    fn from(&self, first: usize) -> impl Iterator<Item = String> {
        let cut = |line: &String| width::clip(reveal::line(line).as_str(), self.cells);
        let behind = |count: usize| first.saturating_sub(count);
        let before = self.lines.len() + self.list.len();
        let lines = self.lines.iter().skip(first).cloned();
        let list = self.list.iter().skip(behind(self.lines.len())).map(cut);
        lines.chain(list).chain(self.remarks.iter().skip(behind(before)).cloned())
    }
}

/// A remark in so many cells: where it needs more than a row, the others hang under the first.
fn hung(line: &str, cells: usize) -> Vec<String> {
    let rest = cells.saturating_sub(HANGING).max(1);
    let rows = width::wrap(reveal::line(line).as_str(), cells, rest);
    let indent = |(at, row): (usize, String)| if at == 0 { row } else { format!("{:HANGING$}{row}", "") };
    rows.into_iter().enumerate().map(indent).collect()
}

/// A box with a title over `area`.
pub fn boxed(scene: &Scene<'_>, canvas: &mut Canvas<'_>, area: Rect, title: &str, danger: bool) {
    if area.width < 2 || area.height < 2 {
        return;
    }
    let look = scene.look(Meaning::Dialog);
    let meaning = if danger { Meaning::Danger } else { Meaning::TitleFocus };
    let (right, bottom) = (area.right() - 1, area.bottom() - 1);
    let mut strokes = Strokes::default();
    strokes.horizontal(area.y, area.x, right);
    strokes.horizontal(bottom, area.x, right);
    strokes.vertical(area.x, area.y, bottom);
    strokes.vertical(right, area.y, bottom);
    let border = if danger { Meaning::Danger } else { Meaning::Border };
    strokes.draw(canvas, look.patch(scene.accent(border)));
    let title = format!(" {title} ");
    let room = area.width.saturating_sub(4);
    canvas.put(
        area.x + 2,
        area.y,
        room,
        &width::clip(reveal::line(&title).as_str(), usize::from(room)),
        look.patch(scene.accent(meaning)),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_told_whole_and_never_in_more_than_two_rows() {
        let off = Choice { why_off: Some("We are no operator there.".into()), ..Choice::new('m', "mute 1h") };
        assert_eq!(off.rows(80), ["mute 1h: We are no operator there."]);
        assert_eq!(off.rows(28), ["mute 1h: We are no", "operator there."]);
        assert_eq!(off.rows(16), ["mute 1h: We", "are no oper…"]);
    }

    #[test]
    fn the_rows_from_one_on_are_the_end_of_all_rows_in_every_width() {
        let words =
            |what: &str, count: usize| (0..count).map(|at| format!("{what} {at} 很长的名字")).collect();
        let dialog = Dialog {
            list: words("- somebody", 5),
            remarks: words("- left out because of this or that", 4),
            ..Dialog::new("title", words("a line of some length", 3), Vec::new())
        };
        for cells in [7, 20, 20, 72, 7] {
            let rows = dialog.rows(cells);
            let all: Vec<String> = rows.from(0).collect();
            assert_eq!(all.len(), rows.count());
            assert!(all.iter().all(|row| width::width(row) <= cells), "{all:#?}");
            for first in 0..all.len() + 2 {
                let rest: Vec<String> = rows.from(first).collect();
                assert_eq!(rest, all.iter().skip(first).cloned().collect::<Vec<_>>(), "{cells} {first}");
            }
        }
    }
}
