//! The loop: one task, one closed list of what can wake it, people before background.

use crate::app::message::Message;
use crate::app::seat::Seat;
use crate::desk::archiving::{self, Loaded};
use crate::desk::clock;
use crate::desk::door::Knock;
use crate::desk::dossiers::Dossiers;
use crate::desk::house::House;
use crate::desk::import::Adoption;
use crate::desk::input;
use crate::desk::linear::Readers;
use crate::desk::pages::{self, Page, Ripe};
use crate::desk::playback::{PastWanted, Pasts};
use crate::desk::searches::{Searches, Told};
use crate::desk::seats::{Need, Seats, Wanted};
use crate::desk::status;
use crate::event_log::report::Report;
use crate::event_log::{Earlier, EventLog};
use crate::language::Language;
use crate::model::event::{Event, Record};
use crate::model::heard::Heard;
use crate::model::id::{ConnectorName, Seq};
use crate::model::reason::Reason;
use crate::terminal::messages::{FromClient, depth_of};
use crate::ui::lines::PageWanted;
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
    pub(super) log: EventLog,
    pages: mpsc::Sender<(u64, PageWanted, Page)>,
    arriving: mpsc::Receiver<(u64, PageWanted, Page)>,
    searches: Searches,
    pasts: Pasts,
    pub(super) dossiers: Dossiers,
    /// The archive being filled; none before and after.
    loading: Option<mpsc::Receiver<Loaded>>,
    filled: bool,
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
            searches: Searches::default(),
            pasts: Pasts::default(),
            dossiers: Dossiers::default(),
            loading: None,
            filled: false,
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
                Some((seat, wanted, page)) = self.arriving.recv() => self.paged(seat, wanted, page),
                Some(told) = self.searches.told() => self.found_places(told),
                Some((seat, found)) = self.pasts.found() => self.past_found(seat, found),
                loaded = loaded(&mut self.loading) => self.loaded(loaded),
                Some(brought) = self.dossiers.brought() => {
                    self.dossiers.take_in(&mut self.house, &mut self.seats, &mut self.readers, brought);
                }
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
                self.fill_archive();
            }
            if self.turn() {
                self.drawn().await;
            }
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

    /// The end of every turn: actions move on, the record gets its batch, seats get their frames. Says whether any did.
    fn turn(&mut self) -> bool {
        let wanted = self.seats.settle(&mut self.house);
        self.fetch(wanted);
        self.house.work_off();
        self.house.settle();
        self.dossiers.let_weeks_go(&mut self.house, &self.log);
        self.clear_up();
        let news = std::mem::take(&mut self.house.news);
        if !news.is_empty() {
            self.seats.tell(&self.house, &news);
            self.seats.all_dirty();
        }
        let wanted = self.seats.play();
        self.fetch(wanted);
        let wanted = self.readers.settle(&mut self.house);
        self.fetch(wanted);
        self.readers.send(&self.house);
        self.seats.draw(&self.house)
    }

    /// The seats' part of a turn alone.
    pub(super) async fn show(&mut self) {
        let wanted = self.seats.settle(&mut self.house);
        self.fetch(wanted);
        if self.seats.draw(&self.house) {
            self.drawn().await;
        }
    }

    /// After frames were drawn: the tasks that carry them run first.
    async fn drawn(&mut self) {
        tokio::task::yield_now().await;
        let wanted = self.seats.drawn(&self.house);
        self.fetch(wanted);
    }

    fn look_again_at(&self, tick: Instant) -> Instant {
        let now = Instant::now();
        if self.house.dispatch.is_ready() {
            return now + Duration::from_millis(20);
        }
        let frame = self.seats.next_at();
        let due = self
            .house
            .dispatch
            .next_at(&self.house.state)
            .into_iter()
            .chain(self.seats.settles_at())
            .chain(self.seats.plays_at())
            .chain(self.readers.goes_on_at())
            .min();
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
            Report::Dropped { first } => self.house.dropped(Seq(*first)),
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

    pub(super) fn knocked(&mut self, knock: Knock) {
        match knock {
            Knock::Seat { moderator, facts, outgoing, number } => {
                let size = input::size(facts.columns, facts.rows);
                let language =
                    self.house.customs.language.unwrap_or_else(|| Language::of_locale(&facts.lang));
                let theme = if facts.no_color { "mono" } else { &self.house.customs.theme };
                let seat = match self.seats.left_by(&moderator, size) {
                    Some(seat) => seat,
                    None => {
                        let seat = Seat::new(&moderator, language, theme, size.0, size.1);
                        Seat { bell: self.house.customs.bell, ..seat }
                    }
                };
                let place = self.seats.next_number();
                self.seats.add(place, seat, size, depth_of(&facts), outgoing);
                self.seats.furnish(&self.house, place, &facts);
                self.seats.tell_what_became(&self.house, place);
                self.seats.name_broken_theme(&self.house, place, "");
                if number.send(place).is_err() {
                    self.seats.remove(place);
                }
                self.faces_changed();
            }
            Knock::Lines { moderator, facts, outgoing, number } => {
                let place = self.sit_down(&moderator, &facts, outgoing);
                if number.send(place).is_err() {
                    self.readers.remove(place);
                }
            }
            Knock::Said { seat, message } => self.said(seat, message),
            Knock::Gone { seat } => {
                self.seats.last_words(&mut self.house, seat);
                self.seats.remove(seat);
                self.readers.remove(seat);
                self.faces_changed();
                self.asked.remove(&seat);
                self.searches.seat_gone(seat);
                self.pasts.seat_gone(seat);
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
                let _ = answer.send(status::of(&self.house, self.seats.count() + self.readers.count()));
            }
            Knock::Stop => self.ending = Some(Ending::Asked),
        }
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
                    let theme = self.seats.theme_of(seat);
                    let wanted = self.seats.happened(&mut self.house, seat, message);
                    self.seats.name_broken_theme(&self.house, seat, &theme);
                    self.fetch(wanted);
                }
            }
            FromClient::Shown(frame) => self.seats.shown(seat, frame),
            FromClient::Redraw => self.seats.redraw(seat),
            FromClient::Hello(_) | FromClient::Ask(_) | FromClient::Chunk(_) | FromClient::Bye => {}
        }
    }

    /// Has pages read and the history searched on blocking threads; the same page only once.
    pub(super) fn fetch(&mut self, wanted: Vec<Wanted>) {
        for Wanted { seat, what } in wanted {
            let page = match what {
                Need::Page(page) => page,
                Need::Dossier { case, to_seat } => {
                    self.gather(seat, case, to_seat);
                    continue;
                }
                Need::Search(order) => {
                    self.searches.order(&self.house, self.seats.past_of(seat), &self.log, seat, order);
                    continue;
                }
                Need::Past(wanted) => {
                    if matches!(wanted, PastWanted::Tape(_) | PastWanted::Nothing) {
                        // Another screen: nobody waits for what the last one searched for.
                        self.searches.seat_gone(seat);
                    }
                    let earlier = Earlier::of(self.seats.folder(), self.house.store_id);
                    self.pasts.order(&self.log, earlier, &self.house.state, seat, wanted);
                    continue;
                }
            };
            if self.asked.get(&seat) == Some(&page) {
                continue;
            }
            let past = self.seats.past_of(seat);
            let looking = page.search.map(|id| self.searches.looking(&self.house, past, &self.log, seat, id));
            // A page of a search that has ended is not waited for any more.
            let Some(looking) = looking.map_or(Some(None), |looking| looking.map(Some)) else { continue };
            self.asked.insert(seat, page);
            let (log, pages) = (self.log.clone(), self.pages.clone());
            tokio::task::spawn_blocking(move || {
                let read = match looking {
                    Some(looking) => looking.page(page.before, pages::LINES),
                    None => pages::read(&log, page.room, page.before),
                };
                // The loop may have ended.
                let _ = pages.blocking_send((seat, page, read));
            });
        }
    }

    fn paged(&mut self, seat: u64, wanted: PageWanted, page: Page) {
        if self.asked.get(&seat) == Some(&wanted) {
            self.asked.remove(&seat);
        }
        // Without a line there is nothing to show for it, and it must not pass for the end.
        let broken = page.flaw.clone().filter(|_| page.lines.is_empty() && page.reached >= wanted.before);
        let broken = broken.map(|what| Reason::new("page-broken").with("what", what));
        if let Some(flaw) = &page.flaw {
            tracing::error!(%flaw, "while reading a page");
            self.house.recorder.suspect();
        }
        let kept = Seq(self.log.first())..Seq(self.log.next());
        let (lines, reached, lost) = match page.ripe(&wanted, &self.house.state.stream, kept) {
            Ripe::Whole(lines, reached) => (lines, reached, None),
            Ripe::Again => return self.fetch(vec![Wanted { seat, what: Need::Page(wanted) }]),
            Ripe::Lost => (Vec::new(), wanted.before, Some(Reason::new("page-unrecorded"))),
        };
        let broken = broken.or(lost);
        if self.readers.has(seat) {
            return self.readers.paged(&self.house, seat, &lines, reached, broken.as_ref());
        }
        let message = match broken {
            Some(reason) => Message::PageBroken { page: wanted, reason },
            None => Message::Page { page: wanted, lines, reached },
        };
        let more = self.seats.happened(&mut self.house, seat, message);
        self.fetch(more);
    }

    fn found_places(&mut self, told: Told) {
        if let Some(flaw) = told.flaw {
            tracing::error!(%flaw, "while searching");
            self.house.recorder.suspect();
        }
        let more = self.seats.happened(&mut self.house, told.seat, Message::Found(told.piece));
        self.fetch(more);
    }

    /// Begins to fill the archive, once, when the first screens have been served.
    fn fill_archive(&mut self) {
        if !std::mem::replace(&mut self.filled, true) {
            let House { state, archive, customs, .. } = &self.house;
            let names = state.members.iter().map(|member| (member.id, member.name.clone())).collect();
            let messages = customs.archived_messages.saturating_sub(archive.len());
            self.loading = Some(archiving::load(self.log.clone(), archive.from(), messages, names));
        }
    }

    fn loaded(&mut self, loaded: Option<Loaded>) {
        match loaded {
            Some(Loaded::Names(names)) => self.house.archive.name(names),
            Some(Loaded::Block { block, from }) => {
                self.house.archive.prepend(&self.house.state, block, from);
            }
            Some(Loaded::Flaw(flaw)) => {
                tracing::error!(%flaw, "while filling the archive");
                self.house.recorder.suspect();
            }
            None => self.loading = None,
        }
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
}

/// The next piece of the archive; never, when none is being loaded.
async fn loaded(loading: &mut Option<mpsc::Receiver<Loaded>>) -> Option<Loaded> {
    match loading {
        Some(loading) => loading.recv().await,
        None => std::future::pending().await,
    }
}

async fn signalled(signals: &mut [Signal]) {
    std::future::poll_fn(|context| {
        let ready = signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready());
        if ready { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}
