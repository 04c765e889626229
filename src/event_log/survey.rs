//! The first look at a store that sled could open: does it hold what the heads promise?
//!
//! Looks at the ends of every partition and at the newest records, so that its time does not grow with the store;
//! the scrub looks at the rest.

use crate::event_log::contained::{Trouble, contain};
use crate::event_log::gaps::{self, Gap};
use crate::event_log::head::Head;
use crate::event_log::read::proven;
use crate::event_log::record;
use crate::event_log::report::Finding;
use crate::event_log::store::Store;

/// Newest records that are proven at every opening: some 10 ms.
const TAIL: usize = 1_000;

/// What the first look found.
pub(crate) struct Survey {
    /// One more than the newest number in the store, known gaps included.
    pub next: u64,
    pub damage: Vec<Finding>,
}

/// Joins what the head file and the copy inside the store promise. The copy is behind except after a rebuild that
/// a crash kept from writing the head file; such gaps have not been said yet and become findings.
pub(crate) fn promise(
    outer: Option<&Head>,
    inner: Option<&Head>,
    fresh_id: u64,
    findings: &mut Vec<Finding>,
) -> Head {
    let nothing = Head {
        store_id: fresh_id,
        life: 0,
        first: 1,
        next: 1,
        clean: true,
        suspect: false,
        gaps: Vec::new(),
    };
    let (outer, inner) = match (outer, inner) {
        (None, None) => return nothing,
        (Some(only), None) | (None, Some(only)) => return only.clone(),
        (Some(outer), Some(inner)) => (outer, inner),
    };
    if outer.store_id != inner.store_id {
        findings.push(Finding::OtherStore);
        return inner.clone();
    }
    let mut joined = outer.clone();
    joined.life = outer.life.max(inner.life);
    joined.first = outer.first.max(inner.first);
    joined.next = outer.next.max(inner.next);
    for gap in &inner.gaps {
        let known = outer.gaps.iter().any(|other| other.from <= gap.from && gap.to <= other.to);
        if !known && gap.to > joined.first {
            findings.push(Finding::Missing { from: gap.from, to: gap.to });
        }
        gaps::add(&mut joined.gaps, *gap);
    }
    gaps::forget_below(&mut joined.gaps, joined.first);
    joined
}

/// Compares the store with the promise; drops partitions that retention had meant to drop.
pub(crate) fn survey(store: &mut Store, promise: &mut Head, trusted: bool) -> Result<Survey, Trouble> {
    store.weeks.retain(|week| week.first != u64::MAX);
    let outdated = store.weeks.windows(2).take_while(|pair| is_outdated(pair, promise.first)).count();
    store.drop_weeks(outdated)?;
    if !trusted && let Some(oldest) = store.weeks.first() {
        promise.first = oldest.first;
    }
    let mut survey = Survey { next: promise.first, damage: Vec::new() };
    for week in &store.weeks {
        survey.expect(&promise.gaps, week.first);
        let last = contain(|| week.records.last())?.and_then(|(key, _)| record::key_seq(&key));
        survey.next = last.map_or(week.first, |(seq, _)| seq) + 1;
    }
    survey.next = gaps::skip(&promise.gaps, survey.next);
    if survey.next < promise.next {
        survey.damage.push(Finding::CutTail { promised: promise.next, found: survey.next });
    }
    survey.prove_tail(store)?;
    Ok(survey)
}

/// The life in which the newest record was written; 0 for an empty store.
pub(crate) fn newest_life(store: &Store) -> Result<u32, Trouble> {
    let Some(week) = store.weeks.iter().rev().find(|week| week.first != u64::MAX) else { return Ok(0) };
    let newest = contain(|| week.records.last())?;
    Ok(newest.and_then(|(_, value)| record::decode(&value).ok().map(|(part, _)| part.life)).unwrap_or(0))
}

fn is_outdated(pair: &[crate::event_log::store::Week], first: u64) -> bool {
    matches!(pair, [_, successor] if successor.first <= first)
}

impl Survey {
    fn expect(&mut self, known: &[Gap], first: u64) {
        let expected = gaps::skip(known, self.next);
        if first != expected {
            self.damage.push(Finding::Missing { from: expected, to: first });
        }
    }

    fn prove_tail(&mut self, store: &Store) -> Result<(), Trouble> {
        let Some(week) = store.weeks.last() else { return Ok(()) };
        let flaws = contain(|| {
            let mut flaws = Vec::new();
            for pair in week.records.iter().rev().take(TAIL) {
                let (key, value) = pair?;
                let Some((seq, _)) = record::key_seq(&key) else { continue };
                let number = key.get(8).copied().unwrap_or(0);
                flaws.extend(proven(&value, seq, number).err().and_then(|error| error.finding()));
            }
            Ok::<_, sled::Error>(flaws)
        })?;
        self.damage.extend(flaws);
        Ok(())
    }
}
