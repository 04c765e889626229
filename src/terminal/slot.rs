//! A row of cells as a terminal sees it: glyphs, and the columns their wide ones cover.
//!
//! No control or direction character passes here, whatever a cell holds; a glyph never reaches past the row.

use ratatui::buffer::{Cell, CellWidth};

use crate::terminal::colour::Palette;
use crate::terminal::encoder::Depth;
use crate::terminal::pen::{self, Pen};

/// One column of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot<'cell> {
    pub text: &'cell str,
    pub pen: Pen,
    /// Columns the glyph covers, at least one.
    pub width: u16,
    /// Which of them this is; 0 is where the glyph is written.
    pub part: u16,
}

const BLANK: &str = " ";
/// ASCII, because a console font may lack U+FFFD.
const REPLACEMENT: &str = "?";

/// No cluster people write is longer (a family of four with skin tones has 41 bytes); piled-up marks are.
const MOST_BYTES: usize = 64;

impl Slot<'_> {
    /// Nothing but the terminal's own ground: an erase leaves the same.
    pub fn is_erased(&self) -> bool {
        self.text == BLANK && self.pen == pen::DEFAULT
    }

    pub fn is_blank(&self) -> bool {
        self.text == BLANK
    }

    /// Whether every terminal moves its cursor by `width` for it. They differ on clusters of several
    /// code points and on emoji newer than their tables, so after these the cursor is placed anew.
    pub fn has_sure_width(&self) -> bool {
        let mut characters = self.text.chars();
        let first = characters.next().unwrap_or(' ');
        let emoji_plane = ('\u{1F000}'..'\u{20000}').contains(&first);
        characters.next().is_none() && !emoji_plane && !is_sound_mark(first)
    }

    /// Columns it may cover at a terminal that draws each code point by itself.
    pub fn widest(&self) -> u16 {
        let characters = u16::try_from(self.text.chars().count()).unwrap_or(u16::MAX);
        characters.saturating_mul(2).max(self.width)
    }
}

/// The columns of one row at this depth.
pub fn slots_of(cells: &[Cell], depth: Depth) -> Vec<Slot<'_>> {
    let mut slots = Vec::with_capacity(cells.len());
    let mut palette = Palette::new(depth);
    let mut rest = cells;
    while let Some(cell) = rest.first() {
        let (text, width) = shown(cell.symbol());
        let fits = usize::from(width) <= rest.len();
        let (text, width) = if fits { (text, width) } else { (BLANK, 1) };
        let pen = Pen::of(cell, text == BLANK, &mut palette);
        slots.extend((0..width).map(|part| Slot { text, pen, width, part }));
        rest = rest.get(usize::from(width)..).unwrap_or_default();
    }
    slots
}

/// The text a cell may send, and its columns.
fn shown(symbol: &str) -> (&str, u16) {
    if let [byte @ b' '..=b'~'] = symbol.as_bytes() {
        return if *byte == b' ' { (BLANK, 1) } else { (symbol, 1) };
    }
    if symbol.len() > MOST_BYTES || symbol.chars().any(may_not_pass) {
        return (REPLACEMENT, 1);
    }
    match symbol.cell_width() {
        // A mark without a letter would join the cell to its left.
        0 => (BLANK, 1),
        width => (symbol, width),
    }
}

/// Controls (C0, DEL, C1), line and paragraph separators, and what turns the writing direction around.
fn may_not_pass(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Halfwidth sound marks: one column at terminals, none in the Unicode tables.
fn is_sound_mark(character: char) -> bool {
    matches!(character, '\u{FF9E}' | '\u{FF9F}')
}

#[cfg(test)]
mod tests {
    use ratatui::style::{Color, Modifier};

    use super::*;

    fn check(symbols: &[&str], columns: &[(&str, u16)]) {
        let cells: Vec<Cell> = symbols
            .iter()
            .map(|symbol| {
                let mut cell = Cell::default();
                cell.set_symbol(symbol);
                cell
            })
            .collect();
        let slots = slots_of(&cells, Depth::True);
        let found: Vec<(&str, u16)> = slots.iter().map(|slot| (slot.text, slot.part)).collect();
        assert_eq!(found, columns, "{symbols:?}");
    }

    #[test]
    fn a_wide_glyph_covers_its_second_column() {
        check(&["群", "x", "b"], &[("群", 0), ("群", 1), ("b", 0)]);
        check(&["a", "群"], &[("a", 0), (" ", 0)]);
    }

    #[test]
    fn nothing_but_text_passes() {
        for evil in ["\x1b[2J", "\n", "\u{9b}31m", "\u{7f}", "a\u{202e}b", "\u{2028}", "\t"] {
            check(&[evil], &[("?", 0)]);
        }
        check(&[&format!("a{}", "\u{301}".repeat(60))], &[("?", 0)]);
        check(&["", "\u{301}", "\u{200b}"], &[(" ", 0), (" ", 0), (" ", 0)]);
    }

    #[test]
    fn of_an_empty_cell_only_the_visible_counts() {
        let mut cell = Cell::default();
        cell.set_fg(Color::Red).set_style(Modifier::BOLD);
        let cells = [cell];
        assert!(slots_of(&cells, Depth::True)[0].is_erased());
        let mut underlined = Cell::default();
        underlined.set_style(Modifier::UNDERLINED);
        let cells = [underlined];
        assert!(!slots_of(&cells, Depth::True)[0].is_erased());
    }
}
