//! The checkpoint file: a picture of the state at one number, so that a start replays only what came after.
//!
//! Layout, little endian: magic 8 ‖ version u32 ‖ crc32 u32 ‖ store id u64 ‖ seq u64 ‖ bytes. A file beside the
//! store, replaced in one step: the old one stays until the new one is whole, and neither grows sled's log.
//! Never covers an entry that is not durable.

use std::fs;
use std::io;
use std::path::Path;

use crc32fast::Hasher;

use crate::event_log::folder;
use crate::event_log::record::{Flaw, Reader};
use crate::event_log::report::Finding;

const MAGIC: [u8; 8] = *b"qg-check";
const VERSION: u32 = 1;

/// Replaces the checkpoint by one that covers every entry below `seq`.
pub(crate) fn write(path: &Path, store_id: u64, seq: u64, bytes: &[u8]) -> io::Result<()> {
    let ids = [store_id.to_le_bytes(), seq.to_le_bytes()].concat();
    let crc = checksum(&[&ids, bytes]);
    folder::replace(path, &[&MAGIC, &VERSION.to_le_bytes(), &crc.to_le_bytes(), &ids, bytes])
}

/// The checkpoint of this store, when it is whole and claims nothing beyond `next`.
pub(crate) fn read(
    path: &Path,
    store_id: u64,
    next: u64,
    findings: &mut Vec<Finding>,
) -> io::Result<Option<(u64, Vec<u8>)>> {
    let bytes = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    match decode(&bytes, store_id) {
        Ok((seq, state)) if seq <= next => Ok(Some((seq, state.to_vec()))),
        Ok(_) | Err(_) => {
            findings.push(Finding::CheckpointDamaged);
            // The record still holds all that was in it, so it is not kept; its loss is said once.
            fs::remove_file(path).map(|()| None)
        }
    }
}

/// The checkpoint of this store, if it is whole and covers every entry below `next`; the file is left as it is.
pub(crate) fn glance(path: &Path, store_id: u64, next: u64) -> Option<Vec<u8>> {
    let bytes = fs::read(path).ok()?;
    let (seq, state) = decode(&bytes, store_id).ok()?;
    (seq == next).then(|| state.to_vec())
}

fn decode(bytes: &[u8], wanted: u64) -> Result<(u64, &[u8]), Flaw> {
    let mut reader = Reader(bytes);
    let magic = reader.take::<8>()?;
    let version = u32::from_le_bytes(reader.take()?);
    let crc = u32::from_le_bytes(reader.take()?);
    if magic != MAGIC || version != VERSION || checksum(&[reader.0]) != crc {
        return Err(Flaw::Broken);
    }
    let store_id = u64::from_le_bytes(reader.take()?);
    let seq = u64::from_le_bytes(reader.take()?);
    if store_id == wanted { Ok((seq, reader.0)) } else { Err(Flaw::Broken) }
}

fn checksum(pieces: &[&[u8]]) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(&VERSION.to_le_bytes());
    for piece in pieces {
        hasher.update(piece);
    }
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_believed_only_whole_and_only_by_its_own_store() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.checkpoint");
        let mut findings = Vec::new();
        assert_eq!(read(&path, 1, 100, &mut findings).unwrap(), None);
        let keep = || write(&path, 1, 50, b"state").unwrap();
        keep();
        assert_eq!(read(&path, 1, 100, &mut findings).unwrap(), Some((50, b"state".to_vec())));
        assert!(findings.is_empty());
        assert_eq!(read(&path, 2, 100, &mut findings).unwrap(), None, "another store");
        keep();
        assert_eq!(read(&path, 1, 49, &mut findings).unwrap(), None, "beyond the record");
        keep();
        let whole = fs::read(&path).unwrap();
        for bit in 0..whole.len() * 8 {
            let mut damaged = whole.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            fs::write(&path, damaged).unwrap();
            assert_eq!(read(&path, 1, 100, &mut findings).unwrap(), None, "bit {bit}");
        }
        assert_eq!(findings.len(), 2 + whole.len() * 8);
    }
}
