//! Filters with a name, which the whole team may use.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Filter texts by name.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SavedFilters(BTreeMap<String, String>);

impl SavedFilters {
    /// The text under a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Names and texts, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    pub(super) fn saved(&mut self, name: &str, text: &str) {
        self.0.insert(name.to_owned(), text.to_owned());
    }

    pub(super) fn removed(&mut self, name: &str) {
        self.0.remove(name);
    }
}
