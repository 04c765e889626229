//! The head file: what the record must contain, kept outside the store so that a lost tail is noticed.
//!
//! Layout, little endian: magic 8 ‖ version u32 ‖ crc32 u32 ‖ payload. The first three fields keep their place in
//! every version. The head never promises more than what the guard has made durable.

use std::fs;
use std::io;
use std::path::Path;

use crc32fast::Hasher;

use crate::event_log::gaps::Gap;
use crate::event_log::record::{Flaw, Reader};

const MAGIC: [u8; 8] = *b"qg-head\n";
/// The newest head, and with it the newest store, that this program knows.
pub(crate) const VERSION: u32 = 1;

/// What one store promises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub store_id: u64,
    /// Counts the openings of the store.
    pub life: u32,
    /// The oldest sequence number that retention has left.
    pub first: u64,
    /// Every number below this one was durable when the head was written.
    pub next: u64,
    /// The store was closed in order.
    pub clean: bool,
    /// Damage was seen while running: the next opening looks at everything.
    pub suspect: bool,
    pub gaps: Vec<Gap>,
}

/// What was found where the head should be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Absent,
    Whole(Head),
    Damaged,
    Newer(u32),
}

impl Head {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut payload = Vec::with_capacity(64);
        payload.extend_from_slice(&self.store_id.to_le_bytes());
        payload.extend_from_slice(&self.life.to_le_bytes());
        payload.extend_from_slice(&self.first.to_le_bytes());
        payload.extend_from_slice(&self.next.to_le_bytes());
        payload.extend_from_slice(&[u8::from(self.clean), u8::from(self.suspect)]);
        payload.extend_from_slice(&u32::try_from(self.gaps.len()).unwrap_or(u32::MAX).to_le_bytes());
        for gap in &self.gaps {
            payload.extend_from_slice(&gap.from.to_le_bytes());
            payload.extend_from_slice(&gap.to.to_le_bytes());
        }
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&checksum(VERSION, &payload).to_le_bytes());
        bytes.extend_from_slice(&payload);
        bytes
    }
}

/// Reads the head; only an error of the file system is an error, damage is an answer.
pub(crate) fn read(path: &Path) -> io::Result<Found> {
    match fs::read(path) {
        Ok(bytes) => Ok(decode(&bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Found::Absent),
        Err(error) => Err(error),
    }
}

/// Judges bytes that should be a head.
pub(crate) fn decode(bytes: &[u8]) -> Found {
    match decode_frame(bytes) {
        Ok(head) => Found::Whole(head),
        Err(FrameFlaw::Newer(version)) => Found::Newer(version),
        Err(FrameFlaw::Broken) => Found::Damaged,
    }
}

enum FrameFlaw {
    Broken,
    Newer(u32),
}

impl From<Flaw> for FrameFlaw {
    fn from(_: Flaw) -> Self {
        Self::Broken
    }
}

fn decode_frame(bytes: &[u8]) -> Result<Head, FrameFlaw> {
    let mut reader = Reader(bytes);
    if reader.take::<8>()? != MAGIC {
        return Err(FrameFlaw::Broken);
    }
    let version = u32::from_le_bytes(reader.take()?);
    let crc = u32::from_le_bytes(reader.take()?);
    if checksum(version, reader.0) != crc {
        return Err(FrameFlaw::Broken);
    }
    if version != VERSION {
        return Err(FrameFlaw::Newer(version));
    }
    let store_id = u64::from_le_bytes(reader.take()?);
    let life = u32::from_le_bytes(reader.take()?);
    let first = u64::from_le_bytes(reader.take()?);
    let next = u64::from_le_bytes(reader.take()?);
    let [clean, suspect] = reader.take::<2>()?;
    let count = u32::from_le_bytes(reader.take()?);
    let mut gaps = Vec::new();
    for _ in 0..count {
        gaps.push(Gap { from: u64::from_le_bytes(reader.take()?), to: u64::from_le_bytes(reader.take()?) });
    }
    Ok(Head { store_id, life, first, next, clean: clean == 1, suspect: suspect == 1, gaps })
}

fn checksum(version: u32, payload: &[u8]) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(&version.to_le_bytes());
    hasher.update(payload);
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> Head {
        Head {
            store_id: 77,
            life: 3,
            first: 5,
            next: 900,
            clean: true,
            suspect: false,
            gaps: vec![Gap { from: 6, to: 9 }],
        }
    }

    #[test]
    fn a_head_comes_back_as_it_was_written() {
        assert_eq!(decode(&head().encode()), Found::Whole(head()));
    }

    #[test]
    fn every_flipped_bit_of_a_head_is_noticed() {
        let bytes = head().encode();
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(decode(&damaged), Found::Damaged, "bit {bit}");
        }
    }

    #[test]
    fn a_cut_head_is_damaged_and_a_later_one_is_newer() {
        let bytes = head().encode();
        for length in 0..bytes.len() {
            assert_eq!(decode(&bytes[..length]), Found::Damaged);
        }
        let mut later = bytes;
        later[8] = 2;
        let crc = checksum(2, &later[16..]).to_le_bytes();
        later[12..16].copy_from_slice(&crc);
        assert_eq!(decode(&later), Found::Newer(2));
    }
}
