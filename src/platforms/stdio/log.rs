//! A connector's log lines, on their way to the record: few enough, and harmless.

use crate::model::reason::Reason;
use crate::platforms::stdio::lines::Line;
use crate::platforms::stdio::tame::tame;
use std::time::Duration;
use tokio::time::Instant;

/// Lines passed on within [`WINDOW`]; a connector that logs more is summed up.
const PASSED: u32 = 10;
/// The span in which lines are counted.
const WINDOW: Duration = Duration::from_secs(10);

/// Lets a few lines through in each window and counts the rest.
#[derive(Debug, Default)]
pub struct Log {
    until: Option<Instant>,
    passed: u32,
    left_out: u64,
}

impl Log {
    /// What is told of a line that came now: the sum of what was left out before, and the line.
    pub fn note(&mut self, line: &Line, now: Instant) -> Vec<Reason> {
        let mut told: Vec<Reason> = self.summary(now).into_iter().collect();
        if self.until.is_none() {
            self.until = now.checked_add(WINDOW);
            self.passed = 0;
        }
        if self.passed == PASSED {
            self.left_out += 1;
            return told;
        }
        self.passed += 1;
        told.push(match line {
            Line::Whole(bytes) => {
                Reason::new("modline-log").with("line", tame(&String::from_utf8_lossy(bytes)))
            }
            Line::TooLarge { bytes } => Reason::new("modline-log-too-large").with("bytes", bytes),
        });
        told
    }

    /// How many lines were left out of the window that is over.
    pub fn summary(&mut self, now: Instant) -> Option<Reason> {
        self.until.filter(|until| *until <= now)?;
        self.until = None;
        let count = std::mem::take(&mut self.left_out);
        (count > 0).then(|| Reason::new("modline-log-left-out").with("count", count))
    }

    /// When there may be something to sum up.
    pub fn wake(&self) -> Option<Instant> {
        self.until
    }
}

#[cfg(test)]
mod tests {
    use crate::platforms::stdio::child::from_now;
    use crate::platforms::stdio::lines::Line;
    use crate::platforms::stdio::log::{Log, WINDOW};
    use std::time::Duration;

    #[tokio::test]
    async fn a_talkative_log_is_summed_up() {
        let start = from_now(Duration::ZERO);
        let mut log = Log::default();
        let told: usize = (0..50).map(|_| log.note(&Line::Whole(b"\x1b[2Jhi".to_vec()), start).len()).sum();
        assert_eq!(told, 10);
        assert_eq!(log.summary(start), None);
        let told = log.note(&Line::Whole(b"again".to_vec()), start + WINDOW);
        let keys: Vec<&str> = told.iter().map(|reason| reason.key.as_str()).collect();
        assert_eq!(keys, ["modline-log-left-out", "modline-log"]);
        assert_eq!(told[0].args, [("count".to_owned(), "40".to_owned())]);
    }
}
