//! A list that fills a view: how its cursor moves, what it stands on, and how its rows are drawn. What the rows are is
//! for the view to say; nothing here knows.

use crate::config::theme::Meaning;
use crate::ui::canvas::{Canvas, Row};
use crate::ui::list::ListCursor;
use crate::ui::moves::Motion;
use crate::ui::scene::Scene;
use ratatui::layout::Rect;

/// A view that is one list, a row for each id.
pub trait Ledger {
    /// What a row is known by.
    type Id: Copy + PartialEq;

    /// The cursor.
    fn cursor(&self) -> &ListCursor<Self::Id>;

    /// The cursor, to be moved.
    fn cursor_mut(&mut self) -> &mut ListCursor<Self::Id>;

    /// What is listed, top to bottom.
    fn ids(&self, scene: &Scene<'_>) -> Vec<Option<Self::Id>>;

    /// What is under the cursor.
    fn selected(&self, scene: &Scene<'_>) -> Option<Self::Id> {
        self.cursor().selected(&self.ids(scene))
    }

    /// What was first stays under the cursor.
    fn pin(&mut self, scene: &Scene<'_>, area: Rect) {
        let ids = self.ids(scene);
        self.cursor_mut().pin(&ids, usize::from(area.height));
    }

    /// Moves the cursor.
    fn go(&mut self, scene: &Scene<'_>, area: Rect, motion: Motion) {
        let ids = self.ids(scene);
        self.cursor_mut().go(&ids, usize::from(area.height), motion);
    }

    /// Puts the cursor on a row.
    fn select(&mut self, scene: &Scene<'_>, area: Rect, id: Self::Id) {
        let ids = self.ids(scene);
        self.cursor_mut().select(id, &ids, usize::from(area.height));
    }

    /// What stands on a row of the area.
    fn at_row(&self, scene: &Scene<'_>, area: Rect, row: u16) -> Option<Self::Id> {
        let ids = self.ids(scene);
        let window = self.cursor().window(&ids, usize::from(area.height));
        ids.get(window.offset + usize::from(row)).copied().flatten()
    }

    /// Draws the rows that fit, or the sentence `empty` where there are none. `row` words one in so many cells.
    fn draw_rows(
        &self,
        scene: &Scene<'_>,
        canvas: &mut Canvas<'_>,
        area: Rect,
        (focused, empty): (bool, &str),
        row: impl Fn(Self::Id, usize) -> Option<Row>,
    ) {
        canvas.clear(area, scene.look(Meaning::Text));
        let ids = self.ids(scene);
        let cells = area.width.saturating_sub(1);
        if ids.is_empty() {
            canvas.put(area.x + 1, area.y, cells, empty, scene.look(Meaning::Dim));
        }
        let window = self.cursor().window(&ids, usize::from(area.height));
        for (y, (at, id)) in (area.y..area.bottom()).zip(ids.iter().enumerate().skip(window.offset)) {
            let words = id.and_then(|id| row(id, usize::from(cells))).unwrap_or_default();
            canvas.row(area.x + 1, y, cells, &words);
            if window.cursor == Some(at) {
                canvas.put(area.x, y, 1, "▌", scene.look(Meaning::Mark));
                if focused {
                    canvas.restyle(Rect::new(area.x + 1, y, cells, 1), scene.accent(Meaning::Cursor));
                }
            }
        }
    }
}
