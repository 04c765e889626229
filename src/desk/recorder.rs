//! Numbers events, applies them, and hands them to the record's writer in whole batches.
//!
//! The loop never waits here: what the writer cannot take yet stays in order in a backlog, and [`Recorder::is_behind`]
//! tells the loop to leave new chat in the connectors' channels meanwhile.

use crate::event_log::report::{Refused, Report};
use crate::event_log::{BATCH_LIMIT, BODY_LIMIT, Batch, Entry, Urgency, Writer, codec};
use crate::model::event::{Event, Record};
use crate::model::id::Seq;
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::state::{State, checkpoint};
use crate::ui::scene::Recording;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// Chat waits so long for more of it: a commit costs as much for one line as for fifty. A crash takes up to a fifth of
/// a second of chat in any case, because that is the pace at which the writer makes chat durable; with this, three
/// tenths. What a person did never waits.
const HELD: Duration = Duration::from_millis(100);
/// With so many entries nothing is waited for.
const HELD_ENTRIES: usize = 256;
/// A unit of more entries than this is kept in several batches, unless a person did it: the writer needs some kilobytes
/// for each entry of a batch at once, and who comes in with four thousand others need not come in as one.
const WHOLE: usize = 1024;
/// With so many batches waiting, new chat is left where it is.
const BACKLOG_BEHIND: usize = 8;
/// While the disk is too full to record, so many events are kept in memory for when there is space again.
const KEPT_WITHOUT_SPACE: usize = 100_000;

/// The way of events into the record.
pub struct Recorder {
    writer: Option<Writer>,
    backlog: VecDeque<Batch>,
    pending: Vec<Entry>,
    pending_urgency: Urgency,
    /// When the oldest pending entry came.
    pending_since: Option<Instant>,
    recording: Recording,
    durable: Seq,
}

impl Recorder {
    /// Takes over the writer of an opened record whose entries below `next` are durable.
    pub fn new(writer: Writer, next: Seq) -> Self {
        Self { writer: Some(writer), recording: Recording::Fine, ..Self::to_come(next) }
    }

    /// For a record that is still to be opened: until [`Recorder::begin`] nothing may be appended.
    pub fn to_come(next: Seq) -> Self {
        Self {
            writer: None,
            backlog: VecDeque::new(),
            pending: Vec::new(),
            pending_urgency: Urgency::Soon,
            pending_since: None,
            recording: Recording::Stopped(Reason::new("recording-to-come")),
            durable: Seq(next.0.saturating_sub(1)),
        }
    }

    /// The record is open.
    pub fn begin(&mut self, writer: Writer, next: Seq) {
        *self = Self::new(writer, next);
    }

    /// Whether events reach the disk; if not, why.
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// Everything up to here survives a power cut.
    pub fn durable(&self) -> Seq {
        self.durable
    }

    /// The writer is so far behind that no new chat should be taken.
    pub fn is_behind(&self) -> bool {
        self.backlog.len() >= BACKLOG_BEHIND && matches!(self.recording, Recording::Fine)
    }

    /// Numbers `events`, applies them to `state` and queues them as one unit that is kept whole or not at all. One that
    /// cannot be recorded did not happen: it is left out, and not among what comes back.
    pub fn append(&mut self, state: &mut State, events: Vec<Event>, at: Moment) -> Vec<Record> {
        // The record's clock never runs backwards, whatever the machine's does.
        let at = at.max(state.last_at);
        self.append_dated(state, events, at)
    }

    /// As [`Recorder::append`], with a time that may lie before the newest: history that is read in keeps its own.
    pub fn append_dated(&mut self, state: &mut State, events: Vec<Event>, at: Moment) -> Vec<Record> {
        let most = if events.iter().any(Event::is_urgent) { BATCH_LIMIT } else { WHOLE };
        if self.pending.len() + events.len() > most {
            self.seal();
        }
        let one = |event| {
            // A unit larger than a batch (thousands of people introduced at once) is kept in several.
            if self.pending.len() >= most {
                self.seal();
            }
            self.append_one(state, event, at)
        };
        events.into_iter().filter_map(one).collect()
    }

    fn append_one(&mut self, state: &mut State, event: Event, at: Moment) -> Option<Record> {
        let body = body(&event)?;
        let record = Record { seq: state.next, at, event };
        state.apply(&record);
        let room = record.event.room().map_or(0, |room| room.0);
        self.pending.push(Entry { seq: record.seq.0, at: at.0, room, body });
        if record.event.is_urgent() {
            self.pending_urgency = Urgency::Now;
        }
        Some(record)
    }

    /// Hands what waits to the writer if it has waited long enough; what a person waits for never waits.
    pub fn submit_due(&mut self, now: Instant) {
        let since = *self.pending_since.get_or_insert(now);
        let is_due = now.saturating_duration_since(since) >= HELD;
        let is_pressing = self.pending_urgency == Urgency::Now || self.pending.len() >= HELD_ENTRIES;
        if self.pending.is_empty() || is_due || is_pressing || !self.backlog.is_empty() {
            self.submit();
        }
    }

    /// When [`Recorder::submit_due`] has something to hand on.
    pub fn due_at(&self) -> Option<Instant> {
        self.pending_since.map(|since| since + HELD)
    }

    /// Hands everything that waits to the writer, as far as it takes it.
    pub fn submit(&mut self) {
        self.seal();
        while let Some(batch) = self.backlog.pop_front() {
            let Some(writer) = self.writer.as_mut() else { return };
            let Err((batch, refused)) = writer.try_submit(batch) else { continue };
            match refused {
                Refused::Full => {}
                Refused::LowSpace { free } => self.stop(low_space(free)),
                other => {
                    self.stop(Reason::new("recording-failed").with("what", other));
                    return;
                }
            }
            self.backlog.push_front(batch);
            return;
        }
    }

    /// What the writer's thread tells.
    pub fn reported(&mut self, report: &Report) {
        match report {
            Report::Durable { through } => self.durable = self.durable.max(Seq(*through)),
            Report::LowSpace { free } => self.stop(low_space(*free)),
            Report::SpaceBack { .. } => {
                if matches!(&self.recording, Recording::Stopped(reason) if reason.key == "recording-low-space")
                {
                    self.recording = Recording::Fine;
                }
            }
            Report::Failed { what, .. } => {
                self.stop(Reason::new("recording-failed").with("what", what));
                self.backlog.clear();
            }
            Report::Committed { .. } | Report::CheckpointKept { .. } | Report::Dropped { .. } => {}
        }
    }

    /// Keeps a picture of the state, so that the next start replays only what comes after it. Says no when the writer has
    /// too much to do; it may be asked again then.
    pub fn checkpoint(&mut self, state: &State) -> bool {
        self.submit();
        let Some(writer) = self.writer.as_ref() else { return true };
        if !self.backlog.is_empty() {
            return false;
        }
        match checkpoint::to_bytes(state) {
            Ok(bytes) => {
                let kept = writer.checkpoint(state.next.0, bytes);
                if let Err(refused) = &kept {
                    tracing::info!(%refused, "no checkpoint this time");
                }
                !matches!(kept, Err(Refused::Full))
            }
            Err(error) => {
                tracing::error!(%error, "the state does not fit a checkpoint");
                true
            }
        }
    }

    /// Drops whole weeks that lie before `before`.
    pub fn retain_from(&mut self, before: Moment) {
        if let Some(Err(refused)) = self.writer.as_ref().map(|writer| writer.drop_before(before.0)) {
            tracing::warn!(%refused, "old weeks are not dropped now");
        }
    }

    /// Damage was met while reading: the next opening looks at everything.
    pub fn suspect(&mut self) {
        if let Some(Err(refused)) = self.writer.as_ref().map(Writer::suspect) {
            tracing::warn!(%refused, "the suspicion could not be noted");
        }
    }

    /// Writes everything that waits and closes the store. Blocks; for the end of the program.
    pub fn close(mut self) -> Result<(), String> {
        self.submit();
        while !self.backlog.is_empty() && matches!(self.recording, Recording::Fine) {
            std::thread::yield_now();
            self.submit();
        }
        match self.writer.take() {
            Some(writer) => writer.close().map(drop),
            None => Ok(()),
        }
    }

    fn seal(&mut self) {
        self.pending_since = None;
        if self.pending.is_empty() {
            return;
        }
        let entries = std::mem::take(&mut self.pending);
        let urgency = std::mem::replace(&mut self.pending_urgency, Urgency::Soon);
        if matches!(&self.recording, Recording::Stopped(reason) if reason.key != "recording-low-space") {
            return;
        }
        self.backlog.push_back(Batch { entries, urgency });
        let kept: usize = self.backlog.iter().map(|batch| batch.entries.len()).sum();
        if kept > KEPT_WITHOUT_SPACE && !matches!(self.recording, Recording::Fine) {
            self.backlog.clear();
            self.stop(Reason::new("recording-gave-up"));
        }
    }

    fn stop(&mut self, reason: Reason) {
        if matches!(self.recording, Recording::Fine) || reason.key != "recording-low-space" {
            tracing::error!(key = %reason.key, args = ?reason.args, "acting stops, watching goes on");
            self.recording = Recording::Stopped(reason);
        }
    }
}

/// Whether the record takes an event: it has bytes, and not too many.
pub fn can_be_recorded(event: &Event) -> bool {
    body(event).is_some()
}

/// The bytes of an event; none, and a line in the log file, when the record would not take them.
fn body(event: &Event) -> Option<Vec<u8>> {
    match codec::encode(event) {
        Ok(body) if body.len() <= BODY_LIMIT => Some(body),
        Ok(body) => {
            tracing::error!(bytes = body.len(), room = ?event.room(), "an event too long for the record is left out");
            None
        }
        Err(error) => {
            tracing::error!(%error, room = ?event.room(), "an event that has no bytes is left out");
            None
        }
    }
}

fn low_space(free: u64) -> Reason {
    Reason::new("recording-low-space").with("megabytes", free >> 20)
}
