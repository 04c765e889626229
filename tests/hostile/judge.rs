//! A terminal of another make that looks at everything it is sent: the screen must be the buffer, the cursor where it
//! belongs, and no sequence may come that is not ours.

use crate::sequences;
use qunguan::terminal::encoder::{Depth, Encoder};
use qunguan::terminal::modes;
use ratatui::buffer::{Buffer, CellWidth};
use std::num::NonZeroU16;
use vt100::Screen;

/// What a terminal is asked besides drawing.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub bells: usize,
    pub copies: Vec<String>,
    pub notices: Vec<String>,
    pub strange: Vec<String>,
}

impl vt100::Callbacks for Asked {
    fn audible_bell(&mut self, _: &mut Screen) {
        self.bells += 1;
    }

    fn visual_bell(&mut self, _: &mut Screen) {
        self.strange.push("a visual bell".into());
    }

    fn resize(&mut self, _: &mut Screen, size: (u16, u16)) {
        self.strange.push(format!("a resize to {size:?}"));
    }

    fn set_window_icon_name(&mut self, _: &mut Screen, name: &[u8]) {
        self.strange.push(format!("an icon name {name:?}"));
    }

    fn set_window_title(&mut self, _: &mut Screen, title: &[u8]) {
        self.strange.push(format!("a title {title:?}"));
    }

    fn copy_to_clipboard(&mut self, _: &mut Screen, kind: &[u8], data: &[u8]) {
        assert_eq!(kind, b"c");
        self.copies.push(String::from_utf8(data.to_vec()).unwrap());
    }

    fn paste_from_clipboard(&mut self, _: &mut Screen, _: &[u8]) {
        self.strange.push("a look into the clipboard".into());
    }

    fn unhandled_char(&mut self, _: &mut Screen, sign: char) {
        self.strange.push(format!("{sign:?}"));
    }

    fn unhandled_control(&mut self, _: &mut Screen, byte: u8) {
        self.strange.push(format!("control {byte:#x}"));
    }

    fn unhandled_escape(&mut self, _: &mut Screen, one: Option<u8>, other: Option<u8>, byte: u8) {
        self.strange.push(format!("ESC {one:?} {other:?} {byte:#x}"));
    }

    fn unhandled_csi(
        &mut self,
        _: &mut Screen,
        one: Option<u8>,
        _: Option<u8>,
        parameters: &[&[u16]],
        last: char,
    ) {
        // The synchronized update, of which it knows nothing, and the modes of a seat.
        let known = [2026, 1004, 7];
        let ours = one == Some(b'?') && matches!(parameters, [[mode]] if known.contains(mode));
        // The direction of text: ECMA-48 8.3.106 with mode 8.
        let direction = one.is_none() && matches!(parameters, [[8]]);
        if !((ours || direction) && matches!(last, 'h' | 'l')) {
            self.strange.push(format!("CSI {one:?} {parameters:?} {last}"));
        }
    }

    fn unhandled_osc(&mut self, _: &mut Screen, parameters: &[&[u8]]) {
        let text: Vec<String> =
            parameters.iter().map(|part| String::from_utf8_lossy(part).into_owned()).collect();
        self.notices.push(text.join(";"));
    }
}

/// A terminal and what draws on it.
pub struct Judge {
    pub parser: vt100::Parser<Asked>,
    encoder: Encoder,
    pub frames: usize,
    pub bytes: usize,
}

impl Judge {
    pub fn new(columns: u16, rows: u16) -> Self {
        let size = |cells| NonZeroU16::new(cells).unwrap();
        let mut parser = vt100::Parser::new_with_callbacks(size(rows), size(columns), 0, Asked::default());
        parser.process(modes::enter(modes::Mouse::Reported));
        Self { parser, encoder: Encoder::new(), frames: 0, bytes: 0 }
    }

    /// The window has another size now; what it showed may be lost.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        let size = |cells| NonZeroU16::new(cells).unwrap();
        self.parser.screen_mut().set_size(size(rows), size(columns));
        self.encoder.reset();
    }

    /// Sends a frame, and looks at it.
    pub fn look_at(&mut self, buffer: &Buffer, cursor: Option<(u16, u16)>) {
        let bytes = self.encoder.encode(buffer, cursor, Depth::True);
        self.frames += 1;
        self.bytes += bytes.len();
        assert_eq!(sequences::complaint(&bytes), None, "a sequence that is not ours");
        self.parser.process(&bytes);
        assert_eq!(*self.parser.callbacks(), Asked::default(), "asked for what no frame asks");
        self.compare(buffer);
        let screen = self.parser.screen();
        assert_eq!(screen.hide_cursor(), cursor.is_none());
        if let Some((column, row)) = cursor {
            assert_eq!(screen.cursor_position(), (row, column), "the cursor");
        }
    }

    /// What the terminal shows in these columns; a mark that takes room of its own stands in the second.
    fn seen(&self, row: u16, column: u16, width: u16) -> String {
        let cell = |column| self.parser.screen().cell(row, column).unwrap().contents();
        (column..column + width).map(cell).collect()
    }

    /// Cell by cell.
    fn compare(&self, buffer: &Buffer) {
        let area = buffer.area;
        for row in 0..area.height {
            let mut column = 0;
            while column < area.width {
                let symbol = buffer[(column, row)].symbol();
                let width = symbol.cell_width().max(1);
                assert!(column + width <= area.width, "a glyph over the edge at {column},{row}: {symbol:?}");
                let found = match self.seen(row, column, width) {
                    text if text.is_empty() => " ".to_owned(),
                    text => text,
                };
                assert_eq!(found, symbol, "row {row} column {column}");
                let next = self.parser.screen().cell(row, column + width);
                assert!(next.is_none_or(|next| !next.is_wide_continuation()), "{symbol:?} is wider there");
                assert!(!found.chars().any(sequences::harmful), "{found:?}");
                column += width;
            }
        }
    }
}
