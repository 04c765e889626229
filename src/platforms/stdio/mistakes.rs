//! Counts a connector's broken lines, so that a few are told, many are summed up, and too many end its life. Pure.

use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// Broken lines told one by one within a window; the rest are only counted.
const TOLD: usize = 3;

/// The broken lines of the last window.
#[derive(Debug, Default)]
pub struct Mistakes {
    times: VecDeque<Instant>,
    told: usize,
    untold: u64,
}

/// What to do about a broken line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Say what was wrong with it.
    Tell,
    /// Count it.
    Count,
    /// There were more than the limit within the window.
    GiveUp,
}

impl Mistakes {
    /// One more broken line; more than `limit` within `window` are too many.
    pub fn note(&mut self, now: Instant, limit: usize, window: Duration) -> Step {
        self.forget(now, window);
        self.times.push_back(now);
        if self.times.len() > limit {
            return Step::GiveUp;
        }
        if self.told < TOLD {
            self.told += 1;
            return Step::Tell;
        }
        self.untold += 1;
        Step::Count
    }

    /// How many were not told one by one, once the window has passed without a further one; asks only once.
    pub fn summary(&mut self, now: Instant, window: Duration) -> Option<u64> {
        self.forget(now, window);
        if !self.times.is_empty() {
            return None;
        }
        self.told = 0;
        Some(std::mem::take(&mut self.untold)).filter(|untold| *untold > 0)
    }

    /// When the newest one leaves the window.
    pub fn wake(&self, window: Duration) -> Option<Instant> {
        self.times.back().and_then(|time| time.checked_add(window))
    }

    fn forget(&mut self, now: Instant, window: Duration) {
        while self.times.front().is_some_and(|time| now.saturating_duration_since(*time) >= window) {
            self.times.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::platforms::stdio::mistakes::{Mistakes, Step};
    use std::time::Duration;

    #[tokio::test]
    async fn more_than_a_hundred_in_ten_seconds_are_too_many_and_no_fewer() {
        let window = Duration::from_secs(10);
        let start = tokio::time::sleep(Duration::ZERO).deadline();
        let mut mistakes = Mistakes::default();
        let steps: Vec<Step> = (0..100).map(|_| mistakes.note(start, 100, window)).collect();
        assert_eq!(steps.iter().filter(|step| **step == Step::Tell).count(), 3);
        assert!(!steps.contains(&Step::GiveUp));
        assert_eq!(mistakes.note(start + window, 100, window), Step::Count);
        assert_eq!(mistakes.summary(start + window, window), None);
        assert_eq!(mistakes.summary(start + window * 2, window), Some(98));
        assert_eq!(mistakes.summary(start + window * 2, window), None);
        let again: Vec<Step> = (0..101).map(|_| mistakes.note(start + window * 3, 100, window)).collect();
        assert_eq!(again.last(), Some(&Step::GiveUp));
    }
}
