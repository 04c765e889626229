//! The newest messages as text to look through: blocks of folded text with a compact index, made from the record.
//!
//! Not part of the state and never stored: it is rebuilt from the record behind the first screen, newest first. What it
//! answers follows from the record and the state alone. A block that a search holds is never changed under it.

mod bits;
mod block;
mod column;
pub(in crate::state) mod terse;

use crate::model::event::{Event, Record};
use crate::model::id::{MemberId, MessageId, Seq};
use crate::state::State;
use crate::state::filter::names::Names;
use crate::state::filter::query::Query;
use crate::state::filter::sieve::Sieve;
use crate::state::filter::told::Told;
use crate::state::stream::Line;
use std::collections::VecDeque;
use std::sync::Arc;

pub use crate::state::archive::block::{BLOCK, Block, Said};

/// The newest messages, oldest block first.
#[derive(Debug, Clone)]
pub struct Archive {
    blocks: VecDeque<Arc<Block>>,
    /// Whether the newest block takes more; a loaded one does not.
    open: bool,
    messages: usize,
    limit: usize,
    /// Every message from here on that was not dropped is in a block.
    from: Seq,
    names: Option<Names>,
    /// Who got a name while the others' were still being read.
    late: Vec<(MemberId, String)>,
}

/// The blocks as they were at one moment, for another thread.
#[derive(Debug, Clone)]
pub struct Shelf {
    blocks: Vec<Arc<Block>>,
    from: Seq,
}

/// What was found, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub hits: Vec<Seq>,
    /// Everything from here on was looked through.
    pub reached: Seq,
}

impl Archive {
    /// An empty archive of about the newest `limit` messages, complete from `from` on. A block of the newest is kept
    /// whatever the limit: what the record's writer has not taken yet is found nowhere else.
    pub fn new(limit: usize, from: Seq) -> Self {
        let limit = limit.max(BLOCK);
        Self { blocks: VecDeque::new(), open: false, messages: 0, limit, from, names: None, late: Vec::new() }
    }

    /// Every message from here on is in it, as far as the record keeps them.
    pub fn from(&self) -> Seq {
        self.from
    }

    /// How many messages are in it.
    pub fn len(&self) -> usize {
        self.messages
    }

    /// Whether no message is in it.
    pub fn is_empty(&self) -> bool {
        self.messages == 0
    }

    /// Whether older messages would be let go at once.
    pub fn is_full(&self) -> bool {
        self.messages + BLOCK > self.limit
    }

    /// Bytes of texts and index.
    pub fn bytes(&self) -> usize {
        self.blocks.iter().map(|block| block.bytes()).sum()
    }

    /// Takes in what was recorded. To be called after [`State::apply`] with the same record.
    pub fn apply(&mut self, state: &State, record: &Record) {
        match &record.event {
            Event::MessageReceived(received) => self.push(Said::of(record.seq, received)),
            Event::MemberAppeared { member, .. } | Event::MemberRenamed { member, .. } => {
                // As the state calls him: not every name that is told is taken.
                let name = state.members.get(*member).map(|member| member.name.as_str()).unwrap_or_default();
                match &mut self.names {
                    Some(names) => names.call(*member, name),
                    None => self.late.push((*member, name.to_owned())),
                }
            }
            Event::Flagged(_)
            | Event::MessageRecalled { .. }
            | Event::ActionRequested(_)
            | Event::ActionConfirmed { .. }
            | Event::ActionMarkedDone { .. }
            | Event::ActionFailed { .. }
            | Event::ActionUnsupported { .. }
            | Event::ActionCancelled { .. } => {
                let touched = state.stream.touched_from(record.seq);
                touched.into_iter().flatten().for_each(|message| self.mark(state, message));
            }
            Event::HistoryDropped { before } => self.drop_before(*before),
            _ => {
                if let Some((seq, told)) = told(record) {
                    self.tell(seq, told);
                }
            }
        }
    }

    /// Takes in everybody's name, read aside; who was named since then keeps that name.
    pub fn name(&mut self, mut names: Names) {
        for (member, name) in self.late.drain(..) {
            names.call(member, &name);
        }
        self.names = Some(names);
    }

    /// Takes in the messages just before its oldest: all from `from` on.
    pub fn prepend(&mut self, state: &State, mut block: Block, from: Seq) {
        if self.is_full() || from >= self.from {
            return;
        }
        for (id, mark) in state.stream.marks_between(from, self.from) {
            block.mark(id, mark);
        }
        self.from = from;
        if block.is_empty() {
            return;
        }
        self.open &= !self.blocks.is_empty();
        self.messages += block.len();
        self.blocks.push_front(Arc::new(block));
    }

    /// The blocks as they are now.
    pub fn shelf(&self) -> Shelf {
        Shelf { blocks: self.blocks.iter().cloned().collect(), from: self.from }
    }

    /// A query, ready for the blocks.
    pub fn sieve(&self, state: &State, query: &Query) -> Sieve {
        Sieve::new(query, state, self.names.as_ref())
    }

    fn push(&mut self, said: Said<'_>) {
        if !self.open || self.blocks.back().is_none_or(|block| !block.has_space_for(&said)) {
            self.open_block(said.seq);
        }
        if let Some(newest) = self.blocks.back_mut() {
            Arc::make_mut(newest).push(&said);
            self.messages += 1;
        }
        while self.blocks.front().is_some_and(|oldest| self.messages - oldest.len() >= self.limit) {
            self.drop_oldest();
        }
    }

    fn tell(&mut self, seq: Seq, told: Told) {
        if !self.open {
            self.open_block(seq);
        }
        if self.blocks.back_mut().is_some_and(|newest| Arc::make_mut(newest).tell(seq, told)) {
            return;
        }
        self.open_block(seq);
        if let Some(newest) = self.blocks.back_mut() {
            Arc::make_mut(newest).tell(seq, told);
        }
    }

    fn open_block(&mut self, first: Seq) {
        if let Some(full) = self.blocks.back_mut() {
            Arc::make_mut(full).close();
        }
        self.blocks.push_back(Arc::new(Block::new(first)));
        self.open = true;
    }

    fn drop_oldest(&mut self) {
        let Some(oldest) = self.blocks.pop_front() else { return };
        self.messages -= oldest.len();
        self.from = self.blocks.front().map_or(oldest.last().next(), |first| first.first());
    }

    fn drop_before(&mut self, before: Seq) {
        while self.blocks.front().is_some_and(|block| block.last() < before) && self.blocks.len() > 1 {
            self.drop_oldest();
        }
        self.from = self.from.max(before);
    }

    fn mark(&mut self, state: &State, message: MessageId) {
        let at = self.blocks.partition_point(|block| block.last() < message.0);
        let (Some(block), Some(mark)) = (self.blocks.get_mut(at), state.stream.mark(message)) else { return };
        Arc::make_mut(block).mark(message, mark);
    }
}

impl Shelf {
    /// Without a block: everything is to be read from the record.
    pub fn empty() -> Self {
        Self { blocks: Vec::new(), from: Seq(u64::MAX) }
    }

    /// Everything from here on is on it.
    pub fn from(&self) -> Seq {
        self.from
    }

    /// Lets the blocks go: nothing is on it from now on.
    pub fn let_go(&mut self) {
        self.blocks.clear();
    }

    /// What passes below `before`, newest first: whole blocks until there are `enough`.
    pub fn newest(&self, sieve: &Sieve, before: Seq, enough: usize) -> Found {
        let mut found = Found { hits: Vec::new(), reached: before };
        for block in self.below(before) {
            let mut hits = block.hits(sieve);
            hits.retain(|seq| *seq < before && *seq >= self.from);
            found.hits.extend(hits.iter().rev());
            found.reached = block.first().max(self.from).min(before);
            if found.hits.len() >= enough {
                return found;
            }
        }
        found.reached = self.from.min(before);
        found
    }

    /// What is shown of what is no message in `[from, before)`, newest first.
    pub fn told(&self, sieve: &Sieve, from: Seq, before: Seq) -> Vec<Seq> {
        let from = from.max(self.from);
        let mut done = false;
        let near =
            self.below(before).take_while(|block| !std::mem::replace(&mut done, block.first() <= from));
        let told = near.flat_map(|block| block.told(sieve).rev());
        told.filter(|seq| *seq < before && *seq >= from).collect()
    }

    /// How many pass, of all.
    pub fn count(&self, sieve: &Sieve) -> usize {
        self.blocks.iter().map(|block| block.count(sieve, self.from)).sum()
    }

    fn below(&self, before: Seq) -> impl Iterator<Item = &Block> {
        let end = self.blocks.partition_point(|block| block.first() < before);
        self.blocks.get(..end).unwrap_or_default().iter().rev().map(Arc::as_ref)
    }
}

/// What an event tells that is no message.
pub fn told(record: &Record) -> Option<(Seq, Told)> {
    match &record.event {
        Event::MemberJoined { .. }
        | Event::MemberLeft { .. }
        | Event::MemberMuted { .. }
        | Event::MemberUnmuted { .. }
        | Event::GapNoted { .. } => match Line::of(record)? {
            Line::Notice { seq, at, room, notice } => Some((seq, Told::of(at, room, &notice))),
            Line::Message(_) => None,
        },
        _ => None,
    }
}
