//! Reading: forward, backward, and one room backward, with every checksum and every number checked.
//!
//! Never returns an entry that is not proven, never skips one without an error or a known gap, and never shows
//! an entry that is not committed.

use sled::IVec;

use crate::event_log::contained::{Trouble, contain};
use crate::event_log::gaps::{self, Gap};
use crate::event_log::record::{self, Flaw, Part};
use crate::event_log::report::ReadError;
use crate::event_log::store::{self, Store, Week};
use crate::event_log::{Entry, EventLog};

impl EventLog {
    /// Up to `limit` entries from `from` on, ascending. Starts at [`EventLog::first`] when `from` is older.
    ///
    /// # Errors
    /// When the very next entry cannot be proven; entries before a flaw are returned first, without an error.
    pub fn read(&self, from: u64, limit: usize) -> Result<Vec<Entry>, ReadError> {
        let end = self.next();
        let walk = Walk { end, limit, gaps: &self.gaps() };
        self.with_store(from, |store| walk.forward(store, from.max(self.first())))
    }

    /// Up to `limit` entries below `before`, newest first.
    ///
    /// # Errors
    /// As [`EventLog::read`].
    pub fn read_back(&self, before: u64, limit: usize) -> Result<Vec<Entry>, ReadError> {
        let end = self.next().min(before);
        let walk = Walk { end, limit, gaps: &self.gaps() };
        self.with_store(end, |store| walk.backward(store, self.first()))
    }

    /// Up to `limit` entries of one room below `before`, newest first.
    ///
    /// # Errors
    /// As [`EventLog::read`], and [`ReadError::IndexDamaged`] when an entry of the room is missing in its index.
    pub fn room_back(&self, room: u32, before: u64, limit: usize) -> Result<Vec<Entry>, ReadError> {
        let end = self.next().min(before);
        self.with_store(end, |store| room_backward(store, room, end, limit, self.first()))
    }

    /// Reads under the store's lock; `from` names the place when the store itself fails.
    fn with_store<T>(&self, from: u64, read: impl FnOnce(&Store) -> Result<T, Stop>) -> Result<T, ReadError> {
        let store = self.shared.store();
        let store = store.as_ref().ok_or(ReadError::Closed)?;
        let unreadable = |trouble: Trouble| ReadError::Unreadable { from, what: trouble.to_string() };
        match contain(|| Ok::<_, Trouble>(read(store))).map_err(unreadable)? {
            Ok(read) => Ok(read),
            Err(Stop::Read(error)) => Err(error),
            Err(Stop::Store(error)) => Err(unreadable(Trouble::from(error))),
        }
    }
}

/// Why a walk ends early.
pub(crate) enum Stop {
    Read(ReadError),
    Store(sled::Error),
}

impl From<sled::Error> for Stop {
    fn from(error: sled::Error) -> Self {
        Self::Store(error)
    }
}

struct Walk<'a> {
    end: u64,
    limit: usize,
    gaps: &'a [Gap],
}

impl Walk<'_> {
    fn forward(&self, store: &Store, from: u64) -> Result<Vec<Entry>, Stop> {
        let mut entries = Vec::new();
        let mut expected = gaps::skip(self.gaps, from);
        if expected >= self.end {
            return Ok(entries);
        }
        for week in store.weeks.iter().skip(store.week_of(expected)) {
            for pair in week.records.range(record::key(expected, 0)..record::key(self.end, 0)) {
                let (key, value) = pair?;
                let Some((seq, true)) = record::key_seq(&key) else { continue };
                if entries.len() == self.limit {
                    return Ok(entries);
                }
                let step = if seq == expected {
                    assemble(week, seq, &value)?
                } else {
                    Err(ReadError::Missing { from: expected, to: seq })
                };
                match step {
                    Ok(entry) => entries.push(entry),
                    Err(error) => return first_or(entries, error),
                }
                expected = gaps::skip(self.gaps, seq + 1);
            }
        }
        if entries.len() < self.limit && expected < self.end {
            return first_or(entries, ReadError::Missing { from: expected, to: self.end });
        }
        Ok(entries)
    }

    fn backward(&self, store: &Store, first: u64) -> Result<Vec<Entry>, Stop> {
        let mut entries = Vec::new();
        let mut expected = gaps::skip_back(self.gaps, self.end.saturating_sub(1));
        if expected < first {
            return Ok(entries);
        }
        for week in store.weeks.iter().take(store.week_of(expected) + 1).rev() {
            for pair in week.records.range(record::key(first, 0)..record::key(expected + 1, 0)).rev() {
                let (key, value) = pair?;
                let Some((seq, true)) = record::key_seq(&key) else { continue };
                if entries.len() == self.limit {
                    return Ok(entries);
                }
                let step = if seq == expected {
                    assemble(week, seq, &value)?
                } else {
                    Err(ReadError::Missing { from: seq + 1, to: expected + 1 })
                };
                match step {
                    Ok(entry) => entries.push(entry),
                    Err(error) => return first_or(entries, error),
                }
                expected = gaps::skip_back(self.gaps, seq.saturating_sub(1));
            }
        }
        if entries.len() < self.limit && expected >= first && expected > 0 {
            return first_or(entries, ReadError::Missing { from: first, to: expected + 1 });
        }
        Ok(entries)
    }
}

fn room_backward(store: &Store, room: u32, end: u64, limit: usize, first: u64) -> Result<Vec<Entry>, Stop> {
    let mut entries = Vec::new();
    let mut expected: Option<u64> = None;
    if end <= first {
        return Ok(entries);
    }
    for week in store.weeks.iter().take(store.week_of(end) + 1).rev() {
        for pair in week.rooms.range(store::room_key(room, first)..store::room_key(room, end)).rev() {
            if entries.len() == limit {
                return Ok(entries);
            }
            let (key, value) = pair?;
            let damaged = |seq| ReadError::IndexDamaged { room, seq };
            let Some((_, seq)) = store::room_key_parts(&key) else { continue };
            let step = match store::previous_of(&key, &value) {
                Some(previous) if expected.is_none_or(|expected| expected == seq) => {
                    expected = Some(previous);
                    match week.records.get(record::key(seq, 0))? {
                        Some(value) => assemble(week, seq, &value)?,
                        None => Err(ReadError::Missing { from: seq, to: seq + 1 }),
                    }
                }
                _ => Err(damaged(expected.unwrap_or(seq) + 1)),
            };
            match step {
                Ok(entry) => entries.push(entry),
                Err(error) => return first_or(entries, error),
            }
        }
    }
    match expected {
        Some(previous) if previous >= first && previous > 0 && entries.len() < limit => {
            first_or(entries, ReadError::IndexDamaged { room, seq: previous + 1 })
        }
        _ => Ok(entries),
    }
}

/// What was read before a flaw is good; the next reading meets the flaw first and says it.
fn first_or(entries: Vec<Entry>, error: ReadError) -> Result<Vec<Entry>, Stop> {
    if entries.is_empty() { Err(Stop::Read(error)) } else { Ok(entries) }
}

/// Puts an entry together from its first value and the further ones it names.
pub(crate) fn assemble(week: &Week, seq: u64, value: &IVec) -> Result<Result<Entry, ReadError>, sled::Error> {
    let (head, mut body) = match proven(value, seq, 0) {
        Ok(part) => (part, part.piece.to_vec()),
        Err(error) => return Ok(Err(error)),
    };
    for number in 1..head.parts {
        let Some(value) = week.records.get(record::key(seq, number))? else {
            return Ok(Err(ReadError::BadChecksum { seq }));
        };
        match proven(&value, seq, number) {
            Ok(part) if part.life == head.life => body.extend_from_slice(part.piece),
            Ok(_) => return Ok(Err(ReadError::BadChecksum { seq })),
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(Entry { seq, at: head.at, room: head.room, body }))
}

/// A value that proves to be this part of this entry.
pub(crate) fn proven(value: &[u8], seq: u64, number: u8) -> Result<Part<'_>, ReadError> {
    match record::decode(value) {
        Ok((part, length)) if part.seq == seq && part.part == number && length == value.len() => Ok(part),
        Ok(_) | Err(Flaw::Broken) => Err(ReadError::BadChecksum { seq }),
        Err(Flaw::Newer(version)) => Err(ReadError::Newer { seq, version }),
    }
}
