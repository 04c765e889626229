//! Earlier checkpoints: further names of checkpoint files that were replaced since, so that the past can be told from
//! near where it is wanted instead of from the beginning.
//!
//! Costs no writing: a checkpoint is replaced by another file, and a second name keeps the old one. Only ever a help:
//! without them the record still tells everything. Never covers an entry that is not durable, and none outlives a
//! damaged store or the entries it ends with.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::event_log::checkpoint;
use crate::event_log::folder::Folder;

/// How many are kept: near the end they stand close together, further back ever further apart.
const KEPT: usize = 16;
/// How many bytes they take together at most, the newest apart: some megabytes each, or tens with a hundred thousand
/// members.
const BYTES: u64 = 128 << 20;

/// The earlier checkpoints of a record, for readers.
#[derive(Clone, Debug)]
pub struct Earlier {
    folder: PathBuf,
    store_id: u64,
}

impl Earlier {
    /// Those beside the record in a state folder.
    pub fn of(state: &Path, store_id: u64) -> Self {
        Self { folder: Folder { state: state.to_path_buf() }.earlier(), store_id }
    }

    /// The numbers below which each covers every entry, newest first.
    pub fn all(&self) -> Vec<u64> {
        let mut all: Vec<u64> = listed(&self.folder).into_iter().map(|(seq, _)| seq).collect();
        all.reverse();
        all
    }

    /// One of them, if it is whole.
    pub fn read(&self, seq: u64) -> Option<Vec<u8>> {
        checkpoint::glance(&place(&self.folder, seq), self.store_id, seq)
    }

    /// Puts another picture in the place of one of them, or lets it go. One that is gone already stays gone.
    ///
    /// # Errors
    /// What the file system says.
    pub fn replace(&self, seq: u64, picture: Option<&[u8]>) -> io::Result<()> {
        let place = place(&self.folder, seq);
        let replaced = match picture {
            Some(bytes) if place.exists() => checkpoint::write(&place, self.store_id, seq, bytes),
            _ => fs::remove_file(place),
        };
        replaced.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
    }
}

/// Keeps the checkpoint that covers every entry below `seq` under a further name, and lets others go that are too many.
pub(crate) fn keep(folder: &Folder, seq: u64) -> io::Result<()> {
    let earlier = folder.earlier();
    DirBuilder::new().recursive(true).mode(0o700).create(&earlier)?;
    match fs::hard_link(folder.checkpoint(), place(&earlier, seq)) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let mut kept = listed(&earlier);
    while kept.len() > KEPT || (kept.len() > 1 && kept.iter().map(|(_, size)| size).sum::<u64>() > BYTES) {
        let Some(at) = least_missed(&kept) else { break };
        let (seq, _) = kept.remove(at);
        fs::remove_file(place(&earlier, seq))?;
    }
    Ok(())
}

/// Lets those go that cover an entry which is not there (any more): outside of `first..=next`.
pub(crate) fn retain(folder: &Folder, first: u64, next: u64) -> io::Result<()> {
    let earlier = folder.earlier();
    for (seq, _) in listed(&earlier).into_iter().filter(|(seq, _)| !(first..=next).contains(seq)) {
        fs::remove_file(place(&earlier, seq))?;
    }
    Ok(())
}

/// The one whose neighbours stand closest together, as far away as they are; never the newest.
fn least_missed(kept: &[(u64, u64)]) -> Option<usize> {
    let newest = kept.last()?.0;
    let missed = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| kept.get(at)).map_or(0, |(seq, _)| *seq);
        let (seq, after) = (kept.get(at)?.0, kept.get(at + 1)?.0);
        // In thousandths, so that whole numbers do.
        Some((after - before).saturating_mul(1000) / (newest - seq).max(1))
    };
    (0..kept.len().saturating_sub(1)).min_by_key(|at| missed(*at))
}

fn place(folder: &Path, seq: u64) -> PathBuf {
    folder.join(format!("{seq:020}"))
}

/// Numbers and sizes, oldest first. A folder that cannot be read holds none.
fn listed(folder: &Path) -> Vec<(u64, u64)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut all: Vec<(u64, u64)> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let seq = entry.file_name().to_str()?.parse().ok()?;
            Some((seq, entry.metadata().ok()?.len()))
        })
        .collect();
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_kept_and_they_stand_ever_further_apart() {
        let folder = tempfile::tempdir().unwrap();
        let folder = Folder { state: folder.path().to_path_buf() };
        fs::create_dir_all(&folder.state).unwrap();
        for seq in (20_000..=5_000_000).step_by(20_000) {
            checkpoint::write(&folder.checkpoint(), 7, seq, &seq.to_le_bytes()).unwrap();
            keep(&folder, seq).unwrap();
        }
        let earlier = Earlier::of(&folder.state, 7);
        let all = earlier.all();
        assert_eq!((all.len(), all[0]), (KEPT, 5_000_000));
        assert!(all.windows(2).all(|pair| pair[0] > pair[1]));
        // Wherever one wants to begin, no more than half of the way back is to be read.
        for wanted in (100_000..5_000_000_u64).step_by(10_000) {
            let begin = all.iter().copied().find(|seq| *seq <= wanted).unwrap_or(0);
            assert!(wanted - begin <= (5_000_000 - wanted) / 2 + 400_000, "{wanted} from {begin}: {all:?}");
        }
        assert!(all.iter().all(|seq| earlier.read(*seq) == Some(seq.to_le_bytes().to_vec())));
        assert_eq!(Earlier::of(&folder.state, 8).read(all[0]), None, "of another store");
        retain(&folder, all[9], all[3]).unwrap();
        assert_eq!(earlier.all(), all[3..=9]);
        retain(&folder, 1, 0).unwrap();
        assert!(earlier.all().is_empty());
        // The checkpoint itself is as it was.
        assert!(checkpoint::glance(&folder.checkpoint(), 7, 5_000_000).is_some());
    }
}
