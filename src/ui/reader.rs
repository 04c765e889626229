//! A long text on a page of its own: the whole of a message, the life of an action, an entry of the audit.

use crate::config::theme::Meaning;
use crate::text::{reveal, width};
use crate::ui::canvas::Canvas;
use crate::ui::dialog::boxed;
use crate::ui::moves::Motion;
use crate::ui::scene::Scene;
use ratatui::layout::Rect;

/// A text to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    pub title: String,
    /// Paragraphs; they may hold foreign text, whose line breaks begin no paragraph.
    pub body: Vec<String>,
    scroll: usize,
}

impl Reader {
    /// A text, at its beginning.
    pub fn new(title: impl Into<String>, body: Vec<String>) -> Self {
        Self { title: title.into(), body, scroll: 0 }
    }

    /// Scrolls.
    pub fn go(&mut self, size: (u16, u16), motion: Motion) {
        let page = page(size);
        let height = usize::from(page.height.saturating_sub(2));
        self.scroll = motion.scroll(self.scroll, self.wrapped(page).len(), height);
    }

    /// Draws it over the panes.
    pub fn draw(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, size: (u16, u16)) {
        let page = page(size);
        let look = scene.look(Meaning::Dialog);
        canvas.clear(page, look);
        boxed(scene, canvas, page, &self.title, false);
        let rows = self.wrapped(page);
        let height = page.height.saturating_sub(2);
        let from = self.scroll.min(rows.len().saturating_sub(usize::from(height)));
        for (y, row) in (page.y + 1..page.y + 1 + height).zip(rows.iter().skip(from)) {
            canvas.put(page.x + 2, y, page.width.saturating_sub(4), row, look);
        }
        let rest = rows.len().saturating_sub(from + usize::from(height));
        if rest > 0 {
            let more = scene.say_with("more-rows", &[("n", &rest.to_string())]);
            let look = look.patch(scene.accent(Meaning::Dim));
            canvas.put(
                page.x + 2,
                page.bottom() - 1,
                page.width.saturating_sub(4),
                &format!(" {more} "),
                look,
            );
        }
    }

    fn wrapped(&self, page: Rect) -> Vec<String> {
        let cells = usize::from(page.width.saturating_sub(4)).max(1);
        self.body
            .iter()
            .flat_map(|paragraph| width::wrap(reveal::line(paragraph).as_str(), cells, cells))
            .collect()
    }
}

/// The page: the window with a margin, above the footer.
fn page((columns, rows): (u16, u16)) -> Rect {
    let margin = if columns > 100 { 8 } else { 2 };
    let top = 2.min(rows / 4);
    Rect::new(
        margin.min(columns / 4),
        top,
        columns.saturating_sub(2 * margin.min(columns / 4)),
        rows.saturating_sub(top + 2).max(1),
    )
}
