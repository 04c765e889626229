//! Turns what a seat's screen should show into the fewest bytes that make its terminal show it.
//!
//! Never asks the terminal anything, never emits a byte of a cell that could be a control sequence, never
//! scrolls or wraps by accident, and never shows a half-drawn frame to a terminal that knows mode 2026.
//! `CellDiffOption` is not looked at: all cells are ours.

use ratatui::buffer::Buffer;

use crate::terminal::painter::Painter;
use crate::terminal::scroll;
use crate::terminal::slot::{ERASED, Slot, Symbols};

/// How many colours a terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Depth {
    /// No colours; bold, dim, underline and reverse only.
    Mono,
    /// The sixteen of SGR 30–37 and 90–97.
    Sixteen,
    Indexed256,
    True,
}

/// What one seat's terminal shows now.
#[derive(Debug, Default)]
pub struct Encoder {
    shown: Option<Shown>,
}

#[derive(Debug)]
struct Shown {
    slots: Vec<Slot>,
    /// The slots of the frame before, whose place the next one takes.
    spare: Vec<Slot>,
    symbols: Symbols,
    columns: u16,
    rows: u16,
    cursor: Option<(u16, u16)>,
}

/// Whether rows may be moved instead of painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scrolling {
    Allowed,
    Never,
    /// The terminal is cleared first: there is nothing to move.
    Afresh,
}

/// With so many long glyphs known, the next frame begins anew: a screen never shows a tenth of them at once.
const MOST_SYMBOLS: usize = 20_000;

const BEGIN_UPDATE: &[u8] = b"\x1b[?2026h";
const END_UPDATE: &[u8] = b"\x1b[?2026l";
const HIDE_CURSOR: &[u8] = b"\x1b[?25l";
const SHOW_CURSOR: &[u8] = b"\x1b[?25h";
/// Whole scroll region, default pen, empty screen.
const CLEAR: &[u8] = b"\x1b[r\x1b[m\x1b[2J";

impl Encoder {
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets what the terminal shows, so that the next frame draws all of it: for every resize the terminal
    /// reports (it may have been another size in between) and whenever others wrote on it.
    pub fn reset(&mut self) {
        self.shown = None;
    }

    /// Bytes that turn the terminal from the last frame into `next`; empty when nothing differs.
    ///
    /// `cursor` is (column, row) of the place where text is typed, or none. The first frame, a frame after
    /// [`Encoder::reset`], of another size or another depth draws the whole screen.
    pub fn encode(&mut self, next: &Buffer, cursor: Option<(u16, u16)>, depth: Depth) -> Vec<u8> {
        let area = next.area;
        if area.is_empty() {
            return Vec::new();
        }
        let cursor = cursor.filter(|(column, row)| *column < area.width && *row < area.height);
        let fits = |shown: &Shown| {
            (shown.columns, shown.rows, shown.symbols.depth()) == (area.width, area.height, depth)
                && shown.symbols.count() < MOST_SYMBOLS
        };
        let known = self.shown.take().filter(fits);
        let whole = known.is_none();
        let mut shown = known.unwrap_or_else(|| Shown::empty(next, depth));
        shown.spare.clear();
        for cells in next.content.chunks(usize::from(area.width)) {
            shown.symbols.read(cells, &mut shown.spare);
        }
        let bytes = shown.turn(if whole { Scrolling::Afresh } else { Scrolling::Allowed }, cursor);
        self.shown = Some(shown);
        bytes
    }

    /// Bytes that show the rows of `next` from `row` on, where the other rows are as they were in the last frame. None
    /// when the terminal shows no such frame.
    pub fn encode_from(&mut self, row: u16, next: &Buffer, cursor: Option<(u16, u16)>) -> Option<Vec<u8>> {
        let fits = |shown: &&mut Shown| (shown.columns, shown.rows) == (next.area.width, next.area.height);
        let shown = self.shown.as_mut().filter(fits)?;
        let columns = usize::from(shown.columns).max(1);
        shown.spare.clone_from(&shown.slots);
        shown.spare.truncate(usize::from(row) * columns);
        for cells in next.content.chunks(columns).skip(usize::from(row)) {
            shown.symbols.read(cells, &mut shown.spare);
        }
        Some(shown.turn(Scrolling::Never, cursor))
    }
}

impl Shown {
    fn empty(next: &Buffer, depth: Depth) -> Self {
        Self {
            slots: vec![ERASED; next.content.len()],
            spare: Vec::with_capacity(next.content.len()),
            symbols: Symbols::new(depth),
            columns: next.area.width,
            rows: next.area.height,
            cursor: Some((0, 0)),
        }
    }

    /// Bytes that turn what is shown into the slots of the next frame, which is what is shown from then on.
    fn turn(&mut self, scrolling: Scrolling, cursor: Option<(u16, u16)>) -> Vec<u8> {
        let columns = usize::from(self.columns);
        let mut painter = Painter::new(self.columns, &self.symbols);
        if scrolling == Scrolling::Allowed {
            scroll::shift(&mut self.slots, &self.spare, columns, &mut painter);
        }
        let rows = self.slots.chunks(columns).zip(self.spare.chunks(columns));
        for (row, (before, after)) in (0_u16..).zip(rows) {
            if before != after {
                painter.row(row, before, after);
            }
        }
        let bytes = wrap(painter, scrolling == Scrolling::Afresh, self.cursor, cursor);
        self.cursor = cursor;
        std::mem::swap(&mut self.slots, &mut self.spare);
        bytes
    }
}

/// Puts the painted cells into one update, with the cursor out of sight until it stands where it belongs.
fn wrap(
    mut painter: Painter<'_>,
    whole: bool,
    was: Option<(u16, u16)>,
    cursor: Option<(u16, u16)>,
) -> Vec<u8> {
    let drawn = whole || !painter.is_empty();
    if !drawn && was == cursor {
        return Vec::new();
    }
    painter.rest();
    if let Some((column, row)) = cursor {
        painter.move_to(row, column);
    }
    let painted = painter.into_bytes();
    let mut bytes = Vec::with_capacity(painted.len() + 40);
    if drawn {
        bytes.extend_from_slice(BEGIN_UPDATE);
    }
    if was.is_some() && (drawn || cursor.is_none()) {
        bytes.extend_from_slice(HIDE_CURSOR);
    }
    if whole {
        bytes.extend_from_slice(CLEAR);
    }
    bytes.extend_from_slice(&painted);
    if cursor.is_some() && (drawn || was.is_none()) {
        bytes.extend_from_slice(SHOW_CURSOR);
    }
    if drawn {
        bytes.extend_from_slice(END_UPDATE);
    }
    bytes
}
