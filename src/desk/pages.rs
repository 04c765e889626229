//! Older lines from the record, read on blocking threads, never on the loop.

use crate::event_log::report::ReadError;
use crate::event_log::{Entry, EventLog, codec};
use crate::model::event::Record;
use crate::model::id::{RoomId, Seq};
use crate::model::moment::Moment;
use crate::state::stream::Line;

/// How many lines one page brings: several screens.
pub const LINES: usize = 200;
/// How many entries are read at once.
const STRIDE: usize = 512;
/// After so many entries a page with too few lines ends, so that a record full of other things does not hold it up.
const MOST_ENTRIES: usize = 20_000;

/// A page of older lines, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub lines: Vec<Line>,
    /// Messages of the page that the record does not have yet: they are in memory.
    pub unread: Vec<Seq>,
    /// All that was wanted from here on is on it; 0 when nothing older is kept.
    pub reached: Seq,
    /// A part of the record could not be read; the desk says so and has it looked at.
    pub flaw: Option<String>,
}

/// Reads the lines before `before`, of one room or of all.
pub fn read(log: &EventLog, room: Option<RoomId>, before: Seq) -> Page {
    let mut page = Page { lines: Vec::new(), unread: Vec::new(), reached: before, flaw: None };
    let mut read = 0;
    while page.lines.len() < LINES && read < MOST_ENTRIES {
        let entries = match room {
            Some(room) => log.room_back(room.0, page.reached.0, STRIDE),
            None => log.read_back(page.reached.0, STRIDE),
        };
        let entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                page.flaw = Some(error.to_string());
                match skip(&error).map(Seq) {
                    Some(next) if next < page.reached => {
                        page.reached = next;
                        continue;
                    }
                    _ => break,
                }
            }
        };
        let Some(oldest) = entries.last() else {
            page.reached = Seq(0);
            break;
        };
        page.reached = Seq(oldest.seq);
        read += entries.len();
        page.lines.extend(entries.iter().filter_map(record).filter_map(|record| Line::of(&record)));
    }
    page
}

/// Reading backwards goes on behind a flaw.
pub fn skip(error: &ReadError) -> Option<u64> {
    match error {
        ReadError::Missing { from, .. } => Some(*from),
        ReadError::BadChecksum { seq } | ReadError::Newer { seq, .. } => Some(*seq),
        ReadError::IndexDamaged { .. } | ReadError::Closed | ReadError::Unreadable { .. } => None,
    }
}

/// The event of an entry; `None` and a line in the log file when its bytes are none of ours.
pub fn record(entry: &Entry) -> Option<Record> {
    match codec::decode(&entry.body) {
        Ok(event) => Some(Record { seq: Seq(entry.seq), at: Moment(entry.at), event }),
        Err(error) => {
            tracing::error!(seq = entry.seq, %error, "a stored event cannot be read");
            None
        }
    }
}
