//! The copy pane: a text alone on the screen, from edge to edge, for the terminal's own selection to take.
//!
//! Nothing is drawn beside the text. Like everywhere, nothing of it reaches the terminal raw.

use crate::config::theme::Meaning;
use crate::text::{reveal, width};
use crate::ui::canvas::Canvas;
use crate::ui::scene::Scene;
use ratatui::layout::Rect;

/// A text to be selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyPane {
    text: String,
    page: usize,
}

impl CopyPane {
    /// A text, at its beginning.
    pub fn new(text: String) -> Self {
        Self { text, page: 0 }
    }

    /// Shows the next page; whether there is one.
    pub fn next_page(&mut self, (columns, rows): (u16, u16)) -> bool {
        let more = self.wrapped(columns).len() > (self.page + 1) * usize::from(rows);
        self.page += usize::from(more);
        more
    }

    /// Draws it over everything.
    pub fn draw(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, (columns, rows): (u16, u16)) {
        let look = scene.look(Meaning::Text);
        canvas.clear(Rect::new(0, 0, columns, rows), look);
        let lines = self.wrapped(columns);
        for (y, line) in (0..rows).zip(lines.iter().skip(self.page * usize::from(rows))) {
            canvas.put(0, y, columns, line, look);
        }
    }

    fn wrapped(&self, columns: u16) -> Vec<String> {
        let cells = usize::from(columns.max(1));
        reveal::lines(&self.text)
            .into_iter()
            .flat_map(|line| width::wrap(line.as_str(), cells, cells))
            .collect()
    }
}
