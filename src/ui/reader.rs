//! A long text on a page of its own: the whole of a message, the life of an action, an entry of the audit.

use crate::config::theme::Meaning;
use crate::text::{reveal, width};
use crate::ui::canvas::Canvas;
use crate::ui::dialog::boxed;
use crate::ui::moves::Motion;
use crate::ui::scene::Scene;
use ratatui::layout::Rect;

/// The widest a page gets: the eye has to find the next line.
const WIDEST: u16 = 114;

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
        let page = self.page(size);
        let height = usize::from(page.height.saturating_sub(2));
        self.scroll = motion.scroll(self.scroll, self.wrapped(page).len(), height);
    }

    /// Draws it over the panes.
    pub fn draw(&self, scene: &Scene<'_>, canvas: &mut Canvas<'_>, size: (u16, u16)) {
        let page = self.page(size);
        let look = scene.look(Meaning::Dialog);
        // A column on either side keeps what is behind from running into the frame.
        let whole = Rect::new(0, 0, size.0, size.1);
        let margin = Rect { x: page.x.saturating_sub(1), width: page.width + 2, ..page }.intersection(whole);
        canvas.clear(margin, scene.look(Meaning::Text));
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

    /// The page: as wide as can be read well and as high as the text needs, in the middle of the window above the
    /// footer, with the header in sight.
    fn page(&self, (columns, rows): (u16, u16)) -> Rect {
        let wide = columns.saturating_sub(4).clamp(1, WIDEST);
        let top = 2.min(rows / 4);
        let most = rows.saturating_sub(top + 2).max(1);
        let lines = self.wrapped(Rect::new(0, 0, wide, most)).len();
        let high = u16::try_from(lines + 2).unwrap_or(u16::MAX).min(most);
        Rect::new(columns.saturating_sub(wide) / 2, top + (most - high) / 2, wide, high)
    }

    fn wrapped(&self, page: Rect) -> Vec<String> {
        let cells = usize::from(page.width.saturating_sub(4)).max(1);
        self.body
            .iter()
            .flat_map(|paragraph| width::wrap(reveal::line(paragraph).as_str(), cells, cells))
            .collect()
    }
}
