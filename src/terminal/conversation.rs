//! A seat's terminal and the server talking: events up, frames down.
//!
//! Never loses a key: while the server does not listen they wait here, and when too many wait, in the terminal.
//! Never reorders events; only resizes that follow each other within a moment become the last of them.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use crossterm::event::Event;
use futures_util::{Stream, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};

use crate::terminal::messages::{FromClient, FromServer, Sentence};
use crate::terminal::screen::{Output, Piece, Screen};
use crate::terminal::wire::{Receiver, Sender, WireError};

/// How the conversation of a seat ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// The server closed the seat and says why: `Q`, shutdown, taken over, a fault.
    Left(Sentence),
    /// The server did not let us in.
    Refused(Sentence),
    /// The connection ended before the server welcomed us, as that to a server which is just being killed.
    /// Nothing has happened yet: trying once more is safe.
    Unanswered,
    /// The connection ended without a word.
    ServerGone,
    /// What came was no message of ours.
    Garbled,
    /// This process was told to stop by this signal.
    Stopped(i32),
    /// The terminal hung up or cannot be written to.
    TerminalGone,
    /// There is no terminal to begin with.
    NoTty,
}

/// What reaches the client besides keys and frames.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Interruption {
    /// SIGTERM, SIGHUP or SIGINT, by number.
    Stop(i32),
    /// The process ran on after a stop; these bytes put the terminal back into our modes.
    Continued(&'static [u8]),
}

impl Ended {
    /// The process's exit code, in the terms of sysexits.h; 128 and the signal's number after a signal.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Left(_) => 0,
            Self::NoTty => 64,
            Self::Unanswered | Self::ServerGone => 69,
            Self::TerminalGone => 74,
            Self::Garbled => 76,
            Self::Refused(_) => 77,
            Self::Stopped(signal) => 128 + u8::try_from(*signal).unwrap_or(0),
        }
    }

    /// What to tell the person, if there is someone to tell and something to say.
    pub fn sentence(&self) -> Option<Sentence> {
        match self {
            Self::Left(sentence) | Self::Refused(sentence) => Some(sentence.clone()),
            Self::Unanswered | Self::ServerGone => Some(Sentence::new("attach-server-gone", &[])),
            Self::Garbled => Some(Sentence::new("attach-garbled", &[])),
            Self::NoTty => Some(Sentence::new("attach-no-terminal", &[])),
            Self::Stopped(_) | Self::TerminalGone => None,
        }
    }
}

/// Resizes within this time are one: dragging a window edge sends dozens.
const RESIZE_CALM: Duration = Duration::from_millis(20);
/// With this many events waiting for the server, further ones wait in the terminal.
const MOST_WAITING: usize = 1024;
/// How long the last word and the last frame may take when leaving.
const FAREWELL: Duration = Duration::from_millis(500);
/// A paste beyond this is cut: it must fit into a message, and nobody reads a megabyte in an input line.
const LARGEST_PASTE: usize = 1024 * 1024;

/// Talks until one side ends it. `keys` gives the terminal's events.
pub async fn converse<R, W, K>(
    mut receiver: Receiver<R>,
    sender: Sender<W>,
    mut keys: K,
    output: Output,
    mut interruptions: mpsc::Receiver<Interruption>,
) -> Ended
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin + Send + 'static,
    K: Stream<Item = io::Result<Event>> + Unpin,
{
    let Ok(mut screen) = Screen::start(output) else { return Ended::TerminalGone };
    let (queue, messages) = mpsc::channel(1);
    let writer = tokio::spawn(send_all(sender, messages));
    let mut uplink = Uplink { waiting: VecDeque::new(), resize: None, shown: 0, listened: true };
    let mut pieces: VecDeque<Piece> = VecDeque::new();
    let ended = loop {
        let calm = uplink.resize.as_ref().map_or_else(Instant::now, |(_, calm)| *calm);
        // Keys before finished frames: a key that was pressed before a frame came up belongs to the one before.
        tokio::select! {
            biased;
            Some(interruption) = interruptions.recv() => match interruption {
                Interruption::Stop(signal) => break Ended::Stopped(signal),
                Interruption::Continued(modes) => {
                    pieces.push_back(Piece { number: None, bytes: modes.to_vec() });
                    uplink.say(FromClient::Redraw);
                }
            },
            event = keys.next(), if uplink.waiting.len() < MOST_WAITING => match event {
                Some(Ok(event)) => uplink.event(event),
                Some(Err(_)) | None => break Ended::TerminalGone,
            },
            written = screen.written.recv() => match written {
                Some(Ok(number)) => uplink.shown(number),
                Some(Err(_)) | None => break Ended::TerminalGone,
            },
            () = sleep_until(calm), if uplink.resize.is_some() => uplink.settle_resize(),
            permit = queue.reserve(), if !uplink.waiting.is_empty() => match (permit, uplink.waiting.pop_front()) {
                (Ok(permit), Some(message)) => permit.send(message),
                // The server no longer listens, but its last word may still be on the way.
                _ => uplink.give_up(),
            },
            permit = screen.pieces.reserve(), if !pieces.is_empty() => match (permit, pieces.pop_front()) {
                (Ok(permit), Some(piece)) => permit.send(piece),
                _ => break Ended::TerminalGone,
            },
            message = receiver.next::<FromServer>(), if pieces.is_empty() => match heard(message) {
                Ok(piece) => pieces.push_back(piece),
                Err(ended) => break ended,
            },
        }
    };
    uplink.part(&ended, queue, writer).await;
    finish(screen).await;
    ended
}

/// A frame to write, or how it ended.
fn heard(message: Result<FromServer, WireError>) -> Result<Piece, Ended> {
    match message {
        Ok(FromServer::Frame { number, bytes }) => Ok(Piece { number: Some(number), bytes }),
        Ok(FromServer::Leave(sentence)) => Err(Ended::Left(sentence)),
        Ok(FromServer::Refused(sentence)) => Err(Ended::Refused(sentence)),
        Ok(_) | Err(WireError::Garbage(_) | WireError::TooLarge(_)) => Err(Ended::Garbled),
        Err(_) => Err(Ended::ServerGone),
    }
}

/// What waits for the way to the server to be free.
struct Uplink {
    waiting: VecDeque<FromClient>,
    /// The last of some resizes, and when it is sent.
    resize: Option<(Event, Instant)>,
    shown: u64,
    listened: bool,
}

async fn send_all<W: AsyncWrite + Unpin>(mut sender: Sender<W>, mut messages: mpsc::Receiver<FromClient>) {
    while let Some(message) = messages.recv().await {
        // The reading side learns of the same end, and better.
        if sender.send(&message).await.is_err() {
            return;
        }
    }
}

impl Uplink {
    fn event(&mut self, event: Event) {
        match event {
            Event::Resize(..) => {
                let calm = self.resize.take().map_or_else(|| Instant::now() + RESIZE_CALM, |(_, calm)| calm);
                self.resize = Some((event, calm));
            }
            event => {
                self.settle_resize();
                self.input(event);
            }
        }
    }

    fn settle_resize(&mut self) {
        if let Some((event, _)) = self.resize.take() {
            self.input(event);
        }
    }

    fn input(&mut self, mut event: Event) {
        if let Event::Paste(text) = &mut event {
            text.truncate(text.floor_char_boundary(LARGEST_PASTE));
        }
        self.say(FromClient::Input { event, shown: self.shown });
    }

    fn shown(&mut self, number: Option<u64>) {
        if let Some(number) = number {
            self.shown = number;
            self.say(FromClient::Shown(number));
        }
    }

    fn say(&mut self, message: FromClient) {
        if self.listened {
            self.waiting.push_back(message);
        }
    }

    fn give_up(&mut self) {
        self.listened = false;
        self.waiting.clear();
    }

    /// Sends what still waits and a goodbye, when the end is ours to announce and the server listens.
    async fn part(mut self, ended: &Ended, queue: mpsc::Sender<FromClient>, mut writer: JoinHandle<()>) {
        if matches!(ended, Ended::Stopped(_) | Ended::TerminalGone) {
            self.settle_resize();
            self.say(FromClient::Bye);
            let farewell = async {
                for message in self.waiting {
                    if queue.send(message).await.is_err() {
                        return;
                    }
                }
                drop(queue);
                // That the writing task ended is all that matters here.
                let _ = (&mut writer).await;
            };
            // A server that does not listen is left without a word.
            let _ = timeout(FAREWELL, farewell).await;
        }
        writer.abort();
    }
}

/// Lets the terminal take the piece it is being given, so that what restores it does not land inside.
async fn finish(screen: Screen) {
    let Screen { pieces, mut written } = screen;
    drop(pieces);
    // A terminal that takes nothing cannot be waited for.
    let _ = timeout(FAREWELL, async { while let Some(Ok(_)) = written.recv().await {} }).await;
}
