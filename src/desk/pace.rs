//! How fast a seat is sent frames: by bytes, so that a slow line stays calm and a quiet group is shown at once.
//!
//! Never holds a frame that answers a key; such a frame's bytes are paid for by the frames of news after it.

use std::time::Duration;
use tokio::time::Instant;

/// Bytes a second where nothing is configured: a calm SSH link (`performance.md`, finding 4).
pub const BYTES_PER_SECOND: u32 = 100_000;
/// Frames of news are at least so far apart.
const SHORTEST: Duration = Duration::from_millis(4);
/// What was not used for so long may be used at once: a few lines that come together are shown together.
const SAVED: Duration = Duration::from_millis(30);
/// Of the budget this much goes to news, in percent: the rest is for the frames that answer keys.
const NEWS_SHARE: f64 = 97.0;
/// After a frame that did not go, the next try.
const REFUSED: Duration = Duration::from_millis(100);
/// No news waits longer, whatever was sent before.
const LONGEST: Duration = Duration::from_secs(1);

/// The budget of one seat.
#[derive(Debug)]
pub struct Pace {
    /// When everything that was sent is paid for.
    paid: Instant,
    /// When the next frame of news may go.
    next: Instant,
}

impl Pace {
    /// With nothing sent yet.
    pub fn new(now: Instant) -> Self {
        Self { paid: now, next: now }
    }

    /// When the next frame may go.
    pub fn next(&self) -> Instant {
        self.next
    }

    /// A key was pressed: its frame goes at once.
    pub fn hurry(&mut self, now: Instant) {
        self.next = self.next.min(now);
    }

    /// A frame of so many bytes went.
    pub fn sent(&mut self, bytes: usize, per_second: u32, now: Instant) {
        let cost = Duration::from_secs_f64(bytes as f64 / f64::from(per_second.max(1)) * 100.0 / NEWS_SHARE);
        let saved = now.checked_sub(SAVED).unwrap_or(now);
        self.paid = (self.paid.max(saved) + cost).min(now + LONGEST);
        self.next = self.paid.max(now + SHORTEST);
    }

    /// A frame did not go: the next try is later.
    pub fn refused(&mut self, now: Instant) {
        self.next = now + REFUSED;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that go in ten seconds when there is always a frame of this size.
    fn check(frame: usize, per_second: u32) -> usize {
        let begin = Instant::now();
        let (mut pace, mut now, mut sent) = (Pace::new(begin), begin, 0);
        while now < begin + Duration::from_secs(10) {
            pace.sent(frame, per_second, now);
            sent += frame;
            now = pace.next();
        }
        sent
    }

    #[test]
    fn no_flood_passes_the_budget() {
        for (frame, per_second) in [(300, 100_000), (6_000, 100_000), (2_000, 25_000), (6_000, 25_000)] {
            let sent = check(frame, per_second);
            let budget = per_second as usize * 10;
            // What was saved before the flood, and the frame that is under way at its end.
            let most = budget + budget / 100 + frame;
            // Small frames are held apart by the shortest pause.
            assert!((budget * 7 / 10..=most).contains(&sent), "{frame} bytes at {per_second}: {sent}");
        }
    }

    #[test]
    fn a_line_now_and_then_is_shown_at_once() {
        let begin = Instant::now();
        let mut pace = Pace::new(begin);
        for turn in 0..100_u32 {
            let now = begin + Duration::from_millis(10) * turn;
            assert!(pace.next() <= now, "line {turn}");
            pace.sent(900, BYTES_PER_SECOND, now);
        }
    }

    #[test]
    fn a_key_never_waits_for_the_budget() {
        let begin = Instant::now();
        let mut pace = Pace::new(begin);
        pace.sent(50_000, 25_000, begin);
        assert!(pace.next() > begin + Duration::from_millis(500));
        pace.hurry(begin + Duration::from_millis(1));
        assert_eq!(pace.next(), begin + Duration::from_millis(1));
    }
}
