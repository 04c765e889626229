//! The line being typed, alone: a letter shows without everything else being drawn again.
//!
//! Never touches a cell above the rows it names.

use crate::ui::canvas::Canvas;
use crate::ui::overlay::Overlay;
use crate::ui::prompt::Prompt;
use crate::ui::scene::Scene;
use crate::ui::screen::Screen;
use ratatui::buffer::Buffer;

impl Screen {
    /// How many rows at the bottom belong to the line being typed; 0 when none is.
    pub fn input_rows(&self) -> u16 {
        self.input().map_or(0, |prompt| if prompt.has_preview() { 2 } else { 1 })
    }

    /// Whether a line is being typed.
    pub fn is_typing(&self) -> bool {
        self.input().is_some()
    }

    /// Draws these rows as [`Screen::draw`] would; says where the real cursor stands. None when no line is typed.
    pub fn draw_input(&self, scene: &Scene<'_>, buffer: &mut Buffer) -> Option<(u16, u16)> {
        let footer = self.layout(scene)?.footer;
        Some(self.input()?.draw(scene, &mut Canvas::new(buffer), footer))
    }

    fn input(&self) -> Option<&Prompt> {
        match self.overlay.as_ref()? {
            Overlay::Prompt(prompt) => Some(prompt),
            _ => None,
        }
    }
}
