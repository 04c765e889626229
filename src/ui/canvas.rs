//! The only pen: text becomes cells here and nowhere else. It never writes outside its buffer, never half a wide glyph,
//! and never a character that `text::reveal` would not show.

use crate::text::{kind, reveal, width};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use std::sync::Arc;
use unicode_segmentation::UnicodeSegmentation;

/// A stretch of text in one style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub text: String,
    pub style: Style,
}

/// One screen row: runs from left to right.
pub type Row = Vec<Run>;

/// A row as it was drawn, from its first cell to the last that was written.
pub type Cells = Box<[Cell]>;

/// A run.
pub fn run(text: impl Into<String>, style: Style) -> Run {
    Run { text: text.into(), style }
}

/// Cells of a row.
pub fn row_width(row: &[Run]) -> usize {
    row.iter().map(|run| width::width(&run.text)).sum()
}

/// A buffer to draw on.
pub struct Canvas<'a> {
    buffer: &'a mut Buffer,
}

impl<'a> Canvas<'a> {
    /// A canvas over the whole buffer.
    pub fn new(buffer: &'a mut Buffer) -> Self {
        Self { buffer }
    }

    /// Writes `text` from `x`, over at most `cells` cells; says where it ended. What does not fit is left out.
    pub fn put(&mut self, x: u16, y: u16, cells: u16, text: &str, style: Style) -> u16 {
        if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return self.put_shown(x, y, cells, text, style);
        }
        self.put_shown(x, y, cells, reveal::line(text).as_str(), style)
    }

    /// Writes runs one after another from `x`, over at most `cells` cells; says where they ended.
    pub fn row(&mut self, x: u16, y: u16, cells: u16, row: &[Run]) -> u16 {
        let end = x.saturating_add(cells);
        let mut at = x;
        for run in row {
            at = self.put(at, y, end.saturating_sub(at), &run.text, run.style);
        }
        at
    }

    /// What [`Canvas::row`] would write, to be laid anywhere with [`Canvas::lay`].
    pub fn painted(row: &[Run], cells: u16) -> Cells {
        let mut buffer = Buffer::empty(Rect::new(0, 0, cells, 1));
        let end = Canvas::new(&mut buffer).row(0, 0, cells, row);
        buffer.content.truncate(usize::from(end));
        buffer.content.into_boxed_slice()
    }

    /// Whole rows as `draw` draws them on an empty canvas of their size, to be laid anywhere.
    pub fn sheet(columns: u16, rows: u16, draw: impl FnOnce(&mut Canvas<'_>)) -> Arc<[Cells]> {
        let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
        draw(&mut Canvas::new(&mut buffer));
        buffer.content.chunks(usize::from(columns).max(1)).map(Box::from).collect()
    }

    /// Lays painted cells down from `x`, where no wide glyph reaches over from the left; at most `most` of them.
    pub fn lay(&mut self, x: u16, y: u16, most: u16, cells: &[Cell]) {
        let most = usize::from(most.min(self.buffer.area.right().saturating_sub(x)));
        let cells = cells.get(..most).unwrap_or(cells);
        if !self.buffer.area.contains(Position::new(x, y)) {
            return;
        }
        let from = self.buffer.index_of(x, y);
        if let Some(place) = self.buffer.content.get_mut(from..from + cells.len()) {
            place.clone_from_slice(cells);
        }
    }

    /// Blanks an area in a style.
    pub fn clear(&mut self, area: Rect, style: Style) {
        let area = area.intersection(self.buffer.area);
        if area.is_empty() {
            return;
        }
        let mut blank = Cell::default();
        blank.set_style(style);
        for y in area.top()..area.bottom() {
            // Only the first cell of a row can have a wide glyph before it that stays.
            self.cell(area.left(), y, " ", style);
            let from = self.buffer.index_of(area.left(), y);
            if let Some(cells) = self.buffer.content.get_mut(from..from + usize::from(area.width)) {
                cells.fill(blank.clone());
            }
        }
    }

    /// Writes one glyph of our own that takes one cell, such as a piece of a border.
    pub fn glyph(&mut self, x: u16, y: u16, glyph: &'static str, style: Style) {
        self.cell(x, y, glyph, style);
    }

    /// The same right of a glyph that was written just now.
    pub fn glyph_beside(&mut self, x: u16, y: u16, glyph: &'static str, style: Style) {
        self.plain(x, y, glyph, style);
    }

    /// Lays a style over what stands in an area.
    pub fn restyle(&mut self, area: Rect, style: Style) {
        let area = area.intersection(self.buffer.area);
        self.buffer.set_style(area, style);
    }

    fn put_shown(&mut self, x: u16, y: u16, cells: u16, text: &str, style: Style) -> u16 {
        let end = x.saturating_add(cells).min(self.buffer.area.right());
        let (mut at, mut first) = (x, true);
        let settled = text.chars().all(kind::is_settled);
        // Settled characters are clusters of their own: nothing has to be looked for.
        let (characters, clusters) = if settled { (text, "") } else { ("", text) };
        let characters = characters
            .char_indices()
            .map(|(from, one)| characters.get(from..from + one.len_utf8()).unwrap_or_default());
        for cluster in characters.chain(clusters.graphemes(true)) {
            let wide = u16::try_from(width::width(cluster)).unwrap_or(u16::MAX);
            if wide == 0 {
                continue;
            }
            if at.saturating_add(wide) > end {
                break;
            }
            if first {
                self.cell(at, y, cluster, style);
            } else {
                // What stands before it was written just now.
                self.plain(at, y, cluster, style);
            }
            first = false;
            for rest in at + 1..at + wide {
                self.plain(rest, y, " ", style);
            }
            at += wide;
        }
        at
    }

    /// Writes one cell; a wide glyph whose second half this takes loses its first half too.
    fn cell(&mut self, x: u16, y: u16, symbol: &str, style: Style) {
        if let Some(left) = x.checked_sub(1)
            && let Some(before) = self.buffer.cell_mut(Position::new(left, y))
            && before.symbol().len() > 1
            && width::width(before.symbol()) > 1
        {
            before.set_symbol(" ");
        }
        self.plain(x, y, symbol, style);
    }

    fn plain(&mut self, x: u16, y: u16, symbol: &str, style: Style) {
        if let Some(cell) = self.buffer.cell_mut(Position::new(x, y)) {
            cell.reset();
            cell.set_symbol(symbol).set_style(style);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(cells: u16, texts: &[(u16, &str)]) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, cells, 1));
        let mut canvas = Canvas::new(&mut buffer);
        for (x, text) in texts {
            canvas.put(*x, 0, cells, text, Style::default());
        }
        buffer.content().iter().map(|cell| cell.symbol()).collect()
    }

    #[test]
    fn a_wide_glyph_is_never_cut_in_half() {
        assert_eq!(drawn(5, &[(0, "中文字")]), "中 文  ");
        assert_eq!(drawn(4, &[(0, "中文"), (1, "x")]), " x文 ");
        assert_eq!(drawn(4, &[(0, "ab"), (1, "文")]), "a文  ");
    }

    #[test]
    fn nothing_raw_reaches_a_cell() {
        let text = drawn(40, &[(0, "a\u{1b}[31mb\u{202e}c\u{200b}d\u{7}")]);
        assert!(
            text.chars().all(|sign| !sign.is_control() && sign != '\u{202e}' && sign != '\u{200b}'),
            "{text}"
        );
    }
}
