//! The client side of a command: one question to the running server, and its answer.
//!
//! Holds one chunk at a time: a slow reader holds the server's export back, a slow server the import.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::terminal::attach::hello;
use crate::terminal::messages::{Ask, CHUNK, FromClient, FromServer, Purpose, Sentence};
use crate::terminal::wire::{self, Receiver, Sender, WireError};

/// How the server ended its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub done: bool,
    pub sentence: Sentence,
}

/// Why there was no whole answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    #[error("the server refused: {}", .0.key)]
    Refused(Sentence),
    #[error(transparent)]
    Wire(#[from] WireError),
    /// What was to be imported could not be read.
    #[error("reading: {0}")]
    Input(io::Error),
    /// The export could not be written.
    #[error("writing: {0}")]
    Output(io::Error),
}

/// Asks and waits for the end of the answer. Chunks of an export go to `output`, lines to `told`; an import is
/// read from `input`, which other questions leave alone.
pub async fn ask<S, I, O>(
    stream: S,
    name: Option<String>,
    question: Ask,
    input: I,
    output: O,
    told: impl FnMut(Sentence),
) -> Result<Answer, AskError>
where
    S: AsyncRead + AsyncWrite,
    I: AsyncRead + Unpin,
    O: AsyncWrite + Unpin,
{
    let (mut receiver, mut sender) = wire::split(stream);
    wire::greet(&mut receiver, &mut sender, hello(Purpose::Command, name))
        .await?
        .map_err(AskError::Refused)?;
    let importing = question == Ask::Import;
    sender.send(&FromClient::Ask(question)).await?;
    let answer = listen(receiver, output, told);
    if !importing {
        return answer.await;
    }
    tokio::pin!(answer);
    tokio::select! {
        // The server may give up before the end, when its disk is full.
        answer = &mut answer => answer,
        read = upload(sender, input) => {
            read.map_err(AskError::Input)?;
            answer.await
        }
    }
}

async fn upload<W: AsyncWrite + Unpin, I: AsyncRead + Unpin>(
    mut sender: Sender<W>,
    mut input: I,
) -> io::Result<()> {
    loop {
        let mut chunk = Vec::new();
        (&mut input).take(CHUNK as u64).read_to_end(&mut chunk).await?;
        let message = if chunk.is_empty() { FromClient::End } else { FromClient::Chunk(chunk) };
        // A server that does not listen any more has said why; the answer tells.
        if sender.send(&message).await.is_err() || message == FromClient::End {
            return Ok(());
        }
    }
}

async fn listen<R: AsyncRead + Unpin, O: AsyncWrite + Unpin>(
    mut receiver: Receiver<R>,
    mut output: O,
    mut told: impl FnMut(Sentence),
) -> Result<Answer, AskError> {
    loop {
        match receiver.next().await? {
            FromServer::Chunk(bytes) => output.write_all(&bytes).await.map_err(AskError::Output)?,
            FromServer::Line(sentence) => told(sentence),
            FromServer::End { done, sentence } => {
                output.flush().await.map_err(AskError::Output)?;
                return Ok(Answer { done, sentence });
            }
            FromServer::Refused(sentence) => return Err(AskError::Refused(sentence)),
            _ => return Err(WireError::Garbage(postcard::Error::DeserializeBadEnum).into()),
        }
    }
}
