//! The seats: each has its own view, size and pace; none can hold up the loop or another seat.
//!
//! One frame is under way to a terminal at a time. The next is drawn only when the terminal says that it shows the
//! last, so a slow or stopped terminal costs one frame of memory and nothing else.

use crate::app::effect::Effect;
use crate::app::message::Message;
use crate::app::playback;
use crate::app::seat::Seat;
use crate::app::update::update;
use crate::desk::clock;
use crate::desk::house::{House, Sitting};
use crate::desk::pace::Pace;
use crate::desk::perform::Performed;
use crate::desk::playback::{Past, PastWanted};
use crate::language::Language;
use crate::model::event::Record;
use crate::model::moment::Moment;
use crate::terminal::encoder::{Depth, Encoder};
use crate::terminal::messages::{FromServer, Sentence};
use crate::ui::lines::PageWanted;
use crate::ui::search::SearchOrder;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// A seat with its terminal.
pub struct Place {
    pub seat: Seat,
    outgoing: mpsc::Sender<FromServer>,
    encoder: Encoder,
    depth: Depth,
    columns: u16,
    rows: u16,
    /// The frame that the terminal has not said to show yet.
    pub(super) under_way: Option<u64>,
    next_frame: u64,
    pub(super) dirty: bool,
    pace: Pace,
    leaving: bool,
    /// The past, while the seat looks at it, and when its playhead last moved.
    pub(super) past: Option<Past>,
    pub(super) played_at: Option<Moment>,
}

/// What a seat needs besides its own doings.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    pub seat: u64,
    pub what: Need,
}

/// Reading that is done on other threads.
#[derive(Debug, Clone, PartialEq)]
pub enum Need {
    Page(PageWanted),
    Search(SearchOrder),
    Past(PastWanted),
}

impl Need {
    /// What an effect asks to be read, if it asks for that.
    fn of(effect: Effect) -> Result<Self, Effect> {
        match effect {
            Effect::Page(page) => Ok(Need::Page(page)),
            Effect::Search(order) => Ok(Need::Search(order)),
            other => Err(other),
        }
    }
}

/// All seats.
#[derive(Default)]
pub struct Seats {
    pub(super) places: BTreeMap<u64, Place>,
    /// Seats whose terminals are gone, by moderator: he finds what he looked at when he attaches again.
    left: BTreeMap<String, Seat>,
    last: u64,
    reports: PathBuf,
    /// Moderators who read lines instead of a screen: they are here too.
    readers: Vec<String>,
}

/// How many seats without a terminal are kept.
const LEFT_KEPT: usize = 32;

impl Seats {
    /// No seats yet; reports of broken ones go into `reports`.
    pub fn new(reports: PathBuf) -> Self {
        Self { reports, ..Self::default() }
    }

    /// The number that the next seat gets.
    pub fn next_number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// The seat that this moderator left, on a terminal of this size now.
    pub fn left_by(&mut self, moderator: &str, size: (u16, u16)) -> Option<Seat> {
        self.left.remove(moderator).map(|seat| seat.back_on(size.0, size.1))
    }

    /// Somebody sits down.
    pub fn add(
        &mut self,
        number: u64,
        seat: Seat,
        size: (u16, u16),
        depth: Depth,
        outgoing: mpsc::Sender<FromServer>,
    ) {
        let place = Place {
            seat,
            outgoing,
            encoder: Encoder::new(),
            depth,
            columns: size.0,
            rows: size.1,
            under_way: None,
            next_frame: 1,
            dirty: true,
            pace: Pace::new(Instant::now()),
            leaving: false,
            past: None,
            played_at: None,
        };
        self.places.insert(number, place);
        self.all_dirty();
    }

    /// A terminal is gone. How its seat was is kept for when the moderator is back.
    pub fn remove(&mut self, number: u64) {
        if let Some(mut place) = self.places.remove(&number) {
            // Who comes back comes back to what happens now.
            if let Some(past) = place.past.take() {
                past.end(&mut place.seat);
            }
            if self.left.len() >= LEFT_KEPT {
                self.left.pop_first();
            }
            self.left.insert(place.seat.moderator.clone(), place.seat);
        }
        self.all_dirty();
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.places.len()
    }

    /// Who else is here, at seats of lines.
    pub fn others_changed<'a>(&mut self, readers: impl Iterator<Item = &'a str>) {
        self.readers = readers.map(str::to_owned).collect();
        self.all_dirty();
    }

    /// Something changed that every seat may show.
    pub fn all_dirty(&mut self) {
        self.places.values_mut().for_each(|place| place.dirty = true);
    }

    /// The terminal shows this frame now.
    pub fn shown(&mut self, number: u64, frame: u64) {
        if let Some(place) = self.places.get_mut(&number)
            && let Some(under_way) = place.under_way.filter(|under_way| *under_way <= frame)
        {
            place.under_way = None;
            place.seat.seen.on_terminal(under_way, clock::now());
        }
    }

    /// The terminal lost what it showed.
    pub fn redraw(&mut self, number: u64) {
        if let Some(place) = self.places.get_mut(&number) {
            place.encoder.reset();
            place.dirty = true;
        }
    }

    /// Something happened at a terminal. Performs what comes of it; pages are left to the caller.
    pub fn happened(&mut self, house: &mut House, number: u64, message: Message) -> Vec<Wanted> {
        let here = self.others(number);
        let Some(place) = self.places.get_mut(&number) else { return Vec::new() };
        if let Message::Resize { columns, rows } = message {
            (place.columns, place.rows) = (columns, rows);
            // It may have been another size in between, and have lost what it showed.
            place.encoder.reset();
        }
        place.dirty = true;
        place.pace.hurry(Instant::now());
        let result = catch_unwind(AssertUnwindSafe(|| place.handle(house, &here, message)));
        match result {
            Ok(effects) => self.perform(house, number, effects),
            Err(_) => {
                self.broke(number);
                Vec::new()
            }
        }
    }

    fn perform(&mut self, house: &mut House, number: u64, effects: Vec<Effect>) -> Vec<Wanted> {
        let mut wanted = Vec::new();
        for effect in effects {
            match Need::of(effect) {
                Ok(what) => wanted.push(Wanted { seat: number, what }),
                Err(Effect::Leave) => self.leave(number, Sentence::new("seat-left", &[])),
                Err(effect @ (Effect::Replay(_) | Effect::Seek(_) | Effect::Live)) => {
                    let what = self.places.get_mut(&number).and_then(|place| place.travels(&effect));
                    wanted.extend(what.map(|what| Wanted { seat: number, what: Need::Past(what) }));
                }
                Err(effect) => self.perform_one(house, number, effect),
            }
        }
        wanted
    }

    fn perform_one(&mut self, house: &mut House, number: u64, effect: Effect) {
        let here = self.others(number);
        let Some(place) = self.places.get_mut(&number) else { return };
        let performed = house.perform(effect, &place.seat.actor());
        let sitting = place.sitting();
        let env = house.env(&sitting.as_seen(&here), clock::now());
        match performed {
            Performed::Requested(ids) => ids.into_iter().for_each(|id| place.seat.awaits(id)),
            Performed::Done => {}
            Performed::Refused(reason) => {
                place.seat.refuse(&env, env.scene.words.reason(&reason));
            }
        }
    }

    /// Lets go what seats held back for the moment in which a paste would have shown itself.
    pub fn settle(&mut self, house: &mut House) -> Vec<Wanted> {
        let now = clock::now();
        let mut wanted = Vec::new();
        for number in self.places.keys().copied().collect::<Vec<u64>>() {
            while self.places.get(&number).and_then(Place::settles_at).is_some_and(|at| at <= now) {
                wanted.extend(self.happened(house, number, Message::Settle));
            }
        }
        wanted
    }

    /// When a seat has something to let go.
    pub fn settles_at(&self) -> Option<Moment> {
        self.places.values().filter_map(Place::settles_at).min()
    }

    /// Tells every seat what was applied: the fate of what it asked for.
    pub fn tell(&mut self, house: &House, news: &[Record]) {
        let told = |place: &mut Place| {
            let sitting = place.sitting();
            let env = house.env(&sitting.as_seen(&[]), clock::now());
            // What is told now would stand on the picture of another time.
            let news = if place.past.is_some() { &[] } else { news };
            news.iter().for_each(|record| place.seat.hears(&env, record));
        };
        let broken = |(number, place): (&u64, &mut Place)| {
            catch_unwind(AssertUnwindSafe(|| told(place))).is_err().then_some(*number)
        };
        let broken: Vec<u64> = self.places.iter_mut().filter_map(broken).collect();
        broken.into_iter().for_each(|number| self.broke(number));
    }

    /// Draws the seats that are due. Gives the pages that their new pictures want.
    pub fn draw(&mut self, house: &House) -> Vec<Wanted> {
        let now = Instant::now();
        let due: Vec<u64> = self
            .places
            .iter()
            .filter(|(_, place)| {
                place.dirty && place.under_way.is_none() && place.pace.next() <= now && !place.leaving
            })
            .map(|(number, _)| *number)
            .collect();
        let mut wanted = Vec::new();
        for number in due {
            let here = self.others(number);
            let Some(place) = self.places.get_mut(&number) else { continue };
            let drawn = catch_unwind(AssertUnwindSafe(|| place.draw(house, &here, now)));
            match drawn {
                Ok(effects) => {
                    let needs = effects.into_iter().filter_map(|effect| Need::of(effect).ok());
                    wanted.extend(needs.map(|what| Wanted { seat: number, what }));
                }
                Err(_) => self.broke(number),
            }
        }
        wanted
    }

    /// When the next frame may be due.
    pub fn next_at(&self) -> Option<Instant> {
        self.places
            .values()
            .filter(|place| place.dirty && place.under_way.is_none() && !place.leaving)
            .map(|place| place.pace.next())
            .min()
    }

    /// Everybody leaves: the server ends.
    pub fn dismiss(&mut self, sentence: &Sentence) {
        let numbers: Vec<u64> = self.places.keys().copied().collect();
        for number in numbers {
            self.leave(number, sentence.clone());
        }
    }

    fn leave(&mut self, number: u64, sentence: Sentence) {
        if let Some(place) = self.places.get_mut(&number) {
            place.leaving = true;
            // A terminal that takes nothing any more is closed with its connection.
            drop(place.outgoing.try_send(FromServer::Leave(sentence)));
        }
    }

    /// A fault in one seat ends that seat: its terminal is restored, a report is written, the others go on.
    fn broke(&mut self, number: u64) {
        let moderator =
            self.places.get(&number).map(|place| place.seat.moderator.clone()).unwrap_or_default();
        let report = self.reports.join(format!("fault-{}.txt", clock::now().0));
        let text = format!("seat {number} of {moderator}\n{}\n", crate::desk::fault::last());
        if let Err(error) = std::fs::write(&report, text) {
            tracing::error!(%error, "the report of a fault could not be written");
        }
        self.leave(number, Sentence::new("seat-broke", &[("report", &report.display().to_string())]));
        self.places.remove(&number);
    }

    /// Who is here besides the seat with this number.
    pub fn others(&self, number: u64) -> Vec<String> {
        let mut names: Vec<String> = self
            .places
            .iter()
            .filter(|(other, _)| **other != number)
            .map(|(_, place)| place.seat.moderator.clone())
            .chain(self.readers.iter().cloned())
            .collect();
        names.sort();
        names.dedup();
        names
    }
}

impl Place {
    fn settles_at(&self) -> Option<Moment> {
        self.seat.typing.settles_at().filter(|_| !self.leaving)
    }

    fn sitting(&self) -> Sat {
        let Seat { moderator, language, theme, .. } = &self.seat;
        Sat { moderator: moderator.clone(), language: *language, theme: theme.clone() }
    }

    fn handle(&mut self, house: &House, here: &[String], message: Message) -> Vec<Effect> {
        let sitting = self.sitting();
        let env = house.env(&sitting.as_seen(here), clock::now());
        let Some(past) = &mut self.past else { return update(&mut self.seat, &env, message) };
        match past.playback.message(&self.seat, &message) {
            Some(effects) => effects,
            None => playback::looked(&mut self.seat, &past.playback.env(env), message),
        }
    }

    fn draw(&mut self, house: &House, here: &[String], now: Instant) -> Vec<Effect> {
        let sitting = self.sitting();
        let mut env = house.env(&sitting.as_seen(here), clock::now());
        if let Some(past) = &mut self.past {
            past.playback.worded(env.scene.zone);
            env = past.playback.drawn(env);
        }
        self.seat.screen.catch_up(&env.scene);
        let mut buffer = Buffer::empty(Rect::new(0, 0, self.columns, self.rows));
        let cursor = self.seat.screen.draw(&env.scene, &mut buffer);
        let bytes = self.encoder.encode(&buffer, cursor, self.depth);
        self.dirty = false;
        if bytes.is_empty() {
            return Vec::new();
        }
        let number = self.next_frame;
        let length = bytes.len();
        match self.outgoing.try_send(FromServer::Frame { number, bytes }) {
            Ok(()) => {
                self.next_frame += 1;
                self.under_way = Some(number);
                self.pace.sent(length, house.customs.bytes_per_second, now);
                update(&mut self.seat, &env, Message::Drawn(number))
            }
            Err(_) => {
                // The frame is lost, so the next must be whole.
                self.encoder.reset();
                self.dirty = true;
                self.pace.refused(now);
                Vec::new()
            }
        }
    }
}

/// A copy of who sits there, so that the seat itself can change while it is looked at.
struct Sat {
    moderator: String,
    language: Language,
    theme: String,
}

impl Sat {
    fn as_seen<'a>(&'a self, here: &'a [String]) -> Sitting<'a> {
        Sitting { moderator: &self.moderator, language: self.language, theme: &self.theme, here }
    }
}
