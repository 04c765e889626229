//! Searches through the whole history, each on a blocking thread: first the archive, then what is older from the record,
//! newest first. A search that nobody waits for any more ends by itself.

use crate::desk::house::House;
use crate::desk::pages::{self, Page, skip};
use crate::event_log::EventLog;
use crate::model::event::Event;
use crate::model::id::{MessageId, Seq};
use crate::state::State;
use crate::state::archive::{self, Block, Said, Shelf};
use crate::state::filter::sieve::Sieve;
use crate::state::stream::{Line, Mark};
use crate::ui::search::{Piece, SearchOrder, SearchWanted};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc;

/// So many places are told before all others are looked for: some screens of them.
const FIRST: usize = 200;
/// How many entries are read at once.
const STRIDE: usize = 4096;
/// What is found is told at the latest after so many entries of the record: some 0.1 s.
const MOST_ENTRIES: usize = 20_000;
/// Pieces that may wait for the loop; a search that is ahead of it waits.
const PIECES: usize = 16;

/// A piece for a seat, and what could not be read on the way.
pub struct Told {
    pub seat: u64,
    pub piece: Piece,
    pub flaw: Option<String>,
}

/// The searches of all seats.
pub struct Searches {
    /// By seat and number.
    running: HashMap<(u64, u64), Running>,
    telling: mpsc::Sender<Told>,
    told: mpsc::Receiver<Told>,
}

struct Running {
    sieve: Arc<Sieve>,
    ended: Arc<AtomicBool>,
}

/// What a thread needs to look through the history.
pub struct Looking {
    log: EventLog,
    shelf: Shelf,
    sieve: Arc<Sieve>,
    /// What became of messages older than the archive, where the search asks.
    marks: Vec<(MessageId, Mark)>,
    ended: Arc<AtomicBool>,
}

/// One look: what passes in `[reached, before)`.
struct Step {
    hits: Vec<Seq>,
    /// What is shown besides messages, newest first.
    told: Vec<Seq>,
    /// 0 when nothing older is kept.
    reached: Seq,
    flaw: Option<String>,
}

impl Default for Searches {
    fn default() -> Self {
        let (telling, told) = mpsc::channel(PIECES);
        Self { running: HashMap::new(), telling, told }
    }
}

impl Searches {
    /// The next piece that a search found.
    pub async fn told(&mut self) -> Option<Told> {
        self.told.recv().await
    }

    /// Begins or ends a search of a seat, in the past that it looks at if it does.
    pub fn order(
        &mut self,
        house: &House,
        past: Option<&State>,
        log: &EventLog,
        seat: u64,
        order: SearchOrder,
    ) {
        match order {
            SearchOrder::Begin(wanted) => self.begin(house, past, log, seat, wanted),
            SearchOrder::End(id) => {
                if let Some(running) = self.running.remove(&(seat, id)) {
                    running.ended.store(true, Ordering::Relaxed);
                }
            }
        }
    }

    /// A seat is gone, and whatever it searched for.
    pub fn seat_gone(&mut self, seat: u64) {
        self.running.retain(|key, running| {
            let stays = key.0 != seat;
            running.ended.store(!stays, Ordering::Relaxed);
            stays
        });
    }

    /// What a page of this search needs; none when the search has ended.
    pub fn looking(
        &self,
        house: &House,
        past: Option<&State>,
        log: &EventLog,
        seat: u64,
        id: u64,
    ) -> Option<Looking> {
        self.running.get(&(seat, id)).map(|running| Looking::new(house, past, log, running))
    }

    fn begin(
        &mut self,
        house: &House,
        past: Option<&State>,
        log: &EventLog,
        seat: u64,
        wanted: SearchWanted,
    ) {
        let sieve = match past {
            Some(past) => Sieve::new(&wanted.query, past, None),
            None => house.archive.sieve(&house.state, &wanted.query),
        };
        let running = Running { sieve: Arc::new(sieve), ended: Arc::new(AtomicBool::new(false)) };
        let looking = Looking::new(house, past, log, &running);
        self.running.insert((seat, wanted.id), running);
        let telling = self.telling.clone();
        tokio::task::spawn_blocking(move || looking.search(seat, &wanted, &telling));
    }
}

impl Looking {
    fn new(house: &House, past: Option<&State>, log: &EventLog, running: &Running) -> Self {
        let asks = running.sieve.asks_for_marks();
        // What the archive knows of messages is how they are now.
        let shelf = if past.is_some() && asks { Shelf::empty() } else { house.archive.shelf() };
        let state = past.unwrap_or(&house.state);
        let kept = |(id, mark): (MessageId, &Mark)| (id, mark.clone());
        let marks = if asks {
            state.stream.marks_between(state.first, shelf.from()).map(kept).collect()
        } else {
            Vec::new()
        };
        Self { log: log.clone(), shelf, sieve: running.sieve.clone(), marks, ended: running.ended.clone() }
    }

    fn search(mut self, seat: u64, wanted: &SearchWanted, telling: &mpsc::Sender<Told>) {
        let (mut before, mut enough) = (wanted.before, FIRST);
        while !self.ended.load(Ordering::Relaxed) {
            let Step { hits, reached, flaw, .. } = self.step(before, enough);
            let done = reached == Seq(0) || reached >= before;
            let piece = Piece { id: wanted.id, hits, reached, done };
            // The loop may have ended.
            if telling.blocking_send(Told { seat, piece, flaw }).is_err() || done {
                return;
            }
            (before, enough) = (reached, usize::MAX);
            if before <= self.shelf.from() {
                // The archive goes on without copies of what this search held.
                self.shelf.let_go();
            }
        }
    }

    /// A page of the lines that are shown below `before`, newest first. Those that the record does not have yet are in
    /// memory, and left to the loop.
    pub fn page(&self, before: Seq, most: usize) -> Page {
        let Step { mut hits, told, mut reached, flaw } = self.step(before, most);
        hits.extend(told);
        hits.sort_unstable_by(|one, other| other.cmp(one));
        if hits.len() > most {
            hits.truncate(most);
            reached = hits.last().copied().unwrap_or(reached);
        }
        let mut page = Page { lines: Vec::new(), unread: Vec::new(), recorded: before, reached, flaw };
        for hit in hits {
            if hit.0 >= self.log.next() {
                page.unread.push(hit);
                continue;
            }
            match self.line(hit) {
                Ok(line) => page.lines.extend(line),
                Err(error) => page.flaw = Some(error),
            }
        }
        page
    }

    /// A line of the record; none when it was dropped, or is none of ours.
    fn line(&self, hit: Seq) -> Result<Option<Line>, String> {
        let entries = self.log.read(hit.0, 1).map_err(|error| error.to_string())?;
        let entry = entries.first().filter(|entry| entry.seq == hit.0);
        Ok(entry.and_then(pages::record).and_then(|record| Line::of(&record)))
    }

    fn step(&self, before: Seq, enough: usize) -> Step {
        let from = self.shelf.from();
        if before > from {
            let found = self.shelf.newest(&self.sieve, before, enough);
            if !found.hits.is_empty() || found.reached > from {
                let told = self.shelf.told(&self.sieve, found.reached, before);
                return Step { hits: found.hits, told, reached: found.reached, flaw: None };
            }
        }
        self.step_in_record(before.min(from), enough)
    }

    fn step_in_record(&self, before: Seq, enough: usize) -> Step {
        let mut step = Step { hits: Vec::new(), told: Vec::new(), reached: before, flaw: None };
        let mut read = 0;
        while read < MOST_ENTRIES && step.hits.len() < enough && !self.ended.load(Ordering::Relaxed) {
            let entries = match self.log.read_back(step.reached.0, STRIDE) {
                Ok(entries) => entries,
                Err(error) => {
                    step.flaw = Some(error.to_string());
                    match skip(&error).map(Seq).filter(|next| *next < step.reached) {
                        Some(next) => step.reached = next,
                        None => return step,
                    }
                    continue;
                }
            };
            let Some(oldest) = entries.last() else {
                step.reached = Seq(0);
                return step;
            };
            read += entries.len();
            let mut block = Block::new(Seq(oldest.seq));
            for record in entries.iter().rev().filter_map(pages::record) {
                if let Some((seq, told)) = archive::told(&record) {
                    block.tell(seq, told);
                }
                if let Event::MessageReceived(received) = &record.event {
                    block.push(&Said::of(record.seq, received));
                }
            }
            self.marks.iter().for_each(|(id, mark)| block.mark(*id, mark));
            step.hits.extend(block.hits(&self.sieve).into_iter().rev());
            step.told.extend(block.told(&self.sieve).rev());
            step.reached = Seq(oldest.seq);
        }
        step
    }
}
