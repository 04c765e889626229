//! A record in a temporary folder whose every entry follows from its number, so that any reader can judge it.

use std::path::Path;
use std::sync::Once;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use qunguan::event_log::contained::panic_is_contained;
use qunguan::event_log::report::{Finding, OpenError, Refused, Report};
use qunguan::event_log::{Batch, Entry, EventLog, Opened, Options, Urgency, Writer};

/// 2026-11-22T00:00:00Z, ms.
pub const SUNDAY: i64 = 1_795_305_600_000;
pub const WEEK: i64 = 7 * 86_400_000;
/// Longer than anything here takes: a test that waits so long has met a hang.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub fn options() -> Options {
    Options { cache_bytes: 8 << 20, free_floor: 0, ballast: 0, settle_after: 50_000, now_ms: SUNDAY }
}

/// The one entry that has this number: mostly chat-like, now and then long, every fifth without a room, some
/// thousand in a week.
pub fn entry(seq: u64) -> Entry {
    let mut dice = fastrand::Rng::with_seed(seq);
    let length = match dice.u32(0..200) {
        0 => dice.usize(5_000..30_000),
        1..=9 => 0,
        _ => dice.usize(40..400),
    };
    let body = (0..length).map(|_| dice.u8(..)).collect();
    Entry {
        seq,
        at: SUNDAY + i64::try_from(seq).unwrap() * 600_000,
        room: u32::try_from(seq % 5).unwrap(),
        body,
    }
}

/// The batch that starts at a number; its length follows from it too.
pub fn batch(first: u64) -> Batch {
    let mut dice = fastrand::Rng::with_seed(first ^ 0xBA7C4);
    let length = if dice.u32(0..4) == 0 { dice.u64(10..60) } else { dice.u64(1..6) };
    let urgency = if dice.u32(0..3) == 0 { Urgency::Now } else { Urgency::Soon };
    Batch { entries: (first..first + length).map(entry).collect(), urgency }
}

/// Whether a batch ends right before this number.
pub fn is_batch_border(next: u64) -> bool {
    let mut border = 1;
    while border < next {
        border += batch(border).entries.len() as u64;
    }
    border == next
}

pub struct Scene {
    pub log: EventLog,
    pub writer: Writer,
    pub opened: Opened,
    pub reports: Receiver<Report>,
}

/// Silences the panics that the record contains, as the program's own hook does.
pub fn calm_the_hook() {
    static CALM: Once = Once::new();
    CALM.call_once(|| {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !panic_is_contained() {
                loud(panic);
            }
        }));
    });
}

pub fn try_open(folder: &Path, options: Options) -> Result<Scene, OpenError> {
    calm_the_hook();
    let (send, reports) = channel();
    // A scene that is gone no longer listens.
    let report = Box::new(move |report| drop(send.send(report)));
    let (log, writer, opened) = EventLog::open(folder, options, report)?;
    Ok(Scene { log, writer, opened, reports })
}

pub fn open(folder: &Path) -> Scene {
    try_open(folder, options()).unwrap_or_else(|error| panic!("the record does not open: {error}"))
}

impl Scene {
    /// Submits, waiting while the queue is full.
    pub fn submit(&mut self, mut batch: Batch) {
        loop {
            match self.writer.try_submit(batch) {
                Ok(()) => return,
                Err((back, Refused::Full)) => batch = back,
                Err((_, refused)) => panic!("refused: {refused}"),
            }
            std::thread::yield_now();
        }
    }

    /// Appends whole batches until at least `count` more entries are in; says the next number.
    pub fn append(&mut self, count: u64) -> u64 {
        let goal = self.writer.next() + count;
        while self.writer.next() < goal {
            self.submit(batch(self.writer.next()));
        }
        self.writer.next()
    }

    pub fn wait_durable(&self, through: u64) {
        self.wait(|report| match report {
            Report::Durable { through: reached } => *reached >= through,
            Report::Failed { what, .. } => panic!("the writer failed: {what}"),
            _ => false,
        });
    }

    /// Waits for a report; everything before it is passed over.
    pub fn wait(&self, mut is_it: impl FnMut(&Report) -> bool) -> Report {
        loop {
            let report = self.reports.recv_timeout(PATIENCE).expect("a report in time");
            if is_it(&report) {
                return report;
            }
        }
    }

    pub fn close(self) -> u64 {
        self.writer.close().expect("an orderly end")
    }
}

/// Everything readable, forward; flaws are passed over and listed.
pub fn read_all(log: &EventLog) -> (Vec<Entry>, Vec<Finding>) {
    let (mut entries, mut findings, mut from) = (Vec::new(), Vec::new(), log.first());
    loop {
        match log.read(from, 500) {
            Ok(some) if some.is_empty() => return (entries, findings),
            Ok(some) => {
                from = some.last().unwrap().seq + 1;
                entries.extend(some);
            }
            Err(error) => {
                findings.extend(error.finding());
                match error.resume() {
                    Some(resume) => from = resume,
                    None => return (entries, findings),
                }
            }
        }
    }
}

/// Whatever can be read is exactly what was written, in every direction; says how many entries there were.
pub fn check_whole(log: &EventLog, first: u64, next: u64) {
    let (entries, findings) = read_all(log);
    assert_eq!(findings, vec![]);
    assert_eq!(entries.len() as u64, next - first);
    for (found, seq) in entries.iter().zip(first..) {
        assert_eq!(*found, entry(seq));
    }
    let back = log.read_back(u64::MAX, usize::MAX).unwrap();
    assert!(back.iter().rev().eq(entries.iter()), "backwards is the same");
    for room in 1..5 {
        let back = log.room_back(room, u64::MAX, usize::MAX).unwrap();
        assert!(back.iter().rev().eq(entries.iter().filter(|entry| entry.room == room)), "room {room}");
    }
    let verdict = log.verify(&mut |_, _| {});
    assert_eq!((verdict.checked, verdict.findings), (next - first, vec![]));
}
