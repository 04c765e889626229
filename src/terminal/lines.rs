//! The client of a seat of lines: what is typed goes up a line at a time, what happens comes down in lines.
//!
//! Never changes a mode of the terminal and never writes a byte of its own: a screen reader, a pipe or a file may be
//! at either end. Output that nobody takes holds back neither what is typed nor the server.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;

use crate::terminal::attach::{facts, hello};
use crate::terminal::conversation::Ended;
use crate::terminal::messages::{Fate, FromClient, FromServer, LineFacts, Purpose};
use crate::terminal::wire::{self, Receiver, Sender, WireError};

/// How the conversation of a seat of lines ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finished {
    /// Everything that was asked for has come to an end.
    Over(Fate),
    /// It ended as a seat on a screen may end.
    Otherwise(Ended),
}

impl Finished {
    /// The process's exit code: 0 all done, 1 something refused or failed, 3 something not known; else as a seat's.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Over(Fate::Done) => 0,
            Self::Over(Fate::Refused) => 1,
            Self::Over(Fate::Unknown) => 3,
            Self::Otherwise(ended) => ended.exit_code(),
        }
    }
}

/// A longer line is cut: nobody types one, and it must fit into a message.
const LONGEST_LINE: u64 = 64 * 1024;
/// How many messages may wait for the way to the server.
const WAITING: usize = 64;

/// Takes a seat of lines over `stream`. `follows`: what happens is told as it happens.
pub async fn attach_lines<S, I, O>(
    stream: S,
    name: Option<String>,
    follows: bool,
    input: I,
    output: O,
) -> Finished
where
    S: AsyncRead + AsyncWrite + Send + 'static,
    I: AsyncBufRead + Unpin,
    O: AsyncWrite + Unpin,
{
    let (mut receiver, mut sender) = wire::split(stream);
    let purpose = Purpose::Lines(LineFacts { lang: facts().lang, follows });
    match wire::greet(&mut receiver, &mut sender, hello(purpose, name)).await {
        Ok(Ok(_)) => {}
        Ok(Err(sentence)) => return Finished::Otherwise(Ended::Refused(sentence)),
        Err(WireError::Garbage(_) | WireError::TooLarge(_)) => return Finished::Otherwise(Ended::Garbled),
        Err(_) => return Finished::Otherwise(Ended::Unanswered),
    }
    let (queue, messages) = mpsc::channel(WAITING);
    let typing = type_all(input, queue.clone());
    let listening = listen(receiver, output, queue);
    let sending = send_all(sender, messages);
    tokio::pin!(typing, listening, sending);
    let (mut typed, mut sent) = (false, false);
    loop {
        tokio::select! {
            finished = &mut listening => return finished,
            () = &mut typing, if !typed => typed = true,
            // The server's last word may still be on the way.
            () = &mut sending, if !sent => sent = true,
        }
    }
}

/// Sends every line that is typed, and that there are no more.
async fn type_all<I: AsyncBufRead + Unpin>(mut input: I, queue: mpsc::Sender<FromClient>) {
    loop {
        let message = match line(&mut input).await {
            Ok(Some(line)) => FromClient::Typed(line),
            Ok(None) | Err(_) => FromClient::End,
        };
        let last = message == FromClient::End;
        // A server that does not listen any more has said why; the listening side tells.
        if queue.send(message).await.is_err() || last {
            return;
        }
    }
}

/// The next line without its end, cut where it is too long; nothing at the end of the input.
async fn line<I: AsyncBufRead + Unpin>(input: &mut I) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    if (&mut *input).take(LONGEST_LINE).read_until(b'\n', &mut bytes).await? == 0 {
        return Ok(None);
    }
    if bytes.last() != Some(&b'\n') {
        skip_rest(input).await?;
    }
    let text = String::from_utf8_lossy(&bytes);
    Ok(Some(text.trim_end_matches(['\n', '\r']).to_owned()))
}

async fn skip_rest<I: AsyncBufRead + Unpin>(input: &mut I) -> io::Result<()> {
    loop {
        let held = input.fill_buf().await?;
        let (used, ended) = match held.iter().position(|byte| *byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (held.len(), held.is_empty()),
        };
        input.consume(used);
        if ended {
            return Ok(());
        }
    }
}

async fn send_all<W: AsyncWrite + Unpin>(mut sender: Sender<W>, mut messages: mpsc::Receiver<FromClient>) {
    while let Some(message) = messages.recv().await {
        if sender.send(&message).await.is_err() {
            return;
        }
    }
}

/// Writes what comes until the seat is over.
async fn listen<R: AsyncRead + Unpin, O: AsyncWrite + Unpin>(
    mut receiver: Receiver<R>,
    mut output: O,
    queue: mpsc::Sender<FromClient>,
) -> Finished {
    loop {
        match receiver.next::<FromServer>().await {
            Ok(FromServer::Lines { number, lines }) => {
                let text: String = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
                let written = async {
                    output.write_all(text.as_bytes()).await?;
                    output.flush().await
                };
                if written.await.is_err() {
                    return Finished::Otherwise(Ended::TerminalGone);
                }
                // A connection that is gone says so at the next message.
                drop(queue.send(FromClient::Shown(number)).await);
            }
            Ok(FromServer::Over(fate)) => return Finished::Over(fate),
            Ok(FromServer::Leave(sentence)) => return Finished::Otherwise(Ended::Left(sentence)),
            Ok(FromServer::Refused(sentence)) => return Finished::Otherwise(Ended::Refused(sentence)),
            Ok(_) | Err(WireError::Garbage(_) | WireError::TooLarge(_)) => {
                return Finished::Otherwise(Ended::Garbled);
            }
            Err(_) => return Finished::Otherwise(Ended::ServerGone),
        }
    }
}
