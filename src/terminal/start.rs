//! Starting the server in the background when none runs, as tmux does.
//!
//! Two clients at once start one server; a server that cannot start says why, to the one who started it.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::setsid;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::UnixStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout_at};

use crate::terminal::messages::Sentence;
use crate::terminal::socket::{Admitted, Place, SocketError, connect, lock_file, prepare_folder};

/// The program that becomes the server.
#[derive(Debug, Clone)]
pub struct Start {
    pub program: PathBuf,
    /// Must make it call [`become_server`] first and [`announce`] once it listens or cannot. Paths in it must be
    /// absolute: the server starts in `/`, so that it keeps no folder busy.
    pub arguments: Vec<OsString>,
    /// Where its standard error goes; nowhere if none.
    pub log: Option<PathBuf>,
    /// How long it may take until it listens; opening a large record takes seconds.
    pub patience: Duration,
}

/// What a starting server has to say to the one who started it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Announcement {
    Ready,
    /// Another server holds the place.
    Taken,
    /// It cannot start; one line, already worded.
    Failed(String),
}

/// Why there is no server after all.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the server could not start: {0}")]
    Failed(String),
    /// It ended without a word.
    #[error("the server ended at once: {0}")]
    Died(std::process::ExitStatus),
    #[error("the server does not answer after {} seconds", .0.as_secs())]
    Late(Duration),
    #[error("{} cannot be run: {source}", program.display())]
    CannotRun { program: PathBuf, source: io::Error },
    #[error(transparent)]
    Socket(#[from] SocketError),
}

impl StartError {
    /// The same for a person.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Failed(line) => Sentence::new("start-failed", &[("reason", line)]),
            Self::Died(status) => Sentence::new("start-died", &[("status", &status.to_string())]),
            Self::Late(patience) => {
                Sentence::new("start-late", &[("seconds", &patience.as_secs().to_string())])
            }
            Self::CannotRun { program, source } => Sentence::new(
                "start-cannot-run",
                &[("program", &program.display().to_string()), ("reason", &source.to_string())],
            ),
            Self::Socket(error) => error.sentence(),
        }
    }
}

/// Before each line of an announcement, so that nothing else a program prints is taken for one.
const MARK: &str = "qunguan-server:";
/// How long a place that is taken may stay without an answer before the server is started once more.
const TAKEN_CALM: Duration = Duration::from_millis(200);
/// The waits between two attempts to connect grow from the first to the second.
const FIRST_WAIT: Duration = Duration::from_millis(2);
const LONGEST_WAIT: Duration = Duration::from_millis(100);

/// Connects to the server of this place; starts it first when none runs. Gives also the process id of a server
/// that this call started.
pub async fn connect_or_start(
    place: &Place,
    admitted: Admitted,
    start: &Start,
) -> Result<(UnixStream, Option<u32>), StartError> {
    match connect(place, admitted).await {
        Err(SocketError::Nobody(_)) => {}
        other => return Ok((other?, None)),
    }
    prepare_folder(place.folder(), admitted)?;
    let deadline = Instant::now() + start.patience;
    let _turn = wait_for_turn(&place.file("starting"), start.patience, deadline).await?;
    loop {
        // Whoever had the turn before us may have started it.
        match connect(place, admitted).await {
            Err(SocketError::Nobody(_)) => {}
            other => return Ok((other?, None)),
        }
        let mut child = start_detached(start)?;
        let pid = child.id();
        let announced = timeout_at(deadline, announcement(&mut child)).await;
        let (soon, pid) = match announced.map_err(|_| StartError::Late(start.patience))?? {
            Announcement::Failed(line) => return Err(StartError::Failed(line)),
            Announcement::Ready => (deadline, pid),
            // Either another is about to listen, or a killed one is not quite dead and lets go of the place soon.
            Announcement::Taken => (deadline.min(Instant::now() + TAKEN_CALM), None),
        };
        match connect_by(place, admitted, start.patience, soon).await {
            Err(StartError::Late(_)) if Instant::now() < deadline => {}
            other => return Ok((other?, pid)),
        }
    }
}

/// Runs the program without a terminal; what it announces comes on its standard output.
pub fn start_detached(start: &Start) -> Result<Child, StartError> {
    let cannot_run = |source| StartError::CannotRun { program: start.program.clone(), source };
    let log = match &start.log {
        Some(path) => Stdio::from(open_log(path).map_err(cannot_run)?),
        None => Stdio::null(),
    };
    Command::new(&start.program)
        .args(&start.arguments)
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .map_err(cannot_run)
}

/// For the server, first of all: leaves the terminal's session, so that closing it ends nothing.
pub fn become_server() -> io::Result<()> {
    setsid().map(drop).map_err(io::Error::from)
}

/// For the server, once: tells the one who started it how that went. Nobody may be listening any more.
pub fn announce(announcement: &Announcement) {
    let line = match announcement {
        Announcement::Ready => "ready".to_owned(),
        Announcement::Taken => "taken".to_owned(),
        Announcement::Failed(line) => format!("failed {}", line.replace(['\n', '\r'], " ")),
    };
    let mut output = io::stdout().lock();
    // The starter may have gone; the server goes on.
    let _ = writeln!(output, "\n{MARK} {line}").and_then(|()| output.flush());
}

async fn announcement(child: &mut Child) -> Result<Announcement, StartError> {
    if let Some(output) = child.stdout.take() {
        let mut lines = BufReader::new(output).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some(announcement) = read(&line) {
                return Ok(announcement);
            }
        }
    }
    let status = child.wait().await;
    status.map_or_else(
        |error| Err(StartError::Failed(error.to_string())),
        |status| Err(StartError::Died(status)),
    )
}

fn read(line: &str) -> Option<Announcement> {
    let words = line.strip_prefix(MARK)?.trim();
    match words.split_once(' ').unwrap_or((words, "")) {
        ("ready", _) => Some(Announcement::Ready),
        ("taken", _) => Some(Announcement::Taken),
        ("failed", line) => Some(Announcement::Failed(line.to_owned())),
        _ => None,
    }
}

/// Waits until no other client is starting the server; the turn ends when the file is dropped.
async fn wait_for_turn(
    path: &Path,
    patience: Duration,
    deadline: Instant,
) -> Result<std::fs::File, StartError> {
    let file = lock_file(path)?;
    let mut wait = FIRST_WAIT;
    while file.try_lock().is_err() {
        pause(&mut wait, patience, deadline).await?;
    }
    Ok(file)
}

async fn connect_by(
    place: &Place,
    admitted: Admitted,
    patience: Duration,
    deadline: Instant,
) -> Result<UnixStream, StartError> {
    let mut wait = FIRST_WAIT;
    loop {
        match connect(place, admitted).await {
            Err(SocketError::Nobody(_)) => pause(&mut wait, patience, deadline).await?,
            other => return Ok(other?),
        }
    }
}

async fn pause(wait: &mut Duration, patience: Duration, deadline: Instant) -> Result<(), StartError> {
    if Instant::now() >= deadline {
        return Err(StartError::Late(patience));
    }
    sleep(*wait).await;
    *wait = (*wait * 2).min(LONGEST_WAIT);
    Ok(())
}

fn open_log(path: &Path) -> io::Result<std::fs::File> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}
