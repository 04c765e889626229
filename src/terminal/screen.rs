//! The terminal's output side: a thread of its own, because a terminal may take its time.
//!
//! Never holds more than one piece besides the one being written: the rest waits at the server, which skips frames.

use std::io::{self, Write};
use std::thread;

use tokio::sync::mpsc;

/// Bytes for the terminal, and the number of the frame they are, if they are one.
#[derive(Debug)]
pub struct Piece {
    pub number: Option<u64>,
    pub bytes: Vec<u8>,
}

/// Both ends of the writing thread.
#[derive(Debug)]
pub struct Screen {
    /// Takes the next piece once the last is in the thread's hands.
    pub pieces: mpsc::Sender<Piece>,
    /// Gives each piece's number when it is wholly written; ends after the first error.
    pub written: mpsc::Receiver<io::Result<Option<u64>>>,
}

impl Screen {
    /// Starts the thread; it ends when `pieces` is dropped or writing fails.
    pub fn start<W: Write + Send + 'static>(mut output: W) -> io::Result<Self> {
        let (pieces, mut coming) = mpsc::channel::<Piece>(1);
        let (done, written) = mpsc::channel(1);
        thread::Builder::new().name("screen".to_owned()).spawn(move || {
            while let Some(piece) = coming.blocking_recv() {
                let result = output.write_all(&piece.bytes).and_then(|()| output.flush());
                let failed = result.is_err();
                if done.blocking_send(result.map(|()| piece.number)).is_err() || failed {
                    return;
                }
            }
        })?;
        Ok(Self { pieces, written })
    }
}
