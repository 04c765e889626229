//! Opening the record: lock, head, store, first look, and a rebuild when any of it is not sound.
//!
//! Never touches a store of a later version, never panics on a damaged one, never opens beside another process.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;

use crate::event_log::contained::Trouble;
use crate::event_log::folder::{self, Folder};
use crate::event_log::head::{self, Found, Head};
use crate::event_log::report::{Finding, OpenError, Report, open_error};
use crate::event_log::salvage::{self, Salvaged};
use crate::event_log::store::{self, Store, is_lock};
use crate::event_log::survey;
use crate::event_log::writer::{self, Parts, Writer};
use crate::event_log::{EventLog, Glance, Opened, Options, Shared, checkpoint, earlier, tail};

impl EventLog {
    /// Opens the record in a state folder, or begins one, and starts its writer's thread.
    ///
    /// `report` is called on the writer's thread and must not wait for the writer.
    ///
    /// # Errors
    /// See [`OpenError`]; a damaged store is no error but a list of findings.
    pub fn open(
        state: &Path,
        options: Options,
        report: Box<dyn Fn(Report) + Send>,
    ) -> Result<(Self, Writer, Opened), OpenError> {
        let log = Self::unopened();
        let (writer, opened) = log.open_behind(state, options, report)?;
        Ok((log, writer, opened))
    }

    /// What can be told of the record in a state folder at once, if it was closed in order. Changes nothing, and proves
    /// nothing of the store: only an opening does.
    pub fn glance(state: &Path) -> Option<Glance> {
        let folder = Folder { state: state.to_path_buf() };
        let Ok(Found::Whole(head)) = head::read(&folder.head()) else { return None };
        if !head.clean || head.suspect {
            return None;
        }
        let checkpoint = checkpoint::glance(&folder.checkpoint(), head.store_id, head.next)?;
        Some(Glance { store_id: head.store_id, first: head.first, next: head.next, checkpoint })
    }

    /// A reader of a record of which nothing is known yet; [`EventLog::open_behind`] opens it.
    pub fn unopened() -> Self {
        Self { shared: Arc::new(Shared::to_come(1, 1)) }
    }

    /// A reader of a record that is still to be opened by [`EventLog::open_behind`]; until then reading waits.
    pub fn to_come(glance: &Glance) -> Self {
        Self { shared: Arc::new(Shared::to_come(glance.first, glance.next)) }
    }

    /// As [`EventLog::open`], for a reader that is there already.
    ///
    /// # Errors
    /// As [`EventLog::open`]; reading then finds the record closed.
    pub fn open_behind(
        &self,
        state: &Path,
        options: Options,
        report: Box<dyn Fn(Report) + Send>,
    ) -> Result<(Writer, Opened), OpenError> {
        let opened = self.open_store(state, options, report);
        if opened.is_err() {
            self.shared.arrived(None, Vec::new(), self.first(), self.next());
        }
        opened
    }

    fn open_store(
        &self,
        state: &Path,
        options: Options,
        report: Box<dyn Fn(Report) + Send>,
    ) -> Result<(Writer, Opened), OpenError> {
        let opening = Opening { folder: Folder { state: state.to_path_buf() }, options };
        opening.refuse_newer()?;
        opening.check("create", private_folder(state))?;
        let lock = opening.check("lock", opening.folder.take_lock())?;
        let lock = lock.ok_or_else(|| OpenError::Busy { folder: state.to_path_buf() })?;
        opening.refuse_newer()?;
        if opening.folder.free_space() < opening.options.free_floor {
            opening.check("remove", opening.folder.release_ballast())?;
        }
        let sound = match opening.attempt() {
            Err(OpenError::Full { .. }) if opening.check("remove", opening.folder.release_ballast())? => {
                opening.attempt()?
            }
            other => other?,
        };
        // Without a ballast the record works as well; the next opening tries again.
        drop(opening.folder.keep_ballast(opening.options.ballast, opening.options.free_floor));
        let Sound { store, head, findings, clean, checkpoint } = sound;
        let opened = Opened {
            store_id: head.store_id,
            first: head.first,
            next: head.next,
            clean,
            checkpoint,
            findings,
        };
        self.shared.arrived(Some(store), head.gaps.clone(), head.first, head.next);
        let Opening { folder, options } = opening;
        let shared = Arc::clone(&self.shared);
        let parts = Parts { shared, folder, options, head, lock, report };
        let writer = writer::start(parts).map_err(|source| OpenError::Io {
            doing: "start a thread for",
            path: state.to_path_buf(),
            source,
        })?;
        Ok((writer, opened))
    }
}

struct Opening {
    folder: Folder,
    options: Options,
}

/// A store that may be used.
struct Sound {
    store: Store,
    head: Head,
    findings: Vec<Finding>,
    clean: bool,
    checkpoint: Option<(u64, Vec<u8>)>,
}

impl Opening {
    fn refuse_newer(&self) -> Result<(), OpenError> {
        match self.check("read", head::read(&self.folder.head()))? {
            Found::Newer(found) => Err(OpenError::Newer { found, known: head::VERSION }),
            Found::Absent | Found::Damaged | Found::Whole(_) => Ok(()),
        }
    }

    fn attempt(&self) -> Result<Sound, OpenError> {
        let mut findings = Vec::new();
        let outer = match self.check("read", head::read(&self.folder.head()))? {
            Found::Whole(head) => Some(head),
            Found::Damaged => {
                findings.push(Finding::HeadDamaged);
                None
            }
            Found::Absent | Found::Newer(_) => None,
        };
        let clean = outer.as_ref().map_or(findings.is_empty(), |head| head.clean);
        self.check("tidy", self.tidy(&mut findings))?;
        // A rebuild can do without the copy, and an opening has more to gain from the space.
        drop(tail::put_aside(&self.folder));
        let (store, mut head) = match Store::open(&self.folder.record(), self.options.cache_bytes) {
            Ok(store) => self.inspect(store, outer.as_ref(), &mut findings)?,
            Err(trouble) => {
                let promise = promise_of(outer.as_ref(), &mut findings);
                self.rebuild(&promise, self.damage("open", trouble)?, &mut findings)?
            }
        };
        head.life += 1;
        head.clean = false;
        match self.begin(&store, &head, &mut findings) {
            Ok(checkpoint) => Ok(Sound { store, head, findings, clean, checkpoint }),
            Err(error) => {
                // Why it cannot be used is known; what it says while ending adds nothing.
                drop(store.close());
                Err(error)
            }
        }
    }

    /// Removes what a crash may have left and what would keep sled from opening.
    fn tidy(&self, findings: &mut Vec<Finding>) -> io::Result<()> {
        salvage::finish(&self.folder)?;
        let record = self.folder.record();
        folder::remove_half_snapshots(&record)?;
        let settings = record.join("conf");
        match fs::read(&settings) {
            Ok(bytes) if store::settings_are_whole(&bytes) => Ok(()),
            Ok(_) => {
                if record.join("db").metadata().is_ok_and(|log| log.len() > 0) {
                    findings.push(Finding::SettingsRestored);
                }
                fs::remove_file(settings)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn inspect(
        &self,
        mut store: Store,
        outer: Option<&Head>,
        findings: &mut Vec<Finding>,
    ) -> Result<(Store, Head), OpenError> {
        let looked = store.inner_head().and_then(|inner| {
            let trusted = outer.is_some() || inner.is_some();
            let mut promise = survey::promise(outer, inner.as_ref(), fastrand::u64(..), findings);
            promise.life = promise.life.max(survey::newest_life(&store)?);
            let survey = survey::survey(&mut store, &mut promise, trusted)?;
            Ok((promise, survey, trusted))
        });
        let (mut promise, survey, trusted) = match looked {
            Ok(looked) => looked,
            Err(trouble) => {
                let promise = promise_of(outer, findings);
                let why = self.damage("read", trouble)?;
                self.end(store)?;
                return self.rebuild(&promise, why, findings);
            }
        };
        if outer.is_none() && survey.next > 1 && !findings.contains(&Finding::HeadDamaged) {
            findings.push(Finding::HeadMissing);
        }
        let mut damage = survey.damage;
        if outer.is_none() && damage.is_empty() {
            let end = self.check("read", salvage::end_of_whole(&self.folder))?;
            if end > survey.next {
                damage.push(Finding::CutTail { promised: end, found: survey.next });
            }
            promise.suspect = true;
        }
        if damage.is_empty() && promise.suspect {
            (store, damage) = scrub(store, &promise, survey.next)?;
        }
        if damage.is_empty() {
            promise.next = survey.next;
            promise.suspect = false;
            return Ok((store, promise));
        }
        let why = damage.iter().map(Finding::to_string).collect::<Vec<_>>().join("; ");
        findings.extend(damage);
        self.end(store)?;
        if !trusted {
            promise.first = salvage::UNKNOWN_FIRST;
        }
        self.rebuild(&promise, why, findings)
    }

    fn rebuild(
        &self,
        promise: &Head,
        why: String,
        findings: &mut Vec<Finding>,
    ) -> Result<(Store, Head), OpenError> {
        let rebuilt = salvage::rebuild(&self.folder, self.options.cache_bytes, promise, self.options.now_ms);
        let salvaged = match rebuilt {
            Ok(salvaged) => salvaged,
            Err(trouble) => {
                let what = self.damage("rebuild", trouble)?;
                return Err(OpenError::Unusable { what });
            }
        };
        let lost = salvaged.lost();
        let Salvaged { store, head, copy, kept, gaps } = salvaged;
        if copy.is_some() || lost > 0 {
            findings.push(Finding::Rebuilt { copy, kept, lost, why });
            findings.extend(gaps.iter().map(|gap| Finding::Missing { from: gap.from, to: gap.to }));
        }
        Ok((store, head))
    }

    /// Makes the opening itself durable, before a first record is written under its life; says the checkpoint.
    fn begin(
        &self,
        store: &Store,
        head: &Head,
        findings: &mut Vec<Finding>,
    ) -> Result<Option<(u64, Vec<u8>)>, OpenError> {
        let record = self.folder.record();
        self.check("sync", self.folder.sync_record(&record))?;
        let kept = store.keep_inner_head(head).and_then(|()| store.guard());
        if let Err(trouble) = kept {
            let what = self.damage("write", trouble)?;
            return Err(OpenError::Unusable { what });
        }
        self.check("write", folder::replace(&self.folder.head(), &[&head.encode()]))?;
        self.check("remove", tail::forget(&self.folder.tail()))?;
        // Of a store that was damaged, nobody knows how far they are true.
        let next = if findings.is_empty() { head.next } else { 0 };
        self.check("remove", earlier::retain(&self.folder, head.first, next))?;
        let checkpoint = checkpoint::read(&self.folder.checkpoint(), head.store_id, head.next, findings);
        self.check("read", checkpoint)
    }

    /// A store that is to be rebuilt is closed first; what it still says then is part of its damage.
    fn end(&self, store: Store) -> Result<(), OpenError> {
        match store.close() {
            Ok(()) => Ok(()),
            Err(trouble) => self.damage("close", trouble).map(drop),
        }
    }

    /// The words for damage; an error that is none (a full disk, no permission) ends the opening.
    fn damage(&self, doing: &'static str, trouble: Trouble) -> Result<String, OpenError> {
        match trouble {
            Trouble::Io(error) if is_lock(&error) => {
                Err(OpenError::Busy { folder: self.folder.state.clone() })
            }
            Trouble::Io(error) if !is_damage(&error) => Err(self.io(doing, error)),
            damage => Ok(damage.to_string()),
        }
    }

    fn check<T>(&self, doing: &'static str, outcome: io::Result<T>) -> Result<T, OpenError> {
        outcome.map_err(|error| self.io(doing, error))
    }

    fn io(&self, doing: &'static str, error: io::Error) -> OpenError {
        open_error(doing, &self.folder.state, self.folder.free_space(), error)
    }
}

/// Looks at everything, because damage was seen while the store was last open.
fn scrub(store: Store, promise: &Head, next: u64) -> Result<(Store, Vec<Finding>), OpenError> {
    let shared = Arc::new(Shared::new(store, promise.gaps.clone(), promise.first, next));
    let log = EventLog { shared: Arc::clone(&shared) };
    let damage = log.verify(&mut |_, _| {}).findings;
    let store = shared.store_mut().take();
    store.map(|store| (store, damage)).ok_or_else(|| OpenError::Unusable { what: "it vanished".to_owned() })
}

/// What the head file promises when the copy inside the store is out of reach.
fn promise_of(outer: Option<&Head>, findings: &mut Vec<Finding>) -> Head {
    let mut promise = survey::promise(outer, None, fastrand::u64(..), findings);
    if outer.is_none() {
        promise.first = salvage::UNKNOWN_FIRST;
    }
    promise
}

/// What sled says, as an error of input and output, about bytes that are not what they should be.
fn is_damage(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::UnexpectedEof
            | io::ErrorKind::InvalidData
            | io::ErrorKind::NotFound
            | io::ErrorKind::Other
    )
}

/// Makes the folder if there is none, for its owner alone: it holds what members wrote. One that is there keeps its rights.
fn private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}
