//! The scrub: every record and every index entry of the store is read and proven.
//!
//! Takes the store's lock for one thousand records at a time, so that a writer never waits long for it. Goes on
//! behind every flaw it finds.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use crate::event_log::EventLog;
use crate::event_log::contained::{Trouble, contain};
use crate::event_log::record;
use crate::event_log::report::Finding;
use crate::event_log::store::{self, Store};

/// Records read under one hold of the lock.
const STRIDE: usize = 1_000;

/// What a scrub found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Records that were proven whole.
    pub checked: u64,
    pub findings: Vec<Finding>,
}

impl EventLog {
    /// Reads the whole record once; `progress` gets the number reached and the number to reach.
    pub fn verify(&self, progress: &mut dyn FnMut(u64, u64)) -> Verdict {
        let end = self.next();
        let mut verdict = Verdict::default();
        let mut from = self.first();
        while from < end {
            match self.read(from, STRIDE) {
                Ok(entries) => {
                    let Some(last) = entries.last() else { break };
                    from = last.seq + 1;
                    verdict.checked += entries.iter().filter(|entry| entry.seq < end).count() as u64;
                }
                Err(error) => {
                    verdict.findings.extend(error.finding());
                    let Some(resume) = error.resume() else { break };
                    from = resume;
                }
            }
            progress(from.min(end), end);
        }
        self.verify_index(end, &mut verdict);
        verdict
    }

    fn verify_index(&self, end: u64, verdict: &mut Verdict) {
        let mut place = 0;
        loop {
            let store = self.shared.store();
            let Some(store) = store.as_ref() else { return };
            let Some(week) = store.weeks.get(place) else { return };
            match contain(|| index_fits(store, place, end)) {
                Ok(true) => {}
                Ok(false) => verdict.findings.push(Finding::IndexDamaged { week: week.label.clone() }),
                Err(trouble) => verdict.findings.push(unreadable(week.first, &trouble)),
            }
            place += 1;
        }
    }
}

fn unreadable(from: u64, trouble: &Trouble) -> Finding {
    Finding::Unreadable { from, what: trouble.to_string() }
}

/// Compares a sum over the records of one week with the same sum over its index, so one pass over each is enough.
fn index_fits(store: &Store, place: usize, end: u64) -> Result<bool, sled::Error> {
    let Some(week) = store.weeks.get(place) else { return Ok(true) };
    let mut records = Sum::default();
    for pair in week.records.range(..record::key(end, 0)) {
        let (key, value) = pair?;
        if let (Some((seq, true)), Ok((part, _))) = (record::key_seq(&key), record::decode(&value))
            && part.room != 0
        {
            records.add(part.room, seq);
        }
    }
    let mut index = Sum::default();
    for pair in week.rooms.iter() {
        let (key, value) = pair?;
        let Some((room, seq)) = store::room_key_parts(&key) else { return Ok(false) };
        if seq >= end {
            continue;
        }
        if store::previous_of(&key, &value).is_none() {
            return Ok(false);
        }
        index.add(room, seq);
    }
    Ok(records == index)
}

#[derive(Default, PartialEq, Eq)]
struct Sum {
    count: u64,
    mixed: u64,
}

impl Sum {
    fn add(&mut self, room: u32, seq: u64) {
        let mut hasher = DefaultHasher::new();
        (room, seq).hash(&mut hasher);
        self.count += 1;
        self.mixed = self.mixed.wrapping_add(hasher.finish());
    }
}
