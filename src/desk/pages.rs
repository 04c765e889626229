//! Older lines from the record, read on blocking threads, never on the loop.

use crate::event_log::report::ReadError;
use crate::event_log::{Entry, EventLog, codec};
use crate::model::event::Record;
use crate::model::id::{RoomId, Seq};
use crate::model::moment::Moment;
use crate::state::stream::{Line, Stream};
use crate::ui::lines::PageWanted;
use std::ops::Range;

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
    /// From here on the record had nothing yet when the page was read.
    pub recorded: Seq,
    /// All that was wanted from here on is on it; 0 when nothing older is kept.
    pub reached: Seq,
    /// A part of the record could not be read; the desk says so and has it looked at.
    pub flaw: Option<String>,
}

/// What a page is worth by the time it has come.
#[derive(Debug, Clone, PartialEq)]
pub enum Ripe {
    /// Its lines, newest first, and how far it reaches.
    Whole(Vec<Line>, Seq),
    /// The record has by now what it did not have then.
    Again,
    /// Some of its lines are neither in the record nor in memory: what was heard while nothing could be recorded.
    Lost,
}

impl Page {
    /// Adds the lines that the record did not have yet when the page was read, from memory. `kept`: what the record has
    /// by now.
    pub fn ripe(self, wanted: &PageWanted, stream: &Stream, kept: Range<Seq>) -> Ripe {
        let mut newest = Vec::new();
        // What was dropped meanwhile is no loss.
        for seq in self.unread.iter().filter(|seq| **seq >= kept.start) {
            match stream.line(*seq) {
                Some(line) => newest.push(line.clone()),
                None if *seq < kept.end => return Ripe::Again,
                None if newest.is_empty() => return Ripe::Lost,
                None => return Ripe::Whole(newest, seq.next()),
            }
        }
        if self.recorded < wanted.before {
            if !stream.has_all_from(self.recorded) {
                return if kept.end >= wanted.before { Ripe::Again } else { Ripe::Lost };
            }
            let since = stream.back_from(wanted.before, wanted.room);
            newest.extend(since.take_while(|line| line.seq() >= self.recorded).cloned());
        }
        Ripe::Whole(newest.into_iter().chain(self.lines).collect(), self.reached)
    }
}

/// Reads the lines before `before`, of one room or of all.
pub fn read(log: &EventLog, room: Option<RoomId>, before: Seq) -> Page {
    let recorded = Seq(log.next()).min(before);
    let mut page = Page { lines: Vec::new(), unread: Vec::new(), recorded, reached: before, flaw: None };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::action::Actor;
    use crate::model::event::Event;
    use crate::model::id::MemberId;
    use crate::state::State;
    use crate::state::stream::WINDOW;

    fn came(seq: u64) -> Record {
        let event = Event::MemberJoined { room: RoomId(1), member: MemberId(1), by: Actor::Unknown };
        Record { seq: Seq(seq), at: Moment(0), event }
    }

    fn page(lines: Range<u64>, unread: &[u64], recorded: u64) -> Page {
        let of = |seq| Line::of(&came(seq)).unwrap();
        Page {
            lines: lines.clone().rev().map(of).collect(),
            unread: unread.iter().copied().map(Seq).collect(),
            recorded: Seq(recorded),
            reached: Seq(lines.start),
            flaw: None,
        }
    }

    #[test]
    fn a_page_is_whole_or_read_again_or_lost_and_never_has_a_hole() {
        let mut state = State::default();
        let last = WINDOW as u64 + 1000;
        (1..=last).for_each(|seq| state.apply(&came(seq)));
        let wanted = |before| PageWanted { room: None, before: Seq(before), search: None };
        let kept = |next| Seq(1)..Seq(next);
        let ripe = |page: Page, before, next| match page.ripe(&wanted(before), &state.stream, kept(next)) {
            Ripe::Whole(lines, reached) => Ok((lines.iter().map(|line| line.seq().0).collect(), reached.0)),
            other => Err(other),
        };
        let whole: Result<(Vec<u64>, u64), Ripe> = Ok(((301..=1000).rev().collect(), 301));
        assert_eq!(ripe(page(301..1001, &[], 1001), 1001, 1001), whole, "all was on record");
        assert_eq!(ripe(page(301..501, &[], 501), 1001, 501), Err(Ripe::Lost));
        assert_eq!(ripe(page(301..501, &[], 501), 1001, 1001), Err(Ripe::Again), "it is on record by now");
        let joined: Vec<u64> = (901..=1300).rev().collect();
        assert_eq!(ripe(page(901..1201, &[], 1201), 1301, 1201), Ok((joined, 901)), "the rest is in memory");
        // The same for the lines of a search.
        assert_eq!(ripe(page(400..403, &[1200], 1301), 1301, 403), Ok((vec![1200, 402, 401, 400], 400)));
        assert_eq!(ripe(page(400..403, &[900], 1301), 1301, 403), Err(Ripe::Lost));
        assert_eq!(ripe(page(400..403, &[900], 1301), 1301, 901), Err(Ripe::Again));
        let above: Result<(Vec<u64>, u64), Ripe> = Ok((vec![1300, 1200], 901));
        assert_eq!(
            ripe(page(400..403, &[1300, 1200, 900], 1301), 1301, 403),
            above,
            "down to the first lost"
        );
        let dropped = page(400..403, &[7], 1301).ripe(&wanted(1301), &state.stream, Seq(400)..Seq(1301));
        assert!(matches!(dropped, Ripe::Whole(lines, _) if lines.len() == 3), "dropped meanwhile");
    }
}
