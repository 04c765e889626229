//! Border lines that join where they meet: a grid of strokes, each cell knowing in which directions it goes on.

use crate::ui::canvas::Canvas;
use ratatui::style::Style;

const UP: u8 = 1;
const DOWN: u8 = 2;
const LEFT: u8 = 4;
const RIGHT: u8 = 8;

/// Lines to be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Strokes(Vec<Stroke>);

/// From one cell to another in the same row or column, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stroke {
    from: (u16, u16),
    to: (u16, u16),
}

impl Strokes {
    /// A line along row `y` from column `left` to column `right`, both included.
    pub fn horizontal(&mut self, y: u16, left: u16, right: u16) {
        self.0.push(Stroke { from: (left, y), to: (right, y) });
    }

    /// A line along column `x` from row `top` to row `bottom`, both included.
    pub fn vertical(&mut self, x: u16, top: u16, bottom: u16) {
        self.0.push(Stroke { from: (x, top), to: (x, bottom) });
    }

    /// Draws them all.
    pub fn draw(&self, canvas: &mut Canvas<'_>, style: Style) {
        let columns = self.0.iter().map(|stroke| usize::from(stroke.to.0) + 1).max().unwrap_or(1);
        let rows = self.0.iter().map(|stroke| usize::from(stroke.to.1) + 1).max().unwrap_or(1);
        let mut grid = vec![0_u8; columns * rows];
        self.0.iter().for_each(|stroke| stroke.lay(&mut grid, columns));
        for (y, row) in (0_u16..).zip(grid.chunks(columns)) {
            let mut beside = false;
            for (x, ways) in (0_u16..).zip(row) {
                match (*ways != 0, beside) {
                    (false, _) => {}
                    (true, true) => canvas.glyph_beside(x, y, glyph(*ways), style),
                    (true, false) => canvas.glyph(x, y, glyph(*ways), style),
                }
                beside = *ways != 0;
            }
        }
    }
}

impl Stroke {
    /// Adds the directions in which each of its cells goes on.
    fn lay(&self, grid: &mut [u8], columns: usize) {
        let ((left, top), (right, bottom)) = (self.from, self.to);
        for y in top..=bottom {
            for x in left..=right {
                let ways =
                    way(x > left, LEFT) | way(x < right, RIGHT) | way(y > top, UP) | way(y < bottom, DOWN);
                if let Some(cell) = grid.get_mut(usize::from(y) * columns + usize::from(x)) {
                    // A line of one cell is drawn as well.
                    *cell |= if ways == 0 { LEFT | RIGHT } else { ways };
                }
            }
        }
    }
}

fn way(goes_on: bool, direction: u8) -> u8 {
    if goes_on { direction } else { 0 }
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
