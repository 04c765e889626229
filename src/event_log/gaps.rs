//! Intervals of the record that are known to be lost, so that they are said once and then read across.
//!
//! Never overlapping, never touching, never empty; always ascending.

/// Sequence numbers `from..to` are lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    pub from: u64,
    pub to: u64,
}

/// Adds one gap and joins what then touches.
pub(crate) fn add(gaps: &mut Vec<Gap>, gap: Gap) {
    if gap.from >= gap.to {
        return;
    }
    gaps.push(gap);
    gaps.sort_unstable();
    let mut joined: Vec<Gap> = Vec::with_capacity(gaps.len());
    for gap in gaps.drain(..) {
        match joined.last_mut() {
            Some(last) if gap.from <= last.to => last.to = last.to.max(gap.to),
            _ => joined.push(gap),
        }
    }
    *gaps = joined;
}

/// The first number at or above `seq` that is in no gap.
pub(crate) fn skip(gaps: &[Gap], seq: u64) -> u64 {
    gaps.iter().find(|gap| gap.from <= seq && seq < gap.to).map_or(seq, |gap| gap.to)
}

/// The largest number at or below `seq` that is in no gap.
pub(crate) fn skip_back(gaps: &[Gap], seq: u64) -> u64 {
    gaps.iter().find(|gap| gap.from <= seq && seq < gap.to).map_or(seq, |gap| gap.from.saturating_sub(1))
}

/// Forgets what lies below `first`, because retention has dropped that part on purpose.
pub(crate) fn forget_below(gaps: &mut Vec<Gap>, first: u64) {
    gaps.retain(|gap| gap.to > first);
    if let Some(gap) = gaps.first_mut() {
        gap.from = gap.from.max(first);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_that_touch_become_one() {
        let mut gaps = Vec::new();
        for (from, to) in [(5, 7), (20, 21), (7, 9), (1, 1), (8, 12)] {
            add(&mut gaps, Gap { from, to });
        }
        assert_eq!(gaps, vec![Gap { from: 5, to: 12 }, Gap { from: 20, to: 21 }]);
        assert_eq!((skip(&gaps, 4), skip(&gaps, 5), skip(&gaps, 12)), (4, 12, 12));
        assert_eq!((skip_back(&gaps, 11), skip_back(&gaps, 20), skip_back(&gaps, 21)), (4, 19, 21));
        forget_below(&mut gaps, 8);
        assert_eq!(gaps, vec![Gap { from: 8, to: 12 }, Gap { from: 20, to: 21 }]);
    }
}
