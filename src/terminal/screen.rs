//! The terminal's output side. A terminal may take its time: what it does not take at once waits, and nobody waits for it.
//!
//! Never holds more than one piece besides the one being written: the rest waits at the server, which skips frames.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::thread;

use rustix::fs::OFlags;
use tokio::io::AsyncWriteExt;
use tokio::net::unix::pipe;
use tokio::sync::mpsc;

/// Bytes for the terminal, and the number of the frame they are, if they are one.
#[derive(Debug)]
pub struct Piece {
    pub number: Option<u64>,
    pub bytes: Vec<u8>,
}

/// Where pieces are written.
pub enum Output {
    /// A terminal that says when it takes more: no thread has to wake for a frame.
    Terminal(pipe::Sender),
    /// Anything else, on a thread of its own.
    Writer(Box<dyn Write + Send>),
}

impl Output {
    /// The terminal behind this descriptor, opened anew where that can be done: that it does not block is then true of
    /// our descriptor alone, and not of the shell's.
    pub fn of(terminal: File) -> Self {
        // A terminal is polled and written as a pipe is; that it is none needs no check.
        match opened_anew(&terminal).and_then(pipe::Sender::from_file_unchecked) {
            Ok(own) => Self::Terminal(own),
            // Another user's terminal, after `su` for instance.
            Err(_) => Self::Writer(Box::new(terminal)),
        }
    }
}

fn opened_anew(terminal: &File) -> io::Result<File> {
    let name = rustix::termios::ttyname(terminal, Vec::new())?;
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits();
    OpenOptions::new().write(true).custom_flags(flags.cast_signed()).open(OsStr::from_bytes(name.as_bytes()))
}

/// Both ends of what writes.
#[derive(Debug)]
pub struct Screen {
    /// Takes the next piece once the last is being written.
    pub pieces: mpsc::Sender<Piece>,
    /// Gives each piece's number when it is wholly written; ends after the first error.
    pub written: mpsc::Receiver<io::Result<Option<u64>>>,
}

impl Screen {
    /// Starts writing; it ends when `pieces` is dropped or writing fails.
    pub fn start(output: Output) -> io::Result<Self> {
        let (pieces, coming) = mpsc::channel::<Piece>(1);
        let (done, written) = mpsc::channel(1);
        match output {
            Output::Terminal(terminal) => drop(tokio::spawn(write_as_taken(terminal, coming, done))),
            Output::Writer(output) => {
                thread::Builder::new()
                    .name("screen".to_owned())
                    .spawn(move || write(output, coming, done))?;
            }
        }
        Ok(Self { pieces, written })
    }
}

type Done = mpsc::Sender<io::Result<Option<u64>>>;

async fn write_as_taken(mut terminal: pipe::Sender, mut coming: mpsc::Receiver<Piece>, done: Done) {
    while let Some(piece) = coming.recv().await {
        let result = terminal.write_all(&piece.bytes).await;
        let failed = result.is_err();
        if done.send(result.map(|()| piece.number)).await.is_err() || failed {
            return;
        }
    }
}

fn write(mut output: Box<dyn Write + Send>, mut coming: mpsc::Receiver<Piece>, done: Done) {
    while let Some(piece) = coming.blocking_recv() {
        let result = output.write_all(&piece.bytes).and_then(|()| output.flush());
        let failed = result.is_err();
        if done.blocking_send(result.map(|()| piece.number)).is_err() || failed {
            return;
        }
    }
}
