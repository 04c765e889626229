//! Which platform message ids a room has seen lately: for dropping repeats and for resolving replies and recalls.

use crate::model::id::MessageId;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, VecDeque};

/// How many ids a room remembers. Backfills reach back hours, not days: the busiest real group seen says 8,000
/// things in a day.
const REMEMBERED: usize = 8192;

/// The newest platform ids of one room.
///
/// Ids are kept as 64-bit hashes: among 8,192 of them two different ids share one with a chance below 10⁻¹¹.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Seen {
    order: VecDeque<u64>,
    message: HashMap<u64, MessageId>,
}

impl Seen {
    /// The message that carried this platform id, if it is among the newest.
    pub fn get(&self, external: &str) -> Option<MessageId> {
        self.message.get(&fnv(external)).copied()
    }

    pub(super) fn insert(&mut self, external: &str, message: MessageId) {
        let hash = fnv(external);
        if self.message.insert(hash, message).is_some() {
            return;
        }
        // First out, then in: its space need not double for one more.
        if self.order.len() >= REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.message.remove(&oldest);
        }
        self.order.push_back(hash);
    }
}

/// FNV-1a, 64 bit: stable for ever, unlike the standard library's hasher, because checkpoints keep it.
fn fnv(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
