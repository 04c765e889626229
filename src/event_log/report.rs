//! What the record has to say: findings, refusals, reports and errors, each as data that `language/` can word.
//!
//! Never words a sentence for a screen; the `Display` texts are for the log file.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Damage or loss that was noticed. Sequence intervals are `from..to`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Finding {
    /// The head file promised numbers below `promised`; the store ended before `found`.
    #[error("the tail is cut: records up to {promised} were promised, the store ends before {found}")]
    CutTail { promised: u64, found: u64 },
    /// Records in the middle are not there.
    #[error("records {from} to {to} (exclusive) are missing")]
    Missing { from: u64, to: u64 },
    /// A record is there, but its checksum does not fit.
    #[error("record {seq} fails its checksum")]
    BadChecksum { seq: u64 },
    /// The room index of one week (`2026-47` behind its generation) does not fit the records.
    #[error("the room index of {week} does not fit its records")]
    IndexDamaged { week: String },
    /// The head file was unreadable and has been written anew from the store.
    #[error("the head file was damaged")]
    HeadDamaged,
    /// There was a store without a head file.
    #[error("the head file was missing")]
    HeadMissing,
    /// The checkpoint was unreadable; the whole record is replayed instead.
    #[error("the checkpoint was damaged")]
    CheckpointDamaged,
    /// The store's own settings file was unreadable and has been restored.
    #[error("the settings file of the store was damaged")]
    SettingsRestored,
    /// The store could not be opened or was damaged, and has been built anew from what was whole.
    /// `copy` is the damaged folder; `kept` and `lost` count records.
    #[error("the store was rebuilt: {kept} records kept, {lost} lost ({why})")]
    Rebuilt { copy: Option<PathBuf>, kept: u64, lost: u64, why: String },
    /// A part of the store could not be read at all.
    #[error("unreadable from record {from}: {what}")]
    Unreadable { from: u64, what: String },
    /// The store in the folder is not the one the head file was written for.
    #[error("the head file belongs to another store")]
    OtherStore,
}

/// Why the record could not be opened. Nothing has been changed in the cases `Busy`, `ReadOnly` and `Newer`.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Another process has this folder open.
    #[error("{} is open in another process", folder.display())]
    Busy { folder: PathBuf },
    /// The folder or its file system cannot be written.
    #[error("{} cannot be written", folder.display())]
    ReadOnly { folder: PathBuf },
    /// The disk is full, also after the ballast was released.
    #[error("the disk under {} is full ({free} bytes free)", folder.display())]
    Full { folder: PathBuf, free: u64 },
    /// The store was written by a later version.
    #[error("the store has version {found}, this program knows up to {known}")]
    Newer { found: u32, known: u32 },
    /// Anything else the file system said.
    #[error("{doing} {}: {source}", path.display())]
    Io { doing: &'static str, path: PathBuf, source: io::Error },
    /// A freshly built store does not work either.
    #[error("a new store could not be made: {what}")]
    Unusable { what: String },
}

/// Why a reading stopped. Reading on from [`ReadError::resume`] is safe.
#[derive(Debug, Error)]
pub enum ReadError {
    #[error("records {from} to {to} (exclusive) are missing")]
    Missing { from: u64, to: u64 },
    #[error("record {seq} fails its checksum")]
    BadChecksum { seq: u64 },
    #[error("record {seq} was written by a later version ({version})")]
    Newer { seq: u64, version: u8 },
    /// The chain of one room is broken: something at or below `seq` is not in the index.
    #[error("the index of room {room} is damaged before record {seq}")]
    IndexDamaged { room: u32, seq: u64 },
    #[error("the record is closed")]
    Closed,
    #[error("record {from} cannot be read: {what}")]
    Unreadable { from: u64, what: String },
}

impl ReadError {
    /// Where to go on reading forward, when there is a place.
    pub fn resume(&self) -> Option<u64> {
        match self {
            Self::Missing { to, .. } => Some(*to),
            Self::BadChecksum { seq } | Self::Newer { seq, .. } => Some(seq + 1),
            Self::IndexDamaged { .. } | Self::Closed | Self::Unreadable { .. } => None,
        }
    }

    /// The same, as a remark on the store.
    pub fn finding(&self) -> Option<Finding> {
        match self {
            Self::Missing { from, to } => Some(Finding::Missing { from: *from, to: *to }),
            Self::BadChecksum { seq } => Some(Finding::BadChecksum { seq: *seq }),
            Self::Unreadable { from, what } => Some(Finding::Unreadable { from: *from, what: what.clone() }),
            Self::IndexDamaged { room, .. } => Some(Finding::IndexDamaged { week: format!("room {room}") }),
            Self::Newer { .. } | Self::Closed => None,
        }
    }
}

/// Why the writer did not take an order. The order is given back whole and may be offered again.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// The queue is full: offer it again a little later.
    #[error("the writer's queue is full")]
    Full,
    /// Too little free space, bytes; lasts until [`Report::SpaceBack`].
    #[error("only {free} bytes are free")]
    LowSpace { free: u64 },
    /// The disk has failed; see [`Report::Failed`]. Lasts until the record is opened again.
    #[error("the writer has stopped after a failure")]
    Failed,
    #[error("entry {found} offered where {expected} is next")]
    OutOfOrder { expected: u64, found: u64 },
    /// The body of an entry is longer than [`crate::event_log::BODY_LIMIT`].
    #[error("entry {seq} has {length} bytes")]
    Oversize { seq: u64, length: usize },
    /// A batch has at most [`crate::event_log::BATCH_LIMIT`] entries, and at least one.
    #[error("a batch of {length} entries")]
    BatchLength { length: usize },
}

/// What the writer's thread tells while it works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// Everything up to and including `through` can be read; a power cut may still take it.
    Committed { through: u64 },
    /// Everything up to and including `through` survives a power cut.
    Durable { through: u64 },
    /// A checkpoint that covers everything below `seq` is whole on disk.
    CheckpointKept { seq: u64 },
    /// Retention has dropped everything below `first`.
    Dropped { first: u64 },
    /// Free space fell below the floor, bytes: nothing new is accepted.
    LowSpace { free: u64 },
    /// Free space is back above the floor.
    SpaceBack { free: u64 },
    /// The disk failed: nothing after `durable` is sure, nothing more is accepted.
    Failed { durable: u64, what: String },
}

/// Turns an error of the file system into the one a person can act on.
pub(crate) fn open_error(
    doing: &'static str,
    path: &std::path::Path,
    free: u64,
    source: io::Error,
) -> OpenError {
    let folder = path.to_path_buf();
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => OpenError::Full { folder, free },
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => OpenError::ReadOnly { folder },
        _ => OpenError::Io { doing, path: folder, source },
    }
}
