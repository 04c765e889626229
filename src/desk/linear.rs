//! The seats of lines: none can hold up the loop, and nothing is kept for a reader that does not read.
//!
//! One batch of lines is under way to a reader at a time. The next is worded only when the reader says that it has the
//! last, so a stopped reader costs one batch of memory and nothing else.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::linear::handles::Handles;
use crate::app::linear::past::Retelling;
use crate::app::linear::{Linear, Outcome, Reply, news, safe, typed, views, word_of};
use crate::app::seat::Seat;
use crate::desk::clock;
use crate::desk::house::{House, Sitting};
use crate::desk::perform::Performed;
use crate::desk::playback::{PastWanted, let_go};
use crate::desk::retelling::Meanwhile;
use crate::desk::run::Desk;
use crate::desk::seats::{Need, Wanted};
use crate::language::Language;
use crate::model::id::{CaseId, Seq};
use crate::model::reason::Reason;
use crate::state::stream::Line;
use crate::terminal::messages::{Fate, FromServer, LineFacts, Sentence};
use crate::ui::dossier::{self, Stretch};
use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::sync::mpsc;

/// How many answers may wait for a reader; what is typed beyond is not carried out, and that is said.
const ANSWERS: usize = 1000;
/// How many answers go with one batch.
const BATCH: usize = 200;
/// How many moderators' handles are kept for when they come back.
const LEFT_KEPT: usize = 32;

impl Desk {
    /// Somebody came or went: all who are here see it.
    pub(super) fn faces_changed(&mut self) {
        self.seats.others_changed(self.readers.moderators());
        // No seat has the number 0.
        self.readers.everybody(&self.seats.others(0));
    }

    /// A moderator takes a seat of lines; gives its number.
    pub(super) fn sit_down(
        &mut self,
        moderator: &str,
        facts: &LineFacts,
        outgoing: mpsc::Sender<FromServer>,
    ) -> u64 {
        let customs = &self.house.customs;
        let language = customs.language.unwrap_or_else(|| Language::of_locale(&facts.lang));
        // It has no screen; its size is what a screen of it would begin with.
        let seat = Seat::new(moderator, language, &customs.theme, 80, 24);
        let number = self.seats.next_number();
        self.readers.add(&self.house, number, seat, facts.follows, outgoing);
        self.faces_changed();
        number
    }
}

pub(super) struct Place {
    pub(super) seat: Seat,
    pub(super) linear: Linear,
    outgoing: mpsc::Sender<FromServer>,
    pub(super) answers: VecDeque<String>,
    pub(super) under_way: Option<u64>,
    next: u64,
    /// No more will be typed: the seat ends when everything that it asked for has.
    ending: bool,
    over: bool,
    /// The other moderators.
    here: Vec<String>,
    /// How many lines were not carried out because nobody read the answers.
    flooded: usize,
    /// The past, while it is being told.
    pub(super) past: Option<Retelling>,
    /// What was typed meanwhile: it is done when the past is told.
    pub(super) meanwhile: VecDeque<Meanwhile>,
}

/// All seats of lines.
#[derive(Default)]
pub struct Readers {
    pub(super) places: BTreeMap<u64, Place>,
    /// What was printed for moderators who are gone: their next seat may mean it.
    left: BTreeMap<String, Handles>,
}

impl Readers {
    /// Somebody sits down.
    pub fn add(
        &mut self,
        house: &House,
        number: u64,
        seat: Seat,
        follows: bool,
        outgoing: mpsc::Sender<FromServer>,
    ) {
        let handles = self.left.remove(&seat.moderator).unwrap_or_default();
        let mut place = Place {
            linear: Linear::new(handles, news::beginning(&house.state, follows), follows),
            seat,
            outgoing,
            answers: VecDeque::new(),
            under_way: None,
            next: 1,
            ending: false,
            over: false,
            here: Vec::new(),
            flooded: 0,
            past: None,
            meanwhile: VecDeque::new(),
        };
        if follows {
            let greeting = place.with(house, |seat, linear, env| news::greeting(seat, linear, env));
            place.answers.extend(greeting);
        }
        self.places.insert(number, place);
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.places.len()
    }

    /// Who reads lines now.
    pub fn moderators(&self) -> impl Iterator<Item = &str> {
        self.places.values().map(|place| place.seat.moderator.as_str())
    }

    /// Everybody who is here, at any seat.
    pub fn everybody(&mut self, names: &[String]) {
        for place in self.places.values_mut() {
            place.here = names.iter().filter(|name| **name != place.seat.moderator).cloned().collect();
        }
    }

    /// Whether this number is one of these seats.
    pub fn has(&self, number: u64) -> bool {
        self.places.contains_key(&number)
    }

    /// A reader is gone. What it was shown can still be meant when its moderator is back.
    pub fn remove(&mut self, number: u64) {
        if let Some(mut place) = self.places.remove(&number) {
            if let Some(past) = place.past.take() {
                let_go(past);
            }
            if self.left.len() >= LEFT_KEPT {
                self.left.pop_first();
            }
            self.left.insert(place.seat.moderator.clone(), place.linear.handles);
        }
    }

    /// The reader has this batch.
    pub fn shown(&mut self, number: u64, batch: u64) {
        if let Some(place) = self.places.get_mut(&number)
            && place.under_way.is_some_and(|under_way| under_way <= batch)
        {
            place.under_way = None;
        }
    }

    /// A line was typed. Performs what comes of it; pages are left to the caller.
    pub fn typed(&mut self, house: &mut House, number: u64, text: &str) -> Vec<Wanted> {
        let Some(place) = self.places.get_mut(&number) else { return Vec::new() };
        if place.answers.len() + place.meanwhile.len() >= ANSWERS {
            // Nothing is done whose answer nobody would see.
            place.flooded += 1;
            place.linear.was_refused();
            return Vec::new();
        }
        let taken = catch_unwind(AssertUnwindSafe(|| {
            place.put_off(house, number, text).unwrap_or_else(|| place.take(house, number, text))
        }));
        taken.unwrap_or_else(|_| {
            self.broke(number);
            Vec::new()
        })
    }

    /// The text of a case, in the words of the reader that asked for it.
    pub fn worded_case(
        &mut self,
        house: &House,
        number: u64,
        case: CaseId,
        stretches: &[Stretch],
    ) -> Option<String> {
        let case = house.state.queue.get(case)?;
        let place = self.places.get_mut(&number)?;
        Some(place.with(house, |_, _, env| dossier::markdown(&env.scene, case, stretches)))
    }

    /// Gives a reader a text that it waits for.
    pub fn hand(&mut self, number: u64, text: &str) {
        if let Some(place) = self.places.get_mut(&number) {
            place.linear.has_it();
            place.answers.extend(text.lines().map(safe));
        }
    }

    /// Says something that a reader waits for.
    pub fn say_to(&mut self, house: &House, number: u64, reason: &Reason, good: bool) {
        let Some(place) = self.places.get_mut(&number) else { return };
        place.linear.has_it();
        let line = place.with(house, |seat, linear, env| {
            let text = env.scene.words.reason(reason);
            if good {
                seat.done(env, text);
            } else {
                seat.refuse(env, text);
            }
            word_of(seat, linear, env)
        });
        place.answers.extend(line);
    }

    /// No more will be typed.
    pub fn ended(&mut self, house: &House, number: u64) {
        if let Some(place) = self.places.get_mut(&number) {
            if place.past.is_some() || !place.meanwhile.is_empty() {
                return place.meanwhile.push_back(Meanwhile::End);
            }
            place.end(house, false);
        }
    }

    /// A page of the record arrived for a seat: its lines, newest first, and how far back it reaches.
    pub fn paged(
        &mut self,
        house: &House,
        number: u64,
        page: &[Line],
        reached: Seq,
        broken: Option<&Reason>,
    ) {
        let Some(place) = self.places.get_mut(&number) else { return };
        let lines = place.with(house, |_, linear, env| {
            let mut lines = views::paged(linear, env, page, reached <= env.scene.state.first);
            if let Some(reason) = broken {
                linear.was_refused();
                lines.push(safe(&env.scene.words.reason(reason)));
            }
            lines
        });
        place.answers.extend(lines);
    }

    /// Gives every reader that is ready what there is for it. Called at the end of each turn of the loop.
    pub fn send(&mut self, house: &House) {
        let mut broken = Vec::new();
        for (number, place) in &mut self.places {
            if catch_unwind(AssertUnwindSafe(|| place.send(house))).is_err() {
                broken.push(*number);
            }
        }
        broken.into_iter().for_each(|number| self.broke(number));
    }

    /// Everybody leaves: the server ends.
    pub fn dismiss(&mut self, sentence: &Sentence) {
        for place in self.places.values_mut() {
            place.over = true;
            // A reader that takes nothing any more is closed with its connection.
            drop(place.outgoing.try_send(FromServer::Leave(sentence.clone())));
        }
    }

    pub(super) fn broke(&mut self, number: u64) {
        if let Some(place) = self.places.remove(&number) {
            tracing::error!(number, report = %crate::desk::fault::last(), "a seat of lines broke");
            let report = Sentence::new("seat-broke", &[("report", "log")]);
            drop(place.outgoing.try_send(FromServer::Leave(report)));
        }
    }
}

impl Place {
    pub(super) fn take(&mut self, house: &mut House, number: u64, text: &str) -> Vec<Wanted> {
        let reply = self.with(house, |seat, linear, env| typed::line(seat, linear, env, text));
        let Reply { effects, lines, leaves } = reply;
        let silent = lines.is_empty() && effects.is_empty() && !leaves && !text.trim().is_empty();
        self.answers.extend(lines);
        if silent {
            let sentence = self.with(house, |_, linear, env| {
                linear.was_refused();
                safe(&env.scene.say("linear-nothing"))
            });
            self.answers.push_back(sentence);
        }
        let mut wanted = Vec::new();
        for effect in effects {
            match effect {
                Effect::Page(page) => wanted.push(Wanted { seat: number, what: Need::Page(page) }),
                Effect::ExportCase { case, to_seat } => {
                    self.linear.awaits();
                    wanted.push(Wanted { seat: number, what: Need::Dossier { case, to_seat } });
                }
                Effect::Replay { stretch, speed } => {
                    self.linear.awaits();
                    self.past = Some(Retelling::new(stretch, speed));
                    wanted.push(Wanted { seat: number, what: Need::Past(PastWanted::Tape(stretch)) });
                }
                Effect::Leave => self.end(house, true),
                effect => self.perform(house, effect),
            }
        }
        if leaves {
            let again = self.ending;
            self.end(house, again);
        }
        wanted
    }

    fn perform(&mut self, house: &mut House, effect: Effect) {
        match house.perform(effect, &self.seat.actor()) {
            Performed::Requested(ids) => self.linear.requested(ids),
            Performed::Done => {}
            Performed::Refused(reason) => {
                let line = self.with(house, |seat, linear, env| {
                    seat.refuse(env, env.scene.words.reason(&reason));
                    word_of(seat, linear, env)
                });
                self.answers.extend(line);
            }
        }
    }

    /// Ends when everything has come to its end, or at once.
    pub(super) fn end(&mut self, house: &House, at_once: bool) {
        self.ending = true;
        if at_once {
            return self.part(house);
        }
        let lines = self.with(house, |_, linear, env| {
            let mut lines = Vec::new();
            let unanswered = linear.unanswered();
            if unanswered > 0 {
                linear.was_refused();
                lines.push(env.scene.say_with("linear-unanswered", &[("n", &unanswered.to_string())]));
            }
            let open = news::waits(linear, env);
            if open > 0 {
                lines.push(env.scene.say_with("linear-waiting", &[("n", &open.to_string())]));
            }
            lines.iter().map(|line| safe(line)).collect::<Vec<String>>()
        });
        self.answers.extend(lines);
    }

    fn part(&mut self, house: &House) {
        let fate = match self.linear.outcome(&house.state) {
            Some(Outcome::Done) => Fate::Done,
            Some(Outcome::Refused) => Fate::Refused,
            Some(Outcome::Unknown) | None => Fate::Unknown,
        };
        if self.outgoing.try_send(FromServer::Over(fate)).is_ok() {
            self.over = true;
        }
    }

    fn send(&mut self, house: &House) {
        if self.over || self.under_way.is_some() {
            return;
        }
        let mut lines: Vec<String> = self.answers.drain(..self.answers.len().min(BATCH)).collect();
        if self.answers.is_empty() {
            let flooded = std::mem::take(&mut self.flooded);
            let retelling = self.past.is_some();
            let more = self.with(house, |seat, linear, env| {
                let mut more = Vec::new();
                if flooded > 0 {
                    more.push(safe(&env.scene.say_with("linear-flooded", &[("n", &flooded.to_string())])));
                }
                if !retelling && news::is_behind(linear, env) {
                    more.extend(news::news(seat, linear, env));
                }
                more
            });
            lines.extend(more);
        }
        if lines.is_empty() {
            if self.ending && self.linear.outcome(&house.state).is_some() {
                self.part(house);
            }
            return;
        }
        if self.outgoing.try_send(FromServer::Lines { number: self.next, lines }).is_ok() {
            self.under_way = Some(self.next);
            self.next += 1;
        }
    }

    pub(super) fn with<Told>(
        &mut self,
        house: &House,
        act: impl FnOnce(&mut Seat, &mut Linear, &Env<'_>) -> Told,
    ) -> Told {
        let (moderator, theme) = (self.seat.moderator.clone(), self.seat.theme.clone());
        let here = self.here.clone();
        let sitting =
            Sitting { moderator: &moderator, language: self.seat.language, theme: &theme, here: &here };
        let env = house.env(&sitting, clock::now());
        act(&mut self.seat, &mut self.linear, &env)
    }
}
