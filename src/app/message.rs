//! Everything that can happen to a seat.

use crate::commands::key::Key;
use crate::model::id::Seq;
use crate::model::reason::Reason;
use crate::state::stream::Line;
use crate::ui::lines::PageWanted;
use crate::ui::search::Piece;

/// One thing that happened to a seat.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// A key, and the number of the frame that was on the terminal when it was pressed.
    Key { key: Key, shown: u64 },
    /// A paste: always text, never keys.
    Paste(String),
    /// The terminal has this many columns and rows now.
    Resize { columns: u16, rows: u16 },
    /// A click on a cell.
    Click { column: u16, row: u16, shown: u64 },
    /// The wheel over a cell.
    Wheel { column: u16, row: u16, down: bool },
    /// A frame with this number was drawn and sent.
    Drawn(u64),
    /// The moment in which a burst of keys would have shown itself has passed: see [`crate::app::typing`].
    Settle,
    /// A page could not be read.
    PageBroken { page: PageWanted, reason: Reason },
    /// Older lines arrived from the record, newest first: everything wanted from `reached` on.
    Page { page: PageWanted, lines: Vec<Line>, reached: Seq },
    /// A search found something.
    Found(Piece),
}
