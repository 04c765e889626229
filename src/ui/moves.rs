//! The ways in which a cursor moves; they mean the same in every pane.

/// A move of the cursor in the focused pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    Up,
    Down,
    Top,
    Bottom,
    HalfUp,
    HalfDown,
    PageUp,
    PageDown,
}

impl Motion {
    /// All motions.
    pub const ALL: [Motion; 8] = [
        Motion::Up,
        Motion::Down,
        Motion::Top,
        Motion::Bottom,
        Motion::HalfUp,
        Motion::HalfDown,
        Motion::PageUp,
        Motion::PageDown,
    ];

    /// Towards the beginning.
    pub fn is_upward(self) -> bool {
        matches!(self, Motion::Up | Motion::Top | Motion::HalfUp | Motion::PageUp)
    }

    /// The new first row of a text that is scrolled without a cursor, `rows` long in an area of `height` rows.
    pub fn scroll(self, from: usize, rows: usize, height: usize) -> usize {
        let last = rows.saturating_sub(height);
        let (page, half) = (height.saturating_sub(1).max(1), (height / 2).max(1));
        let to = match self {
            Motion::Up => from.saturating_sub(1),
            Motion::Down => from + 1,
            Motion::Top => 0,
            Motion::Bottom => last,
            Motion::HalfUp => from.saturating_sub(half),
            Motion::HalfDown => from + half,
            Motion::PageUp => from.saturating_sub(page),
            Motion::PageDown => from + page,
        };
        to.min(last)
    }
}
