//! The append-only record: numbered entries that survive crashes, read in order or backwards by room.
//!
//! The only room that knows sled. Never trusts the store: every entry carries its own checksum and number, and a
//! head file outside the store tells what must be there. Never reads the clock, never retries a failed sync, never
//! loses an entry without a [`report::Finding`]. Bodies are opaque bytes.

pub mod codec;
pub mod report;
pub mod gaps;
pub mod contained;
mod week;
mod record;
mod head;
mod folder;
mod store;
mod chain;
mod read;
mod verify;
mod scan;
mod tail;
mod salvage;
mod checkpoint;
mod earlier;
mod survey;
mod open;
mod commit;
mod alarm;
mod writer;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::event_log::gaps::Gap;
use crate::event_log::report::Finding;
use crate::event_log::store::Store;

pub use crate::event_log::earlier::Earlier;
pub use crate::event_log::record::BODY_LIMIT;
pub use crate::event_log::verify::Verdict;
pub use crate::event_log::writer::{BATCH_LIMIT, Writer};

/// One numbered entry of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Contiguous, from 1.
    pub seq: u64,
    /// ms UTC.
    pub at: i64,
    /// The room for paging one room backwards; 0 for none.
    pub room: u32,
    /// At most [`BODY_LIMIT`] bytes.
    pub body: Vec<u8>,
}

/// Entries that become part of the record together or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub entries: Vec<Entry>,
    pub urgency: Urgency,
}

/// How soon a batch must survive a power cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Chat: within some 200 ms, together with what else is due.
    Soon,
    /// A moderator's action: before anything else happens.
    Now,
}

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// sled's page cache, bytes.
    pub cache_bytes: u64,
    /// Below this much free space nothing new is accepted, bytes.
    pub free_floor: u64,
    /// Space set aside, so that a full disk can still be opened, bytes; 0 for none.
    pub ballast: u64,
    /// Closing after this many new records opens and closes the store once more: sled writes the snapshot that makes
    /// the next start fast only while opening.
    pub settle_after: u64,
    /// The time of the opening, ms UTC; names the copy of a damaged store.
    pub now_ms: i64,
}

impl Options {
    /// The settings of the server. The cache is small, because what is written is the newest page and what is read is
    /// read once, and in memory sled's pages are more than three times as large as what it counts: from 4 MiB to 2 the
    /// server holds 7 MB less after 200,000 messages, and each takes some 5 % more processor time; from 2 to 1 nothing
    /// is gained. With 16 and 64 MiB messages take as long as with 4.
    pub fn new(now_ms: i64) -> Self {
        Self { cache_bytes: 2 << 20, free_floor: 128 << 20, ballast: 64 << 20, settle_after: 50_000, now_ms }
    }
}

/// What an opening found.
#[derive(Debug)]
pub struct Opened {
    pub store_id: u64,
    /// The oldest number that can be read.
    pub first: u64,
    /// The number that the next entry must have.
    pub next: u64,
    /// The last store was closed in order.
    pub clean: bool,
    /// The newest whole checkpoint: it covers every entry below the number.
    pub checkpoint: Option<(u64, Vec<u8>)>,
    /// What was damaged or lost, said at this opening only.
    pub findings: Vec<Finding>,
}

/// What the files beside the store tell of a record that was closed in order, before it is opened.
#[derive(Debug, PartialEq, Eq)]
pub struct Glance {
    pub store_id: u64,
    /// The oldest number that was kept.
    pub first: u64,
    /// The number after the newest.
    pub next: u64,
    /// The checkpoint, which covers every entry.
    pub checkpoint: Vec<u8>,
}

/// A reader of the record; clones read the same store.
#[derive(Clone)]
pub struct EventLog {
    shared: Arc<Shared>,
}

/// What the writer and all readers hold together.
pub(crate) struct Shared {
    /// Whether the store is still to be opened; whoever wants to read waits for that.
    opening: Mutex<bool>,
    opened: Condvar,
    store: RwLock<Option<Store>>,
    gaps: RwLock<Vec<Gap>>,
    first: AtomicU64,
    /// One more than the newest committed number.
    next: AtomicU64,
}

impl EventLog {
    /// The oldest number that can be read.
    pub fn first(&self) -> u64 {
        self.shared.first()
    }

    /// One more than the newest number that can be read.
    pub fn next(&self) -> u64 {
        self.shared.next()
    }

    /// The intervals that are known to be lost, oldest first.
    pub fn gaps(&self) -> Vec<Gap> {
        self.shared.gaps()
    }
}

impl Shared {
    pub(crate) fn new(store: Store, gaps: Vec<Gap>, first: u64, next: u64) -> Self {
        Self {
            opening: Mutex::new(false),
            opened: Condvar::new(),
            store: RwLock::new(Some(store)),
            gaps: RwLock::new(gaps),
            first: AtomicU64::new(first),
            next: AtomicU64::new(next),
        }
    }

    /// For a store that will be opened.
    pub(crate) fn to_come(first: u64, next: u64) -> Self {
        Self {
            opening: Mutex::new(true),
            opened: Condvar::new(),
            store: RwLock::new(None),
            gaps: RwLock::new(Vec::new()),
            first: AtomicU64::new(first),
            next: AtomicU64::new(next),
        }
    }

    /// Takes the opened store in; none when it could not be opened, which to readers is a closed one.
    pub(crate) fn arrived(&self, store: Option<Store>, gaps: Vec<Gap>, first: u64, next: u64) {
        self.first.store(first, Ordering::Release);
        self.next.store(next, Ordering::Release);
        *self.gaps.write().unwrap_or_else(PoisonError::into_inner) = gaps;
        *self.store_mut() = store;
        *self.opening.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.opened.notify_all();
    }

    /// The store behind its lock; a panic elsewhere has not left it half changed, sled's state is its own.
    pub(crate) fn store(&self) -> RwLockReadGuard<'_, Option<Store>> {
        let opening = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.opened.wait_while(opening, |opening| *opening));
        self.store.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn store_mut(&self) -> RwLockWriteGuard<'_, Option<Store>> {
        self.store.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn gaps(&self) -> Vec<Gap> {
        self.gaps.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn first(&self) -> u64 {
        self.first.load(Ordering::Acquire)
    }

    pub(crate) fn next(&self) -> u64 {
        self.next.load(Ordering::Acquire)
    }

    pub(crate) fn committed(&self, next: u64) {
        self.next.store(next, Ordering::Release);
    }

    pub(crate) fn dropped(&self, first: u64) {
        self.first.store(first, Ordering::Release);
        gaps::forget_below(&mut self.gaps.write().unwrap_or_else(PoisonError::into_inner), first);
    }
}
