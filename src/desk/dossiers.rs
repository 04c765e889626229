//! Cases written to files with what was said around them, and the same words kept in the record before their weeks are
//! dropped. Reading and writing happen on blocking threads; the loop only words what they bring.

use crate::desk::house::House;
use crate::desk::linear::Readers;
use crate::desk::pages;
use crate::desk::run::Desk;
use crate::desk::seats::Seats;
use crate::event_log::EventLog;
use crate::model::event::{Event, EvidenceLine, Record};
use crate::model::id::{CaseId, MessageId, RoomId, Seq};
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::state::evidence;
use crate::state::queue::Case;
use crate::ui::dossier::{self, Stretch};
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;

/// So many messages before a message and after it are kept with it.
const AROUND: usize = 10;
/// How many entries are read at once.
const STRIDE: usize = 256;
/// In a room where nobody says anything more, the words after a message are not looked for for ever.
const MOST_ENTRIES: usize = 20_000;
/// Things that may wait for the loop.
const WAITING: usize = 16;

/// What a thread brings back.
#[derive(Debug)]
pub enum Brought {
    /// What was said around the messages of a case, for the seat that asked: for a file, or for itself.
    Gathered { seat: u64, case: CaseId, to_seat: bool, stretches: Vec<Stretch> },
    /// The file of a case was written, or could not be.
    Written { seat: u64, outcome: Result<PathBuf, String> },
    /// What has to outlive the weeks before `from`: what was said around messages of theirs, and the messages around
    /// which it was told anew in them.
    Kept { from: Moment, stretches: Vec<(RoomId, MessageId, Stretch)>, again: Vec<MessageId> },
}

/// What is being gathered and written.
pub struct Dossiers {
    bringing: mpsc::Sender<Brought>,
    brought: mpsc::Receiver<Brought>,
}

impl Default for Dossiers {
    fn default() -> Self {
        let (bringing, brought) = mpsc::channel(WAITING);
        Self { bringing, brought }
    }
}

impl Dossiers {
    /// The next thing that a thread brings.
    pub async fn brought(&mut self) -> Option<Brought> {
        self.brought.recv().await
    }

    /// A seat wants a case written: gathers what was said around its messages.
    ///
    /// # Errors
    /// When the case is not in memory any more: nothing will be brought.
    pub fn order(
        &self,
        house: &House,
        log: &EventLog,
        seat: u64,
        case: CaseId,
        to_seat: bool,
    ) -> Result<(), Reason> {
        let found = house.state.queue.get(case).ok_or_else(gone)?;
        let wanted = house.wanted_of(found);
        let (log, bringing) = (log.clone(), self.bringing.clone());
        tokio::task::spawn_blocking(move || {
            let stretches = wanted.into_iter().map(|one| one.gathered(&log)).collect();
            // The loop may have ended.
            let _ = bringing.blocking_send(Brought::Gathered { seat, case, to_seat, stretches });
        });
        Ok(())
    }

    /// Weeks to be dropped go when what matters in them was told anew.
    pub fn let_weeks_go(&self, house: &mut House, log: &EventLog) {
        let Some(from) = house.dropping.take() else { return };
        let told = house.state.evidence.stretches().map(|(message, stretch)| (message, stretch.told));
        let (matter, told) = (house.matter(), told.collect::<Vec<(MessageId, Seq)>>());
        if matter.is_empty() && told.is_empty() {
            house.drop_before(from);
        } else {
            self.keep(log, from, matter, told);
        }
    }

    /// Takes in what a thread brought.
    pub fn take_in(&self, house: &mut House, seats: &mut Seats, readers: &mut Readers, brought: Brought) {
        match brought {
            Brought::Gathered { seat, case, to_seat, stretches } => {
                let stretches: Vec<Stretch> =
                    stretches.into_iter().map(|stretch| house.named(stretch)).collect();
                let here = readers.worded_case(house, seat, case, &stretches);
                match here.or_else(|| seats.worded_case(house, seat, case, &stretches)) {
                    Some(text) if to_seat => readers.hand(seat, &text),
                    Some(text) => self.write(seat, seats.folder(), case, text),
                    // The case was forgotten meanwhile, or the seat is gone.
                    None => answer(house, seats, readers, seat, (&gone(), false)),
                }
            }
            Brought::Written { seat, outcome } => {
                answer(house, seats, readers, seat, (&told(&outcome), outcome.is_ok()));
            }
            Brought::Kept { from, stretches, again } => {
                house.tell_again(&again);
                house.keep_evidence(stretches);
                house.drop_before(from);
            }
        }
    }

    /// Writes the text of a case into `folder`.
    fn write(&self, seat: u64, folder: &Path, case: CaseId, text: String) {
        let (folder, bringing) = (folder.join("cases"), self.bringing.clone());
        tokio::task::spawn_blocking(move || {
            let path = folder.join(format!("case-{}.md", case.0));
            let written = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, text));
            let outcome = written.map(|()| path).map_err(|error| error.to_string());
            // The loop may have ended.
            let _ = bringing.blocking_send(Brought::Written { seat, outcome });
        });
    }

    /// Gathers what was said around these messages, before the weeks they stand in are dropped, and finds what was `told`
    /// anew in those.
    fn keep(&self, log: &EventLog, from: Moment, messages: Vec<MessageId>, told: Vec<(MessageId, Seq)>) {
        let (log, bringing) = (log.clone(), self.bringing.clone());
        tokio::task::spawn_blocking(move || {
            let of = |id: MessageId| {
                let room = going(&log, id.0, from).as_ref().and_then(said_in)?;
                Some((room, id, around(&log, room, id, id)))
            };
            let stretches = messages.into_iter().filter_map(of).collect();
            let goes = |(_, seq): &(MessageId, Seq)| seq.0 < log.first() || going(&log, *seq, from).is_some();
            let again = told.into_iter().filter(goes).map(|(message, _)| message).collect();
            // The loop may have ended.
            let _ = bringing.blocking_send(Brought::Kept { from, stretches, again });
        });
    }
}

/// Tells a seat what became of what it asked for, and whether that is good.
fn answer(house: &House, seats: &mut Seats, readers: &mut Readers, seat: u64, word: (&Reason, bool)) {
    let (reason, good) = word;
    if readers.has(seat) {
        readers.say_to(house, seat, reason, good);
    } else {
        seats.say_to(house, seat, reason, good);
    }
}

fn gone() -> Reason {
    Reason::new("case-gone")
}

impl Desk {
    /// A seat wants a case: it is gathered, or it is said why not.
    pub(super) fn gather(&mut self, seat: u64, case: CaseId, to_seat: bool) {
        if let Err(reason) = self.dossiers.order(&self.house, &self.log, seat, case, to_seat) {
            answer(&self.house, &mut self.seats, &mut self.readers, seat, (&reason, false));
        }
    }
}

/// An event, if it stands in weeks before `from`. They are dropped whole, so what lies a week later may go with them.
fn going(log: &EventLog, seq: Seq, from: Moment) -> Option<Record> {
    match log.read(seq.0, 1) {
        Ok(entries) => {
            let own = entries.first().filter(|entry| entry.seq == seq.0).and_then(pages::record);
            own.filter(|record| record.at.since(from) < WEEK_MS)
        }
        Err(error) => {
            tracing::error!(%error, "while gathering what was said around a message");
            None
        }
    }
}

/// The room in which a message was said.
fn said_in(record: &Record) -> Option<RoomId> {
    match &record.event {
        Event::MessageReceived(received) => Some(received.room),
        _ => None,
    }
}

/// A stretch of a case: what of it is still in the record, and what was told anew before it was dropped.
struct Wanted {
    room: RoomId,
    kept: Vec<EvidenceLine>,
    recorded: Option<(MessageId, MessageId)>,
}

impl Wanted {
    fn gathered(self, log: &EventLog) -> Stretch {
        let rest = self.recorded.map(|(first, last)| around(log, self.room, first, last)).unwrap_or_default();
        let mut lines = self.kept;
        lines.extend(rest.lines);
        lines.sort_by_key(|line| line.message);
        lines.dedup_by_key(|line| line.message);
        Stretch { lines, flawed: rest.flawed }
    }
}

/// Messages that lie close together are one stretch, from its first to its last.
fn apart(messages: Vec<MessageId>) -> Vec<Vec<MessageId>> {
    let mut stretches: Vec<Vec<MessageId>> = Vec::new();
    for message in messages {
        let near = |last: &MessageId| message.0.0.saturating_sub(last.0.0) <= AROUND as u64 * 4;
        match stretches.last_mut() {
            Some(stretch) if stretch.last().is_some_and(near) => stretch.push(message),
            _ => stretches.push(vec![message]),
        }
    }
    stretches
}

/// What was said in a room from some messages before `first` to some after `last`. Names are filled in by the loop.
fn around(log: &EventLog, room: RoomId, first: MessageId, last: MessageId) -> Stretch {
    if last.0.0 < log.first() {
        // Dropped before anybody wanted it kept.
        return Stretch { lines: Vec::new(), flawed: true };
    }
    let mut stretch = Stretch::default();
    let mut before = first.0.0;
    while stretch.lines.len() < AROUND {
        match log.room_back(room.0, before, STRIDE) {
            Ok(entries) if entries.is_empty() => break,
            Ok(entries) => {
                before = entries.last().map_or(0, |entry| entry.seq);
                stretch.lines.extend(
                    entries.iter().filter_map(pages::record).filter_map(|record| said(&record, room)),
                );
            }
            Err(error) => {
                tracing::error!(%error, "while gathering what was said around a message");
                stretch.flawed = true;
                break;
            }
        }
    }
    stretch.lines.truncate(AROUND);
    stretch.lines.reverse();
    let (mut next, mut after, mut read) = (first.0.0, 0, 0);
    while after <= AROUND && read < MOST_ENTRIES && next < log.next() {
        match log.read(next, STRIDE) {
            Ok(entries) if entries.is_empty() => break,
            Ok(entries) => {
                next = entries.last().map_or(u64::MAX, |entry| entry.seq + 1);
                read += entries.len();
                for line in entries.iter().filter_map(pages::record).filter_map(|record| said(&record, room))
                {
                    after += usize::from(line.message > last);
                    if after <= AROUND {
                        stretch.lines.push(line);
                    }
                }
            }
            Err(error) => {
                tracing::error!(%error, "while gathering what was said around a message");
                stretch.flawed = true;
                break;
            }
        }
    }
    stretch
}

fn said(record: &Record, room: RoomId) -> Option<EvidenceLine> {
    match &record.event {
        Event::MessageReceived(received) if received.room == room => Some(EvidenceLine {
            message: MessageId(record.seq),
            member: received.member,
            name: String::new(),
            at: received.sent_at,
            text: received.text.clone(),
        }),
        _ => None,
    }
}

impl House {
    /// The messages that matter: kept as evidence, flagged, or acted on. Those whose words were told anew already are
    /// not among them.
    pub fn matter(&self) -> Vec<MessageId> {
        let state = &self.state;
        let pinned = state.evidence.pins().map(|(message, _)| message);
        let marked = state.stream.marks_between(state.first, state.next);
        let marked = marked.filter(|(_, mark)| mark.severity.is_some() || mark.is_acted_on());
        let mut all: Vec<MessageId> = pinned
            .chain(marked.map(|(message, _)| message))
            .filter(|message| state.evidence.stretch(*message).is_none() && message.0 >= state.first)
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// What a case rests on, stretch by stretch.
    fn wanted_of(&self, case: &Case) -> Vec<Wanted> {
        let state = &self.state;
        let of = |messages: Vec<MessageId>| {
            let told_anew = |id: &MessageId| id.0 < state.first && state.evidence.stretch(*id).is_some();
            let (kept, recorded): (Vec<MessageId>, Vec<MessageId>) =
                messages.into_iter().partition(told_anew);
            let kept = kept.into_iter().filter_map(|id| state.evidence.stretch(id)).flatten().cloned();
            let recorded = recorded.first().copied().zip(recorded.last().copied());
            Wanted { room: case.room, kept: kept.collect(), recorded }
        };
        apart(dossier::messages(state, case)).into_iter().map(of).collect()
    }

    /// Lines with the names that people have now; what was told anew has the names of then.
    pub fn named(&self, mut stretch: Stretch) -> Stretch {
        for line in stretch.lines.iter_mut().filter(|line| line.name.is_empty()) {
            line.name =
                self.state.members.get(line.member).map(|member| member.name.clone()).unwrap_or_default();
        }
        stretch
    }

    /// Tells once more what was told anew in weeks that go.
    fn tell_again(&mut self, messages: &[MessageId]) {
        let of = |(message, stretch): (MessageId, &evidence::Stretch)| {
            let (room, lines) = (stretch.room, stretch.lines.clone());
            messages.contains(&message).then_some(Event::EvidenceKept { room, message, lines })
        };
        let events = self.state.evidence.stretches().filter_map(of).collect();
        self.append(events);
    }

    /// Tells anew what has to outlive its weeks.
    pub fn keep_evidence(&mut self, stretches: Vec<(RoomId, MessageId, Stretch)>) {
        for (room, message, stretch) in stretches {
            let lines = self.named(stretch).lines;
            if !lines.is_empty() {
                self.append(capped(room, message, lines));
            }
        }
    }
}

const WEEK_MS: i64 = 7 * 86_400_000;

/// The record keeps 64 KiB at most in one entry: of a stretch of very long messages, what still fits beside the one
/// that matters.
fn capped(room: RoomId, message: MessageId, lines: Vec<EvidenceLine>) -> Vec<Event> {
    const BYTES: usize = 56 * 1024;
    let total: usize = lines.iter().map(|line| line.text.len() + line.name.len() + 32).sum();
    let lines = if total <= BYTES {
        lines
    } else {
        // What matters is the message itself; around it, what still fits.
        let own = lines.iter().find(|line| line.message == message).map_or(0, |line| line.text.len() + 256);
        let mut left = BYTES.saturating_sub(own);
        let fits = |line: &EvidenceLine| {
            let size = line.text.len() + line.name.len() + 32;
            if line.message == message {
                return true;
            }
            let fits = size <= left;
            left -= if fits { size } else { 0 };
            fits
        };
        lines.into_iter().filter(fits).collect()
    };
    vec![Event::EvidenceKept { room, message, lines }]
}

/// A sentence for the seat that asked for a file.
pub fn told(outcome: &Result<PathBuf, String>) -> Reason {
    match outcome {
        Ok(path) => Reason::new("dossier-written").with("path", path.display()),
        Err(what) => Reason::new("dossier-not-written").with("what", what),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_close_together_are_one_stretch() {
        let ids = [1, 5, 30, 500, 501].map(|seq| MessageId(Seq(seq))).to_vec();
        let found: Vec<(u64, u64)> =
            apart(ids).iter().map(|stretch| (stretch[0].0.0, stretch[stretch.len() - 1].0.0)).collect();
        assert_eq!(found, [(1, 30), (500, 501)]);
    }

    #[test]
    fn a_stretch_of_long_messages_keeps_the_one_that_matters_whole() {
        let line = |seq: u64, bytes: usize| EvidenceLine {
            message: MessageId(Seq(seq)),
            member: crate::model::id::MemberId(1),
            name: "m".to_owned(),
            at: Moment(0),
            text: "x".repeat(bytes),
        };
        let lines = vec![line(1, 30_000), line(2, 50_000), line(3, 100)];
        let events = capped(RoomId(1), MessageId(Seq(2)), lines);
        let [Event::EvidenceKept { lines, .. }] = &events[..] else { panic!("{events:?}") };
        let kept: Vec<u64> = lines.iter().map(|line| line.message.0.0).collect();
        assert_eq!(kept, [2, 3]);
    }
}
