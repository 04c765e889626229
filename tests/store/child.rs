//! A process of its own that writes a record and says what it was told, so that it can be killed or watched.
//!
//! The test binary starts itself again; which part a child plays is told by its environment.

use std::env;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write, stdout};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, channel};

use qunguan::event_log::report::{OpenError, Refused, Report};
use qunguan::event_log::{EventLog, Options, Writer};

use crate::scene::{self, batch, entry};

/// A child and the lines it says; killed by its id when it is dropped alive.
pub struct Process {
    child: Child,
    pub lines: Receiver<String>,
}

/// Starts a child that appends `count` entries to the record in `folder`; `part` is `leave` or `close`.
pub fn start<'a>(
    folder: &Path,
    part: &str,
    count: u64,
    extra: impl IntoIterator<Item = (&'a str, &'a OsStr)>,
) -> Process {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "child::the_child", "--ignored", "--nocapture", "--test-threads=1"])
        .env("STORE_FOLDER", folder)
        .env("STORE_PART", part)
        .env("STORE_COUNT", count.to_string())
        .envs(extra)
        .stdout(Stdio::piped())
        .spawn()
        .expect("this test binary starts again");
    let (send, lines) = channel();
    let output = BufReader::new(child.stdout.take().unwrap());
    std::thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            // Nobody listening is the end of the test.
            drop(send.send(line));
        }
    });
    Process { child, lines }
}

impl Process {
    pub fn kill(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.lines.iter().collect()
    }

    pub fn finish(mut self) -> (ExitStatus, Vec<String>) {
        let lines = self.lines.iter().collect();
        (self.child.wait().unwrap(), lines)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only for a child that has ended.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The highest number that lines say is durable; 0 for none.
pub fn durable<'a>(lines: impl IntoIterator<Item = &'a str>) -> u64 {
    let durable = lines.into_iter().filter_map(|line| line.strip_prefix("durable "));
    durable.map(|number| number.trim().parse().unwrap()).max().unwrap_or(0)
}

/// The shim between a child and its disk, compiled once.
pub fn shim() -> &'static OsStr {
    static SHIM: OnceLock<PathBuf> = OnceLock::new();
    let path = SHIM.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/store/shim.c");
        let place = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let growing = place.join(format!("store-shim-{}", std::process::id()));
        let status = Command::new("cc")
            .args(["-O1", "-shared", "-fPIC", "-o"])
            .args([growing.as_os_str(), source.as_os_str()])
            .args(["-ldl", "-pthread"])
            .status()
            .expect("a C compiler");
        assert!(status.success(), "the shim compiles");
        let library = place.join("store-shim.so");
        std::fs::rename(growing, &library).unwrap();
        library
    });
    path.as_os_str()
}

fn say(line: &str) {
    // One write for each line, past the capture of the test harness, so that a kill never cuts a line.
    stdout().lock().write_all(format!("{line}\n").as_bytes()).unwrap();
}

fn report_aloud(report: Report) {
    match report {
        Report::Durable { through } => say(&format!("durable {through}")),
        Report::CheckpointKept { seq } => say(&format!("checkpoint {seq}")),
        Report::Failed { durable, .. } => say(&format!("failed {durable}")),
        Report::LowSpace { .. } => say("low"),
        Report::Dropped { .. } | Report::Committed { .. } | Report::SpaceBack { .. } => {}
    }
}

#[test]
#[ignore = "this is what child processes run; the other tests start it"]
fn the_child() {
    let part = env::var("STORE_PART").expect("started by another test");
    let folder = PathBuf::from(env::var_os("STORE_FOLDER").unwrap());
    let count: u64 = env::var("STORE_COUNT").unwrap().parse().unwrap();
    let ballast = env::var("STORE_BALLAST").map_or(0, |bytes| bytes.parse().unwrap());
    scene::calm_the_hook();
    // The harness has begun a line of its own.
    say("\nopening");
    let options = Options { ballast, ..scene::options() };
    let (log, writer, opened) = match EventLog::open(&folder, options, Box::new(report_aloud)) {
        Ok(opened) => opened,
        Err(error) => return say(&format!("refused {}", name_of(&error))),
    };
    say(&format!("open {} {}", opened.next, opened.findings.len()));
    let writer = work(writer, count);
    if let Ok(entries) = log.read_back(u64::MAX, 5) {
        say(&format!("readable {}", entries.len()));
    }
    match part.as_str() {
        "close" => say(if writer.close().is_ok() { "closed" } else { "close failed" }),
        // As a crash leaves it: no destructor runs.
        _ => std::process::exit(0),
    }
}

/// Appends, keeps a checkpoint and drops what is old, as a server does.
fn work(mut writer: Writer, count: u64) -> Writer {
    let goal = writer.next() + count;
    let mut chores = writer.next();
    while writer.next() < goal {
        match writer.try_submit(batch(writer.next())) {
            Ok(()) => {}
            Err((_, Refused::Full)) => std::thread::yield_now(),
            Err((_, refused)) => {
                say(&format!("stopped {refused}"));
                break;
            }
        }
        if writer.next() > chores {
            chores = writer.next() + 300;
            // A full queue is no failure: these chores come again.
            drop(writer.checkpoint(writer.next(), checkpoint(writer.next())));
            drop(writer.drop_before(entry(writer.next().saturating_sub(2_000)).at));
        }
    }
    writer
}

/// The state that belongs to a number.
pub fn checkpoint(seq: u64) -> Vec<u8> {
    let mut dice = fastrand::Rng::with_seed(seq);
    (0..20_000).map(|_| dice.u8(..)).collect()
}

fn name_of(error: &OpenError) -> &'static str {
    match error {
        OpenError::Busy { .. } => "busy",
        OpenError::ReadOnly { .. } => "read-only",
        OpenError::Full { .. } => "full",
        OpenError::Newer { .. } => "newer",
        OpenError::Io { .. } => "io",
        OpenError::Unusable { .. } => "unusable",
    }
}
