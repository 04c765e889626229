//! The newest number of each room, so that every index entry names the one before it.
//!
//! A reader that follows the chain notices an index entry that sled has lost. Never holds more than one number for
//! each room that has spoken since the opening.

use std::collections::HashMap;

use crate::event_log::contained::Trouble;
use crate::event_log::record::Encoded;
use crate::event_log::store::Store;

/// The newest number of each room that was asked for.
#[derive(Default)]
pub(crate) struct Chain {
    newest: HashMap<u32, u64>,
}

impl Chain {
    /// Joins records, ascending, to the chain; each comes back with the number before it in its room, 0 for none.
    pub(crate) fn join(
        &mut self,
        store: &Store,
        records: Vec<Encoded>,
    ) -> Result<Vec<(Encoded, u64)>, Trouble> {
        let mut joined = Vec::with_capacity(records.len());
        for record in records {
            let previous = if record.room == 0 { 0 } else { self.newest_of(store, record.room)? };
            self.newest.insert(record.room, record.seq);
            joined.push((record, previous));
        }
        Ok(joined)
    }

    fn newest_of(&self, store: &Store, room: u32) -> Result<u64, Trouble> {
        if let Some(newest) = self.newest.get(&room) {
            return Ok(*newest);
        }
        for week in store.weeks.iter().rev() {
            if let Some(newest) = week.newest_of(room)? {
                return Ok(newest);
            }
        }
        Ok(0)
    }
}
