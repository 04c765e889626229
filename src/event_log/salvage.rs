//! Building a store anew from the records that are whole in a damaged one.
//!
//! Never changes the damaged folder except by its name, never gives a number to another record, and trusts the new
//! store only when it is complete and synced: a crash at any step leaves the old one, or the new one, in place.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::event_log::chain::Chain;
use crate::event_log::contained::Trouble;
use crate::event_log::folder::{self, Folder};
use crate::event_log::gaps::{self, Gap};
use crate::event_log::head::Head;
use crate::event_log::record::Encoded;
use crate::event_log::scan::{self, Scan, Trace};
use crate::event_log::store::Store;

/// Records written to the new store in one transaction.
const STRIDE: usize = 500;
/// A store that promises nothing, holds no record and is no larger than a first start leaves it when cut, bytes.
const NEVER_BEGUN: u64 = 2 << 20;

/// The `first` of a promise when no head tells what retention has dropped: the oldest whole record is then the first.
pub(crate) const UNKNOWN_FIRST: u64 = 0;

/// A store built anew.
pub(crate) struct Salvaged {
    pub store: Store,
    pub head: Head,
    /// The damaged folder; `None` when there was nothing in it worth keeping.
    pub copy: Option<PathBuf>,
    pub kept: u64,
    /// What is lost now and was not known to be lost before.
    pub gaps: Vec<Gap>,
}

impl Salvaged {
    pub(crate) fn lost(&self) -> u64 {
        self.gaps.iter().map(|gap| gap.to - gap.from).sum()
    }
}

/// Rebuilds `record/` after damage; `promise` is what the head files say, its `first` and `next` included.
pub(crate) fn rebuild(
    folder: &Folder,
    cache_bytes: u64,
    promise: &Head,
    now_ms: i64,
) -> Result<Salvaged, Trouble> {
    remove_folder(&folder.fresh())?;
    let found = scan::scan(&[&folder.record(), &folder.tail()])?;
    let mut traces = found.whole();
    traces.retain(|seq, _| *seq >= promise.first);
    drop_torn_batch(&mut traces, promise.next);
    let (head, lost) = settle_accounts(promise, &traces);
    let mut store = Store::open(&folder.fresh(), cache_bytes)?;
    refill(&mut store, &found, &traces)?;
    store.keep_inner_head(&head)?;
    store.guard()?;
    store.close()?;
    folder.sync_record(&folder.fresh())?;
    let worthless = traces.is_empty() && promise.next <= 1;
    let copy = put_aside(folder, worthless, now_ms)?;
    finish(folder)?;
    let store = Store::open(&folder.record(), cache_bytes)?;
    Ok(Salvaged { store, head, copy, kept: traces.len() as u64, gaps: lost })
}

/// One more than the newest whole record in the raw files: what a store should hold whose head is lost.
pub(crate) fn end_of_whole(folder: &Folder) -> io::Result<u64> {
    let found = scan::scan(&[&folder.record(), &folder.tail()])?;
    Ok(found.whole().last_key_value().map_or(1, |(seq, _)| seq + 1))
}

/// Ends a rebuild that a crash has interrupted: a new store beside an old one is incomplete, alone it is whole.
pub(crate) fn finish(folder: &Folder) -> io::Result<()> {
    if folder.record().exists() {
        return remove_folder(&folder.fresh());
    }
    if folder.fresh().exists() {
        fs::rename(folder.fresh(), folder.record())?;
        folder::sync(&folder.state)?;
    }
    Ok(())
}

/// A batch that was being written when the store died is no part of the record, unless it was promised.
fn drop_torn_batch(traces: &mut BTreeMap<u64, Trace>, promised: u64) {
    let mut following = 0;
    while let Some((&seq, trace)) = traces.last_key_value() {
        let torn = if following == 0 { trace.rest > 0 } else { u32::from(trace.rest) == following + 1 };
        if seq < promised || !torn {
            return;
        }
        following = u32::from(trace.rest);
        traces.remove(&seq);
    }
}

/// The head of the new store, and the gaps that are new in it.
fn settle_accounts(promise: &Head, traces: &BTreeMap<u64, Trace>) -> (Head, Vec<Gap>) {
    let mut head = promise.clone();
    let mut lost = Vec::new();
    if promise.first == UNKNOWN_FIRST {
        head.first = traces.keys().next().copied().unwrap_or(promise.next);
    }
    head.life = traces.values().map(|trace| trace.life).fold(promise.life, u32::max);
    let mut expected = head.first;
    for &seq in traces.keys() {
        note_loss(&promise.gaps, expected, seq, &mut lost);
        expected = seq + 1;
    }
    note_loss(&promise.gaps, expected, promise.next, &mut lost);
    for gap in &lost {
        gaps::add(&mut head.gaps, *gap);
    }
    head.next = promise.next.max(expected);
    head.suspect = false;
    (head, lost)
}

/// Adds what of `from..to` was not known to be lost.
fn note_loss(known: &[Gap], from: u64, to: u64, lost: &mut Vec<Gap>) {
    let mut from = gaps::skip(known, from);
    while from < to {
        let end = known.iter().map(|gap| gap.from).find(|start| *start > from).unwrap_or(to).min(to);
        gaps::add(lost, Gap { from, to: end });
        from = gaps::skip(known, end);
    }
}

/// Copies the whole records, byte for byte, and builds the room index anew.
fn refill(store: &mut Store, found: &Scan, traces: &BTreeMap<u64, Trace>) -> Result<(), Trouble> {
    let mut chain = Chain::default();
    let mut pending = Vec::new();
    for (&seq, trace) in traces {
        let Some(values) = found.values(seq, trace.parts)? else {
            return Err(io::Error::other("the damaged store changes while it is read").into());
        };
        if pending.len() >= STRIDE || store.would_roll(trace.at) {
            put(store, &mut chain, &mut pending)?;
            store.roll(trace.at, seq)?;
        }
        pending.push(Encoded { seq, room: trace.room, values });
    }
    put(store, &mut chain, &mut pending)
}

fn put(store: &Store, chain: &mut Chain, pending: &mut Vec<Encoded>) -> Result<(), Trouble> {
    let records = chain.join(store, std::mem::take(pending))?;
    match store.weeks.last() {
        Some(week) if !records.is_empty() => week.put(&records),
        _ => Ok(()),
    }
}

fn put_aside(folder: &Folder, worthless: bool, now_ms: i64) -> io::Result<Option<PathBuf>> {
    let record = folder.record();
    if !record.exists() {
        return Ok(None);
    }
    if worthless && folder::size(&record)? <= NEVER_BEGUN {
        remove_folder(&record)?;
        folder::sync(&folder.state)?;
        return Ok(None);
    }
    let copy = folder.damaged(now_ms);
    fs::rename(&record, &copy)?;
    match fs::rename(folder.tail(), copy.join("tail")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        other => other?,
    }
    folder::sync(&folder.state)?;
    Ok(Some(copy))
}

fn remove_folder(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn promise(first: u64, next: u64, gaps: &[(u64, u64)]) -> Head {
        let gaps = gaps.iter().map(|&(from, to)| Gap { from, to }).collect();
        Head { store_id: 1, life: 1, first, next, clean: false, suspect: true, gaps }
    }

    fn traces(records: &[(u64, u16)]) -> BTreeMap<u64, Trace> {
        let trace = |rest| Trace { at: 0, room: 0, rest, life: 1, parts: 1 };
        records.iter().map(|&(seq, rest)| (seq, trace(rest))).collect()
    }

    #[test]
    fn what_is_lost_is_told_once() {
        let whole = traces(&[(3, 0), (4, 0), (7, 0), (9, 0)]);
        let (head, lost) = settle_accounts(&promise(2, 12, &[(5, 7)]), &whole);
        let gap = |from, to| Gap { from, to };
        assert_eq!(lost, vec![gap(2, 3), gap(8, 9), gap(10, 12)]);
        assert_eq!(head.gaps, vec![gap(2, 3), gap(5, 7), gap(8, 9), gap(10, 12)]);
        assert_eq!((head.next, head.suspect), (12, false));
    }

    #[test]
    fn without_a_head_the_oldest_whole_record_is_the_first() {
        let (head, lost) = settle_accounts(&promise(UNKNOWN_FIRST, 1, &[]), &traces(&[(30, 0), (31, 0)]));
        assert_eq!((head.first, head.next, lost), (30, 32, Vec::new()));
        let (head, lost) = settle_accounts(&promise(UNKNOWN_FIRST, 1, &[]), &traces(&[]));
        assert_eq!((head.first, head.next, lost), (1, 1, Vec::new()));
    }

    #[test]
    fn a_torn_batch_behind_the_promise_is_dropped_whole() {
        let mut torn = traces(&[(4, 0), (5, 4), (6, 3), (7, 2)]);
        drop_torn_batch(&mut torn, 5);
        assert_eq!(torn.keys().copied().collect::<Vec<_>>(), vec![4]);
        let mut promised = traces(&[(5, 4), (6, 3), (7, 2)]);
        drop_torn_batch(&mut promised, 8);
        assert_eq!(promised.len(), 3);
        let mut whole = traces(&[(5, 1), (6, 0)]);
        drop_torn_batch(&mut whole, 1);
        assert_eq!(whole.len(), 2);
    }
}
