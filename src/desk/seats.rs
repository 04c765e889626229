//! The seats: each has its own view, size and pace; none can hold up the loop or another seat.
//!
//! One frame is under way to a terminal at a time. The next is drawn only when the terminal says that it shows the
//! last, so a slow or stopped terminal costs one frame of memory and nothing else.

use crate::app::effect::Effect;
use crate::app::message::Message;
use crate::app::seat::Seat;
use crate::desk::clock;
use crate::desk::house::House;
use crate::desk::perform::Performed;
use crate::desk::place::Place;
use crate::desk::playback::PastWanted;
use crate::language::Language;
use crate::model::event::Record;
use crate::model::id::CaseId;
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::terminal::clipboard;
use crate::terminal::encoder::Depth;
use crate::terminal::manners::Manners;
use crate::terminal::messages::{FromServer, Sentence, TerminalFacts};
use crate::ui::dossier::{self, Stretch};
use crate::ui::lines::PageWanted;
use crate::ui::search::SearchOrder;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;
use tokio::time::Instant;

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
    /// A case, for a file or for the seat.
    Dossier {
        case: CaseId,
        to_seat: bool,
    },
    Past(PastWanted),
}

impl Need {
    /// What an effect asks to be read, if it asks for that.
    fn of(effect: &Effect) -> Option<Self> {
        match effect {
            Effect::Page(page) => Some(Need::Page(*page)),
            Effect::Search(order) => Some(Need::Search(order.clone())),
            Effect::ExportCase { case, to_seat } => Some(Need::Dossier { case: *case, to_seat: *to_seat }),
            _ => None,
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
        self.places.insert(number, Place::new(seat, size, depth, outgoing));
        self.all_dirty();
    }

    /// What its terminal may be sent besides frames. A terminal that does not show UTF-8 is told so, once.
    pub fn furnish(&mut self, house: &House, number: u64, facts: &TerminalFacts) {
        let Some(place) = self.places.get_mut(&number) else { return };
        place.manners = Manners::of(facts);
        place.picture.show_plain(!place.manners.utf8);
        place.seat.takes_clipboard = place.manners.takes_copies();
        if !place.manners.utf8 {
            place.seat.language = Language::English;
            let sitting = place.sitting();
            let env = house.env(&sitting.as_seen(&[]), clock::now());
            place.seat.tell(&env, env.scene.say("terminal-not-utf8"));
        }
    }

    /// What a terminal asked for in its last moment is done, before it is let go.
    pub fn last_words(&mut self, house: &mut House, number: u64) {
        let effects =
            self.places.get_mut(&number).map(|place| place.seat.typing.let_go()).unwrap_or_default();
        // Nobody is left to read what it wanted to be read.
        drop(self.perform(house, number, effects));
    }

    /// The same for every terminal: the server ends.
    pub fn all_last_words(&mut self, house: &mut House) {
        for number in self.places.keys().copied().collect::<Vec<u64>>() {
            self.last_words(house, number);
        }
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
            place.picture.forget();
            place.mouse = true;
            place.dirty = true;
        }
    }

    /// Something happened at a terminal. Performs what comes of it; pages are left to the caller.
    pub fn happened(&mut self, house: &mut House, number: u64, message: Message) -> Vec<Wanted> {
        let here = self.others(number);
        let Some(place) = self.places.get_mut(&number) else { return Vec::new() };
        if let Message::Resize { columns, rows } = message {
            place.picture.resize((columns, rows));
        }
        let (typing, is_key) = (place.seat.screen.is_typing(), matches!(message, Message::Key { .. }));
        let result = catch_unwind(AssertUnwindSafe(|| place.handle(house, &here, message)));
        match result {
            Ok(effects) => {
                place.touched(typing && is_key && effects.is_empty());
                self.perform(house, number, effects)
            }
            Err(_) => {
                self.broke(number);
                Vec::new()
            }
        }
    }

    fn perform(&mut self, house: &mut House, number: u64, effects: Vec<Effect>) -> Vec<Wanted> {
        let mut wanted = Vec::new();
        for effect in effects {
            if let Some(what) = Need::of(&effect) {
                wanted.push(Wanted { seat: number, what });
                continue;
            }
            match effect {
                Effect::Leave => self.leave(number, Sentence::new("seat-left", &[])),
                Effect::Copy(text) => {
                    if let Some(place) = self.places.get_mut(&number) {
                        place.aside.extend(clipboard::copy(&place.manners, &text));
                    }
                }
                effect @ (Effect::Replay { .. } | Effect::Seek(_) | Effect::Live) => {
                    let what = self.places.get_mut(&number).and_then(|place| place.travels(&effect));
                    wanted.extend(what.map(|what| Wanted { seat: number, what: Need::Past(what) }));
                    self.tell_what_became(house, number);
                }
                effect => self.perform_one(house, number, effect),
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
            for record in news {
                // What became of an act would stand on the picture of another time: it is told in the present.
                if place.past.is_none() {
                    place.seat.hears(&env, record);
                }
                place.seat.overhears(&env, record);
            }
        };
        let broken = |(number, place): (&u64, &mut Place)| {
            catch_unwind(AssertUnwindSafe(|| told(place))).is_err().then_some(*number)
        };
        let broken: Vec<u64> = self.places.iter_mut().filter_map(broken).collect();
        broken.into_iter().for_each(|number| self.broke(number));
    }

    /// A seat is back at what happens now: what it could not be told meanwhile is told.
    pub fn tell_what_became(&mut self, house: &House, number: u64) {
        let Some(place) = self.places.get_mut(&number).filter(|place| place.past.is_none()) else { return };
        let sitting = place.sitting();
        let env = house.env(&sitting.as_seen(&[]), clock::now());
        place.seat.hears_what_became(&env);
    }

    /// The text of a case, in the words of the seat that asked for it.
    pub fn worded_case(
        &self,
        house: &House,
        number: u64,
        case: CaseId,
        stretches: &[Stretch],
    ) -> Option<String> {
        let sitting = self.places.get(&number)?.sitting();
        let env = house.env(&sitting.as_seen(&[]), clock::now());
        let case = house.state.queue.get(case)?;
        Some(dossier::markdown(&env.scene, case, stretches))
    }

    /// Says something to one seat.
    pub fn say_to(&mut self, house: &House, number: u64, reason: &Reason, good: bool) {
        let Some(place) = self.places.get_mut(&number) else { return };
        let sitting = place.sitting();
        let env = house.env(&sitting.as_seen(&[]), clock::now());
        let text = env.scene.words.reason(reason);
        if good {
            place.seat.done(&env, text);
        } else {
            place.seat.refuse(&env, text);
        }
        place.dirty = true;
    }

    /// The theme of a seat, by its name.
    pub fn theme_of(&self, number: u64) -> String {
        self.places.get(&number).map(|place| place.seat.theme.clone()).unwrap_or_default()
    }

    /// Says what is wrong with the file of a seat's theme, when the seat has another theme than `before`.
    pub fn name_broken_theme(&mut self, house: &House, number: u64, before: &str) {
        let theme = self.theme_of(number);
        if theme != before
            && let Some(reason) = house.customs.broken_themes.get(&theme)
        {
            self.say_to(house, number, reason, false);
        }
    }

    /// Where files for people are written.
    pub fn folder(&self) -> &Path {
        &self.reports
    }

    /// Draws the seats that are due and sends their frames; says whether there were any. [`Seats::drawn`] must follow
    /// before anything else happens.
    pub fn draw(&mut self, house: &House) -> bool {
        let now = Instant::now();
        let due: Vec<u64> = self
            .places
            .iter()
            .filter(|(_, place)| place.next_at().is_some_and(|at| at <= now))
            .map(|(number, _)| *number)
            .collect();
        for number in due {
            let here = self.others(number);
            let Some(place) = self.places.get_mut(&number) else { continue };
            if catch_unwind(AssertUnwindSafe(|| place.draw(house, &here, now))).is_err() {
                self.broke(number);
            }
        }
        self.places.values().any(|place| place.sent.is_some())
    }

    /// Notes what the frames just sent show: from now on that is what keys mean. Gives the pages they want.
    pub fn drawn(&mut self, house: &House) -> Vec<Wanted> {
        let sent = self.places.iter_mut().filter_map(|(number, place)| Some((*number, place.sent.take()?)));
        let mut wanted = Vec::new();
        for (number, frame) in sent.collect::<Vec<(u64, u64)>>() {
            let here = self.others(number);
            let Some(place) = self.places.get_mut(&number) else { continue };
            let told = catch_unwind(AssertUnwindSafe(|| place.drawn(house, &here, frame)));
            match told {
                Ok(effects) => {
                    let needs = effects.iter().filter_map(Need::of);
                    wanted.extend(needs.map(|what| Wanted { seat: number, what }));
                }
                Err(_) => self.broke(number),
            }
        }
        wanted
    }

    /// When the next frame may be due.
    pub fn next_at(&self) -> Option<Instant> {
        self.places.values().filter_map(Place::next_at).min()
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
