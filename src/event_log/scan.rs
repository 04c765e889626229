//! Finding whole records in the raw files of a store that sled cannot or should not open.
//!
//! A value lies in sled's log in one piece, and proves itself by magic and checksum, so it is found wherever it
//! lies. Holds places, not bodies, in memory: some 40 bytes per record. Never changes a file.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::event_log::record::{self, HEADER, MAGIC, PIECE};

/// Bytes read at once; any record that starts in a window lies wholly in it or in its overlap.
const WINDOW: usize = 4 << 20;
const OVERLAP: usize = HEADER + PIECE;

/// What is known of a record before its body is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trace {
    pub at: i64,
    pub room: u32,
    pub rest: u16,
    pub life: u32,
    pub parts: u8,
}

/// Where one value lies.
#[derive(Clone, Copy)]
struct Place {
    file: usize,
    offset: u64,
    length: usize,
}

/// All whole values in some files.
pub(crate) struct Scan {
    files: Vec<PathBuf>,
    values: BTreeMap<(u64, u8), (Trace, Place)>,
}

/// Looks through files and every file below folders; a file or a stretch that cannot be read is passed over,
/// because what it held is missed by its number. What is not there holds nothing.
pub(crate) fn scan(places: &[&Path]) -> io::Result<Scan> {
    let mut files = Vec::new();
    for place in places {
        match list(place, &mut files) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            other => other?,
        }
    }
    let mut scan = Scan { files, values: BTreeMap::new() };
    for file in 0..scan.files.len() {
        scan.look_through(file);
    }
    Ok(scan)
}

impl Scan {
    /// Every record whose parts are all here, by number: of each number the latest life, and of all of them none
    /// that an earlier number's later life has overtaken (such a one was lost in a crash, and its number given again).
    pub(crate) fn whole(&self) -> BTreeMap<u64, Trace> {
        let mut whole = BTreeMap::new();
        let mut newest_life = 0;
        for (&(seq, part), &(trace, _)) in &self.values {
            if part != 0 || trace.life < newest_life {
                continue;
            }
            let complete = (1..trace.parts)
                .all(|part| self.values.get(&(seq, part)).is_some_and(|(other, _)| other.life == trace.life));
            if complete {
                newest_life = trace.life;
                whole.insert(seq, trace);
            }
        }
        whole
    }

    /// The stored values of one record, read again and proven again; `None` when a file has changed under us.
    pub(crate) fn values(&self, seq: u64, parts: u8) -> io::Result<Option<Vec<Vec<u8>>>> {
        let mut values = Vec::new();
        for part in 0..parts {
            let Some((_, place)) = self.values.get(&(seq, part)) else { return Ok(None) };
            let Some(path) = self.files.get(place.file) else { return Ok(None) };
            let mut value = vec![0; place.length];
            File::open(path)?.read_exact_at(&mut value, place.offset)?;
            if !record::decode(&value).is_ok_and(|(found, _)| (found.seq, found.part) == (seq, part)) {
                return Ok(None);
            }
            values.push(value);
        }
        Ok(Some(values))
    }

    fn look_through(&mut self, file: usize) {
        let Some(Ok(opened)) = self.files.get(file).map(File::open) else { return };
        let length = opened.metadata().map_or(0, |metadata| metadata.len());
        let mut window = vec![0; WINDOW + OVERLAP];
        let mut offset = 0;
        while offset < length {
            let filled = fill(&opened, &mut window, offset);
            if let Some(bytes) = window.get(..filled) {
                self.look_at(file, offset, bytes);
            }
            offset += WINDOW as u64;
        }
    }

    fn look_at(&mut self, file: usize, base: u64, bytes: &[u8]) {
        let mut from = 0;
        while let Some(found) = bytes.get(from..).and_then(find_magic) {
            let start = from + found;
            from = start + 1;
            if start >= WINDOW {
                return;
            }
            let Some(Ok((part, length))) = bytes.get(start..).map(record::decode) else { continue };
            let trace =
                Trace { at: part.at, room: part.room, rest: part.rest, life: part.life, parts: part.parts };
            let place = Place { file, offset: base + start as u64, length };
            let slot = self.values.entry((part.seq, part.part)).or_insert((trace, place));
            if slot.0.life < trace.life {
                *slot = (trace, place);
            }
            from = start + length;
        }
    }
}

/// Reads as much as there is; an unreadable stretch is left as what was there before, which proves nothing.
fn fill(file: &File, window: &mut [u8], offset: u64) -> usize {
    let mut filled = 0;
    while let Some(free) = window.get_mut(filled..) {
        match file.read_at(free, offset + filled as u64) {
            Ok(0) | Err(_) => break,
            Ok(count) => filled += count,
        }
    }
    filled
}

fn find_magic(bytes: &[u8]) -> Option<usize> {
    let [first, ..] = MAGIC;
    let mut from = 0;
    loop {
        let behind = bytes.get(from..)?;
        let found = from + behind.iter().position(|byte| *byte == first)?;
        if bytes.get(found..)?.starts_with(&MAGIC) {
            return Some(found);
        }
        from = found + 1;
    }
}

fn list(place: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !place.metadata()?.is_dir() {
        files.push(place.to_path_buf());
        return Ok(());
    }
    for entry in fs::read_dir(place)? {
        list(&entry?.path(), files)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event_log::Entry;

    fn value(seq: u64, life: u32, body: &[u8]) -> Vec<u8> {
        let entry = Entry { seq, at: 1, room: 0, body: body.to_vec() };
        record::encode(&entry, 0, life).values.remove(0)
    }

    #[test]
    fn whole_records_are_found_at_any_place_and_damaged_ones_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = vec![MAGIC[0]; WINDOW - 10];
        bytes.extend(value(1, 1, b"across the window"));
        bytes.extend(value(2, 1, b"behind it"));
        let mut damaged = value(3, 1, b"damaged");
        damaged[20] ^= 1;
        bytes.extend(damaged);
        fs::write(folder.path().join("db"), &bytes).unwrap();
        let scan = scan(&[folder.path()]).unwrap();
        assert_eq!(scan.whole().keys().copied().collect::<Vec<_>>(), vec![1, 2]);
        assert_eq!(scan.values(1, 1).unwrap(), Some(vec![value(1, 1, b"across the window")]));
    }

    #[test]
    fn a_number_given_twice_belongs_to_the_later_life() {
        let folder = tempfile::tempdir().unwrap();
        let bytes = [value(1, 2, b"new"), value(1, 1, b"old"), value(2, 1, b"lost in the crash")].concat();
        fs::write(folder.path().join("db"), &bytes).unwrap();
        let scan = scan(&[folder.path()]).unwrap();
        assert_eq!(scan.whole().keys().copied().collect::<Vec<_>>(), vec![1]);
        assert_eq!(scan.values(1, 1).unwrap(), Some(vec![value(1, 2, b"new")]));
    }
}
