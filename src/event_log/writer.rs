//! The writer: one thread that takes batches from a bounded queue and commits them in groups.
//!
//! Never blocks the one who submits, never reorders, never retries a failed sync: after a failure it takes nothing
//! more, and watching goes on without it. A group is whatever came in while the last one was being written, so a
//! lone batch is committed at once and a flood in groups.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender, TryRecvError, TrySendError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::event_log::alarm::Alarm;
use crate::event_log::commit::Committer;
use crate::event_log::contained::{Trouble, contain};
use crate::event_log::folder::Folder;
use crate::event_log::head::Head;
use crate::event_log::record::BODY_LIMIT;
use crate::event_log::report::{Refused, Report};
use crate::event_log::{Batch, Options, Shared, Urgency};

/// The most entries of one batch.
pub const BATCH_LIMIT: usize = 4_096;
/// Orders that may wait; a full queue is told to the submitter, who waits with his source and drops nothing. In a flood
/// it is full of batches of some hundred entries.
const QUEUE: usize = 16;
/// A group ends at this many records: some milliseconds of work. A transaction of sled's copies a whole page for each
/// record and frees the copies only after its end, some 4 KB each, and the memory of the largest is never given back.
const GROUP_RECORDS: usize = 256;
/// A group ends at this many bytes, so that large bodies do not hold the writer for long.
const GROUP_BYTES: usize = 2 << 20;
/// Chat becomes durable at this pace.
const PACE: Duration = Duration::from_millis(200);
/// The head is written at every fifth pace: a second.
const PACES_PER_HEAD: u32 = 5;

/// The only way to change the record; one for each opened store.
pub struct Writer {
    orders: SyncSender<Order>,
    gate: Arc<Gate>,
    next: u64,
    thread: Option<JoinHandle<Result<u64, String>>>,
}

enum Order {
    Batch(Batch),
    Checkpoint { seq: u64, bytes: Vec<u8> },
    DropBefore(i64),
    Suspect,
    Close,
}

/// What the submitter may look at without asking the thread.
#[derive(Default)]
struct Gate {
    failed: AtomicBool,
    low: AtomicBool,
    free: AtomicU64,
}

/// Everything a writer works with.
pub(crate) struct Parts {
    pub shared: Arc<Shared>,
    pub folder: Folder,
    pub options: Options,
    pub head: Head,
    pub lock: File,
    pub report: Box<dyn Fn(Report) + Send>,
}

pub(crate) fn start(parts: Parts) -> io::Result<Writer> {
    let (orders, queue) = mpsc::sync_channel(QUEUE);
    let gate = Arc::new(Gate::default());
    let next = parts.head.next;
    let alarm = Alarm::start(PACE)?;
    let Parts { shared, folder, options, head, lock, report } = parts;
    let worker = Worker {
        queue,
        gate: Arc::clone(&gate),
        alarm,
        report,
        folder: folder.clone(),
        options: options.clone(),
        committer: Some(Committer::new(shared, folder, options, head)),
        paces_since_head: 0,
        told: next,
        put_off: None,
        _lock: lock,
    };
    let thread = thread::Builder::new().name("record-writer".to_owned()).spawn(move || worker.run())?;
    Ok(Writer { orders, gate, next, thread: Some(thread) })
}

impl Writer {
    /// The number that the next submitted entry must have.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// Offers a batch and returns at once.
    ///
    /// # Errors
    /// The batch comes back whole with the reason; see [`Refused`].
    pub fn try_submit(&mut self, batch: Batch) -> Result<(), (Batch, Refused)> {
        let next = match self.accepts(&batch) {
            Ok(next) => next,
            Err(refused) => return Err((batch, refused)),
        };
        match self.orders.try_send(Order::Batch(batch)) {
            Ok(()) => {
                self.next = next;
                Ok(())
            }
            Err(TrySendError::Full(Order::Batch(batch))) => Err((batch, Refused::Full)),
            Err(TrySendError::Disconnected(Order::Batch(batch))) => Err((batch, Refused::Failed)),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                unreachable!("the channel gives back what it was given")
            }
        }
    }

    /// Keeps a picture of the state that covers every entry below `seq`; the last one stays until it is whole.
    ///
    /// # Errors
    /// [`Refused::Full`] or [`Refused::Failed`], a later one will do as well; [`Refused::OutOfOrder`] for a number
    /// above [`Writer::next`].
    pub fn checkpoint(&self, seq: u64, bytes: Vec<u8>) -> Result<(), Refused> {
        if seq > self.next {
            return Err(Refused::OutOfOrder { expected: self.next, found: seq });
        }
        self.order(Order::Checkpoint { seq, bytes })
    }

    /// Drops every week that lies wholly before a time in ms UTC, never the newest.
    ///
    /// # Errors
    /// [`Refused::Full`] or [`Refused::Failed`].
    pub fn drop_before(&self, at_ms: i64) -> Result<(), Refused> {
        self.order(Order::DropBefore(at_ms))
    }

    /// Has the next opening look at every record and rebuild the store if damage is there, after a reader or the
    /// scrub has met some.
    ///
    /// # Errors
    /// [`Refused::Full`] or [`Refused::Failed`].
    pub fn suspect(&self) -> Result<(), Refused> {
        self.order(Order::Suspect)
    }

    /// Writes what is queued, makes it durable and closes the store in order. Returns the next number.
    ///
    /// # Errors
    /// In words for the log when the disk failed, now or before.
    pub fn close(mut self) -> Result<u64, String> {
        self.end()
    }

    fn end(&mut self) -> Result<u64, String> {
        let Some(thread) = self.thread.take() else { return Ok(self.next) };
        // A thread that is gone has said why in its result.
        drop(self.orders.send(Order::Close));
        thread.join().unwrap_or_else(|_| Err("the writer's thread panicked".to_owned()))
    }

    fn order(&self, order: Order) -> Result<(), Refused> {
        if self.gate.failed.load(Ordering::Acquire) {
            return Err(Refused::Failed);
        }
        self.orders.try_send(order).map_err(|error| match error {
            TrySendError::Full(_) => Refused::Full,
            TrySendError::Disconnected(_) => Refused::Failed,
        })
    }

    /// The number behind the batch, when it may go into the queue.
    fn accepts(&self, batch: &Batch) -> Result<u64, Refused> {
        if self.gate.failed.load(Ordering::Acquire) {
            return Err(Refused::Failed);
        }
        if self.gate.low.load(Ordering::Acquire) {
            return Err(Refused::LowSpace { free: self.gate.free.load(Ordering::Acquire) });
        }
        if batch.entries.is_empty() || batch.entries.len() > BATCH_LIMIT {
            return Err(Refused::BatchLength { length: batch.entries.len() });
        }
        let mut expected = self.next;
        for entry in &batch.entries {
            if entry.seq != expected {
                return Err(Refused::OutOfOrder { expected, found: entry.seq });
            }
            if entry.body.len() > BODY_LIMIT {
                return Err(Refused::Oversize { seq: entry.seq, length: entry.body.len() });
            }
            expected += 1;
        }
        Ok(expected)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Whoever wants to know how it ended calls `close`; the thread has reported any failure.
        drop(self.end());
    }
}

struct Worker {
    queue: Receiver<Order>,
    gate: Arc<Gate>,
    alarm: Alarm,
    report: Box<dyn Fn(Report) + Send>,
    folder: Folder,
    options: Options,
    /// Taken out while it works.
    committer: Option<Committer>,
    paces_since_head: u32,
    /// One more than the newest number that was reported durable.
    told: u64,
    /// An order that ended a group and has not been done yet.
    put_off: Option<Order>,
    /// Keeps other processes out as long as the thread lives.
    _lock: File,
}

impl Worker {
    fn run(mut self) -> Result<u64, String> {
        self.look_at_space();
        loop {
            let order = match self.put_off.take() {
                Some(order) => Some(order),
                None => match self.wait() {
                    Ok(order) => order,
                    Err(()) => return self.close(),
                },
            };
            if matches!(order, Some(Order::Close)) {
                return self.close();
            }
            let Some(mut committer) = self.committer.take() else { continue };
            let outcome =
                if self.has_failed() { Ok(()) } else { contain(|| self.obey(&mut committer, order)) };
            if let Err(trouble) = outcome {
                self.fail(&committer, &trouble);
            }
            self.committer = Some(committer);
        }
    }

    /// The next order, `None` when it is time to look around, an error when nobody is left to give orders.
    fn wait(&self) -> Result<Option<Order>, ()> {
        if self.has_failed() {
            return self.queue.recv().map(Some).map_err(drop);
        }
        let is_restless = self.gate.low.load(Ordering::Acquire)
            || self.committer.as_ref().is_some_and(|store| store.has_unguarded() || store.head_is_stale());
        if !is_restless {
            return self.queue.recv().map(Some).map_err(drop);
        }
        match self.queue.recv_timeout(PACE) {
            Ok(order) => Ok(Some(order)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(()),
        }
    }

    fn obey(&mut self, store: &mut Committer, order: Option<Order>) -> Result<(), Trouble> {
        match order {
            Some(Order::Batch(batch)) => self.write(store, batch)?,
            Some(Order::Checkpoint { seq, bytes }) => {
                store.keep_checkpoint(seq, &bytes)?;
                (self.report)(Report::CheckpointKept { seq });
            }
            Some(Order::DropBefore(at)) => {
                if let Some(first) = store.drop_before(at)? {
                    (self.report)(Report::Dropped { first });
                }
            }
            Some(Order::Suspect) => store.suspect()?,
            Some(Order::Close) => {}
            None => self.look_at_space(),
        }
        self.keep_pace(store)
    }

    /// Commits a batch together with what waits behind it.
    fn write(&mut self, store: &mut Committer, batch: Batch) -> Result<(), Trouble> {
        let mut group = vec![batch];
        let is_urgent = self.gather(store, &mut group);
        store.commit(&group)?;
        (self.report)(Report::Committed { through: last_of(&group) });
        self.look_at_space();
        if is_urgent {
            store.guard()?;
            store.keep_head()?;
            self.paces_since_head = 0;
        }
        Ok(())
    }

    /// Adds waiting batches of the same partition until the group is large, urgent, or nothing waits.
    fn gather(&mut self, store: &Committer, group: &mut Vec<Batch>) -> bool {
        let mut is_urgent = group.iter().any(|batch| batch.urgency == Urgency::Now);
        let mut records = count(group);
        let mut bytes = weigh(group);
        let mut has_rolled = group.first().is_some_and(|batch| store.would_roll(time_of(batch)));
        while !is_urgent && !has_rolled && records < GROUP_RECORDS && bytes < GROUP_BYTES {
            match self.queue.try_recv() {
                Ok(Order::Batch(batch)) if !store.would_roll(time_of(&batch)) => {
                    is_urgent = batch.urgency == Urgency::Now;
                    records += batch.entries.len();
                    bytes += weigh(std::slice::from_ref(&batch));
                    group.push(batch);
                }
                Ok(order) => {
                    self.put_off = Some(order);
                    has_rolled = true;
                }
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
            }
        }
        is_urgent
    }

    /// Makes chat durable at its pace, and writes the head now and then.
    fn keep_pace(&mut self, store: &mut Committer) -> Result<(), Trouble> {
        self.tell_durable(store);
        if !store.has_unguarded() && !store.head_is_stale() {
            return Ok(());
        }
        if self.alarm.take() {
            self.paces_since_head += 1;
            if store.has_unguarded() {
                store.guard()?;
                self.tell_durable(store);
            }
            if self.paces_since_head >= PACES_PER_HEAD {
                store.keep_head()?;
                self.paces_since_head = 0;
            }
        }
        if store.has_unguarded() || store.head_is_stale() {
            self.alarm.wind();
        }
        Ok(())
    }

    /// Reports what a guard has made durable, whichever order it served.
    fn tell_durable(&mut self, store: &Committer) {
        if store.durable() > self.told {
            self.told = store.durable();
            (self.report)(Report::Durable { through: self.told - 1 });
        }
    }

    /// Opens and shuts the gate by the free space.
    fn look_at_space(&self) {
        let free = self.folder.free_space();
        let was_low = self.gate.low.load(Ordering::Acquire);
        let floor = self.options.free_floor;
        let is_low = is_low(free, floor, was_low);
        self.gate.free.store(free, Ordering::Release);
        self.gate.low.store(is_low, Ordering::Release);
        if is_low && !was_low {
            (self.report)(Report::LowSpace { free });
        }
        if was_low && !is_low {
            // Without a ballast the record works as well; the next opening tries again.
            drop(self.folder.keep_ballast(self.options.ballast, floor));
            (self.report)(Report::SpaceBack { free });
        }
    }

    fn has_failed(&self) -> bool {
        self.gate.failed.load(Ordering::Acquire)
    }

    /// The store stays open for its readers; nothing is written to it any more.
    fn fail(&self, committer: &Committer, trouble: &Trouble) {
        self.gate.failed.store(true, Ordering::Release);
        let durable = committer.durable().saturating_sub(1);
        (self.report)(Report::Failed { durable, what: trouble.to_string() });
    }

    fn close(mut self) -> Result<u64, String> {
        let Some(committer) = self.committer.take() else { return Err("the writer had panicked".to_owned()) };
        if self.has_failed() {
            committer.abandon();
            return Err("the disk had failed before".to_owned());
        }
        let durable = committer.durable();
        match contain(|| committer.close()) {
            Ok(next) => {
                if next > self.told {
                    (self.report)(Report::Durable { through: next.saturating_sub(1) });
                }
                Ok(next)
            }
            Err(trouble) => {
                let what = trouble.to_string();
                (self.report)(Report::Failed { durable: durable.saturating_sub(1), what: what.clone() });
                Err(what)
            }
        }
    }
}

/// Whether space is short; an eighth above the floor is asked for before it counts as back, so that the gate does
/// not flutter.
fn is_low(free: u64, floor: u64, was_low: bool) -> bool {
    free < if was_low { floor.saturating_add(floor / 8) } else { floor }
}

fn count(group: &[Batch]) -> usize {
    group.iter().map(|batch| batch.entries.len()).sum()
}

fn weigh(group: &[Batch]) -> usize {
    group.iter().flat_map(|batch| &batch.entries).map(|entry| entry.body.len()).sum()
}

fn time_of(batch: &Batch) -> i64 {
    batch.entries.first().map_or(0, |entry| entry.at)
}

fn last_of(group: &[Batch]) -> u64 {
    group.iter().rev().find_map(|batch| batch.entries.last()).map_or(0, |entry| entry.seq)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn space_counts_as_back_only_well_above_the_floor() {
        assert!(!is_low(800, 800, false) && is_low(799, 800, false));
        assert!(is_low(899, 800, true) && !is_low(900, 800, true));
        assert!(!is_low(0, 0, false) && !is_low(0, 0, true), "no floor, never low");
    }
}
