//! Export, import, doctor and status, for a command that visits the running server.

use crate::desk::door::{Knock, Porter};
use crate::desk::jsonl::{self, Heading};
use crate::desk::{opening, pages};
use crate::event_log::EventLog;
use crate::model::event::Record;
use crate::model::id::Seq;
use crate::model::reason::Reason;
use crate::terminal::messages::{CHUNK, FromClient, FromServer, Sentence};
use crate::terminal::wire::{Receiver, Sender, WireError};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, oneshot};

/// How an errand ended: whether it was done, and what to say.
pub type Ended = Result<(bool, Sentence), WireError>;

/// Entries read at once, and records adopted at once.
const STRIDE: usize = 1000;
/// The longest line that an import may have: a record of 64 KiB, escaped.
const LONGEST_LINE: usize = 1 << 20;
/// Pieces that may wait between the reading thread and the wire.
const WAITING: usize = 4;

/// A reason as a sentence of the wire.
pub fn sentence(reason: &Reason) -> Sentence {
    Sentence { key: reason.key.clone(), arguments: reason.args.clone() }
}

/// Sends the record as JSON Lines: a heading, then every event from `from` on that is there when it is reached.
pub async fn export<W: AsyncWrite + Unpin>(sender: &mut Sender<W>, porter: &Porter, from: u64) -> Ended {
    let (pieces, mut arriving) = mpsc::channel::<Vec<u8>>(WAITING);
    let (log, store) = (porter.log.clone(), porter.store_id);
    let reading = tokio::task::spawn_blocking(move || {
        let mut write = |bytes: &[u8]| {
            bytes.chunks(CHUNK).try_for_each(|piece| pieces.blocking_send(piece.to_vec())).map_err(drop)
        };
        write_all(&log, store, from, &mut write)
    });
    while let Some(piece) = arriving.recv().await {
        sender.send(&FromServer::Chunk(piece)).await?;
    }
    // A reader that broke has read a part at most.
    let written = reading.await.unwrap_or(Written { events: 0, flaws: 1 });
    let key = if written.flaws == 0 { "export-done" } else { "export-done-flawed" };
    let args = [("count", &*written.events.to_string()), ("flaws", &*written.flaws.to_string())];
    Ok((written.flaws == 0, Sentence::new(key, &args)))
}

/// How much an export wrote.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    pub events: u64,
    /// Places of the record that could not be read.
    pub flaws: u64,
}

/// Writes the heading and every event from `from` on as JSON Lines, until the record ends or `write` fails.
pub fn write_all(
    log: &EventLog,
    store: u64,
    from: u64,
    write: &mut dyn FnMut(&[u8]) -> Result<(), ()>,
) -> Written {
    let mut written = Written::default();
    let end = log.next();
    let mut next = from.max(log.first());
    if write(&jsonl::heading(&Heading::new(store, next, end))).is_err() {
        return written;
    }
    while next < end {
        match log.read(next, STRIDE) {
            Ok(entries) => {
                let Some(last) = entries.last().map(|entry| entry.seq) else { break };
                let wanted = entries.iter().filter(|entry| entry.seq < end);
                let records = wanted.clone().filter_map(pages::record);
                let lines: Vec<Vec<u8>> = records.map(|record| jsonl::line(&record)).collect();
                written.flaws += (wanted.count() - lines.len()) as u64;
                written.events += lines.len() as u64;
                if write(&lines.concat()).is_err() {
                    return written;
                }
                next = last + 1;
            }
            Err(error) => {
                written.flaws += 1;
                match error.resume() {
                    Some(resume) => next = resume,
                    None => break,
                }
            }
        }
    }
    written
}

/// Takes JSON Lines in through the loop, some at a time; a line that is no event ends it, and says which line.
pub async fn import<R: AsyncRead + Unpin>(receiver: &mut Receiver<R>, porter: &Porter) -> Ended {
    let mut import =
        Importing { porter, heading: None, line: 0, rest: Vec::new(), records: Vec::new(), adopted: 0 };
    loop {
        match receiver.next().await? {
            FromClient::Chunk(bytes) => {
                if let Err(sentence) = import.take(&bytes).await {
                    return Ok((false, sentence));
                }
            }
            FromClient::End => return Ok(import.finish().await),
            _ => return Ok((false, Sentence::new("import-garbled", &[]))),
        }
    }
}

struct Importing<'a> {
    porter: &'a Porter,
    heading: Option<Heading>,
    line: u64,
    rest: Vec<u8>,
    records: Vec<Record>,
    adopted: u64,
}

impl Importing<'_> {
    async fn take(&mut self, bytes: &[u8]) -> Result<(), Sentence> {
        self.rest.extend_from_slice(bytes);
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let rest = self.rest.split_off(end + 1);
            let line = std::mem::replace(&mut self.rest, rest);
            self.one(&line).await?;
        }
        if self.rest.len() > LONGEST_LINE {
            return Err(self.bad_line());
        }
        Ok(())
    }

    async fn one(&mut self, line: &[u8]) -> Result<(), Sentence> {
        self.line += 1;
        if line.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        if self.heading.is_none() {
            self.heading =
                Some(jsonl::read_heading(line).ok_or_else(|| Sentence::new("import-not-ours", &[]))?);
            return Ok(());
        }
        self.records.push(jsonl::read_line(line).ok_or_else(|| self.bad_line())?);
        if self.records.len() >= STRIDE { self.hand_over().await } else { Ok(()) }
    }

    async fn hand_over(&mut self) -> Result<(), Sentence> {
        let Some(heading) = &self.heading else { return Ok(()) };
        let records = std::mem::take(&mut self.records);
        let (adopted, answer) = oneshot::channel();
        let ending = || Sentence::new("server-ending", &[]);
        let knock = Knock::Adopt { store: heading.store(), records, adopted };
        self.porter.knocks.send(knock).await.map_err(|_| ending())?;
        self.adopted += answer.await.map_err(|_| ending())?;
        Ok(())
    }

    async fn finish(&mut self) -> (bool, Sentence) {
        let rest = std::mem::take(&mut self.rest);
        if let Err(sentence) = self.one(&rest).await {
            return (false, sentence);
        }
        if let Err(sentence) = self.hand_over().await {
            return (false, sentence);
        }
        let Some(heading) = &self.heading else { return (false, Sentence::new("import-not-ours", &[])) };
        let (noted, answer) = oneshot::channel();
        let knock = Knock::Adopted { store: heading.store(), noted };
        if self.porter.knocks.send(knock).await.is_err() || answer.await.is_err() {
            return (false, Sentence::new("server-ending", &[]));
        }
        (true, Sentence::new("import-done", &[("count", &self.adopted.to_string())]))
    }

    fn bad_line(&self) -> Sentence {
        let (line, count) = (self.line.to_string(), self.adopted.to_string());
        Sentence::new("import-bad-line", &[("line", &line), ("count", &count)])
    }
}

/// Reads the whole record and says what it found.
pub async fn doctor<W: AsyncWrite + Unpin>(sender: &mut Sender<W>, porter: &Porter) -> Ended {
    let log = porter.log.clone();
    let examined = tokio::task::spawn_blocking(move || examine(&log)).await;
    let Ok((found, last)) = examined else { return Ok((false, Sentence::new("doctor-broke", &[]))) };
    for line in &found {
        sender.send(&FromServer::Line(line.clone())).await?;
    }
    Ok((found.is_empty(), last))
}

/// What a scrub of the whole record says: one sentence for each finding, and the last word.
pub fn examine(log: &EventLog) -> (Vec<Sentence>, Sentence) {
    let verdict = log.verify(&mut |_, _| {});
    let gaps = log.gaps().into_iter().map(|gap| {
        Reason::new("damage-known-gap").with("from", gap.from).with("to", gap.to.saturating_sub(1))
    });
    let found: Vec<Sentence> =
        verdict.findings.iter().map(opening::finding).chain(gaps).map(|reason| sentence(&reason)).collect();
    let key = if found.is_empty() { "doctor-sound" } else { "doctor-found" };
    let (checked, count) = (verdict.checked.to_string(), found.len().to_string());
    let first_last = (log.first().to_string(), Seq(log.next().saturating_sub(1)).to_string());
    let args = [
        ("checked", checked.as_str()),
        ("count", count.as_str()),
        ("from", first_last.0.as_str()),
        ("to", first_last.1.as_str()),
    ];
    (found, Sentence::new(key, &args))
}

/// Says how everything is.
pub async fn status<W: AsyncWrite + Unpin>(sender: &mut Sender<W>, porter: &Porter) -> Ended {
    let (answer, told) = oneshot::channel();
    let ending = Ok((false, Sentence::new("server-ending", &[])));
    if porter.knocks.send(Knock::Status { answer }).await.is_err() {
        return ending;
    }
    let Ok(lines) = told.await else { return ending };
    for line in &lines {
        sender.send(&FromServer::Line(line.clone())).await?;
    }
    Ok((true, Sentence::new("status-end", &[])))
}
