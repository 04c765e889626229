//! What the state lets go: history that was dropped from the record, and decided cases that are too many.
//!
//! Never lets go what an open case rests on, what is evidence, or what a step back would open again.

use crate::model::id::{MessageId, Seq};
use crate::state::State;
use std::collections::BTreeSet;

impl State {
    /// Lets go what was said before `before`. What a case in memory rests on, is pinned, or was told anew as evidence
    /// stays, with what happened to it.
    pub fn drop_history(&mut self, before: Seq) {
        self.first = before;
        let rests_on = self.queue.iter().flat_map(|case| case.remarks.iter().map(|remark| remark.message));
        let mut matter: BTreeSet<MessageId> = rests_on.collect();
        matter.extend(self.evidence.messages());
        for message in self.stream.drop_before(before, |id| matter.contains(&id)) {
            self.aged(message);
        }
    }

    /// Decided cases that are too many are forgotten, but none that a step back would open again.
    pub(super) fn forget_decided(&mut self) {
        let Self { queue, undo, actions, .. } = self;
        queue.forget_decided(|| undo.cases(actions));
    }
}
