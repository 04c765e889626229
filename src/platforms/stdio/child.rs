//! A connector's program as a child process: its own process group, a clean environment, and an end that is certain.
//!
//! Never through a shell. Its output is always being read, also while it is asked to leave, so it never hangs on a
//! full pipe; dropping it kills the whole group.

use crate::platforms::stdio::limits::Limits;
use crate::platforms::stdio::lines::{LINE_CAP, Line, read_lines};
use crate::platforms::stdio::request;
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

/// Lines read ahead of the conversation. Few, because one may weigh 1 MiB; when full, the program waits in its pipe.
const LINES_AHEAD: usize = 16;
/// Log lines read ahead; when full, further ones are counted as left out.
const LOGS_AHEAD: usize = 64;
/// Lines to the program that may wait. Orders wait elsewhere while fewer than half are free.
pub const OUTBOX: usize = 64;
/// The longest line of a log that is kept whole.
const LOG_CAP: usize = 8 * 1024;
/// What a program may need to find its interpreter, its own files and its language, and nothing else of ours.
const PASSED: [&str; 5] = ["PATH", "HOME", "LANG", "LC_ALL", "TZ"];

/// A running program.
pub struct Program {
    child: Child,
    group: Group,
    outbox: Option<mpsc::Sender<Vec<u8>>>,
    lines: mpsc::Receiver<Line>,
    logs: mpsc::Receiver<Line>,
    /// Readers and writer of its pipes; they end with us, even if a stranger holds a pipe open.
    _pipes: JoinSet<()>,
    /// How it exited, once it has.
    gone: Option<Option<ExitStatus>>,
    /// It exited and left other processes of its group running.
    pub left_behind: bool,
}

/// What comes from a program.
#[derive(Debug)]
pub enum Happening {
    /// A line of its output; `None` when it closed it.
    Line(Option<Line>),
    /// A line of its log; `None` when it closed it.
    Log(Option<Line>),
    /// It is gone; what it wrote before may still come.
    Exited(Option<ExitStatus>),
}

/// Starts `command` in `folder`, made where it is missing, with a clean environment and the variables given.
///
/// # Errors
/// What the system says: no command, no such file, no right to run it, no right to make the folder.
pub fn start(
    command: &[String],
    folder: &Path,
    variables: &BTreeMap<String, OsString>,
) -> io::Result<Program> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the command is empty"));
    };
    // Its own folder, for nobody else: a connector may keep secrets there.
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let passed = PASSED.into_iter().filter_map(|name| std::env::var_os(name).map(|value| (name, value)));
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs(passed)
        .envs(variables)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()?;
    let group = Group(child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw));
    let (lines_in, lines) = mpsc::channel(LINES_AHEAD);
    let (logs_in, logs) = mpsc::channel(LOGS_AHEAD);
    let (outbox, written) = mpsc::channel(OUTBOX);
    let mut pipes = JoinSet::new();
    if let Some(output) = child.stdout.take() {
        pipes.spawn(read_lines(output, LINE_CAP, lines_in));
    }
    if let Some(errors) = child.stderr.take() {
        pipes.spawn(read_lines(errors, LOG_CAP, logs_in));
    }
    if let Some(input) = child.stdin.take() {
        pipes.spawn(write_lines(input, written));
    }
    Ok(Program {
        child,
        group,
        outbox: Some(outbox),
        lines,
        logs,
        _pipes: pipes,
        gone: None,
        left_behind: false,
    })
}

impl Program {
    /// Hands over bytes to write; `false` when the program does not read and too much waits already.
    pub fn write(&self, bytes: Vec<u8>) -> bool {
        self.outbox.as_ref().is_some_and(|outbox| outbox.try_send(bytes).is_ok())
    }

    /// How many more writes find room.
    pub fn room_to_write(&self) -> usize {
        self.outbox.as_ref().map_or(0, mpsc::Sender::capacity)
    }

    /// The next thing that comes from it. Cancel-safe. `Exited` comes once; after `Line(None)` and `Log(None)` ask with
    /// the matching `false`, or they come again at once.
    pub async fn next(&mut self, lines: bool, logs: bool) -> Happening {
        tokio::select! {
            biased;
            line = self.lines.recv(), if lines => Happening::Line(line),
            log = self.logs.recv(), if logs => Happening::Log(log),
            status = self.child.wait(), if self.gone.is_none() => {
                self.clear();
                self.gone = Some(status.as_ref().ok().copied());
                Happening::Exited(status.ok())
            }
            else => Happening::Exited(self.gone.flatten()),
        }
    }

    /// The program closed its output: it may exit by itself, or is made to.
    pub async fn reap(&mut self, limits: &Limits) -> Option<ExitStatus> {
        match self.drain(limits.last_words).await {
            Some(status) => status,
            None => self.force(limits).await,
        }
    }

    /// Asks it to leave with `stop`, then with SIGTERM, then ends it.
    pub async fn leave(&mut self, limits: &Limits) -> Option<ExitStatus> {
        self.ask_to_stop();
        match self.drain(limits.stop).await {
            Some(status) => status,
            None => self.force(limits).await,
        }
    }

    /// SIGTERM to the group, then SIGKILL.
    pub async fn force(&mut self, limits: &Limits) -> Option<ExitStatus> {
        self.group.signal(Signal::TERM);
        if let Some(status) = self.drain(limits.term).await {
            return status;
        }
        self.group.signal(Signal::KILL);
        let status = self.child.wait().await.ok();
        self.clear();
        self.gone = Some(status);
        status
    }

    /// Writes `stop` and ends its input, for a program that only notices that.
    pub fn ask_to_stop(&mut self) {
        self.write(request::stop().into_bytes());
        self.outbox = None;
    }

    /// Throws its output away until it exits; `None` when it does not within `span`.
    pub async fn drain(&mut self, span: Duration) -> Option<Option<ExitStatus>> {
        let end = from_now(span);
        let (mut lines, mut logs) = (true, true);
        loop {
            if let Some(status) = self.gone {
                return Some(status);
            }
            let Ok(happening) = timeout_at(end, self.next(lines, logs)).await else { return None };
            match happening {
                Happening::Line(line) => lines = line.is_some(),
                Happening::Log(line) => logs = line.is_some(),
                Happening::Exited(status) => return Some(status),
            }
            // A flood is always ready and would hide both the end and the exit.
            if end <= from_now(Duration::ZERO) {
                return None;
            }
        }
    }

    /// The program itself is gone; what it left running in its group is killed.
    fn clear(&mut self) {
        if let Some(group) = self.group.0 {
            self.left_behind = test_kill_process_group(group).is_ok();
            self.group.signal(Signal::KILL);
            // The number may belong to strangers from now on.
            self.group.0 = None;
        }
    }
}

/// The moment `span` from now, on tokio's clock.
pub fn from_now(span: Duration) -> Instant {
    tokio::time::sleep(span).deadline()
}

/// A process group that does not outlive us.
struct Group(Option<Pid>);

impl Group {
    fn signal(&self, signal: Signal) {
        if let Some(group) = self.0 {
            // The only error that can come is that nobody is left, which is what we want.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}

/// Writes until nobody has anything to write, or nobody reads.
async fn write_lines(mut input: ChildStdin, mut written: mpsc::Receiver<Vec<u8>>) {
    while let Some(bytes) = written.recv().await {
        if input.write_all(&bytes).await.is_err() || input.flush().await.is_err() {
            // The program closed its input. Its output tells what became of it.
            return;
        }
    }
}
