//! A model of a disk that loses power: fed with the trace of the shim, it rebuilds the folder as a cut may leave it.
//!
//! Strict: a byte is safe only after a sync of its file, a name only after a sync of its folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use fastrand::Rng;

/// One thing the child did.
#[derive(Clone, Debug)]
pub enum Event {
    Create(PathBuf),
    Write(PathBuf, u64, Vec<u8>),
    Truncate(PathBuf, u64),
    Fsync(PathBuf),
    Fdatasync(PathBuf),
    Rename(PathBuf, PathBuf),
    Unlink(PathBuf),
    CreateFolder(PathBuf),
    Output(String),
}

/// What a cut does to that which was not synced.
#[derive(Clone, Copy, Debug)]
pub enum Model {
    /// The drive's cache is gone.
    Volatile,
    /// Pages of this size arrive or not, each for itself; names arrive in order up to some point.
    Torn(usize),
    /// Any writes and names arrive, whole, others do not.
    Reordered,
}

/// Reads a trace; the paths come out relative to the root.
pub fn parse(trace: &[u8], root: &Path) -> Vec<Event> {
    let mut events = Vec::new();
    let mut at = 0;
    let number = |at: usize| u32::from_le_bytes(trace[at..at + 4].try_into().unwrap());
    while at < trace.len() {
        let [kind, path, second, low, high] = [0, 4, 8, 12, 16].map(|field| number(at + field));
        let offset = u64::from(high) << 32 | u64::from(low);
        let path_end = at + 20 + path as usize;
        let end = path_end + second as usize;
        let relative = |bytes: &[u8]| {
            let path = Path::new(std::str::from_utf8(bytes).unwrap());
            path.strip_prefix(root).unwrap_or(path).to_path_buf()
        };
        let (path, second) = (relative(&trace[at + 20..path_end]), &trace[path_end..end]);
        events.push(match kind {
            1 => Event::Create(path),
            2 => Event::Write(path, offset, second.to_vec()),
            3 => Event::Truncate(path, offset),
            4 => Event::Fsync(path),
            5 => Event::Fdatasync(path),
            6 => Event::Rename(path, relative(second)),
            7 => Event::Unlink(path),
            8 => Event::CreateFolder(path),
            10 => Event::Output(String::from_utf8_lossy(second).into_owned()),
            other => panic!("the workload does what the model does not know: {other}"),
        });
        at = end;
    }
    events
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Node {
    Folder,
    File(usize),
}

#[derive(Clone, Default)]
struct Content {
    safe: Vec<u8>,
    pending: Vec<Change>,
}

#[derive(Clone)]
enum Change {
    Write(u64, Vec<u8>),
    Length(u64),
}

#[derive(Clone)]
enum Naming {
    Link(PathBuf, Node),
    Unlink(PathBuf),
    Rename(PathBuf, PathBuf, Node),
}

/// The disk as it is now, and how much of it is safe.
#[derive(Clone, Default)]
pub struct Disk {
    contents: Vec<Content>,
    now: BTreeMap<PathBuf, Node>,
    safe: BTreeMap<PathBuf, Node>,
    pending: Vec<Naming>,
}

impl Disk {
    /// A disk on which a folder lies safe.
    pub fn of(folder: &Path) -> Self {
        let mut disk = Self::default();
        disk.lay(folder, Path::new(""));
        disk.safe = disk.now.clone();
        disk
    }

    fn lay(&mut self, folder: &Path, below: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = below.join(path.file_name().unwrap());
            if path.is_dir() {
                self.now.insert(name.clone(), Node::Folder);
                self.lay(&path, &name);
            } else {
                self.contents.push(Content { safe: fs::read(&path).unwrap(), pending: Vec::new() });
                self.now.insert(name, Node::File(self.contents.len() - 1));
            }
        }
    }

    pub fn feed(&mut self, event: &Event) {
        match event {
            Event::Create(path) => {
                self.contents.push(Content::default());
                self.link(path, Node::File(self.contents.len() - 1));
            }
            Event::CreateFolder(path) => self.link(path, Node::Folder),
            Event::Write(path, offset, bytes) => self.change(path, Change::Write(*offset, bytes.clone())),
            Event::Truncate(path, length) => self.change(path, Change::Length(*length)),
            Event::Fsync(path) | Event::Fdatasync(path) => self.sync(path),
            Event::Rename(from, to) => {
                let naming = Naming::Rename(from.clone(), to.clone(), self.now[from]);
                rename(&mut self.now, &naming);
                self.pending.push(naming);
            }
            Event::Unlink(path) => {
                self.now.remove(path);
                self.pending.push(Naming::Unlink(path.clone()));
            }
            Event::Output(_) => {}
        }
    }

    fn link(&mut self, path: &Path, node: Node) {
        self.now.insert(path.to_path_buf(), node);
        self.pending.push(Naming::Link(path.to_path_buf(), node));
    }

    fn change(&mut self, path: &Path, change: Change) {
        let Some(Node::File(file)) = self.now.get(path) else { panic!("{} is no file", path.display()) };
        self.contents[*file].pending.push(change);
    }

    fn sync(&mut self, path: &Path) {
        if let Some(Node::File(file)) = self.now.get(path) {
            let content = &mut self.contents[*file];
            for change in content.pending.drain(..) {
                apply(&mut content.safe, &change);
            }
            return;
        }
        let (done, pending) = std::mem::take(&mut self.pending).into_iter().partition(|naming| {
            matches!(naming,
                Naming::Link(name, _) | Naming::Unlink(name) | Naming::Rename(_, name, _)
                    if name.parent() == Some(path))
        });
        self.pending = pending;
        let done: Vec<Naming> = done;
        done.iter().for_each(|naming| rename(&mut self.safe, naming));
    }

    /// Writes the folder as a cut at this moment may leave it.
    pub fn cut(&self, model: Model, dice: &mut Rng, folder: &Path) {
        let mut names = self.safe.clone();
        let arrived = match model {
            Model::Volatile => 0,
            Model::Torn(_) => dice.usize(..=self.pending.len()),
            Model::Reordered => self.pending.len(),
        };
        for naming in &self.pending[..arrived] {
            if !matches!(model, Model::Reordered) || dice.bool() {
                rename(&mut names, naming);
            }
        }
        for (path, node) in &names {
            let path = folder.join(path);
            if !path.parent().unwrap().exists() {
                continue;
            }
            match node {
                Node::Folder => fs::create_dir(&path).unwrap(),
                Node::File(file) => fs::write(&path, self.contents[*file].cut(model, dice)).unwrap(),
            }
        }
    }
}

impl Content {
    fn cut(&self, model: Model, dice: &mut Rng) -> Vec<u8> {
        let mut bytes = self.safe.clone();
        for change in &self.pending {
            match (model, change) {
                (Model::Volatile, _) => {}
                (Model::Torn(page), Change::Write(offset, written)) => {
                    tear(&mut bytes, *offset, written, page, dice);
                }
                (Model::Torn(_) | Model::Reordered, change) => {
                    if dice.bool() {
                        apply(&mut bytes, change);
                    }
                }
            }
        }
        bytes
    }
}

/// Writes some of the pages that a write touches.
fn tear(bytes: &mut Vec<u8>, offset: u64, written: &[u8], page: usize, dice: &mut Rng) {
    let mut from = 0;
    while from < written.len() {
        let place = offset as usize + from;
        let length = (page - place % page).min(written.len() - from);
        if dice.bool() {
            apply(bytes, &Change::Write(place as u64, written[from..from + length].to_vec()));
        }
        from += length;
    }
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write(offset, written) => {
            let (from, to) = (*offset as usize, *offset as usize + written.len());
            if bytes.len() < to {
                bytes.resize(to, 0);
            }
            bytes[from..to].copy_from_slice(written);
        }
        Change::Length(length) => bytes.resize(*length as usize, 0),
    }
}

fn rename(names: &mut BTreeMap<PathBuf, Node>, naming: &Naming) {
    match naming {
        Naming::Link(path, node) => {
            names.insert(path.clone(), *node);
        }
        Naming::Unlink(path) => {
            names.remove(path);
        }
        Naming::Rename(from, to, Node::Folder) => {
            let inside: Vec<PathBuf> = names.keys().filter(|name| name.starts_with(from)).cloned().collect();
            for name in inside {
                let node = names.remove(&name).unwrap();
                let behind = name.strip_prefix(from).unwrap();
                names.insert(if behind == Path::new("") { to.clone() } else { to.join(behind) }, node);
            }
        }
        Naming::Rename(from, to, node) => {
            names.remove(from);
            names.insert(to.clone(), *node);
        }
    }
}
