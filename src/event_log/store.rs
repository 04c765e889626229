//! sled as we use it: weekly pairs of trees, the durable guard, and nothing a caller could hold it wrong by.
//!
//! `ev/<week>` holds the records by sequence number, `rm/<week>` the room index by room and number, `meta` a copy
//! of the head. No subscribers, no compression, no iterator that outlives the lock of the caller.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crc32fast::hash;
use sled::{Batch, Db, Transactional, Tree};

use crate::event_log::contained::{Trouble, contain};
use crate::event_log::head::{self, Head};
use crate::event_log::record::{self, Encoded};
use crate::event_log::week;

/// sled's collection of old segments runs in this thread only, so it is never switched off.
const FLUSH_EVERY_MS: u64 = 200;
/// sled 0.34 can loop for ever over a damaged log; measured openings need below 1 s for 1 GB.
const OPEN_LIMIT: Duration = Duration::from_secs(120);
/// What sled writes about itself, always the same under our settings.
const SETTINGS: &[u8] = b"segment_size: 524288\nuse_compression: false\nversion: 0.34\n";

/// One partition of the record.
pub(crate) struct Week {
    pub label: String,
    pub generation: u64,
    pub number: i64,
    /// The lowest sequence number in it; the next one to come while it is empty.
    pub first: u64,
    pub records: Tree,
    pub rooms: Tree,
}

/// An open store.
pub(crate) struct Store {
    db: Db,
    meta: Tree,
    guard: File,
    pub weeks: Vec<Week>,
}

impl Store {
    /// Opens the folder as sled, on a thread of its own, and lists its partitions.
    pub(crate) fn open(record: &Path, cache_bytes: u64) -> Result<Self, Trouble> {
        let db = open_guarded(record.to_path_buf(), cache_bytes)?;
        let guard = File::open(record.join("db"))?;
        contain(|| {
            let meta = db.open_tree("meta")?;
            let weeks = list_weeks(&db)?;
            Ok::<_, sled::Error>(Self { db: db.clone(), meta, guard, weeks })
        })
    }

    /// Makes everything committed so far survive a power cut: sled's own flush is no barrier, the fdatasync is.
    pub(crate) fn guard(&self) -> Result<(), Trouble> {
        contain(|| self.db.flush())?;
        self.guard.sync_data()?;
        Ok(())
    }

    /// The copy of the head that lives inside the store; `None` when there is none or it is damaged.
    pub(crate) fn inner_head(&self) -> Result<Option<Head>, Trouble> {
        let copy = contain(|| self.meta.get("head"))?;
        Ok(copy.and_then(|bytes| match head::decode(&bytes) {
            head::Found::Whole(head) => Some(head),
            head::Found::Absent | head::Found::Damaged | head::Found::Newer(_) => None,
        }))
    }

    pub(crate) fn keep_inner_head(&self, head: &Head) -> Result<(), Trouble> {
        contain(|| self.meta.insert("head", head.encode()))?;
        Ok(())
    }

    /// The partition that may hold `seq`: the last one that starts at or below it.
    pub(crate) fn week_of(&self, seq: u64) -> usize {
        self.weeks.partition_point(|week| week.first <= seq).saturating_sub(1)
    }

    /// Whether an entry of this time needs a partition that is not open yet.
    pub(crate) fn would_roll(&self, at: i64) -> bool {
        self.weeks.last().is_none_or(|last| week::rolls(last.number, week::number(at)))
    }

    /// Opens the partition for an entry of this time behind the last one, when it needs a new one.
    pub(crate) fn roll(&mut self, at: i64, next: u64) -> Result<(), Trouble> {
        if !self.would_roll(at) {
            return Ok(());
        }
        let wanted = week::number(at);
        let generation = self.weeks.last().map_or(1, |last| last.generation + 1);
        let label = week::label(generation, wanted);
        let week = contain(|| {
            Ok::<_, sled::Error>(Week {
                records: self.db.open_tree(format!("ev/{label}"))?,
                rooms: self.db.open_tree(format!("rm/{label}"))?,
                label,
                generation,
                number: wanted,
                first: next,
            })
        })?;
        self.weeks.push(week);
        Ok(())
    }

    /// How many partitions, oldest first, lie wholly before `at`; the last one is never among them.
    ///
    /// A later partition bounds an earlier one: what a clock that ran ahead has dated into the future was in truth
    /// written before its successors.
    pub(crate) fn outdated(&self, at: i64) -> usize {
        let mut bound = i64::MAX;
        let mut count = 0;
        for (place, week) in self.weeks.iter().enumerate().rev() {
            bound = bound.min(week::end(week.number));
            if bound <= at && place + 1 < self.weeks.len() {
                count = place + 1;
                break;
            }
        }
        count
    }

    /// Drops the oldest partitions.
    pub(crate) fn drop_weeks(&mut self, count: usize) -> Result<(), Trouble> {
        for week in self.weeks.drain(..count.min(self.weeks.len())) {
            contain(|| {
                self.db.drop_tree(format!("rm/{}", week.label))?;
                self.db.drop_tree(format!("ev/{}", week.label))
            })?;
        }
        Ok(())
    }

    /// Ends sled: its threads are joined and its files synced.
    pub(crate) fn close(self) -> Result<(), Trouble> {
        contain(move || {
            drop(self);
            Ok::<_, sled::Error>(())
        })
    }
}

impl Week {
    /// Writes records and their index entries in one transaction; `previous` names the number before each record
    /// in its room, 0 for none.
    pub(crate) fn put(&self, records: &[(Encoded, u64)]) -> Result<(), Trouble> {
        let mut values = Batch::default();
        let mut index = Batch::default();
        for (record, previous) in records {
            for (value, part) in record.values.iter().zip(0u8..) {
                values.insert(record::key(record.seq, part), value.as_slice());
            }
            if record.room != 0 {
                index.insert(&room_key(record.room, record.seq), room_value(record, *previous));
            }
        }
        contain(|| {
            (&self.records, &self.rooms)
                .transaction(|(records, rooms)| {
                    records.apply_batch(&values)?;
                    rooms.apply_batch(&index)?;
                    Ok(())
                })
                .map_err(|error: sled::transaction::TransactionError<()>| match error {
                    sled::transaction::TransactionError::Storage(error) => Trouble::from(error),
                    sled::transaction::TransactionError::Abort(()) => Trouble::Panic("aborted".to_owned()),
                })
        })
    }

    /// The newest number of a room in this partition.
    pub(crate) fn newest_of(&self, room: u32) -> Result<Option<u64>, Trouble> {
        let newest = contain(|| {
            self.rooms.range(room_key(room, 0)..=room_key(room, u64::MAX)).next_back().transpose()
        })?;
        Ok(newest.and_then(|(key, _)| room_key_parts(&key)).map(|(_, seq)| seq))
    }
}

/// Room, then sequence number, big endian.
pub(crate) fn room_key(room: u32, seq: u64) -> [u8; 12] {
    let mut key = [0; 12];
    let (front, back) = key.split_at_mut(4);
    front.copy_from_slice(&room.to_be_bytes());
    back.copy_from_slice(&seq.to_be_bytes());
    key
}

/// Room and sequence number of an index key.
pub(crate) fn room_key_parts(key: &[u8]) -> Option<(u32, u64)> {
    let (room, seq) = key.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*room), u64::from_be_bytes(seq.try_into().ok()?)))
}

/// The number before a record in its room, from its index value; `None` when the value is damaged.
pub(crate) fn previous_of(key: &[u8], value: &[u8]) -> Option<u64> {
    let (previous, crc) = value.split_first_chunk::<8>()?;
    let fits = hash(&[key, previous].concat()).to_le_bytes() == *crc;
    fits.then(|| u64::from_be_bytes(*previous))
}

fn room_value(record: &Encoded, previous: u64) -> Vec<u8> {
    let key = room_key(record.room, record.seq);
    let previous = previous.to_be_bytes();
    let crc = hash(&[key.as_slice(), &previous].concat());
    [previous.as_slice(), &crc.to_le_bytes()].concat()
}

/// Whether sled's settings file says what it must; a wrong one is damage, because we never change the settings.
pub(crate) fn settings_are_whole(bytes: &[u8]) -> bool {
    bytes == [SETTINGS, &hash(SETTINGS).to_le_bytes()].concat()
}

fn list_weeks(db: &Db) -> Result<Vec<Week>, sled::Error> {
    let mut weeks = Vec::new();
    for name in db.tree_names() {
        let Some(label) = std::str::from_utf8(&name).ok().and_then(|name| name.strip_prefix("ev/")) else {
            continue;
        };
        let Some((generation, number)) = week::parse(label) else { continue };
        let records = db.open_tree(&name)?;
        let rooms = db.open_tree(format!("rm/{label}"))?;
        let first = records.first()?.and_then(|(key, _)| record::key_seq(&key)).map_or(u64::MAX, |key| key.0);
        weeks.push(Week { label: label.to_owned(), generation, number, first, records, rooms });
    }
    weeks.sort_by_key(|week| week.generation);
    Ok(weeks)
}

/// Opens sled on a thread, because a damaged log can make it panic there or never come back.
fn open_guarded(record: PathBuf, cache_bytes: u64) -> Result<Db, Trouble> {
    let (send, receive) = mpsc::sync_channel(1);
    thread::Builder::new().name("record-open".to_owned()).spawn(move || {
        let opened = contain(|| open_patiently(&record, cache_bytes));
        // A closed channel means that nobody waits any more; the store is then dropped here.
        drop(send.send(opened));
    })?;
    match receive.recv_timeout(OPEN_LIMIT) {
        Ok(opened) => opened,
        Err(mpsc::RecvTimeoutError::Timeout) => Err(Trouble::Panic("opening never ended".to_owned())),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(Trouble::Panic("opening broke off".to_owned())),
    }
}

/// Our own lock is taken, so a store that is still locked is our last one, whose threads are just ending.
fn open_patiently(record: &Path, cache_bytes: u64) -> Result<Db, sled::Error> {
    let config =
        sled::Config::new().path(record).cache_capacity(cache_bytes).flush_every_ms(Some(FLUSH_EVERY_MS));
    let mut opened = config.open();
    for _ in 0..100 {
        match &opened {
            Err(sled::Error::Io(error)) if is_lock(error) => {}
            _ => break,
        }
        thread::park_timeout(Duration::from_millis(20));
        opened = config.open();
    }
    opened
}

/// Whether sled found its store locked; it says so in words only.
pub(crate) fn is_lock(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Other && error.to_string().contains("acquire lock")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sled_still_writes_the_settings_that_we_know() {
        let folder = tempfile::tempdir().unwrap();
        Store::open(folder.path(), 1 << 20).unwrap().close().unwrap();
        assert!(settings_are_whole(&std::fs::read(folder.path().join("conf")).unwrap()));
    }

    #[test]
    fn an_index_value_fits_only_its_own_key() {
        let record = Encoded { seq: 9, room: 4, values: Vec::new() };
        let value = room_value(&record, 3);
        assert_eq!(previous_of(&room_key(4, 9), &value), Some(3));
        assert_eq!(previous_of(&room_key(4, 8), &value), None);
        assert_eq!(room_key_parts(&room_key(4, 9)), Some((4, 9)));
    }
}
