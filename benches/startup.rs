//! How long a start takes with a long history: from opening the record to the first frame at a seat.
//!
//! `cargo bench --bench startup -- [--smoke] [messages]`; 1,000,000 stored messages unless told, 100,000 with
//! `--smoke`. The record is filled through the real server. Every life of a server is a process of its own (this
//! program again), so that memory is its own and `kill -9` is a kill: killed at the end of its first life, in which it
//! heard everything; closed in order; killed in a later, shorter life. Then each way is taken apart on a copy of
//! the folder: opening the store, the checkpoint's bytes, replaying what came after it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement stops at the first surprise and prints what it found"
)]

mod stage;

use qunguan::desk::door::Knock;
use qunguan::desk::opening;
use qunguan::desk::serve::Server;
use qunguan::event_log::{EventLog, Options};
use qunguan::state::checkpoint;
use stage::house::{Script, Talker};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// Messages of a later life: below what brings a new checkpoint, so that all of them are replayed.
const LATER: u64 = 15_000;
/// The first word of the arguments of a life.
const LIFE: &str = "life";
const PARTS: &str = "parts";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some(LIFE) => live(Path::new(&arguments[2]), number(&arguments[3]), number(&arguments[4])),
        Some(PARTS) => parts(Path::new(&arguments[2])),
        _ => measure(),
    }
}

fn measure() {
    let asked = stage::Asked::here();
    let messages = asked.number.unwrap_or(if asked.smoke { 100_000 } else { 1_000_000 });
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (folder, copy) = (place.path().join("record"), place.path().join("copy"));
    println!("{messages} stored messages; goal: 0.3 s to the first frame at 1,000,000 after a clean close");

    let began = Instant::now();
    let mut life = Life::begin(&folder, 0, messages);
    life.heard();
    stage::line("the record was filled in", &format!("{:>9.1} s", began.elapsed().as_secs_f64()));
    life.kill();

    let mut said = messages;
    let again = messages / 10;
    let ways = ["killed after a life with all of it", "closed in order", "killed after a short life"];
    for (way, more) in ways.into_iter().zip([again, LATER.min(again), 0]) {
        take_apart(&folder, &copy, way);
        let mut life = Life::begin(&folder, said, more);
        life.report(way);
        life.heard();
        said += more;
        if way == ways[1] { life.kill() } else { life.end() }
    }
    forget_cached(&folder);
    let mut life = Life::begin(&folder, said, 0);
    life.report("closed in order, files not cached");
    life.heard();
    life.end();
    let ballast = fs::metadata(folder.join("ballast")).map_or(0, |file| file.len());
    let bytes = (size(&folder) - ballast) as f64 / said as f64;
    stage::line("size on disk, without the ballast", &format!("{bytes:>9.0} B/message"));
    stage::noise();
}

/// A server in a process of its own.
struct Life {
    child: Child,
    told: BufReader<ChildStdout>,
    tell: ChildStdin,
}

impl Life {
    fn begin(folder: &Path, first: u64, messages: u64) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([LIFE, folder.to_str().unwrap(), &first.to_string(), &messages.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (tell, told) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, told, tell }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.told.read_line(&mut line).unwrap() > 0, "a life that ended too soon");
        line.trim_end().to_owned()
    }

    /// Prints how it began.
    fn report(&mut self, way: &str) {
        let line = self.line();
        stage::line(&format!("{way}: first frame"), &line);
        let line = self.line();
        stage::line(&format!("{way}: behind it"), &line);
    }

    /// Waits until it has heard and committed everything.
    fn heard(&mut self) {
        while self.line() != "heard" {}
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn end(mut self) {
        writeln!(self.tell, "end").unwrap();
        assert!(self.child.wait().unwrap().success());
    }
}

/// The whole of a life: open, show, hear, end when told.
fn live(folder: &Path, first: u64, messages: u64) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let customs = stage::house::customs();
        let began = Instant::now();
        let mut server = Server::open(folder, customs, BTreeMap::new(), false).expect("the record opens");
        let opened = began.elapsed();
        let (scripts, script) = mpsc::channel(1);
        server.connect(stage::CONNECTOR, Box::new(Talker(script)));
        let porter = server.porter.clone();
        let running = tokio::spawn(server.run());
        let (_, shown) = stage::house::attach(&porter, 120, 36);
        shown.await.expect("a first frame");
        let (time, worked, memory) = (began.elapsed(), stage::processor_time(), stage::memory("VmRSS"));
        let (opened, time, worked) = (millis(opened), millis(time), millis(worked));
        println!(
            "{time:>9.1} ms (the server open after {opened:.1}; {worked:.0} ms of processor time), {memory:.0} MB in use"
        );
        println!("{}", loaded(began).await);
        let (said, done) = oneshot::channel();
        let script = Script { numbers: first..first + messages, pace: None, said };
        scripts.send(script).await.expect("the talker listens");
        done.await.expect("all is said");
        settled(&porter).await;
        println!("heard");
        let told = tokio::task::spawn_blocking(|| std::io::stdin().lines().next()).await.unwrap();
        assert!(told.is_some(), "told to end");
        porter.knocks.send(Knock::Stop).await.expect("the loop runs");
        running.await.unwrap().expect("an orderly end");
    });
}

/// Waits until nothing is done behind the first frame any more, and says how long that took and what is in memory then.
async fn loaded(began: Instant) -> String {
    let (mut idle, mut worked, mut done) = (0, stage::processor_time(), began.elapsed());
    // The archive is filled from the first tick on, a second after the start.
    while idle < 6 {
        tokio::time::sleep(Duration::from_millis(250)).await;
        let now = stage::processor_time();
        (idle, done) =
            if now - worked <= Duration::from_millis(10) { (idle + 1, done) } else { (0, began.elapsed()) };
        worked = now;
    }
    let memory = stage::memory("VmRSS");
    format!("{:>9.1} ms until all is loaded, {memory:.0} MB in use then", millis(done))
}

/// Waits until nothing more arrives and all of it is in the store.
async fn settled(porter: &qunguan::desk::door::Porter) {
    let mut before = 0;
    loop {
        let events = stage::house::events(porter).await;
        if events == before && porter.log.next() > events {
            return;
        }
        before = events;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn take_apart(folder: &Path, copy: &Path, way: &str) {
    copy_folder(folder, copy);
    let output = Command::new(std::env::current_exe().unwrap())
        .args([PARTS, copy.to_str().unwrap()])
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success());
    stage::line(&format!("{way}: of which"), String::from_utf8(output.stdout).unwrap().trim_end());
    fs::remove_dir_all(copy).unwrap();
}

/// The same opening, step by step.
fn parts(folder: &Path) {
    let began = Instant::now();
    let (log, writer, opened) =
        EventLog::open(folder, Options::new(stage::SUNDAY), Box::new(|_| {})).expect("the record opens");
    let store = began.elapsed();
    let (checkpoint, bytes, from) = match &opened.checkpoint {
        Some((seq, bytes)) => {
            let began = Instant::now();
            let state = checkpoint::from_bytes(bytes).expect("a checkpoint of this build");
            (began.elapsed(), bytes.len(), (*seq).min(state.next.0))
        }
        None => (Duration::ZERO, 0, opened.first),
    };
    let began = Instant::now();
    drop(opening::replay(&log, &opened));
    let replay = began.elapsed().saturating_sub(checkpoint);
    println!(
        "store {:.1} ms, checkpoint of {} kB {:.1} ms, replay of {} events {:.1} ms",
        millis(store),
        bytes / 1000,
        millis(checkpoint),
        opened.next - from,
        millis(replay)
    );
    writer.close().unwrap();
}

fn number(text: &str) -> u64 {
    text.parse().unwrap()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let (path, place) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_folder(&path, &place);
        } else {
            fs::copy(&path, &place).unwrap();
        }
    }
}

/// Asks the system to drop what it holds of these files; it may decline.
fn forget_cached(folder: &Path) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            forget_cached(&path);
        } else {
            let file = File::open(path).unwrap();
            rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed).unwrap();
        }
    }
}

fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .map(
            |entry| if entry.path().is_dir() { size(&entry.path()) } else { entry.metadata().unwrap().len() },
        )
        .sum()
}
