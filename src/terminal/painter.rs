//! Writes changed cells at the fewest bytes: cheap moves, one pen per run, erasing instead of spaces.
//!
//! Never erases with anything but the default ground, because terminals differ on the colour an erase leaves.

use std::io::Write;

use crate::terminal::pen::{self, Look};
use crate::terminal::slot::{Slot, Symbols};

/// The bytes so far, and where the terminal's cursor and pen are after them.
#[derive(Debug)]
pub struct Painter<'a> {
    symbols: &'a Symbols,
    bytes: Vec<u8>,
    columns: u16,
    look: Look,
    row: Option<u16>,
    /// Known only when the row is; unknown after the last column and after glyphs of disputed width.
    column: Option<u16>,
}

/// From this many blanks on, `ESC[nX` and the move over them are shorter than the blanks.
const ERASE_WORTH: u16 = 10;

/// A frame of news is rarely longer.
const USUAL: usize = 2048;
/// Bytes of a move within a row over up to nine columns, as `ESC[5C`.
const MOVE_WITHIN: usize = 4;
/// No more columns than that fit into as many bytes.
const MOST_BRIDGED: usize = 4;

impl<'a> Painter<'a> {
    /// A painter for a terminal whose pen is the default one and whose cursor may be anywhere.
    pub fn new(columns: u16, symbols: &'a Symbols) -> Self {
        Self {
            symbols,
            bytes: Vec::with_capacity(USUAL),
            columns,
            look: Look::DEFAULT,
            row: None,
            column: None,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Leaves the pen as the next frame expects it.
    pub fn rest(&mut self) {
        self.set_look(Look::DEFAULT);
    }

    /// Moves the rows `top..bottom` by `lines`: up when positive, down when negative; rows they leave are blank.
    ///
    /// By deleting and inserting lines inside a scroll region: the Linux console has no `ESC[S` and `ESC[T`.
    pub fn scroll(&mut self, top: u16, bottom: u16, lines: i32) {
        self.rest();
        let direction = if lines > 0 { 'M' } else { 'L' };
        self.write(format_args!("\x1b[{0};{bottom}r\x1b[{0}H\x1b[", top + 1));
        if lines.unsigned_abs() > 1 {
            self.write(format_args!("{}", lines.unsigned_abs()));
        }
        self.write(format_args!("{direction}\x1b[r"));
        // Setting the region moves the cursor.
        (self.row, self.column) = (None, None);
    }

    /// Paints what differs between two rows of the same length.
    pub fn row(&mut self, row: u16, before: &[Slot], after: &[Slot]) {
        let mut column = 0;
        let mut forced = 0;
        while let Some(slot) = after.get(usize::from(column)) {
            let differs = |at: u16| at < forced || before.get(usize::from(at)) != after.get(usize::from(at));
            let end = column + slot.width;
            // Equal where it begins, a glyph is equal in all its columns.
            if !differs(column) {
                column = end;
                continue;
            }
            if slot.is_erased() {
                let run = erased_run(after, column);
                let changed = (column..run).rev().find(|&at| differs(at)).map_or(end, |at| at + 1);
                if let Some(next) = self.erase(row, column, run, changed) {
                    column = next;
                    continue;
                }
            }
            self.bridge(row, column, after);
            self.put(slot, end);
            if !slot.sure {
                forced = forced.max(column.saturating_add(self.symbols.widest(slot)));
            }
            column = end;
        }
    }

    /// Moves the cursor there by the shortest way; nothing when it is there.
    pub fn move_to(&mut self, row: u16, column: u16) {
        if (self.row, self.column) == (Some(row), Some(column)) {
            return;
        }
        // Never from the last row, so it never scrolls.
        let is_next = row > 0 && self.row == Some(row - 1);
        match self.column.filter(|_| self.row == Some(row)) {
            _ if column == 0 && self.row == Some(row) => self.bytes.push(b'\r'),
            _ if column == 0 && is_next => self.bytes.extend_from_slice(b"\r\n"),
            _ if column == 0 => self.write(format_args!("\x1b[{}H", row + 1)),
            Some(from) if from + 1 == column => self.bytes.extend_from_slice(b"\x1b[C"),
            // At most as long as the column itself.
            Some(from) if from < column => self.write(format_args!("\x1b[{}C", column - from)),
            _ if self.row == Some(row) => self.write(format_args!("\x1b[{}G", column + 1)),
            // Wherever a line feed leaves the column, it is said anew.
            _ if is_next => self.write(format_args!("\n\x1b[{}G", column + 1)),
            _ => self.write(format_args!("\x1b[{};{}H", row + 1, column + 1)),
        }
        (self.row, self.column) = (Some(row), Some(column));
    }

    /// Erases the blanks from `column` to `changed`, within a run that ends at `run`, if that is shorter
    /// than writing them; gives the column to go on with.
    fn erase(&mut self, row: u16, column: u16, run: u16, changed: u16) -> Option<u16> {
        let reset = if self.look.pen().blank_looks_like(&pen::DEFAULT) { 0 } else { 3 };
        let length = changed - column;
        let to_end = run == self.columns;
        if (to_end && length <= 3 + reset) || (!to_end && length < ERASE_WORTH + reset) {
            return None;
        }
        self.move_to(row, column);
        if reset > 0 {
            self.rest();
        }
        if to_end {
            self.bytes.extend_from_slice(b"\x1b[K");
            return Some(run);
        }
        self.write(format_args!("\x1b[{length}X"));
        Some(changed)
    }

    /// Gets to `column`: over a short stretch of unchanged cells by writing them again, else by a move.
    fn bridge(&mut self, row: u16, column: u16, after: &[Slot]) {
        if let (true, Some(from)) = (self.row == Some(row), self.column)
            && let Some(between) = after.get(usize::from(from)..usize::from(column))
            && between.len() <= MOST_BRIDGED
            && between.first().is_none_or(|slot| slot.part == 0)
            && between.iter().all(|slot| slot.sure && self.would_draw(slot))
        {
            let glyphs = || between.iter().filter(|slot| slot.part == 0);
            let length: usize = glyphs().map(|slot| usize::from(slot.symbol.length())).sum();
            if length > MOVE_WITHIN {
                return self.move_to(row, column);
            }
            glyphs().for_each(|slot| self.symbols.write(slot.symbol, &mut self.bytes));
            self.column = Some(column);
            return;
        }
        self.move_to(row, column);
    }

    fn would_draw(&self, slot: &Slot) -> bool {
        self.look == slot.look || (slot.is_blank() && self.look.pen().blank_looks_like(&slot.look.pen()))
    }

    fn put(&mut self, slot: &Slot, end: u16) {
        if !self.would_draw(slot) {
            self.set_look(slot.look);
        }
        if slot.sure {
            self.symbols.write(slot.symbol, &mut self.bytes);
            self.column = Some(end).filter(|&end| end < self.columns);
            return;
        }
        // Where the terminal draws it narrower than we think, nothing old may look out beside it.
        self.write(format_args!("\x1b[{}X", slot.width));
        self.symbols.write(slot.symbol, &mut self.bytes);
        self.column = None;
    }

    fn set_look(&mut self, next: Look) {
        if self.look != next {
            self.look.pen().turn_into(&next.pen(), &mut self.bytes);
            self.look = next;
        }
    }

    fn write(&mut self, sequence: std::fmt::Arguments) {
        // Writing to a vector cannot fail.
        let _ = self.bytes.write_fmt(sequence);
    }
}

/// Where the run of erased columns that begins at `column` ends.
fn erased_run(slots: &[Slot], column: u16) -> u16 {
    let run = slots.iter().skip(usize::from(column)).take_while(|slot| slot.is_erased()).count();
    column.saturating_add(u16::try_from(run).unwrap_or(u16::MAX))
}
