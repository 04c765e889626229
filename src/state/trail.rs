//! The audit trail in memory: the newest events in which somebody decided or did something.

use crate::model::event::{Event, Record};
use crate::model::id::Seq;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// How many events are kept here; all of them stay in the record.
const KEPT: usize = 1000;

/// The newest events for the Audit view, oldest first.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Trail(VecDeque<Record>);

impl Trail {
    /// Oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Record> {
        self.0.iter()
    }

    /// The event with this number, if it is kept.
    pub fn get(&self, seq: Seq) -> Option<&Record> {
        let at = self.0.binary_search_by_key(&seq, |record| record.seq).ok()?;
        self.0.get(at)
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Nothing was done yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn apply(&mut self, record: &Record) {
        if !belongs(&record.event) {
            return;
        }
        self.0.push_back(record.clone());
        if self.0.len() > KEPT {
            self.0.pop_front();
        }
    }
}

fn belongs(event: &Event) -> bool {
    event.is_urgent()
        || matches!(
            event,
            Event::ServerStarted { .. }
                | Event::DamageFound { .. }
                | Event::HistoryDropped { .. }
                | Event::MemberMuted { .. }
                | Event::MemberUnmuted { .. }
                | Event::MessageRecalled { .. }
                | Event::GapNoted { .. }
        )
}
