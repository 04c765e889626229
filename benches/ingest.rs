//! How many messages a second the desk takes, judges, records and shows, beside bare sled with the same bytes.
//!
//! `cargo bench --bench ingest -- [--smoke] [--cache=MIB] [messages]`; 200,000 messages unless told, 20,000 with
//! `--smoke`; the page cache of our record is what the server takes unless another is named. Bare sled always has the
//! 64 MiB with which `storage.md` found it fastest, and the ratio is to the better of its two runs. The desk
//! is the real one: its loop, the rules as they come, a record in a temporary folder, two seats (120×36 and 80×24) on
//! terminals in memory that take every frame at once. A connector talks as fast as it is listened to, then 5,000 times
//! a second. Processor time is that of the whole process, so the talker and the terminals are counted against us.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measurement stops at the first surprise and prints what it found"
)]

mod stage;

use qunguan::desk::door::{Knock, Porter};
use qunguan::desk::house::House;
use qunguan::desk::opening;
use qunguan::desk::recorder::Recorder;
use qunguan::desk::run::{Desk, Wakes};
use qunguan::desk::seats::Seats;
use qunguan::event_log::report::Report;
use qunguan::event_log::{EventLog, Options};
use qunguan::model::heard::Heard;
use qunguan::model::id::{ConnectorName, Seq};
use qunguan::platforms::{Connector, HEARD_WAITING, Link};
use stage::house::{Script, Taken, Talker};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// Enough to have met every member and to have filled what is kept in memory.
const WARM_UP: u64 = 20_000;
const PACE: u64 = 5_000;
const BARE_BATCH: usize = 100;

fn main() {
    let asked = stage::Asked::here();
    let messages = asked.number.unwrap_or(if asked.smoke { 20_000 } else { 200_000 });
    let paced = PACE * if asked.smoke { 3 } else { 20 };
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    println!(
        "{messages} messages, then {paced} at {PACE} a second; two seats; {} MiB of cache",
        cache() >> 20
    );
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let (bodies, ours) = runtime.block_on(play(&place.path().join("ours"), messages, paced));
    let bare = ["bare-1", "bare-2"].map(|name| fill_bare(&place.path().join(name), &bodies));
    for Speed { rate, each } in &bare {
        let figure = format!("{rate:>9.0} events/s, {each:.1} us of processor time each");
        stage::line("bare sled, the same bytes, apply_batch(100) + flush", &figure);
    }
    let rate = bare.iter().map(|bare| bare.rate).fold(0.0, f64::max);
    let each = bare.iter().map(|bare| bare.each).fold(f64::INFINITY, f64::min);
    stage::line("ratio to bare sled (goal: at least 0.3)", &format!("{:>9.2}", ours.rate / rate));
    stage::line("  the same in processor time, all threads", &format!("{:>9.2}", each / ours.each));
    stage::noise();
}

/// How fast events were taken.
struct Speed {
    /// Events a second.
    rate: f64,
    /// Processor time of one event, us: what is left of a comparison on a machine that others use too.
    each: f64,
}

/// The page cache of our record, in bytes: the server's, or the one named.
fn cache() -> u64 {
    let named = std::env::args().find_map(|word| word.strip_prefix("--cache=")?.parse::<u64>().ok());
    named.map_or(Options::new(stage::SUNDAY).cache_bytes, |mib| mib << 20)
}

/// The desk with its loop taken apart, so that what becomes durable can be seen.
struct Stage {
    porter: Porter,
    heard: mpsc::Sender<(ConnectorName, Heard)>,
    scripts: mpsc::Sender<Script>,
    durable: Arc<AtomicU64>,
}

fn open(folder: &Path) -> (Stage, Desk, Wakes) {
    let (telling, reports) = mpsc::unbounded_channel();
    let durable = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&durable);
    let report = Box::new(move |report| {
        if let Report::Durable { through } = report {
            seen.store(through, Ordering::Release);
        }
        // After the loop has ended nobody needs to know.
        let _ = telling.send(report);
    });
    let options = Options { ballast: 0, cache_bytes: cache(), ..Options::new(stage::SUNDAY) };
    let (log, writer, opened) = EventLog::open(folder, options, report).expect("the record opens");
    let (state, _) = opening::replay(&log, &opened);
    let recorder = Recorder::new(writer, Seq(opened.next));
    let mut house = House::new(state, recorder, stage::house::customs(), opened.store_id);
    let (knocking, knocks) = mpsc::channel(1024);
    let (heard, hearing) = mpsc::channel(HEARD_WAITING);
    let (_, findings) = mpsc::channel(1);
    let (scripts, script) = mpsc::channel(1);
    let (link, orders) = Link::new(stage::CONNECTOR, heard.clone());
    house.connectors.insert(stage::CONNECTOR.to_owned(), orders);
    tokio::spawn(Box::new(Talker(script)).run(link));
    let porter =
        Porter { knocks: knocking, log: log.clone(), store_id: opened.store_id, moderators: Arc::default() };
    let wakes = Wakes { stop: Vec::new(), reports, knocks, heard: hearing, findings };
    let desk = Desk::new(house, Seats::new(folder.to_path_buf()), log, false);
    (Stage { porter, heard, scripts, durable }, desk, wakes)
}

/// Gives the bodies that the flat-out part recorded, and how fast that was.
async fn play(folder: &Path, messages: u64, paced: u64) -> (Vec<Vec<u8>>, Speed) {
    let (stage, mut desk, mut wakes) = open(folder);
    let running = tokio::spawn(async move {
        desk.run(&mut wakes).await;
        desk.house.recorder
    });
    let (wide, _) = stage::house::attach(&stage.porter, 120, 36);
    let (narrow, _) = stage::house::attach(&stage.porter, 80, 24);
    let first = stage.hear(0..WARM_UP, None).await;

    let (began, worked) = (Instant::now(), stage::processor_time());
    let last = stage.hear(WARM_UP..WARM_UP + messages, None).await;
    let (time, worked) = (began.elapsed(), stage::processor_time() - worked);
    let events = last - first;
    let rate = events as f64 / time.as_secs_f64();
    stage::line(
        "flat out, until durable",
        &format!("{:>9.0} messages/s", messages as f64 / time.as_secs_f64()),
    );
    stage::line("  the same in events (flags are events)", &format!("{rate:>9.0} events/s"));
    let each = worked.as_secs_f64() * 1e6 / messages as f64;
    stage::line("  processor time, all threads", &format!("{each:>9.1} us/message"));
    let speed = Speed { rate, each: worked.as_secs_f64() * 1e6 / events as f64 };

    let from = WARM_UP + messages;
    let (began, worked) = (Instant::now(), stage::processor_time());
    let shown = [counts(&wide), counts(&narrow)];
    stage.say(from..from + paced, Some(PACE)).await;
    let (time, worked) = (began.elapsed(), stage::processor_time() - worked);
    let reached = paced as f64 / time.as_secs_f64();
    stage::line("paced, taken", &format!("{reached:>9.0} messages/s"));
    let share = worked.as_secs_f64() / time.as_secs_f64() * 100.0;
    stage::line("  share of one core (goal: below 50)", &format!("{share:>9.1} %"));
    for (name, taken, before) in [("120x36", &wide, shown[0]), ("80x24", &narrow, shown[1])] {
        let (frames, bytes) = counts(taken);
        let (frames, bytes) = ((frames - before.0) as f64, (bytes - before.1) as f64);
        let seconds = time.as_secs_f64();
        let figure = format!("{:>9.1} frames/s, {:.0} kB/s", frames / seconds, bytes / 1000.0 / seconds);
        stage::line(&format!("  seat of {name}"), &figure);
    }
    stage::line("memory in use", &format!("{:>9.0} MB", stage::memory("VmRSS")));

    let bodies = read(&stage.porter.log, first + 1..last + 1);
    stage.porter.knocks.send(Knock::Stop).await.expect("the loop runs");
    let recorder = running.await.expect("the loop ends");
    tokio::task::spawn_blocking(move || recorder.close()).await.unwrap().expect("an orderly end");
    (bodies, speed)
}

impl Stage {
    /// Has these messages said; the last of them may still wait for the desk.
    async fn say(&self, numbers: Range<u64>, pace: Option<u64>) {
        let (said, done) = oneshot::channel();
        self.scripts.send(Script { numbers, pace, said }).await.expect("the talker listens");
        done.await.expect("all is said");
    }

    /// Has these messages said and waits until all that comes of them is durable; gives the newest event's number.
    async fn hear(&self, numbers: Range<u64>, pace: Option<u64>) -> u64 {
        self.say(numbers, pace).await;
        while self.heard.capacity() < self.heard.max_capacity() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let newest = stage::house::events(&self.porter).await;
        while self.durable.load(Ordering::Acquire) < newest {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        newest
    }
}

fn counts(taken: &Taken) -> (u64, u64) {
    (taken.frames.load(Ordering::Relaxed), taken.bytes.load(Ordering::Relaxed))
}

fn read(log: &EventLog, range: Range<u64>) -> Vec<Vec<u8>> {
    let (mut bodies, mut from) = (Vec::new(), range.start);
    while from < range.end {
        let entries = log.read(from, 4096).expect("a sound record");
        from = entries.last().expect("what was told durable").seq + 1;
        bodies.extend(entries.into_iter().filter(|entry| entry.seq < range.end).map(|entry| entry.body));
    }
    bodies
}

fn fill_bare(folder: &Path, bodies: &[Vec<u8>]) -> Speed {
    let db =
        sled::Config::new().path(folder).cache_capacity(64 << 20).flush_every_ms(Some(200)).open().unwrap();
    let (began, worked) = (Instant::now(), stage::processor_time());
    let mut number = 0_u64;
    for some in bodies.chunks(BARE_BATCH) {
        let mut batch = sled::Batch::default();
        for body in some {
            number += 1;
            batch.insert(&number.to_be_bytes(), body.as_slice());
        }
        db.apply_batch(batch).unwrap();
        db.flush().unwrap();
    }
    let (time, worked) = (began.elapsed(), stage::processor_time() - worked);
    let events = bodies.len() as f64;
    Speed { rate: events / time.as_secs_f64(), each: worked.as_secs_f64() * 1e6 / events }
}
