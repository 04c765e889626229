//! The lines of the stream, from memory and from pages of the record, as one sequence with known holes.
//!
//! Paged lines are kept with the stretches that they cover, so a hole is never mistaken for silence.

use crate::model::id::{MessageId, RoomId, Seq};
use crate::model::reason::Reason;
use crate::state::State;
use crate::state::stream::{Line, Message};
use std::collections::BTreeMap;

/// How many paged lines a seat keeps: about 4 MB at 200 bytes each.
const KEPT: usize = 20_000;
/// So many lines after those on screen stay whatever happens: some screens of the largest size, and more than are read
/// ahead.
const NEAR: usize = 1000;
/// How far beyond the known a page is asked for when a seat reads forward into a hole; smaller than any page.
const AHEAD: u64 = 200;

/// A page of the record that a seat needs: lines of `room` before `before`, only those that the search passes if one is
/// named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageWanted {
    pub room: Option<RoomId>,
    pub before: Seq,
    pub search: Option<u64>,
}

/// Lines paged from the record, for one room or for all.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Older {
    lines: BTreeMap<Seq, Line>,
    /// Stretches `[from, to)` of the record of which every line is here, in order, apart from each other.
    covered: Vec<(Seq, Seq)>,
    asked: Option<PageWanted>,
    broken: Option<Reason>,
}

/// How the lines above what is loaded are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Above {
    /// There are none.
    Nothing,
    /// There are more, before this position.
    More(Seq),
    /// They were asked for.
    Loading,
    /// They could not be read.
    Broken(Reason),
}

impl Older {
    /// Takes a page in: everything wanted from `reached` on below `before`.
    pub fn arrived(&mut self, before: Seq, lines: Vec<Line>, reached: Seq) {
        self.asked = None;
        self.broken = None;
        self.take(reached, before, lines);
    }

    /// Takes in everything wanted in `[from, to)`.
    pub fn take(&mut self, from: Seq, to: Seq, lines: impl IntoIterator<Item = Line>) {
        self.lines.extend(lines.into_iter().map(|line| (line.seq(), line)));
        if from < to {
            self.cover(from, to);
        }
    }

    /// Whether a page was asked for that has not come.
    pub fn is_waiting(&self) -> bool {
        self.asked.is_some()
    }

    /// A message as it was paged in.
    pub fn message(&self, id: MessageId) -> Option<&Message> {
        match self.lines.get(&id.0) {
            Some(Line::Message(message)) => Some(message),
            _ => None,
        }
    }

    /// A line is wanted from now on; where nothing is known around it, a page will bring it.
    pub fn put(&mut self, line: Line) {
        if self.holding(line.seq()).is_some() {
            self.lines.insert(line.seq(), line);
        }
    }

    /// A line is wanted no more.
    pub fn remove(&mut self, seq: Seq) {
        self.lines.remove(&seq);
    }

    /// Nobody knows whether this line is wanted: a page has to tell.
    pub fn doubt(&mut self, seq: Seq) {
        let Some((from, to)) = self.holding(seq) else { return };
        self.covered.retain(|stretch| *stretch != (from, to));
        self.covered.extend([(from, seq), (seq.next(), to)].into_iter().filter(|(from, to)| from < to));
        self.covered.sort_unstable();
    }

    /// Whether everything wanted at this place is here.
    pub fn has(&self, at: Seq) -> bool {
        self.holding(at).is_some()
    }

    /// Whether everything up to `to` is here, from some line on.
    pub fn reaches(&self, to: Seq) -> bool {
        self.covered.last().is_some_and(|stretch| stretch.1 >= to)
    }

    /// Forgets the oldest lines where more than enough are kept.
    pub fn trim_oldest(&mut self) {
        while self.lines.len() > KEPT {
            let Some((oldest, _)) = self.lines.pop_first() else { return };
            for stretch in &mut self.covered {
                stretch.0 = stretch.0.max(oldest.next());
            }
            self.covered.retain(|(from, to)| from < to);
        }
    }

    /// Notes that a page could not be read.
    pub fn failed(&mut self, reason: Reason) {
        self.asked = None;
        self.broken = Some(reason);
    }

    /// Notes that a page was asked for.
    pub fn asked(&mut self, page: PageWanted) {
        self.asked = Some(page);
        self.broken = None;
    }

    /// Notes that the page that was asked for will not come.
    pub fn forget(&mut self) {
        self.asked = None;
    }

    /// Lets a failed page be asked for again.
    pub fn retry(&mut self) {
        self.broken = None;
    }

    /// Lets a page be asked for again whose answer will not come any more.
    pub fn ask_anew(&mut self) {
        self.asked = None;
    }

    /// Where more than enough are kept, forgets what lies far from `keep`, the newest first. Whether it did.
    pub fn trim(&mut self, keep: Seq) -> bool {
        if self.lines.len() <= KEPT {
            return false;
        }
        let near = self.lines.range(keep.next()..).nth(NEAR).map(|(seq, _)| *seq);
        let mut cut = None;
        while self.lines.len() > KEPT
            && let Some(newest) =
                self.lines.last_entry().filter(|newest| near.is_some_and(|near| *newest.key() >= near))
        {
            cut = Some(*newest.key());
            newest.remove();
        }
        if let Some(cut) = cut {
            self.covered.iter_mut().for_each(|stretch| stretch.1 = stretch.1.min(cut));
            self.covered.retain(|(from, to)| from < to);
        }
        self.trim_oldest();
        true
    }

    fn cover(&mut self, from: Seq, to: Seq) {
        let (mut from, mut to) = (from, to);
        self.covered.retain(|(known_from, known_to)| {
            let apart = *known_to < from || *known_from > to;
            if !apart {
                from = from.min(*known_from);
                to = to.max(*known_to);
            }
            apart
        });
        self.covered.push((from, to));
        self.covered.sort_unstable();
    }

    /// The stretch that holds the position just below `before`.
    fn below(&self, before: Seq) -> Option<(Seq, Seq)> {
        self.covered.iter().copied().find(|(from, to)| *from < before && before <= *to)
    }

    /// The stretch that holds `at`.
    fn holding(&self, at: Seq) -> Option<(Seq, Seq)> {
        self.covered.iter().copied().find(|(from, to)| *from <= at && at < *to)
    }
}

/// All lines a seat can reach.
#[derive(Clone, Copy)]
pub struct Lines<'a> {
    state: &'a State,
    older: &'a Older,
    room: Option<RoomId>,
    /// The search whose lines alone are shown. They all are in `older`, the newest too.
    search: Option<u64>,
}

impl<'a> Lines<'a> {
    /// The lines of `room`, or of all rooms.
    pub fn new(state: &'a State, older: &'a Older, room: Option<RoomId>) -> Self {
        Self { state, older, room, search: None }
    }

    /// Only the lines that a search passes.
    pub fn of_search(self, search: Option<u64>) -> Self {
        Self { search, ..self }
    }

    /// The position after the newest line.
    pub fn end(&self) -> Seq {
        self.state.next
    }

    /// The lines below `before`, newest first, down to the first hole.
    pub fn back(self, before: Seq) -> impl Iterator<Item = &'a Line> {
        let memory = self.memory_from();
        let (from, to) = match self.older.below(before.min(memory)) {
            Some((from, _)) => (from, before.min(memory)),
            None => (Seq(0), Seq(0)),
        };
        let room = self.room;
        let paged = self.older.lines.range(from..to).rev().map(|(_, line)| line);
        let end = if self.search.is_some() { Seq(0) } else { before };
        self.state.stream.back_from(end, room).chain(paged.filter(move |line| line.is_in(room)))
    }

    /// The lines from `from` on, oldest first, up to the first hole.
    pub fn forward(self, from: Seq) -> impl Iterator<Item = &'a Line> {
        let memory = self.memory_from();
        let stretch = if from < memory { self.older.holding(from) } else { None };
        let (start, end, on) = match stretch {
            Some((_, to)) if to < memory => (from, to, Seq(u64::MAX)),
            Some(_) => (from, memory, memory),
            None if from < memory => (Seq(0), Seq(0), Seq(u64::MAX)),
            None => (Seq(0), Seq(0), from),
        };
        let room = self.room;
        let paged = self.older.lines.range(start..end).map(|(_, line)| line);
        paged.filter(move |line| line.is_in(room)).chain(self.state.stream.forward_from(on, room))
    }

    /// What lies above everything that can be reached from `before` without a hole.
    pub fn above(&self, before: Seq) -> Above {
        let reach = before.min(self.memory_from());
        let top = self.older.below(reach).map_or(reach, |(from, _)| from);
        if top <= self.state.first || top == Seq(0) {
            return Above::Nothing;
        }
        if let Some(reason) = &self.older.broken {
            return Above::Broken(reason.clone());
        }
        match self.older.asked {
            Some(asked) if asked.before == top => Above::Loading,
            _ => Above::More(top),
        }
    }

    /// The page to ask for when `bottom`, the lowest line on screen, is close to a hole below it.
    pub fn below(&self, bottom: Seq) -> Option<PageWanted> {
        let memory = self.memory_from();
        let (_, to) = self.older.holding(bottom).filter(|(_, to)| *to < memory && bottom < memory)?;
        let ahead = usize::try_from(AHEAD).unwrap_or(usize::MAX);
        let close = self.older.lines.range(bottom..to).nth(ahead).is_none();
        let before = Seq(to.0.saturating_add(AHEAD)).min(memory);
        let wanted = PageWanted { room: self.room, before, search: self.search };
        (close && self.older.broken.is_none() && self.older.asked != Some(wanted)).then_some(wanted)
    }

    /// From where on memory has every line. All of them, when none was ever dropped from it.
    fn memory_from(&self) -> Seq {
        if self.search.is_some() {
            return self.state.next;
        }
        let stream = &self.state.stream;
        let whole = u64::try_from(stream.lines().len()).is_ok_and(|kept| kept == stream.pushed);
        if whole { Seq(0) } else { stream.oldest().unwrap_or(self.state.next) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::action::Actor;
    use crate::model::event::{Event, Record};
    use crate::model::id::MemberId;
    use crate::model::moment::Moment;
    use crate::state::stream::WINDOW;

    fn record(seq: u64) -> Record {
        let event = Event::MemberJoined { room: RoomId(1), member: MemberId(1), by: Actor::Unknown };
        Record { seq: Seq(seq), at: Moment(i64::try_from(seq).unwrap()), event }
    }

    fn page(from: u64, before: u64) -> Vec<Line> {
        (from..before).rev().map(|seq| Line::of(&record(seq)).unwrap()).collect()
    }

    #[test]
    fn pages_join_memory_without_a_seam_and_a_hole_is_known() {
        let mut state = State::default();
        let last = WINDOW as u64 + 1000;
        (1..=last).for_each(|seq| state.apply(&record(seq)));
        let mut older = Older::default();
        assert_eq!(Lines::new(&state, &older, None).above(state.next), Above::More(Seq(1001)));
        older.arrived(Seq(1001), page(801, 1001), Seq(801));
        assert_eq!(Lines::new(&state, &older, None).above(state.next), Above::More(Seq(801)));
        older.arrived(Seq(801), page(1, 801), Seq(0));
        let lines = Lines::new(&state, &older, None);
        assert_eq!(lines.above(state.next), Above::Nothing);
        let back: Vec<u64> = lines.back(state.next).map(|line| line.seq().0).collect();
        assert_eq!(back, (1..=last).rev().collect::<Vec<_>>());
        let forward: Vec<u64> = lines.forward(Seq(1)).map(|line| line.seq().0).collect();
        assert_eq!(forward, (1..=last).collect::<Vec<_>>());
        // Memory slides on: between the pages and memory there is a hole now.
        (last + 1..last + 500).for_each(|seq| state.apply(&record(seq)));
        let lines = Lines::new(&state, &older, None);
        assert_eq!(lines.above(state.next), Above::More(Seq(1500)));
        assert_eq!(lines.forward(Seq(900)).last().map(Line::seq), Some(Seq(1000)));
        assert_eq!(lines.below(Seq(990)), Some(PageWanted { room: None, before: Seq(1201), search: None }));
        // What could not be read is not asked for again and again.
        older.failed(Reason::new("page-broken"));
        let lines = Lines::new(&state, &older, None);
        assert_eq!((lines.below(Seq(990)), lines.above(Seq(990))), (None, Above::Nothing));
        assert_eq!(lines.above(state.next), Above::Broken(Reason::new("page-broken")));
        older.retry();
        assert!(Lines::new(&state, &older, None).below(Seq(990)).is_some());
    }
}
