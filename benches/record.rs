//! How fast the record takes entries beside bare sled, what an entry costs on disk, and how fast a start is.
//!
//! `cargo bench --bench record -- [entries]`; 200,000 unless told. Bodies are 249 bytes in 200 rooms, as chat is
//! when encoded. All figures of one run belong together; the disk of another machine gives others.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measurement stops at the first surprise and prints what it found"
)]

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use qunguan::event_log::report::{Refused, Report};
use qunguan::event_log::{Batch, Entry, EventLog, Opened, Options, Urgency, Writer};

const BATCH: u64 = 100;
const SUNDAY: i64 = 1_795_305_600_000;

fn main() {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse().ok());
    let entries: u64 = numbers.next_back().unwrap_or(200_000);
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (ours, bare) = (place.path().join("ours"), place.path().join("bare"));
    println!("{entries} entries in batches of {BATCH}");

    let bare_rate = rate(entries, fill_bare(&bare, entries));
    println!(
        "bare sled, apply_batch + flush   {bare_rate:>9.0} records/s  {:>5.0} B/record",
        weight(&bare, entries)
    );
    let (fill, close) = fill_ours(&ours, entries);
    let our_rate = rate(entries, fill);
    println!(
        "record, until durable            {our_rate:>9.0} records/s  {:>5.0} B/record",
        weight(&ours, entries)
    );
    println!("ratio                            {:>9.2}", our_rate / bare_rate);
    println!("orderly end                      {:>9.1} ms", millis(close));
    println!("{}", urgent(&ours));
    starts(&ours);
    reads(&ours);
}

fn entry(seq: u64) -> Entry {
    let mut dice = fastrand::Rng::with_seed(seq);
    let body = std::iter::repeat_with(|| dice.alphanumeric() as u8).take(249).collect();
    let room = u32::try_from(seq % 200).unwrap() + 1;
    // Some 5,000 an hour: 200,000 entries reach into a second week.
    Entry { seq, at: SUNDAY + i64::try_from(seq).unwrap() * 720, room, body }
}

fn open(folder: &Path) -> (EventLog, Writer, Opened, Receiver<Report>) {
    let (send, reports) = channel();
    let report = Box::new(move |report| drop(send.send(report)));
    let options = Options { ballast: 0, free_floor: 0, ..Options::new(SUNDAY) };
    let (log, writer, opened) = EventLog::open(folder, options, report).expect("the record opens");
    (log, writer, opened, reports)
}

fn wait_durable(reports: &Receiver<Report>, goal: u64) {
    while !matches!(reports.recv().unwrap(), Report::Durable { through } if through >= goal) {}
}

fn submit(writer: &mut Writer, mut batch: Batch) {
    while let Err((back, refused)) = writer.try_submit(batch) {
        assert_eq!(refused, Refused::Full);
        batch = back;
        std::thread::sleep(Duration::from_micros(200));
    }
}

fn fill_bare(folder: &Path, entries: u64) -> Duration {
    let db =
        sled::Config::new().path(folder).cache_capacity(64 << 20).flush_every_ms(Some(200)).open().unwrap();
    let begin = Instant::now();
    for first in (1..=entries).step_by(BATCH as usize) {
        let mut batch = sled::Batch::default();
        for seq in first..first + BATCH {
            batch.insert(&seq.to_be_bytes(), entry(seq).body);
        }
        db.apply_batch(batch).unwrap();
        db.flush().unwrap();
    }
    begin.elapsed()
}

/// Time to fill, and time to end in order.
fn fill_ours(folder: &Path, entries: u64) -> (Duration, Duration) {
    let (_log, mut writer, _, reports) = open(folder);
    let begin = Instant::now();
    for first in (1..=entries).step_by(BATCH as usize) {
        let entries = (first..first + BATCH).map(entry).collect();
        submit(&mut writer, Batch { entries, urgency: Urgency::Soon });
    }
    let goal = writer.next() - 1;
    wait_durable(&reports, goal);
    let fill = begin.elapsed();
    let begin = Instant::now();
    writer.close().unwrap();
    (fill, begin.elapsed())
}

/// How long a moderator's action waits for its record.
fn urgent(folder: &Path) -> String {
    let (_log, mut writer, _, reports) = open(folder);
    let mut times: Vec<Duration> = (0..500)
        .map(|_| {
            let seq = writer.next();
            let begin = Instant::now();
            submit(&mut writer, Batch { entries: vec![entry(seq)], urgency: Urgency::Now });
            wait_durable(&reports, seq);
            begin.elapsed()
        })
        .collect();
    times.sort_unstable();
    let [middle, late] = [50, 99].map(|percent| millis(*times.get(times.len() * percent / 100).unwrap()));
    writer.close().unwrap();
    format!("one urgent entry until durable   {middle:>9.2} ms p50, {late:.2} ms p99")
}

fn starts(folder: &Path) {
    for name in ["start, files cached", "start, files not cached"] {
        if name.contains("not") {
            forget_cached(folder).unwrap();
        }
        let begin = Instant::now();
        let (_, writer, opened, _reports) = open(folder);
        println!("{name:<32} {:>9.1} ms ({} entries)", millis(begin.elapsed()), opened.next - 1);
        writer.close().unwrap();
    }
}

fn reads(folder: &Path) {
    let (log, writer, opened, _reports) = open(folder);
    let begin = Instant::now();
    let verdict = log.verify(&mut |_, _| {});
    let seconds = begin.elapsed();
    assert_eq!(verdict.findings, vec![]);
    println!("scrub                            {:>9.0} records/s", rate(verdict.checked, seconds));
    let begin = Instant::now();
    for room in 1..=200 {
        assert!(log.room_back(room, opened.next, 50).unwrap().len() <= 50);
    }
    println!("newest 50 of a room              {:>9.2} ms", millis(begin.elapsed()) / 200.0);
    writer.close().unwrap();
}

/// Asks the system to drop what it holds of these files; it may decline.
fn forget_cached(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            forget_cached(&path)?;
        } else {
            let file = File::open(path)?;
            rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed)?;
        }
    }
    Ok(())
}

fn weight(folder: &Path, entries: u64) -> f64 {
    fn bytes(folder: &Path) -> u64 {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
        entries
            .map(
                |entry| {
                    if entry.path().is_dir() { bytes(&entry.path()) } else { entry.metadata().unwrap().len() }
                },
            )
            .sum()
    }
    bytes(folder) as f64 / entries as f64
}

fn rate(entries: u64, time: Duration) -> f64 {
    entries as f64 / time.as_secs_f64()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
