//! The state folder: its names, what is synced in it, and how a file is replaced in one step.
//!
//! `record/` is sled's, `record.head`, `record.checkpoint` and `record.earlier/` are ours, `record.lock` keeps a second process out,
//! `ballast` is space that is given back when the disk is full.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use rustix::fs::{FallocateFlags, FlockOperation, fallocate, flock, statvfs};

/// The places of one state folder.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    pub state: PathBuf,
}

impl Folder {
    pub(crate) fn record(&self) -> PathBuf {
        self.state.join("record")
    }

    /// A store being rebuilt; never there together with a trusted `record/` except while it grows.
    pub(crate) fn fresh(&self) -> PathBuf {
        self.state.join("record.new")
    }

    pub(crate) fn head(&self) -> PathBuf {
        self.state.join("record.head")
    }

    pub(crate) fn checkpoint(&self) -> PathBuf {
        self.state.join("record.checkpoint")
    }

    /// Further names of earlier checkpoints; see `earlier.rs`.
    pub(crate) fn earlier(&self) -> PathBuf {
        self.state.join("record.earlier")
    }

    /// What opening the store may destroy; see `tail.rs`.
    pub(crate) fn tail(&self) -> PathBuf {
        self.state.join("record.tail")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.state.join("record.lock")
    }

    pub(crate) fn ballast(&self) -> PathBuf {
        self.state.join("ballast")
    }

    /// A name for the damaged store that is not taken yet.
    pub(crate) fn damaged(&self, now_ms: i64) -> PathBuf {
        let plain = self.state.join(format!("record.damaged-{now_ms}"));
        (2..1_000)
            .map(|count| self.state.join(format!("record.damaged-{now_ms}-{count}")))
            .fold(plain, |name, other| if name.exists() { other } else { name })
    }

    /// Free space for an ordinary user, bytes; unknown counts as plenty, the write itself will tell.
    pub(crate) fn free_space(&self) -> u64 {
        statvfs(&self.state).map_or(u64::MAX, |space| space.f_bavail.saturating_mul(space.f_frsize))
    }

    /// Keeps other processes of ours out; `None` when one is in.
    ///
    /// Asks for half a second: a process that has just been started by our last holder holds the lock with it until
    /// its own program begins.
    pub(crate) fn take_lock(&self) -> io::Result<Option<File>> {
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(self.lock())?;
        for _ in 0..25 {
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(Some(file)),
                Err(error) if error == rustix::io::Errno::WOULDBLOCK => {
                    thread::park_timeout(Duration::from_millis(20));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(None)
    }

    /// Syncs everything whose loss would keep sled from opening: its settings, its log, and every directory entry.
    pub(crate) fn sync_record(&self, record: &Path) -> io::Result<()> {
        for entry in fs::read_dir(record)? {
            sync(&entry?.path())?;
        }
        sync(record)?;
        sync(&self.state)
    }

    /// Gives the ballast back to the disk; says whether there was any.
    pub(crate) fn release_ballast(&self) -> io::Result<bool> {
        match fs::remove_file(self.ballast()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Sets space aside when the disk has it to spare above `floor`; an error means that it was not to be had.
    pub(crate) fn keep_ballast(&self, bytes: u64, floor: u64) -> io::Result<()> {
        let path = self.ballast();
        if bytes == 0 || path.metadata().is_ok_and(|found| found.len() == bytes) {
            return Ok(());
        }
        if self.free_space() < floor.saturating_add(bytes) {
            return Ok(());
        }
        let file = File::create(&path)?;
        match fallocate(&file, FallocateFlags::empty(), 0, bytes) {
            Ok(()) => Ok(()),
            Err(error) => {
                drop(file);
                fs::remove_file(&path)?;
                Err(error.into())
            }
        }
    }
}

/// Makes one file or directory durable.
pub(crate) fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Replaces a file so that a reader, also after a power cut, finds the old or the new one whole.
pub(crate) fn replace(path: &Path, pieces: &[&[u8]]) -> io::Result<()> {
    let growing = path.with_extension("growing");
    let mut file = File::create(&growing)?;
    for piece in pieces {
        file.write_all(piece)?;
    }
    file.sync_all()?;
    fs::rename(&growing, path)?;
    path.parent().map_or(Ok(()), sync)
}

/// Removes half-written snapshots: sled would take such a file for a snapshot and refuse to open.
pub(crate) fn remove_half_snapshots(record: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(record) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other?,
    };
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "generating") {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// The bytes below a folder, for deciding whether there is anything worth keeping in it.
pub(crate) fn size(folder: &Path) -> io::Result<u64> {
    let mut total = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        total += if metadata.is_dir() { size(&entry.path())? } else { metadata.len() };
    }
    Ok(total)
}
