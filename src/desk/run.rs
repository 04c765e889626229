//! The loop: one task, one closed list of what can wake it, people before background.

use crate::app::message::Message;
use crate::app::seat::Seat;
use crate::desk::clock;
use crate::desk::door::Knock;
use crate::desk::house::House;
use crate::desk::import::Adoption;
use crate::desk::input;
use crate::desk::linear::Readers;
use crate::desk::pages::{self, Page};
use crate::desk::seats::{Seats, Wanted};
use crate::event_log::EventLog;
use crate::event_log::report::Report;
use crate::language::Language;
use crate::model::event::{Event, Record};
use crate::model::heard::{Heard, Status};
use crate::model::id::ConnectorName;
use crate::model::reason::Reason;
use crate::terminal::messages::{FromClient, FromServer, LineFacts, Sentence, depth_of};
use crate::ui::lines::PageWanted;
use crate::ui::scene::Recording;
use std::collections::HashMap;
use std::time::Duration;
use tokio::signal::unix::Signal;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// How many things heard are taken in one turn before people are looked after again.
const HEARD_A_TURN: usize = 256;
/// How many things from terminals are taken in one turn.
const KNOCKS_A_TURN: usize = 256;
/// Clocks, held seconds and toasts change on screen once a second.
const TICK: Duration = Duration::from_secs(1);

/// Everything that can wake the loop.
pub struct Wakes {
    /// SIGTERM, SIGINT.
    pub stop: Vec<Signal>,
    /// From the record's writer: one for each commit, of which at most a queueful are outstanding.
    pub reports: mpsc::UnboundedReceiver<Report>,
    /// From terminals and commands.
    pub knocks: mpsc::Receiver<Knock>,
    /// From connectors.
    pub heard: mpsc::Receiver<(ConnectorName, Heard)>,
    /// Findings of the background scrub.
    pub findings: mpsc::Receiver<Reason>,
}

/// Why the loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// A signal or `stop`.
    Asked,
    /// The only seat of a program without a server left.
    SeatLeft,
}

/// The loop and what it owns.
pub struct Desk {
    pub house: House,
    pub seats: Seats,
    pub readers: Readers,
    log: EventLog,
    pages: mpsc::Sender<(Wanted, Page)>,
    arriving: mpsc::Receiver<(Wanted, Page)>,
    asked: HashMap<u64, PageWanted>,
    adoptions: HashMap<u64, Adoption>,
    ends_with_seat: bool,
    ending: Option<Ending>,
}

/// Pages that may wait; each seat has at most one under way.
const PAGES: usize = 64;

impl Desk {
    /// A desk; `ends_with_seat` for a program in one process, where the last seat to leave ends it.
    pub fn new(house: House, seats: Seats, log: EventLog, ends_with_seat: bool) -> Self {
        let (pages, arriving) = mpsc::channel(PAGES);
        Self {
            house,
            seats,
            readers: Readers::default(),
            log,
            pages,
            arriving,
            asked: HashMap::new(),
            adoptions: HashMap::new(),
            ends_with_seat,
            ending: None,
        }
    }

    /// Runs until something asks it to end.
    pub async fn run(&mut self, wakes: &mut Wakes) -> Ending {
        let mut tick = Instant::now() + TICK;
        loop {
            let look_again = self.look_again_at(tick);
            tokio::select! {
                biased;
                () = signalled(&mut wakes.stop) => self.ending = Some(Ending::Asked),
                Some(report) = wakes.reports.recv() => self.reported(&report),
                Some(knock) = wakes.knocks.recv() => self.knocked(knock),
                Some((wanted, page)) = self.arriving.recv() => self.paged(wanted, page),
                Some(finding) = wakes.findings.recv() => self.found(finding),
                () = tokio::time::sleep_until(look_again) => {}
                Some((connector, heard)) = wakes.heard.recv(), if !self.house.recorder.is_behind() => {
                    self.house.heard(&connector, heard);
                    self.seats.all_dirty();
                }
            }
            self.let_in(wakes);
            self.listen(wakes);
            if Instant::now() >= tick {
                tick = Instant::now() + TICK;
                self.seats.all_dirty();
            }
            self.turn();
            if let Some(ending) = self.ending {
                return ending;
            }
        }
    }

    /// Takes what else came from terminals, so that the keys of a paste are seen together.
    fn let_in(&mut self, wakes: &mut Wakes) {
        for _ in 0..KNOCKS_A_TURN {
            let Ok(knock) = wakes.knocks.try_recv() else { return };
            self.knocked(knock);
        }
    }

    /// Takes what else was heard, so that a burst of keys cannot keep chat out.
    fn listen(&mut self, wakes: &mut Wakes) {
        for _ in 0..HEARD_A_TURN {
            if self.house.recorder.is_behind() {
                return;
            }
            let Ok((connector, heard)) = wakes.heard.try_recv() else { return };
            self.house.heard(&connector, heard);
            self.seats.all_dirty();
        }
    }

    /// The end of every turn: actions move on, the record gets its batch, seats get their frames.
    fn turn(&mut self) {
        let wanted = self.seats.settle(&mut self.house);
        self.fetch(wanted);
        self.house.work_off();
        self.house.settle();
        let news = std::mem::take(&mut self.house.news);
        if !news.is_empty() {
            self.seats.tell(&self.house, &news);
            self.seats.all_dirty();
        }
        let wanted = self.seats.draw(&self.house);
        self.fetch(wanted);
        self.readers.send(&self.house);
    }

    fn look_again_at(&self, tick: Instant) -> Instant {
        let now = Instant::now();
        if self.house.dispatch.is_ready() {
            return now + Duration::from_millis(20);
        }
        let frame = self.seats.next_at();
        let due =
            self.house.dispatch.next_at(&self.house.state).into_iter().chain(self.seats.settles_at()).min();
        let due =
            due.map(|at| now + Duration::from_millis(u64::try_from(at.since(clock::now())).unwrap_or(0)));
        [frame, due, self.house.recorder.due_at()].into_iter().flatten().chain([tick]).min().unwrap_or(tick)
    }

    fn reported(&mut self, report: &Report) {
        self.house.recorder.reported(report);
        match report {
            Report::Durable { .. } => {
                let durable = self.house.recorder.durable();
                self.house.dispatch.durable(durable, &self.house.state);
            }
            Report::Dropped { first } => {
                self.house.append(vec![Event::HistoryDropped { before: crate::model::id::Seq(*first) }]);
            }
            Report::LowSpace { .. } | Report::SpaceBack { .. } | Report::Failed { .. } => {
                self.seats.all_dirty()
            }
            Report::Committed { .. } | Report::CheckpointKept { .. } => {}
        }
    }

    fn found(&mut self, finding: Reason) {
        self.house.recorder.suspect();
        self.house.append(vec![Event::DamageFound { finding }]);
        self.seats.all_dirty();
    }

    fn knocked(&mut self, knock: Knock) {
        match knock {
            Knock::Seat { moderator, facts, outgoing, number } => {
                let size = input::size(facts.columns, facts.rows);
                let language =
                    self.house.customs.language.unwrap_or_else(|| Language::of_locale(&facts.lang));
                let theme = if facts.no_color { "mono" } else { &self.house.customs.theme };
                let seat = match self.seats.left_by(&moderator, size) {
                    Some(seat) => seat,
                    None => Seat::new(&moderator, language, theme, size.0, size.1),
                };
                let place = self.seats.next_number();
                self.seats.add(place, seat, size, depth_of(&facts), outgoing);
                if number.send(place).is_err() {
                    self.seats.remove(place);
                }
                self.faces_changed();
            }
            Knock::Lines { moderator, facts, outgoing, number } => {
                let place = self.seats.next_number();
                self.sit_down(place, &moderator, &facts, outgoing);
                if number.send(place).is_err() {
                    self.readers.remove(place);
                }
                self.faces_changed();
            }
            Knock::Said { seat, message } => self.said(seat, message),
            Knock::Gone { seat } => {
                self.seats.remove(seat);
                self.readers.remove(seat);
                self.faces_changed();
                self.asked.remove(&seat);
                if self.ends_with_seat && self.seats.count() + self.readers.count() == 0 {
                    self.ending = Some(Ending::SeatLeft);
                }
            }
            Knock::Adopt { store, records, adopted } => {
                let count = self.adopt(store, records);
                // The visitor may have gone; what was adopted stays.
                let _ = adopted.send(count);
                self.seats.all_dirty();
            }
            Knock::Adopted { store, noted } => {
                self.adopted(store);
                let _ = noted.send(());
            }
            Knock::Status { answer } => {
                let _ = answer.send(self.status());
            }
            Knock::Stop => self.ending = Some(Ending::Asked),
        }
    }

    /// Somebody came or went: all who are here see it.
    fn faces_changed(&mut self) {
        self.seats.others_changed(self.readers.moderators());
        // No seat has the number 0.
        self.readers.everybody(&self.seats.others(0));
    }

    /// A seat of lines.
    fn sit_down(
        &mut self,
        place: u64,
        moderator: &str,
        facts: &LineFacts,
        outgoing: mpsc::Sender<FromServer>,
    ) {
        let customs = &self.house.customs;
        let language = customs.language.unwrap_or_else(|| Language::of_locale(&facts.lang));
        // It has no screen; its size is what a screen of it would begin with.
        let seat = Seat::new(moderator, language, &customs.theme, 80, 24);
        self.readers.add(&self.house, place, seat, facts.follows, outgoing);
    }

    fn said(&mut self, seat: u64, message: FromClient) {
        match message {
            FromClient::Typed(text) => {
                let wanted = self.readers.typed(&mut self.house, seat, &text);
                self.fetch(wanted);
            }
            FromClient::End => self.readers.ended(&self.house, seat),
            FromClient::Shown(batch) if self.readers.has(seat) => self.readers.shown(seat, batch),
            FromClient::Input { event, shown } => {
                if let Some(message) = input::message(event, shown) {
                    let wanted = self.seats.happened(&mut self.house, seat, message);
                    self.fetch(wanted);
                }
            }
            FromClient::Shown(frame) => self.seats.shown(seat, frame),
            FromClient::Redraw => self.seats.redraw(seat),
            FromClient::Hello(_)
            | FromClient::Ask(_)
            | FromClient::Chunk(_)
            | FromClient::Bye => {}
        }
    }

    /// Has pages read on blocking threads, each only once.
    fn fetch(&mut self, wanted: Vec<Wanted>) {
        for one in wanted {
            if self.asked.get(&one.seat) == Some(&one.page) {
                continue;
            }
            self.asked.insert(one.seat, one.page);
            let (log, pages) = (self.log.clone(), self.pages.clone());
            tokio::task::spawn_blocking(move || {
                let page = pages::read(&log, one.page.room, one.page.before);
                // The loop may have ended.
                let _ = pages.blocking_send((one, page));
            });
        }
    }

    fn paged(&mut self, wanted: Wanted, page: Page) {
        if self.asked.get(&wanted.seat) == Some(&wanted.page) {
            self.asked.remove(&wanted.seat);
        }
        // Without a line there is nothing to show for it, and it must not pass for the end.
        let broken = page.flaw.clone().filter(|_| page.lines.is_empty() && !page.exhausted);
        let broken = broken.map(|what| Reason::new("page-broken").with("what", what));
        if let Some(flaw) = &page.flaw {
            tracing::error!(%flaw, "while reading a page");
            self.house.recorder.suspect();
        }
        if self.readers.has(wanted.seat) {
            return self.readers.paged(&self.house, wanted.seat, &page, broken.as_ref());
        }
        let PageWanted { room, before, .. } = wanted.page;
        let message = match broken {
            Some(reason) => Message::PageBroken { room, reason },
            None => Message::Page { room, before, lines: page.lines, exhausted: page.exhausted },
        };
        let more = self.seats.happened(&mut self.house, wanted.seat, message);
        self.fetch(more);
    }

    fn adopt(&mut self, store: u64, records: Vec<Record>) -> u64 {
        let through =
            self.house.state.imported.iter().find(|(known, _)| *known == store).map(|(_, through)| *through);
        let own = (store == self.house.store_id).then_some(self.house.state.next);
        let adoption = self.adoptions.entry(store).or_insert_with(|| Adoption::new(own));
        let mut count = 0;
        for record in records {
            let old = record.seq;
            let at = record.at;
            if adoption.is_ours(&record) {
                continue;
            }
            let known = through.is_some_and(|through| old <= through) || adoption.has(old);
            let Some(event) = adoption.adopt(&self.house.state, record) else { continue };
            if known {
                continue;
            }
            if let Some(recorded) = self.house.adopt(event, at) {
                adoption.recorded(old, recorded);
                count += 1;
            }
        }
        count
    }

    /// An import is complete. What it left open is for a person to look at; what we have under way ourselves goes on.
    fn adopted(&mut self, store: u64) {
        if let Some(adoption) = self.adoptions.remove(&store) {
            self.house.append(vec![Event::RecordImported { store, through: adoption.through }]);
            self.house.question_actions(|id| adoption.brought(id.0));
        }
    }

    fn status(&self) -> Vec<Sentence> {
        let state = &self.house.state;
        let mut lines = vec![Sentence::new(
            "status-record",
            &[
                ("events", &state.next.0.saturating_sub(1).to_string()),
                ("seats", &(self.seats.count() + self.readers.count()).to_string()),
            ],
        )];
        for (name, one) in state.connectors.iter() {
            let (key, why) = match &one.status {
                Status::Online { .. } => ("status-connector-online", None),
                Status::Connecting => ("status-connector-connecting", None),
                Status::Offline { reason, .. } => ("status-connector-offline", Some(reason)),
                Status::Ended { reason } => ("status-connector-ended", Some(reason)),
            };
            lines.push(Sentence::new(key, &[("connector", name)]));
            lines.extend(why.map(crate::desk::errands::sentence));
        }
        let (open, unknown) =
            (state.queue.waiting_count(clock::now()).to_string(), state.actions.needing_person().to_string());
        lines.push(Sentence::new("status-open", &[("cases", &open), ("unknown", &unknown)]));
        if let Recording::Stopped(reason) = self.house.recorder.recording() {
            lines.push(crate::desk::errands::sentence(reason));
        }
        lines
    }
}

async fn signalled(signals: &mut [Signal]) {
    std::future::poll_fn(|context| {
        let ready = signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready());
        if ready { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}
