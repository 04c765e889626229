//! The record as JSON Lines, so that no one's data is locked in a file format: a heading, then one event a line.

use crate::model::event::Record;
use serde::{Deserialize, Serialize};

/// The version of the line format written today.
const FORMAT: u32 = 1;

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// The version of the format.
    qunguan: u32,
    /// Which record this is, in hexadecimal.
    store: String,
    first: u64,
    next: u64,
}

impl Heading {
    /// The heading for the events `first..next` of a record.
    pub fn new(store: u64, first: u64, next: u64) -> Self {
        Self { qunguan: FORMAT, store: format!("{store:016x}"), first, next }
    }

    /// Which record it is.
    pub fn store(&self) -> u64 {
        u64::from_str_radix(&self.store, 16).unwrap_or(0)
    }
}

/// The heading as a line.
pub fn heading(heading: &Heading) -> Vec<u8> {
    to_line(heading)
}

/// An event as a line.
pub fn line(record: &Record) -> Vec<u8> {
    to_line(record)
}

/// The heading in a line, if it is one of a version that this program reads.
pub fn read_heading(line: &[u8]) -> Option<Heading> {
    serde_json::from_slice::<Heading>(line).ok().filter(|heading| heading.qunguan <= FORMAT)
}

/// The event in a line, if it is one.
pub fn read_line(line: &[u8]) -> Option<Record> {
    serde_json::from_slice(line).ok()
}

fn to_line(value: &impl Serialize) -> Vec<u8> {
    // Records hold only strings, numbers and enums, which JSON can always write.
    let mut line = serde_json::to_vec(value).unwrap_or_default();
    line.push(b'\n');
    line
}
