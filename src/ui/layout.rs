//! What stands where, from the size, the view and the zoom alone. Never looks at what is in a pane.

use crate::ui::screen::{Pane, View};
use crate::ui::strokes::Strokes;
use ratatui::layout::Rect;

/// Below this a sentence says that the window is too small (`product.md`, Screens).
pub const SMALLEST: (u16, u16) = (60, 16);
/// From this width on, queue and card stand beside the stream; below, under it.
const BESIDE: u16 = 100;
/// The stream's share of the width, in percent, when something stands beside it.
const STREAM_SHARE: u32 = 58;
/// The share of a list with many columns.
const TABLE_SHARE: u32 = 64;

/// A pane's place: the row of its title, which is a border line, and its cells below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub pane: Pane,
    pub title: u16,
    pub area: Rect,
}

/// The whole arrangement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    pub size: (u16, u16),
    pub places: Vec<Place>,
    pub tabs: Rect,
    /// The permanent line that says that recording stopped.
    pub alarm: Option<Rect>,
    pub footer: Rect,
    pub strokes: Strokes,
}

impl Layout {
    /// Whether nothing can be arranged in a window of this many columns and rows.
    pub fn is_too_small((columns, rows): (u16, u16)) -> bool {
        columns < SMALLEST.0 || rows < SMALLEST.1
    }

    /// The arrangement; none when the window is too small.
    pub fn of(size: (u16, u16), view: View, zoomed: Option<Pane>, alarm: bool) -> Option<Self> {
        if Self::is_too_small(size) {
            return None;
        }
        let (columns, rows) = size;
        let inner = columns - 2;
        let top = if alarm { 3 } else { 2 };
        let bottom = rows - 2;
        let mut layout = Layout {
            size,
            places: Vec::new(),
            tabs: Rect::new(1, 1, inner, 1),
            alarm: alarm.then(|| Rect::new(1, 2, inner, 1)),
            footer: Rect::new(0, rows - 1, columns, 1),
            strokes: Strokes::default(),
        };
        layout.strokes.horizontal(0, 0, columns - 1);
        layout.strokes.horizontal(bottom, 0, columns - 1);
        layout.strokes.vertical(0, 0, bottom);
        layout.strokes.vertical(columns - 1, 0, bottom);
        // Each pane's box has its title on its first row.
        let body = Rect::new(1, top, inner, bottom - top);
        match (zoomed, view) {
            (Some(pane), _) => layout.place(pane, body),
            (None, View::Live) => layout.live(body, columns),
            (None, View::Queue) => layout.queue(body, columns),
            (None, View::Members) => layout.with_card(Pane::Members, body, columns),
            (None, View::Groups) => layout.with_card(Pane::Groups, body, columns),
            (None, View::Outbox) => layout.place(Pane::Outbox, body),
            (None, View::Audit) => layout.place(Pane::Audit, body),
            (None, View::Connectors) => layout.place(Pane::Connectors, body),
        }
        Some(layout)
    }

    /// Where a pane stands, if it is on screen.
    pub fn area(&self, pane: Pane) -> Option<Rect> {
        self.places.iter().find(|place| place.pane == pane).map(|place| place.area)
    }

    /// The pane at a cell.
    pub fn at(&self, column: u16, row: u16) -> Option<&Place> {
        self.places.iter().find(|place| {
            let whole = Rect { y: place.title, height: place.area.height + 1, ..place.area };
            whole.contains((column, row).into())
        })
    }

    fn live(&mut self, body: Rect, columns: u16) {
        if columns >= BESIDE {
            let (left, right) = beside(body, share(body.width, STREAM_SHARE));
            self.place(Pane::Stream, left);
            let (queue, card) = above(right, share(right.height, 46));
            self.place(Pane::Queue, queue);
            self.place(Pane::Card, card);
        } else {
            let low = share(body.height, 36).clamp(5, 12);
            let (stream, under) = above(body, body.height - low);
            self.place(Pane::Stream, stream);
            let (queue, card) = beside(under, share(under.width, 56));
            self.place(Pane::Queue, queue);
            self.place(Pane::Card, card);
        }
    }

    fn queue(&mut self, body: Rect, columns: u16) {
        let (queue, card) = if columns >= BESIDE {
            beside(body, share(body.width, STREAM_SHARE))
        } else {
            above(body, body.height - share(body.height, 40).clamp(5, 14))
        };
        self.place(Pane::Queue, queue);
        self.place(Pane::Card, card);
    }

    fn with_card(&mut self, pane: Pane, body: Rect, columns: u16) {
        let (list, card) = if columns >= BESIDE {
            beside(body, share(body.width, TABLE_SHARE))
        } else {
            above(body, body.height - share(body.height, 36).clamp(5, 12))
        };
        self.place(pane, list);
        self.place(Pane::Card, card);
    }

    /// Puts a pane into a box and draws the lines above and left of it.
    fn place(&mut self, pane: Pane, outer: Rect) {
        let area = Rect { y: outer.y + 1, height: outer.height.saturating_sub(1), ..outer };
        self.strokes.horizontal(outer.y, outer.x - 1, outer.right());
        if outer.x > 1 {
            self.strokes.vertical(outer.x - 1, outer.y, outer.bottom());
        }
        self.places.push(Place { pane, title: outer.y, area });
    }
}

fn share(whole: u16, percent: u32) -> u16 {
    u16::try_from(u32::from(whole) * percent / 100).unwrap_or(whole)
}

/// Two boxes beside each other with a column for the line between them.
fn beside(outer: Rect, left: u16) -> (Rect, Rect) {
    let right = outer.width.saturating_sub(left + 1);
    (Rect { width: left, ..outer }, Rect { x: outer.x + left + 1, width: right, ..outer })
}

/// Two boxes above each other; the lower one's title row is the line between them.
fn above(outer: Rect, upper: u16) -> (Rect, Rect) {
    let lower = outer.height.saturating_sub(upper);
    (Rect { height: upper, ..outer }, Rect { y: outer.y + upper, height: lower, ..outer })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panes_never_overlap_and_never_leave_the_window() {
        for columns in 60..=200 {
            for rows in 16..=60 {
                for view in View::ALL {
                    let layout = Layout::of((columns, rows), view, None, rows % 2 == 0).unwrap();
                    let window = Rect::new(0, 0, columns, rows);
                    for (at, place) in layout.places.iter().enumerate() {
                        assert_eq!(place.area.intersection(window), place.area);
                        assert!(
                            place.area.height >= 3 && place.area.width >= 20,
                            "{view:?} {columns}x{rows}"
                        );
                        for other in &layout.places[at + 1..] {
                            assert!(!place.area.intersects(other.area), "{view:?} {columns}x{rows}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_group_owner_on_a_phone_sees_at_least_ten_rows_of_talk() {
        let layout = Layout::of((80, 24), View::Live, None, false).unwrap();
        assert!(layout.area(Pane::Stream).unwrap().height >= 10);
    }
}
