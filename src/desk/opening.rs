//! Opening the record: checkpoint, replay, and what was found damaged, said.

use crate::desk::pages;
use crate::event_log::report::{Finding, OpenError, ReadError, Report};
use crate::event_log::{EventLog, Glance, Opened, Options, Writer};
use crate::model::id::Seq;
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::state::{State, checkpoint};
use std::path::Path;

/// How many entries are replayed at once.
const STRIDE: usize = 4096;

/// An opened record, and what it tells.
pub struct Begun {
    pub writer: Writer,
    pub opened: Opened,
    pub state: State,
    /// Findings of the replay itself.
    pub flaws: Vec<Finding>,
}

/// Opens the record that `log` reads, and replays it. Blocks.
///
/// # Errors
/// See [`OpenError`].
pub fn begin(
    log: &EventLog,
    folder: &Path,
    now: Moment,
    report: Box<dyn Fn(Report) + Send>,
) -> Result<Begun, OpenError> {
    let (writer, opened) = log.open_behind(folder, Options::new(now.0), report)?;
    let (state, flaws) = replay(log, &opened);
    Ok(Begun { writer, opened, state, flaws })
}

/// The state of a record that was closed in order, before it is opened: what the opening will tell again, unless
/// something happened to the store meanwhile.
pub fn glance(folder: &Path) -> Option<(Glance, State)> {
    let glance = EventLog::glance(folder)?;
    let state = checkpoint::from_bytes(&glance.checkpoint).filter(|state| state.next.0 == glance.next)?;
    Some((glance, state))
}

/// The state that an opened record tells, and findings of the replay itself.
pub fn replay(log: &EventLog, opened: &Opened) -> (State, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut state =
        kept_picture(opened).unwrap_or_else(|| State { next: Seq(opened.first), ..State::default() });
    let mut from = state.next.0.max(opened.first);
    while from < opened.next {
        match log.read(from, STRIDE) {
            Ok(entries) => {
                let Some(last) = entries.last().map(|entry| entry.seq) else { break };
                for record in entries.iter().filter_map(pages::record) {
                    state.apply(&record);
                }
                from = last + 1;
            }
            Err(error) => match next(&error, &mut findings) {
                Some(resume) => from = resume,
                None => break,
            },
        }
    }
    state.next = Seq(opened.next);
    (state, findings)
}

fn next(error: &ReadError, findings: &mut Vec<Finding>) -> Option<u64> {
    tracing::error!(%error, "the record has a flaw");
    findings.extend(error.finding());
    error.resume()
}

/// The stored picture, if it fits this program; else the whole record is replayed.
fn kept_picture(opened: &Opened) -> Option<State> {
    let (seq, bytes) = opened.checkpoint.as_ref()?;
    match checkpoint::from_bytes(bytes) {
        Some(state) if state.next.0 == *seq && *seq <= opened.next => Some(state),
        Some(_) => None,
        None => {
            tracing::info!("the checkpoint is of another version; everything is replayed");
            None
        }
    }
}

/// A finding as a sentence.
pub fn finding(finding: &Finding) -> Reason {
    match finding {
        Finding::CutTail { promised, found } => {
            let lost = promised.saturating_sub(*found);
            Reason::new("damage-cut-tail").with("lost", lost).with("from", found).with("to", promised)
        }
        Finding::Missing { from, to } => Reason::new("damage-missing").with("from", from).with("to", to - 1),
        Finding::BadChecksum { seq } => Reason::new("damage-checksum").with("seq", seq),
        Finding::IndexDamaged { week } => Reason::new("damage-index").with("week", week),
        Finding::HeadDamaged => Reason::new("damage-head"),
        Finding::HeadMissing => Reason::new("damage-head-missing"),
        Finding::CheckpointDamaged => Reason::new("damage-checkpoint"),
        Finding::SettingsRestored => Reason::new("damage-settings"),
        Finding::Rebuilt { copy, kept, lost, .. } => {
            let copy = copy.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
            Reason::new("damage-rebuilt").with("kept", kept).with("lost", lost).with("copy", copy)
        }
        Finding::Unreadable { from, what } => {
            Reason::new("damage-unreadable").with("from", from).with("what", what)
        }
        Finding::OtherStore => Reason::new("damage-other-store"),
    }
}

/// Why the record cannot be opened, as a sentence that says what to do.
pub fn refused(error: &OpenError) -> Reason {
    match error {
        OpenError::Busy { folder } => Reason::new("open-busy").with("folder", folder.display()),
        OpenError::ReadOnly { folder } => Reason::new("open-read-only").with("folder", folder.display()),
        OpenError::Full { folder, free } => {
            Reason::new("open-full").with("folder", folder.display()).with("megabytes", free >> 20)
        }
        OpenError::Newer { found, known } => {
            Reason::new("open-newer").with("found", found).with("known", known)
        }
        OpenError::Io { doing, path, source } => {
            Reason::new("open-io").with("doing", doing).with("path", path.display()).with("what", source)
        }
        OpenError::Unusable { what } => Reason::new("open-unusable").with("what", what),
    }
}
