//! Border lines that join where they meet: a grid of strokes, each cell knowing in which directions it goes on.

use crate::ui::canvas::Canvas;
use ratatui::style::Style;
use std::collections::BTreeMap;

const UP: u8 = 1;
const DOWN: u8 = 2;
const LEFT: u8 = 4;
const RIGHT: u8 = 8;

/// Lines to be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Strokes(BTreeMap<(u16, u16), u8>);

impl Strokes {
    /// A line along row `y` from column `left` to column `right`, both included.
    pub fn horizontal(&mut self, y: u16, left: u16, right: u16) {
        for x in left..=right {
            let ways = if x > left { LEFT } else { 0 } | if x < right { RIGHT } else { 0 };
            *self.0.entry((x, y)).or_default() |= ways;
        }
    }

    /// A line along column `x` from row `top` to row `bottom`, both included.
    pub fn vertical(&mut self, x: u16, top: u16, bottom: u16) {
        for y in top..=bottom {
            let ways = if y > top { UP } else { 0 } | if y < bottom { DOWN } else { 0 };
            *self.0.entry((x, y)).or_default() |= ways;
        }
    }

    /// Draws them all.
    pub fn draw(&self, canvas: &mut Canvas<'_>, style: Style) {
        for ((x, y), ways) in &self.0 {
            canvas.glyph(*x, *y, glyph(*ways), style);
        }
    }
}

fn glyph(ways: u8) -> &'static str {
    const UP_DOWN: u8 = UP | DOWN;
    const DOWN_RIGHT: u8 = DOWN | RIGHT;
    const DOWN_LEFT: u8 = DOWN | LEFT;
    const UP_RIGHT: u8 = UP | RIGHT;
    const UP_LEFT: u8 = UP | LEFT;
    const NOT_LEFT: u8 = UP | DOWN | RIGHT;
    const NOT_RIGHT: u8 = UP | DOWN | LEFT;
    const NOT_UP: u8 = DOWN | LEFT | RIGHT;
    const NOT_DOWN: u8 = UP | LEFT | RIGHT;
    const ALL: u8 = UP | DOWN | LEFT | RIGHT;
    match ways {
        UP | DOWN | UP_DOWN => "│",
        DOWN_RIGHT => "┌",
        DOWN_LEFT => "┐",
        UP_RIGHT => "└",
        UP_LEFT => "┘",
        NOT_LEFT => "├",
        NOT_RIGHT => "┤",
        NOT_UP => "┬",
        NOT_DOWN => "┴",
        ALL => "┼",
        _ => "─",
    }
}
