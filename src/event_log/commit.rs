//! What the writer does to the store: commits groups, guards them, keeps the head, drops old weeks, closes.
//!
//! Never reports durable before the guard has returned, never touches the store again after a failure, never
//! promises in the head what is not durable.

use std::io;
use std::sync::Arc;

use crate::event_log::chain::Chain;
use crate::event_log::contained::Trouble;
use crate::event_log::folder::{self, Folder};
use crate::event_log::gaps;
use crate::event_log::head::Head;
use crate::event_log::record;
use crate::event_log::store::Store;
use crate::event_log::{Batch, Options, Shared, checkpoint, earlier};

/// The one that changes the store.
pub(crate) struct Committer {
    shared: Arc<Shared>,
    folder: Folder,
    options: Options,
    /// The head as it would be written now; its `next` follows the guard, not the commit.
    head: Head,
    head_is_stale: bool,
    chain: Chain,
    /// The number that was next when the store was opened.
    opened_at: u64,
}

impl Committer {
    pub(crate) fn new(shared: Arc<Shared>, folder: Folder, options: Options, head: Head) -> Self {
        let opened_at = head.next;
        Self { shared, folder, options, head, head_is_stale: false, chain: Chain::default(), opened_at }
    }

    /// One more than the newest durable number.
    pub(crate) fn durable(&self) -> u64 {
        self.head.next
    }

    pub(crate) fn has_unguarded(&self) -> bool {
        self.head.next < self.shared.next()
    }

    pub(crate) fn head_is_stale(&self) -> bool {
        self.head_is_stale
    }

    /// Whether a batch of this time goes into another partition than the newest.
    pub(crate) fn would_roll(&self, at: i64) -> bool {
        self.shared.store().as_ref().is_some_and(|store| store.would_roll(at))
    }

    /// Makes batches of one partition part of the record, all in one transaction.
    pub(crate) fn commit(&mut self, group: &[Batch]) -> Result<(), Trouble> {
        let Some(first) = group.iter().find_map(|batch| batch.entries.first()) else { return Ok(()) };
        if self.would_roll(first.at) {
            self.with_store_mut(|store| store.roll(first.at, first.seq))?;
        }
        let mut encoded = Vec::new();
        for batch in group {
            let rests = (0..batch.entries.len()).rev();
            for (entry, rest) in batch.entries.iter().zip(rests) {
                let rest = u16::try_from(rest).unwrap_or(u16::MAX);
                encoded.push(record::encode(entry, rest, self.head.life));
            }
        }
        let next = encoded.last().map_or(first.seq, |last| last.seq) + 1;
        let store = self.shared.store();
        let store = store.as_ref().ok_or_else(closed)?;
        let records = self.chain.join(store, encoded)?;
        store.weeks.last().ok_or_else(closed)?.put(&records)?;
        self.shared.committed(next);
        Ok(())
    }

    /// Makes everything committed durable and says up to which number (exclusive).
    pub(crate) fn guard(&mut self) -> Result<u64, Trouble> {
        let next = self.shared.next();
        self.shared.store().as_ref().ok_or_else(closed)?.guard()?;
        if next > self.head.next {
            self.head.next = next;
            self.head_is_stale = true;
        }
        Ok(next)
    }

    pub(crate) fn keep_head(&mut self) -> Result<(), Trouble> {
        folder::replace(&self.folder.head(), &[&self.head.encode()])?;
        self.head_is_stale = false;
        Ok(())
    }

    /// Writes a checkpoint after making durable what it covers.
    pub(crate) fn keep_checkpoint(&mut self, seq: u64, bytes: &[u8]) -> Result<(), Trouble> {
        self.guard()?;
        checkpoint::write(&self.folder.checkpoint(), self.head.store_id, seq, bytes)?;
        // A file system without second names has no earlier checkpoints; the past is then told from the beginning.
        drop(earlier::keep(&self.folder, seq));
        Ok(())
    }

    /// Drops the partitions that lie wholly before `at`; says the new first number when there were any.
    ///
    /// The head tells of it first: after a crash in between, the next opening finishes the work.
    pub(crate) fn drop_before(&mut self, at: i64) -> Result<Option<u64>, Trouble> {
        let (count, first) = {
            let store = self.shared.store();
            let store = store.as_ref().ok_or_else(closed)?;
            let count = store.outdated(at);
            (count, store.weeks.get(count).map(|week| week.first))
        };
        let Some(first) = first.filter(|_| count > 0) else { return Ok(None) };
        self.guard()?;
        self.head.first = first;
        gaps::forget_below(&mut self.head.gaps, first);
        self.keep_head()?;
        self.shared.dropped(first);
        let head = self.head.clone();
        self.with_store_mut(|store| {
            store.drop_weeks(count)?;
            store.keep_inner_head(&head)
        })?;
        self.guard()?;
        // What stays now, the next opening lets go.
        drop(earlier::retain(&self.folder, first, u64::MAX));
        Ok(Some(first))
    }

    /// Has the next opening look at every record.
    pub(crate) fn suspect(&mut self) -> Result<(), Trouble> {
        self.head.suspect = true;
        self.keep_head()
    }

    /// Ends in order: everything durable, sled closed, the head clean.
    pub(crate) fn close(mut self) -> Result<u64, Trouble> {
        self.guard()?;
        self.keep_head()?;
        let store = self.shared.store_mut().take();
        store.ok_or_else(closed)?.close()?;
        if self.head.next - self.opened_at >= self.options.settle_after {
            Store::open(&self.folder.record(), self.options.cache_bytes)?.close()?;
        }
        self.folder.sync_record(&self.folder.record())?;
        self.head.clean = true;
        self.keep_head()?;
        Ok(self.head.next)
    }

    /// Lets go of a store that has failed, without asking anything of it.
    pub(crate) fn abandon(self) {
        if let Some(store) = self.shared.store_mut().take() {
            // It has failed already and said so; what it says while ending adds nothing.
            drop(store.close());
        }
    }

    fn with_store_mut<T>(&self, change: impl FnOnce(&mut Store) -> Result<T, Trouble>) -> Result<T, Trouble> {
        change(self.shared.store_mut().as_mut().ok_or_else(closed)?)
    }
}

fn closed() -> Trouble {
    io::Error::other("the store is closed").into()
}
