//! What the connector of `tests/fixtures/modline/journal.py` wrote down, each line on disk before it went on.

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The connector's folder.
pub struct Journal {
    folder: PathBuf,
}

impl Journal {
    pub fn new(folder: &Path) -> Self {
        fs::create_dir_all(folder).unwrap();
        Self { folder: folder.to_owned() }
    }

    /// How the connector answers from now on.
    pub fn set_mood(&self, mood: &str) {
        // Moved into place: the connector must never read half a word.
        let fresh = self.folder.join("mood.new");
        fs::write(&fresh, mood).unwrap();
        fs::rename(fresh, self.folder.join("mood")).unwrap();
    }

    /// Whole lines of one kind. The last line may be half written when everything is being killed.
    pub fn lines(&self, what: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.folder.join("journal")).unwrap_or_default();
        let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        let lines = whole.map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter(|line| line["what"] == what).collect()
    }

    /// The keys of all calls.
    ///
    /// # Panics
    /// When one was called twice.
    pub fn calls(&self) -> BTreeSet<String> {
        let mut calls = BTreeSet::new();
        for line in self.lines("req") {
            let key = line["idem"].as_str().unwrap().to_owned();
            assert!(calls.insert(key.clone()), "{key} was called twice");
        }
        calls
    }
}
