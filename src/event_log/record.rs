//! One stored value: an envelope that proves itself, so that a record can be trusted wherever its bytes are found.
//!
//! Layout, little endian: magic 4 ‖ version u8 ‖ crc32 u32 ‖ length u32 ‖ seq u64 ‖ at i64 ‖ room u32 ‖
//! rest u16 ‖ life u32 ‖ part u8 ‖ parts u8 ‖ piece. The first four fields keep their place in every version;
//! the checksum covers the version byte and everything behind the checksum.
//!
//! A body is cut into pieces because sled moves a leaf above 128 KiB into a file of its own that it never syncs,
//! and a leaf holds up to some twenty values. Never trusts a length, a version or a piece before its checksum.

use crc32fast::Hasher;

use crate::event_log::Entry;

/// Starts every stored value; not valid UTF-8, so no chat text contains it.
pub(crate) const MAGIC: [u8; 4] = [0xF9, b'q', 0xFB, b'g'];
/// The newest layout this program writes and reads.
pub(crate) const VERSION: u8 = 1;
/// Bytes before the piece.
pub(crate) const HEADER: usize = 41;
/// The longest piece: 20 × 5 KiB stays below sled's 128 KiB limit for a leaf kept in the log.
pub(crate) const PIECE: usize = 5 * 1024;
/// The longest body of one entry, bytes.
pub const BODY_LIMIT: usize = 64 * 1024;

/// One value of the record, borrowed from the bytes it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    pub seq: u64,
    pub at: i64,
    pub room: u32,
    /// How many entries of the same batch follow this one.
    pub rest: u16,
    /// Which opening of the store wrote it: of two records with one number, the later life is the true one.
    pub life: u32,
    pub part: u8,
    pub parts: u8,
    pub piece: &'a [u8],
}

/// Why bytes are not a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// Too short, wrong magic, wrong length or wrong checksum.
    Broken,
    /// Whole, but written by a version that this program does not know.
    Newer(u8),
}

/// An entry as it goes into the store: one or more values under consecutive keys.
pub(crate) struct Encoded {
    pub seq: u64,
    pub room: u32,
    pub values: Vec<Vec<u8>>,
}

/// Cuts and wraps one entry.
pub(crate) fn encode(entry: &Entry, rest: u16, life: u32) -> Encoded {
    let pieces: Vec<&[u8]> =
        if entry.body.is_empty() { vec![&[]] } else { entry.body.chunks(PIECE).collect() };
    let parts = u8::try_from(pieces.len()).unwrap_or(u8::MAX);
    let values = pieces
        .iter()
        .zip(0u8..)
        .map(|(piece, part)| {
            wrap(&Part { seq: entry.seq, at: entry.at, room: entry.room, rest, life, part, parts, piece })
        })
        .collect();
    Encoded { seq: entry.seq, room: entry.room, values }
}

/// The key of one part: the first part sorts before the others, and all before the next sequence number.
pub(crate) fn key(seq: u64, part: u8) -> Vec<u8> {
    let mut key = seq.to_be_bytes().to_vec();
    if part > 0 {
        key.push(part);
    }
    key
}

/// The sequence number of a key and whether it is a first part; `None` for a key that we never wrote.
pub(crate) fn key_seq(key: &[u8]) -> Option<(u64, bool)> {
    let seq = u64::from_be_bytes(key.get(..8)?.try_into().ok()?);
    Some((seq, key.len() == 8))
}

/// Reads the value that starts at the first byte and says how long it is; bytes behind it are not looked at.
pub(crate) fn decode(bytes: &[u8]) -> Result<(Part<'_>, usize), Flaw> {
    let mut reader = Reader(bytes);
    if reader.take::<4>()? != MAGIC {
        return Err(Flaw::Broken);
    }
    let version = u8::from_le_bytes(reader.take()?);
    let crc = u32::from_le_bytes(reader.take()?);
    let length = u32::from_le_bytes(reader.take()?) as usize;
    let rest_of_value = bytes.get(9..length).filter(|_| length <= HEADER + PIECE).ok_or(Flaw::Broken)?;
    if checksum(version, rest_of_value) != crc {
        return Err(Flaw::Broken);
    }
    match version {
        1 => decode_first_version(rest_of_value).map(|part| (part, length)),
        other => Err(Flaw::Newer(other)),
    }
}

fn decode_first_version(behind_crc: &[u8]) -> Result<Part<'_>, Flaw> {
    let mut reader = Reader(behind_crc);
    reader.take::<4>()?;
    Ok(Part {
        seq: u64::from_le_bytes(reader.take()?),
        at: i64::from_le_bytes(reader.take()?),
        room: u32::from_le_bytes(reader.take()?),
        rest: u16::from_le_bytes(reader.take()?),
        life: u32::from_le_bytes(reader.take()?),
        part: u8::from_le_bytes(reader.take()?),
        parts: u8::from_le_bytes(reader.take()?),
        piece: reader.0,
    })
}

fn wrap(part: &Part<'_>) -> Vec<u8> {
    let length = HEADER + part.piece.len();
    let mut behind_crc = Vec::with_capacity(length);
    behind_crc.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    behind_crc.extend_from_slice(&part.seq.to_le_bytes());
    behind_crc.extend_from_slice(&part.at.to_le_bytes());
    behind_crc.extend_from_slice(&part.room.to_le_bytes());
    behind_crc.extend_from_slice(&part.rest.to_le_bytes());
    behind_crc.extend_from_slice(&part.life.to_le_bytes());
    behind_crc.extend_from_slice(&[part.part, part.parts]);
    behind_crc.extend_from_slice(part.piece);
    let mut value = Vec::with_capacity(length);
    value.extend_from_slice(&MAGIC);
    value.push(VERSION);
    value.extend_from_slice(&checksum(VERSION, &behind_crc).to_le_bytes());
    value.extend_from_slice(&behind_crc);
    value
}

fn checksum(version: u8, behind_crc: &[u8]) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(&[version]);
    hasher.update(behind_crc);
    hasher.finalize()
}

/// Takes fixed-size fields from the front; running out of bytes is a flaw, never a panic.
pub(crate) struct Reader<'a>(pub &'a [u8]);

impl Reader<'_> {
    pub(crate) fn take<const N: usize>(&mut self) -> Result<[u8; N], Flaw> {
        let (field, behind) = self.0.split_first_chunk::<N>().ok_or(Flaw::Broken)?;
        self.0 = behind;
        Ok(*field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(body: Vec<u8>) -> Entry {
        Entry { seq: 7, at: -3, room: 9, body }
    }

    #[test]
    fn a_record_comes_back_as_it_was_written() {
        let encoded = encode(&entry(b"hello".to_vec()), 2, 5);
        let value = encoded.values.first().unwrap();
        let (part, length) = decode(value).unwrap();
        assert_eq!(length, value.len());
        assert_eq!(
            part,
            Part { seq: 7, at: -3, room: 9, rest: 2, life: 5, part: 0, parts: 1, piece: b"hello" }
        );
    }

    #[test]
    fn the_bytes_of_version_one_never_change() {
        // Computed apart from this program, by zlib.
        let encoded = encode(&entry(b"hi".to_vec()), 0, 1);
        let hex: String = encoded.values[0].iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            hex,
            "f971fb6701bdbcdbb12b0000000700000000000000fdffffffffffffff0900000000000100000000016869"
        );
    }

    #[test]
    fn every_flipped_bit_of_a_record_is_noticed() {
        let value = encode(&entry(vec![1, 2, 3, 250]), 0, 1).values.remove(0);
        for bit in 0..value.len() * 8 {
            let mut damaged = value.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(decode(&damaged), Err(Flaw::Broken), "bit {bit}");
        }
    }

    #[test]
    fn a_long_body_is_cut_into_pieces_that_sort_in_order() {
        let body: Vec<u8> = (0..BODY_LIMIT).map(|place| (place % 251) as u8).collect();
        let encoded = encode(&entry(body.clone()), 0, 1);
        let mut joined = Vec::new();
        let mut last = Vec::new();
        for (value, number) in encoded.values.iter().zip(0u8..) {
            let (part, _) = decode(value).unwrap();
            assert_eq!((part.part, usize::from(part.parts)), (number, encoded.values.len()));
            joined.extend_from_slice(part.piece);
            let next = key(7, number);
            assert!(last < next && next < key(8, 0));
            last = next;
        }
        assert_eq!(joined, body);
    }

    #[test]
    fn a_whole_record_of_a_later_version_says_so() {
        let mut value = encode(&entry(vec![1]), 0, 1).values.remove(0);
        value[4] = 9;
        let crc = checksum(9, &value[9..]).to_le_bytes();
        value[5..9].copy_from_slice(&crc);
        assert_eq!(decode(&value), Err(Flaw::Newer(9)));
    }
}
