//! Older lines from the record, read on blocking threads, never on the loop.

use crate::event_log::report::ReadError;
use crate::event_log::{Entry, EventLog, codec};
use crate::model::event::Record;
use crate::model::id::{RoomId, Seq};
use crate::model::moment::Moment;
use crate::state::stream::Line;

/// How many lines one page brings: several screens.
const LINES: usize = 200;
/// How many entries are read at once.
const STRIDE: usize = 512;
/// After so many entries a page with too few lines ends, so that a record full of other things does not hold it up.
const MOST_ENTRIES: usize = 20_000;

/// A page of older lines, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub lines: Vec<Line>,
    /// Nothing older is kept.
    pub exhausted: bool,
    /// A part of the record could not be read; the desk says so and has it looked at.
    pub flaw: Option<String>,
}

/// Reads the lines before `before`, of one room or of all.
pub fn read(log: &EventLog, room: Option<RoomId>, before: Seq) -> Page {
    let mut page = Page { lines: Vec::new(), exhausted: false, flaw: None };
    let (mut before, mut read) = (before.0, 0);
    // At least one line, so that a page says how far it reaches.
    while page.lines.len() < LINES && (read < MOST_ENTRIES || page.lines.is_empty()) {
        let entries = match room {
            Some(room) => log.room_back(room.0, before, STRIDE),
            None => log.read_back(before, STRIDE),
        };
        let entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                page.flaw = Some(error.to_string());
                match skip(&error) {
                    Some(next) if next < before => {
                        before = next;
                        continue;
                    }
                    _ => break,
                }
            }
        };
        let Some(oldest) = entries.last() else {
            page.exhausted = true;
            break;
        };
        before = oldest.seq;
        read += entries.len();
        page.lines.extend(entries.iter().filter_map(record).filter_map(|record| Line::of(&record)));
    }
    page
}

/// Reading backwards goes on behind a flaw.
fn skip(error: &ReadError) -> Option<u64> {
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
