//! What a search through the whole history found so far: positions, how many, and how far it looked.
//!
//! The search itself runs elsewhere, newest first, and tells in pieces; what is said meanwhile is tried here as it
//! comes. Positions are complete from where the search has reached to the newest, so the nearest one is the nearest.

use crate::model::id::{RoomId, Seq};
use crate::state::State;
use crate::state::filter::query::Query;
use crate::state::stream::Line;
use std::collections::{BTreeMap, VecDeque};

/// How many positions a seat keeps, the newest, 8 bytes each; further ones are only counted.
const KEPT: usize = 200_000;

/// A search that a seat needs: everything below `before` that passes.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchWanted {
    pub id: u64,
    pub query: Query,
    pub before: Seq,
}

/// What is to be done about a search.
#[derive(Debug, Clone, PartialEq)]
pub enum SearchOrder {
    Begin(SearchWanted),
    /// Nobody waits for this one any more.
    End(u64),
}

/// A piece of what a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    pub id: u64,
    /// Newest first, older than all of the pieces before.
    pub hits: Vec<Seq>,
    /// Everything from here on was looked through.
    pub reached: Seq,
    /// Nothing older is kept.
    pub done: bool,
}

/// The state of one search.
#[derive(Debug, Clone, PartialEq)]
pub struct Hits {
    pub id: u64,
    query: Query,
    room: Option<RoomId>,
    /// Below where it began, newest first.
    older: Vec<Seq>,
    /// From there on, oldest first.
    newer: VecDeque<Seq>,
    /// Found beyond what is kept.
    uncounted: usize,
    upto: Seq,
    /// The search looks below this, and has come down to `reached`.
    begun: Seq,
    reached: Seq,
    done: bool,
    /// What was tried anew before the search told of it, which may not have known.
    retried: BTreeMap<Seq, bool>,
}

impl Hits {
    /// A search that begins now, in one room or in all, and the order for it.
    pub fn begin(id: u64, query: Query, room: Option<RoomId>, state: &State) -> (Self, SearchOrder) {
        let query = query.within(room);
        let wanted = SearchWanted { id, query: query.clone(), before: state.next };
        let hits = Self {
            id,
            query,
            room,
            older: Vec::new(),
            newer: VecDeque::new(),
            uncounted: 0,
            upto: state.next,
            begun: state.next,
            reached: state.next,
            done: false,
            retried: BTreeMap::new(),
        };
        (hits, SearchOrder::Begin(wanted))
    }

    /// Takes a piece in.
    pub fn arrived(&mut self, piece: &Piece) {
        let space = KEPT.saturating_sub(self.older.len() + self.newer.len());
        // Behind one that is not kept there is none that is.
        let space = if self.uncounted == 0 { space } else { 0 };
        self.older.extend(piece.hits.iter().take(space));
        self.uncounted += piece.hits.len().saturating_sub(space);
        self.done |= piece.done;
        self.reached = if piece.done { Seq(0) } else { piece.reached };
        for (seq, passes) in std::mem::take(&mut self.retried) {
            self.set(seq, passes);
        }
    }

    /// Tries what was said since, and anew what something became of. Whether it could: what memory has let go meanwhile
    /// asks for a new search, and so does a state of earlier, as the past has them.
    pub fn catch_up(&mut self, state: &State) -> bool {
        if self.is_at(state) {
            return true;
        }
        if self.upto > state.next || !state.stream.has_all_from(self.upto) || !self.try_anew(state) {
            return false;
        }
        for line in state.stream.forward_from(self.upto, self.room) {
            if let Line::Message(message) = line
                && self.query.admits_message(state, message)
            {
                self.newer.push_back(line.seq());
            }
        }
        self.upto = state.next;
        self.trim();
        true
    }

    /// Of too many positions the oldest are only counted.
    fn trim(&mut self) {
        while self.older.len() + self.newer.len() > KEPT {
            let oldest = self.older.pop().or_else(|| self.newer.pop_front());
            self.uncounted += usize::from(oldest.is_some());
        }
    }

    /// Tries again what flags, recalls and deeds since then were about.
    fn try_anew(&mut self, state: &State) -> bool {
        if !self.query.asks_for_marks() {
            return true;
        }
        let Some(touched) = state.stream.touched_from(self.upto) else { return false };
        for id in touched.filter(|id| id.0 < self.upto).collect::<Vec<_>>() {
            let Some(message) = state.stream.message(id) else { return false };
            let passes = self.query.admits_message(state, message);
            self.set(id.0, passes);
        }
        true
    }

    /// One place passes from now on, or does not.
    fn set(&mut self, seq: Seq, passes: bool) {
        if seq < self.reached {
            // The search has not told of it yet.
            self.retried.insert(seq, passes);
            return;
        }
        if self.uncounted > 0 && self.older.last().or(self.newer.front()).is_none_or(|oldest| seq < *oldest) {
            return;
        }
        if seq >= self.begun {
            match (self.newer.binary_search(&seq), passes) {
                (Err(at), true) => self.newer.insert(at, seq),
                (Ok(at), false) => drop(self.newer.remove(at)),
                (Ok(_), true) | (Err(_), false) => {}
            }
        } else {
            match (self.older.binary_search_by(|hit| seq.cmp(hit)), passes) {
                (Err(at), true) => self.older.insert(at, seq),
                (Ok(at), false) => drop(self.older.remove(at)),
                (Ok(_), true) | (Err(_), false) => {}
            }
        }
    }

    /// Whether everything said so far was tried.
    pub fn is_at(&self, state: &State) -> bool {
        self.upto == state.next
    }

    /// Begins again under a new number, with nothing found; ends what was under way.
    pub fn anew(&mut self, searches: &mut u64, state: &State) -> [SearchOrder; 2] {
        *searches += 1;
        let (fresh, order) = Self::begin(*searches, self.query.clone(), None, state);
        let was = std::mem::replace(self, Self { room: self.room, ..fresh });
        [SearchOrder::End(was.id), order]
    }

    /// In which room; in all when none.
    pub fn room(&self) -> Option<RoomId> {
        self.room
    }

    /// What is looked for, room included.
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// The nearest place below `seq`.
    pub fn before(&self, seq: Seq) -> Option<Seq> {
        let newer = self.newer.partition_point(|hit| *hit < seq);
        let newest = newer.checked_sub(1).and_then(|at| self.newer.get(at));
        let older = self.older.partition_point(|hit| *hit >= seq);
        newest.or(self.older.get(older)).copied()
    }

    /// The nearest place at `seq` or after it.
    pub fn after(&self, seq: Seq) -> Option<Seq> {
        let older = self.older.partition_point(|hit| *hit >= seq);
        let oldest = older.checked_sub(1).and_then(|at| self.older.get(at));
        let newer = self.newer.partition_point(|hit| *hit < seq);
        oldest.or(self.newer.get(newer)).copied()
    }

    /// The how manieth place this is, counted from the newest.
    pub fn rank(&self, seq: Seq) -> Option<usize> {
        if let Ok(at) = self.newer.binary_search(&seq) {
            return Some(self.newer.len() - at);
        }
        let at = self.older.binary_search_by(|hit| seq.cmp(hit)).ok()?;
        Some(self.newer.len() + at + 1)
    }

    /// How many there are so far.
    pub fn count(&self) -> usize {
        self.older.len() + self.newer.len() + self.uncounted
    }

    /// Whether everything was looked through.
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// How many, as a title says it: `12`, and `12…` while there may be more.
    pub fn tally(&self) -> String {
        format!("{}{}", self.count(), if self.done { "" } else { "…" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::action::Actor;
    use crate::model::event::{Event, Received, Record};
    use crate::model::id::{MemberId, MessageId};
    use crate::model::message::Kind;
    use crate::model::moment::Moment;
    use crate::state::filter::Filter;
    use chrono::FixedOffset;

    fn say(state: &mut State, text: &str) -> Seq {
        let received = Received {
            room: RoomId(1),
            member: MemberId(1),
            external: String::new(),
            sent_at: Moment(0),
            kind: Kind::Text,
            text: text.to_owned(),
            reply_to: None,
            mentions: Vec::new(),
            backfilled: false,
            own: false,
        };
        let seq = state.next;
        state.apply(&Record { seq, at: Moment(0), event: Event::MessageReceived(received) });
        seq
    }

    #[test]
    fn places_found_before_and_since_are_one_row_of_places() {
        let mut state = State::default();
        let filter = Filter::parse("cat").unwrap();
        let query = Query::new(&filter, Moment(0), FixedOffset::east_opt(0).unwrap());
        let old: Vec<Seq> =
            ["cat 1", "dog", "cat 2", "cat 3"].iter().map(|text| say(&mut state, text)).collect();
        let (mut hits, order) = Hits::begin(7, query, None, &state);
        assert!(matches!(order, SearchOrder::Begin(wanted) if wanted.before == state.next));
        assert_eq!((hits.count(), hits.tally().as_str()), (0, "0…"));
        let new = say(&mut state, "cat 4");
        say(&mut state, "dog");
        assert!(!hits.is_at(&state) && hits.catch_up(&state));
        // The search tells in two pieces, newest first.
        let piece = |at: &[usize], done| Piece {
            id: 7,
            hits: at.iter().map(|at| old[*at]).collect(),
            reached: old[at[at.len() - 1]],
            done,
        };
        hits.arrived(&piece(&[3, 2], false));
        hits.arrived(&piece(&[0], true));
        assert_eq!((hits.count(), hits.tally().as_str()), (4, "4"));
        let mut walked = Vec::new();
        let mut at = state.next;
        while let Some(hit) = hits.before(at) {
            walked.push(hit);
            assert_eq!(hits.rank(hit), Some(walked.len()));
            at = hit;
        }
        assert_eq!(walked, [new, old[3], old[2], old[0]]);
        let mut back = Vec::new();
        let mut at = Seq(0);
        while let Some(hit) = hits.after(at) {
            back.push(hit);
            at = hit.next();
        }
        walked.reverse();
        assert_eq!((back, hits.rank(old[1])), (walked, None));
    }

    #[test]
    fn no_more_than_the_newest_places_are_kept_and_the_others_are_counted() {
        let mut state = State::default();
        let filter = Filter::parse("cat").unwrap();
        let query = Query::new(&filter, Moment(0), FixedOffset::east_opt(0).unwrap());
        for _ in 0..1000 {
            say(&mut state, "cat");
        }
        let (mut hits, _) = Hits::begin(7, query, None, &state);
        let old: Vec<Seq> = (1..=1000).rev().map(Seq).collect();
        hits.arrived(&Piece { id: 7, hits: old, reached: Seq(0), done: true });
        let more = KEPT as u64 + 500;
        for _ in 0..more / 500 {
            for _ in 0..500 {
                say(&mut state, "cat");
            }
            assert!(hits.catch_up(&state));
        }
        assert_eq!(hits.older.len() + hits.newer.len(), KEPT);
        assert_eq!(hits.count() as u64, more + 1000);
        assert_eq!(hits.before(state.next), Some(Seq(more + 1000)));
        assert_eq!(hits.before(Seq(1400)), None);
    }

    #[test]
    fn what_a_search_told_of_already_is_not_remembered_as_tried_anew() {
        let mut state = State::default();
        let filter = Filter::parse("-recalled").unwrap();
        let query = Query::new(&filter, Moment(0), FixedOffset::east_opt(0).unwrap());
        let said: Vec<Seq> = (0..10).map(|_| say(&mut state, "cat")).collect();
        let (mut hits, _) = Hits::begin(7, query, None, &state);
        let told = |from: usize, to: usize| said[from..to].iter().rev().copied().collect();
        hits.arrived(&Piece { id: 7, hits: told(5, 10), reached: said[5], done: false });
        for message in [said[7], said[2]].map(MessageId) {
            let event = Event::MessageRecalled { room: RoomId(1), message, by: Actor::Unknown };
            state.apply(&Record { seq: state.next, at: Moment(0), event });
        }
        assert!(hits.catch_up(&state));
        assert_eq!((hits.count(), hits.retried.len()), (4, 1));
        hits.arrived(&Piece { id: 7, hits: told(0, 5), reached: Seq(0), done: true });
        assert_eq!((hits.count(), hits.retried.len(), hits.rank(said[2])), (8, 0, None));
    }
}
