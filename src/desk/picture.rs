//! What one seat's terminal shows, and the bytes of the next frame: the whole screen, or only the line being typed.
//!
//! A frame of the typed line shows everything else as it was, so what keys mean stays what the last whole frame
//! showed. Never draws the line alone over a picture that is not all there.

use crate::terminal::ascii;
use crate::terminal::encoder::{Depth, Encoder};
use crate::ui::scene::Scene;
use crate::ui::screen::Screen;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The picture of one seat.
#[derive(Debug)]
pub struct Picture {
    encoder: Encoder,
    depth: Depth,
    size: (u16, u16),
    /// The last frame; its cells are written over by the next.
    buffer: Buffer,
    /// The terminal shows ASCII only.
    plain: bool,
    /// Rows at the bottom that belonged to the typed line in the last frame; none when there is no whole frame.
    input: Option<u16>,
}

impl Picture {
    /// Of a terminal of this size of which nothing is known.
    pub fn new(size: (u16, u16), depth: Depth) -> Self {
        Self {
            encoder: Encoder::new(),
            depth,
            size,
            buffer: Buffer::empty(Rect::ZERO),
            plain: false,
            input: None,
        }
    }

    /// Whether the terminal shows ASCII only.
    pub fn show_plain(&mut self, plain: bool) {
        self.plain = plain;
        self.forget();
    }

    /// Another size. It may have been yet another in between, and have lost what it showed.
    pub fn resize(&mut self, size: (u16, u16)) {
        self.size = size;
        self.forget();
    }

    /// The terminal lost what it showed.
    pub fn forget(&mut self) {
        self.encoder.reset();
        self.input = None;
    }

    /// Bytes of the whole screen; empty when nothing differs.
    pub fn whole(&mut self, screen: &Screen, scene: &Scene<'_>) -> Vec<u8> {
        let (columns, rows) = self.size;
        if (self.buffer.area.width, self.buffer.area.height) != self.size {
            self.buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
        }
        let cursor = screen.draw(scene, &mut self.buffer);
        if self.plain {
            ascii::degrade(&mut self.buffer);
        }
        self.input = Some(screen.input_rows());
        self.encoder.encode(&self.buffer, cursor, self.depth)
    }

    /// Bytes of the typed line alone; none when it takes a whole frame to show what was typed.
    pub fn typed(&mut self, screen: &Screen, scene: &Scene<'_>) -> Option<Vec<u8>> {
        let (before, rows) = (self.input?, screen.input_rows());
        // Rows that the line does not need any more belong to others.
        if rows == 0 || rows < before {
            return None;
        }
        let cursor = screen.draw_input(scene, &mut self.buffer)?;
        if self.plain {
            ascii::degrade(&mut self.buffer);
        }
        self.input = Some(rows);
        let from = self.buffer.area.height.saturating_sub(rows);
        self.encoder.encode_from(from, &self.buffer, Some(cursor))
    }
}
