//! Rings some time after it was wound, so that the writer can pace its syncs without reading a clock.
//!
//! Costs nothing while it is not wound. Rings once for each winding.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, SyncSender};
use std::thread;
use std::time::Duration;

/// An alarm clock on its own thread, which ends by itself after its owner.
pub(crate) struct Alarm {
    rang: Arc<AtomicBool>,
    wind: SyncSender<()>,
}

impl Alarm {
    pub(crate) fn start(after: Duration) -> io::Result<Self> {
        let rang = Arc::new(AtomicBool::new(false));
        let (wind, wound) = mpsc::sync_channel(1);
        let bell = Arc::clone(&rang);
        thread::Builder::new().name("record-alarm".to_owned()).spawn(move || {
            while wound.recv().is_ok() {
                thread::sleep(after);
                bell.store(true, Ordering::Release);
            }
        })?;
        Ok(Self { rang, wind })
    }

    /// Asks for a ring.
    pub(crate) fn wind(&self) {
        // A full channel is an alarm that is wound already.
        let _ = self.wind.try_send(());
    }

    /// Whether it rang since it was last asked.
    pub(crate) fn take(&self) -> bool {
        self.rang.swap(false, Ordering::AcqRel)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_rings_once_after_it_was_wound() {
        let alarm = Alarm::start(Duration::from_millis(1)).unwrap();
        assert!(!alarm.take());
        alarm.wind();
        while !alarm.take() {
            thread::yield_now();
        }
        assert!(!alarm.take());
    }
}
