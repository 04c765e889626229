//! A row of cells as a terminal sees it: glyphs, and the columns their wide ones cover.
//!
//! No control or direction character passes here, whatever a cell holds; a glyph never reaches past the row.

use std::collections::HashMap;

use ratatui::buffer::{Cell, CellWidth};
use ratatui::style::{Color, Modifier};

use crate::terminal::colour::Palette;
use crate::terminal::encoder::Depth;
use crate::terminal::pen::{Look, Pen};

/// One column of a row, in three words: a screen of them is compared in some ten microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    pub symbol: Symbol,
    pub look: Look,
    /// Columns the glyph covers, at least one.
    pub width: u16,
    /// Which of them this is; 0 is where the glyph is written.
    pub part: u16,
    /// Whether every terminal moves its cursor by `width` for it. They differ on clusters of several
    /// code points and on emoji newer than their tables, so after these the cursor is placed anew.
    pub sure: bool,
}

/// The bytes of a glyph: up to seven of them and their count, or (count 255) their place among [`Symbols`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Symbol(u64);

/// What an erase leaves.
pub const ERASED: Slot = Slot { symbol: BLANK, look: Look::DEFAULT, width: 1, part: 0, sure: true };

const BLANK: Symbol = Symbol::short(*b" \0\0\0\0\0\0", 1);
/// ASCII, because a console font may lack U+FFFD.
const REPLACEMENT: &str = "?";
const LONG: u8 = 255;

/// No cluster people write is longer (a family of four with skin tones has 41 bytes); piled-up marks are.
const MOST_BYTES: usize = 64;

impl Slot {
    /// Nothing but the terminal's own ground: an erase leaves the same.
    pub fn is_erased(&self) -> bool {
        self.symbol == BLANK && self.look == Look::DEFAULT
    }

    pub fn is_blank(&self) -> bool {
        self.symbol == BLANK
    }

    /// A number that follows from this slot and those before it, for finding rows again; never for telling them equal.
    pub fn mixed_into(&self, before: u64) -> u64 {
        // The multiplier of FNV-1a (Fowler, Noll, Vo).
        (before.rotate_left(5) ^ self.symbol.0 ^ self.look.number()).wrapping_mul(0x0100_0000_01B3)
    }
}

impl Symbol {
    const fn short([a, b, c, d, e, f, g]: [u8; 7], length: u8) -> Self {
        Self(u64::from_le_bytes([a, b, c, d, e, f, g, length]))
    }

    /// How many bytes it has; of a long one, about.
    pub fn length(self) -> u8 {
        let [.., length] = self.0.to_le_bytes();
        if length == LONG { 16 } else { length }
    }
}

/// Glyphs of more than seven bytes, and what is needed to read cells.
#[derive(Debug)]
pub struct Symbols {
    depth: Depth,
    long: Vec<Box<str>>,
    places: HashMap<Box<str>, u32>,
}

impl Symbols {
    pub fn new(depth: Depth) -> Self {
        Self { depth, long: Vec::new(), places: HashMap::new() }
    }

    pub fn depth(&self) -> Depth {
        self.depth
    }

    /// How many long glyphs are known.
    pub fn count(&self) -> usize {
        self.long.len()
    }

    /// Appends the bytes of a glyph.
    pub fn write(&self, symbol: Symbol, bytes: &mut Vec<u8>) {
        let [a, b, c, d, e, f, g, length] = symbol.0.to_le_bytes();
        if length == LONG {
            let text = self.long.get(u32::from_le_bytes([a, b, c, d]) as usize);
            bytes.extend(text.iter().flat_map(|text| text.bytes()));
        } else {
            bytes.extend([a, b, c, d, e, f, g].into_iter().take(usize::from(length)));
        }
    }

    /// Columns a glyph may cover at a terminal that draws each code point by itself.
    pub fn widest(&self, slot: &Slot) -> u16 {
        let mut bytes = Vec::new();
        self.write(slot.symbol, &mut bytes);
        // Every byte but the continuing ones begins a character.
        let characters = bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count();
        u16::try_from(characters).unwrap_or(u16::MAX).saturating_mul(2).max(slot.width)
    }

    /// Appends the columns of one row.
    pub fn read(&mut self, cells: &[Cell], slots: &mut Vec<Slot>) {
        let mut styles = Styles::new(self.depth);
        let mut rest = cells;
        while let Some(cell) = rest.first() {
            let (symbol, width, sure) = self.shown(cell.symbol());
            let fits = usize::from(width) <= rest.len();
            let (symbol, width, sure) = if fits { (symbol, width, sure) } else { (BLANK, 1, true) };
            let look = styles.look(cell, symbol == BLANK);
            slots.extend((0..width).map(|part| Slot { symbol, look, width, part, sure }));
            rest = rest.get(usize::from(width)..).unwrap_or_default();
        }
    }

    /// The text a cell may send, its columns, and whether these are sure.
    fn shown(&mut self, symbol: &str) -> (Symbol, u16, bool) {
        if let [byte @ b' '..=b'~'] = symbol.as_bytes() {
            return (Symbol::short([*byte, 0, 0, 0, 0, 0, 0], 1), 1, true);
        }
        if let Some(width) = usual_width(symbol) {
            return (self.symbol(symbol), width, true);
        }
        if symbol.len() > MOST_BYTES || symbol.chars().any(may_not_pass) {
            return (self.symbol(REPLACEMENT), 1, true);
        }
        match symbol.cell_width() {
            // A mark without a letter would join the cell to its left.
            0 => (BLANK, 1, true),
            width => (self.symbol(symbol), width, has_sure_width(symbol)),
        }
    }

    fn symbol(&mut self, text: &str) -> Symbol {
        let mut short = [0; 7];
        if let (Ok(length), Some(place)) = (u8::try_from(text.len()), short.get_mut(..text.len())) {
            place.copy_from_slice(text.as_bytes());
            return Symbol::short(short, length);
        }
        let next = u32::try_from(self.long.len()).unwrap_or(u32::MAX);
        let place = *self.places.entry(text.into()).or_insert_with(|| {
            self.long.push(text.into());
            next
        });
        let [a, b, c, d] = place.to_le_bytes();
        Symbol::short([a, b, c, d, 0, 0, 0], LONG)
    }
}

/// Looks of cells. Remembers the last one, since neighbours mostly look alike.
struct Styles {
    depth: Depth,
    palette: Palette,
    last: (Color, Color, Modifier),
    written: Look,
    blank: Look,
}

impl Styles {
    fn new(depth: Depth) -> Self {
        Self {
            depth,
            palette: Palette::new(depth),
            last: (Color::Reset, Color::Reset, Modifier::empty()),
            written: Look::DEFAULT,
            blank: Look::DEFAULT,
        }
    }

    fn look(&mut self, cell: &Cell, blank: bool) -> Look {
        if self.last != (cell.fg, cell.bg, cell.modifier) {
            self.last = (cell.fg, cell.bg, cell.modifier);
            let colours = self.palette.pair(cell.fg, cell.bg);
            self.written = Look::of(&Pen::of(cell, colours, false, self.depth));
            self.blank = Look::of(&Pen::of(cell, colours, true, self.depth));
        }
        if blank { self.blank } else { self.written }
    }
}

/// The columns of what is written most besides ASCII: ideographs, kana and their punctuation, and borders.
fn usual_width(symbol: &str) -> Option<u16> {
    let mut characters = symbol.chars();
    match (characters.next()?, characters.next()) {
        (
            '\u{3001}'..='\u{3003}'
            | '\u{3041}'..='\u{3096}'
            | '\u{30A1}'..='\u{30FA}'
            | '\u{4E00}'..='\u{9FFF}'
            | '！'..='～',
            None,
        ) => Some(2),
        ('─'..='╿', None) => Some(1),
        _ => None,
    }
}

fn has_sure_width(text: &str) -> bool {
    let mut characters = text.chars();
    let first = characters.next().unwrap_or(' ');
    let emoji_plane = ('\u{1F000}'..'\u{20000}').contains(&first);
    characters.next().is_none() && !emoji_plane && !is_sound_mark(first)
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
    use super::*;

    fn read(cells: &[Cell]) -> Vec<(String, Slot)> {
        let mut symbols = Symbols::new(Depth::True);
        let mut slots = Vec::new();
        symbols.read(cells, &mut slots);
        let text = |slot: &Slot| {
            let mut bytes = Vec::new();
            symbols.write(slot.symbol, &mut bytes);
            String::from_utf8(bytes).unwrap()
        };
        slots.iter().map(|slot| (text(slot), *slot)).collect()
    }

    fn check(symbols: &[&str], columns: &[(&str, u16)]) {
        let cells: Vec<Cell> = symbols
            .iter()
            .map(|symbol| {
                let mut cell = Cell::default();
                cell.set_symbol(symbol);
                cell
            })
            .collect();
        let slots = read(&cells);
        let found: Vec<(&str, u16)> = slots.iter().map(|(text, slot)| (text.as_str(), slot.part)).collect();
        assert_eq!(found, columns, "{symbols:?}");
    }

    #[test]
    fn a_wide_glyph_covers_its_second_column() {
        check(&["群", "x", "b"], &[("群", 0), ("群", 1), ("b", 0)]);
        check(&["a", "群"], &[("a", 0), (" ", 0)]);
        check(&["👨‍👩‍👧", "x"], &[("👨‍👩‍👧", 0), ("👨‍👩‍👧", 1)]);
    }

    #[test]
    fn what_is_usual_is_as_wide_as_the_tables_say() {
        for character in '\u{2500}'..='\u{FFFF}' {
            let text = character.to_string();
            if let Some(width) = usual_width(&text) {
                assert_eq!((width, has_sure_width(&text)), (text.as_str().cell_width(), true), "{character}");
            }
        }
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
        assert!(read(&[cell])[0].1.is_erased());
        let mut underlined = Cell::default();
        underlined.set_style(Modifier::UNDERLINED);
        assert!(!read(&[underlined])[0].1.is_erased());
    }
}
