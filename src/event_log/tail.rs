//! A copy of the part of sled's log that opening it may destroy.
//!
//! From its last snapshot on, sled reads its log anew at every opening, and at the first byte that looks torn it
//! blanks the rest: one flipped bit there cost half of a record whose other half was whole. So these segments are
//! put aside first, and a rebuild looks through them too. After an orderly end they are one or two; after a crash
//! they are what was written since the last opening. Never needed: without room for it, an opening goes on without.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::path::Path;

use crc32fast::hash;

use crate::event_log::folder::{self, Folder};

/// sled's default, and under our settings the only one.
const SEGMENT: u64 = 512 * 1024;
/// crc32 u32, inverted ‖ log sequence number i64, xor'ed with its maximum ‖ another one.
const SEGMENT_HEADER: usize = 20;
/// Up to here the copy also survives a power cut during the opening. Syncing more would hold up a start by seconds
/// on a slow disk, for the sake of a cut on top of damage on top of a crash.
const SYNCED: usize = 128;

/// Puts the endangered segments aside. A copy that is there already is older than an opening that did not succeed,
/// and is kept.
pub(crate) fn put_aside(folder: &Folder) -> io::Result<()> {
    if folder.tail().exists() {
        return Ok(());
    }
    let log = match File::open(folder.record().join("db")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other?,
    };
    let from = snapshot_number(&folder.record())?;
    let endangered = endangered(&log, from)?;
    if endangered.is_empty() {
        return Ok(());
    }
    let growing = folder.tail().with_extension("growing");
    match copy(&log, &endangered, &growing) {
        Ok(()) => {
            fs::rename(&growing, folder.tail())?;
            folder::sync(&folder.state)
        }
        Err(error) => {
            forget(&growing)?;
            Err(error)
        }
    }
}

/// Removes the copy after an opening that found everything in place.
pub(crate) fn forget(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Up to which number of its log sled's newest snapshot reaches; it is in the name of the file.
fn snapshot_number(record: &Path) -> io::Result<i64> {
    let mut newest = 0;
    for entry in fs::read_dir(record)? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix("snap."));
        if let Some(number) = number.and_then(|number| i64::from_str_radix(number, 16).ok()) {
            newest = newest.max(number);
        }
    }
    Ok(newest)
}

/// The places of all segments that sled would read, and of those whose header does not prove otherwise.
fn endangered(log: &File, from: i64) -> io::Result<Vec<u64>> {
    let from = from - from % i64::try_from(SEGMENT).unwrap_or(1);
    let length = log.metadata()?.len();
    let mut places = Vec::new();
    let mut place = 0;
    while place < length {
        let mut header = [0; SEGMENT_HEADER];
        let is_whole = log.read_exact_at(&mut header, place).is_ok();
        let is_blank = header.windows(2).all(|pair| matches!(pair, [one, other] if one == other));
        if !is_whole || !is_blank && number(&header).is_none_or(|number| number >= from) {
            places.push(place);
        }
        place += SEGMENT;
    }
    Ok(places)
}

fn number(header: &[u8; SEGMENT_HEADER]) -> Option<i64> {
    let (crc, numbers) = header.split_first_chunk::<4>()?;
    let fits = u32::from_le_bytes(*crc) == !hash(numbers);
    let number = numbers.first_chunk::<8>().filter(|_| fits)?;
    Some(i64::from_le_bytes(*number) ^ i64::MAX)
}

fn copy(mut log: &File, places: &[u64], to: &Path) -> io::Result<()> {
    let mut target = File::create(to)?;
    for place in places {
        log.seek(SeekFrom::Start(*place))?;
        io::copy(&mut log.take(SEGMENT), &mut target)?;
    }
    if places.len() <= SYNCED { target.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event_log::store::Store;

    #[test]
    fn the_segments_of_sled_still_say_their_numbers() {
        let folder = tempfile::tempdir().unwrap();
        let record = folder.path().join("record");
        let store = Store::open(&record, 1 << 20).unwrap();
        store.guard().unwrap();
        store.close().unwrap();
        let mut header = [0; SEGMENT_HEADER];
        File::open(record.join("db")).unwrap().read_exact_at(&mut header, 0).unwrap();
        assert_eq!(number(&header), Some(0));
        header[7] ^= 1;
        assert_eq!(number(&header), None);
        let state = Folder { state: folder.path().to_path_buf() };
        put_aside(&state).unwrap();
        assert_eq!(fs::metadata(state.tail()).unwrap().len(), fs::metadata(record.join("db")).unwrap().len());
    }
}
