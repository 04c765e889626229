//! What arrives while a stream stands still, counted as it comes.
//!
//! Never walks again what was counted, however long the stream stands: only which of it is flagged is remembered.

use crate::model::id::{MessageId, Seq};
use crate::state::State;
use crate::state::stream::{Line, Message};
use std::collections::BTreeSet;

/// What arrived while the stream was frozen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Missed {
    pub messages: usize,
    pub flagged: usize,
}

/// The count of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Missing {
    /// The newest line there was when the stream froze.
    since: Option<Seq>,
    /// What lies before this is counted.
    upto: Seq,
    messages: usize,
    flagged: BTreeSet<MessageId>,
}

impl Missing {
    /// Counts on what came after `since` and passes, and what of it was flagged later. A state of earlier, as the past
    /// has them, is counted from the beginning.
    pub fn count(&mut self, state: &State, since: Seq, passes: impl Fn(&Message) -> bool) {
        if self.since != Some(since) || self.upto > state.next {
            *self = Self { since: Some(since), upto: since.next(), ..Self::default() };
        }
        if self.upto >= state.next {
            return;
        }
        let stream = &state.stream;
        let counted = |id: &MessageId| since < id.0 && id.0 < self.upto;
        let later: Vec<MessageId> = match stream.touched_from(self.upto) {
            Some(touched) => touched.filter(counted).collect(),
            None => stream.marks_between(since.next(), self.upto).map(|(id, _)| id).collect(),
        };
        let later = later.into_iter().filter(|id| stream.is_flagged(*id));
        self.flagged.extend(later.filter(|id| stream.message(*id).is_some_and(&passes)));
        for line in stream.forward_from(self.upto, None) {
            if let Line::Message(message) = line
                && passes(message)
            {
                self.messages += 1;
                self.flagged.extend(Some(message.id).filter(|id| stream.is_flagged(*id)));
            }
        }
        self.upto = state.next;
    }

    /// The count. What passes because it was flagged arrived too.
    pub fn told(&self) -> Missed {
        let flagged = self.flagged.len();
        Missed { messages: self.messages.max(flagged), flagged }
    }
}
