//! Fills the archive from the record behind the first screen, newest first, on a blocking thread. The loop gets whole
//! blocks, and never waits.

use crate::desk::pages::{self, skip};
use crate::event_log::EventLog;
use crate::model::event::{Event, Received};
use crate::model::id::{MemberId, Seq};
use crate::state::archive::{self, BLOCK, Block, Said};
use crate::state::filter::names::Names;
use crate::state::filter::told::Told;
use tokio::sync::mpsc;

/// How many entries are read at once.
const STRIDE: usize = 4096;
/// Pieces that may wait for the loop: the thread must not run far ahead of it.
const PIECES: usize = 2;

/// A piece of the archive.
pub enum Loaded {
    /// Everybody's name.
    Names(Names),
    /// The messages before the oldest that were loaded, all from `from` on.
    Block { block: Block, from: Seq },
    /// A part of the record could not be read.
    Flaw(String),
}

/// Loads at most about `messages` messages below `before`.
pub fn load(
    log: EventLog,
    before: Seq,
    messages: usize,
    names: Vec<(MemberId, String)>,
) -> mpsc::Receiver<Loaded> {
    let (telling, told) = mpsc::channel(PIECES);
    tokio::task::spawn_blocking(move || {
        let mut called = Names::default();
        names.iter().for_each(|(member, name)| called.call(*member, name));
        drop(names);
        if telling.blocking_send(Loaded::Names(called)).is_err() {
            return;
        }
        let (mut before, mut left) = (before, messages);
        while left >= BLOCK {
            let Some((piece, reached, count)) = piece(&log, before) else { return };
            if telling.blocking_send(piece).is_err() {
                return;
            }
            before = reached;
            left -= count;
        }
    });
    told
}

/// The messages just below `before`, as many as a block takes, how far they reach, and how many there are; none when the
/// record holds no older entry.
fn piece(log: &EventLog, before: Seq) -> Option<(Loaded, Seq, usize)> {
    let mut reached = before;
    let mut messages: Vec<(Seq, Received)> = Vec::new();
    let mut told: Vec<(Seq, Told)> = Vec::new();
    while messages.len().max(told.len()) + STRIDE <= BLOCK {
        let entries = match log.read_back(reached.0, STRIDE) {
            Ok(entries) => entries,
            // What was read so far comes first; the next piece meets the flaw again and says it.
            Err(_) if reached < before => break,
            Err(error) => {
                let next = Seq(skip(&error)?);
                return (next < before).then(|| (Loaded::Flaw(error.to_string()), next, 0));
            }
        };
        let Some(oldest) = entries.last() else { break };
        reached = Seq(oldest.seq);
        for record in entries.iter().filter_map(pages::record) {
            told.extend(archive::told(&record));
            if let Event::MessageReceived(received) = record.event {
                messages.push((record.seq, received));
            }
        }
    }
    if reached == before {
        return None;
    }
    let count = messages.len();
    let mut block = Block::new(reached);
    messages.iter().rev().for_each(|(seq, received)| block.push(&Said::of(*seq, received)));
    for (seq, told) in told.into_iter().rev() {
        block.tell(seq, told);
    }
    block.close();
    Some((Loaded::Block { block, from: reached }, reached, count))
}
