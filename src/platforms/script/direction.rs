//! What happens in the demo and when: the same for the same seed, without an end. Reads no clock and does no IO.
//!
//! What is told here is what people try to do. Whether it comes about (a muted member says nothing, a blocked account
//! does not come in) is decided in `platform.rs`; the script never knows.

use crate::model::heard::{By, Heard, Person, Saying};
use crate::model::member::LeaveCause;
use crate::model::message::Kind;
use crate::platforms::script::cast::{self, Figure, Part, RoomCast};
use crate::platforms::script::habit::typed;
use crate::platforms::script::incident::Incident;
use crate::platforms::script::talk::{Answers, Conversation, Line, Talk, Words};
use std::collections::{BTreeMap, VecDeque};

/// The past that a newcomer finds: so long before the start, in milliseconds.
const PAST: i64 = 40 * 60_000;
/// In the past people spoke more slowly by this factor, which gives some 150 messages of history.
const PAST_SLOWNESS: f64 = 6.8;
/// Rooms grow lively and quiet in waves of so many milliseconds, each at its own time.
const WAVE: f64 = 7.0 * 60_000.0;
/// Newcomers stay this many; then the first of them leaves. Keeps a demo that runs for days at its size.
const NEWCOMERS_KEPT: usize = 30;
/// One line in so many is taken back by its author.
const TAKEN_BACK: u32 = 90;

/// One thing that somebody tries to do, `offset_ms` after the start; before it in the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub offset_ms: i64,
    /// Messages have no time yet: whoever plays the script stamps them.
    pub heard: Heard,
}

/// The whole script; an iterator over its steps in the order of their offsets.
pub struct Script {
    pub(super) dice: fastrand::Rng,
    pub(super) rooms: Vec<Stage>,
    pub(super) trouble: Talk,
    pub(super) turns: BTreeMap<String, usize>,
    planned: BTreeMap<(i64, u64), Heard>,
    count: u64,
    people: u64,
    pub(super) opening: VecDeque<(i64, Incident, &'static str)>,
    pub(super) next_incident: i64,
    pub(super) next_raid: i64,
    pub(super) next_outage: i64,
}

/// One room and what is said in it.
pub(super) struct Stage {
    pub id: String,
    pub people: Vec<Figure>,
    talk: Talk,
    /// The conversations that were not yet played in this round.
    deck: Vec<usize>,
    round: u32,
    pub next_talk: i64,
    /// Where in its wave the room starts, in turns.
    phase: f64,
    newcomers: VecDeque<String>,
}

/// How the lines of something follow each other.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rhythm {
    /// As people type and read, slower in the past.
    Talk,
    /// So many milliseconds from line to line.
    Between(i64, i64),
}

impl Script {
    /// The script of this seed.
    pub fn new(seed: u64) -> Self {
        let mut dice = fastrand::Rng::with_seed(seed);
        let rooms = cast::rooms().into_iter().map(|room| Stage::new(room, &mut dice)).collect();
        let (trouble, _) = Talk::read(TROUBLE);
        let mut script = Self {
            dice,
            rooms,
            trouble,
            turns: BTreeMap::new(),
            planned: BTreeMap::new(),
            count: 0,
            people: 0,
            opening: VecDeque::new(),
            next_incident: 0,
            next_raid: 0,
            next_outage: 0,
        };
        script.announce();
        script
    }

    /// Does the next thing that is to be planned.
    fn plan(&mut self, at: i64) {
        if at == self.next_incident {
            return self.incident(at);
        }
        let Some(room) = self.rooms.iter().position(|stage| stage.next_talk == at) else { return };
        let Some((conversation, words, round)) =
            self.rooms.get_mut(room).and_then(|stage| stage.draw(&mut self.dice))
        else {
            return;
        };
        let conversation = if round > 0 { self.varied(conversation) } else { conversation };
        let end = self.play(room, &conversation, &words, BTreeMap::new(), at, Rhythm::Talk);
        let pause = self.dice.i64(10_000..80_000);
        let pause = self.stretched(room, end, pause);
        // Now and then two threads run side by side.
        let next = if self.dice.u8(..5) == 0 { at + (end - at) / 2 } else { end };
        // Whoever starts watching finds every room in the middle of something.
        let watched = at < 0 && next + pause > 0;
        let next_talk = if watched { end.max(self.dice.i64(500..7_000)) } else { next + pause };
        if let Some(stage) = self.rooms.get_mut(room) {
            stage.next_talk = next_talk;
        }
    }

    /// Plays a conversation from `begin` on, with some of its parts given. Returns when its last line falls.
    pub(super) fn play(
        &mut self,
        room: usize,
        conversation: &Conversation,
        words: &[(String, String)],
        given: BTreeMap<char, Person>,
        begin: i64,
        rhythm: Rhythm,
    ) -> i64 {
        let players = self.players(room, &conversation.lines, given);
        let names = players.iter().map(|(part, person)| (*part, person.name.clone())).collect();
        let mut at = begin;
        let mut last = String::new();
        let mut last_of: BTreeMap<char, String> = BTreeMap::new();
        for line in &conversation.lines {
            let Some(person) = players.get(&line.part) else { continue };
            let (text, mentioned) = line.spoken(words, &names);
            at += self.gap(room, at, text.chars().count(), rhythm);
            let reply_to = match line.answers {
                Answers::Nothing => None,
                Answers::Before => Some(last.clone()).filter(|id| !id.is_empty()),
                Answers::LastOf(part) => last_of.get(&part).cloned(),
            };
            let mentions =
                mentioned.iter().filter_map(|part| players.get(part)).map(|person| person.external.clone());
            let text = typed(&text, &person.external);
            let saying = Saying {
                text,
                kind: line.kind,
                reply_to,
                mentions: mentions.collect(),
                ..self.line(room, person)
            };
            last = self.say(at, saying);
            last_of.insert(line.part, last.clone());
        }
        at
    }

    /// Who plays which part. K is a core talker, O is staff; everybody else by how much he likes to talk.
    fn players(
        &mut self,
        room: usize,
        lines: &[Line],
        given: BTreeMap<char, Person>,
    ) -> BTreeMap<char, Person> {
        let mut players = given;
        for line in lines {
            if players.contains_key(&line.part) {
                continue;
            }
            let wanted: &[Part] = match line.part {
                'K' => &[Part::Core],
                'O' => &[Part::Owner, Part::Staff],
                _ => &[Part::Core, Part::Active, Part::Some, Part::New, Part::Staff],
            };
            let taken: Vec<_> = players.values().map(|person| person.external.clone()).collect();
            if let Some(person) = self.somebody(room, wanted, &taken) {
                players.insert(line.part, person);
            }
        }
        players
    }

    /// Somebody of these parts who is not `taken`, by weight.
    pub(super) fn somebody(&mut self, room: usize, wanted: &[Part], taken: &[String]) -> Option<Person> {
        let stage = self.rooms.get(room)?;
        let free =
            |figure: &&Figure| wanted.contains(&figure.part) && !taken.contains(&figure.person.external);
        let total: u32 = stage.people.iter().filter(free).map(|figure| figure.part.weight()).sum();
        if total == 0 {
            return None;
        }
        let mut left = self.dice.u32(..total);
        for figure in stage.people.iter().filter(free) {
            let weight = figure.part.weight();
            if left < weight {
                return Some(figure.person.clone());
            }
            left -= weight;
        }
        None
    }

    /// An empty line of `person`.
    pub(super) fn line(&self, room: usize, person: &Person) -> Saying {
        let room = self.rooms.get(room).map(|stage| stage.id.clone()).unwrap_or_default();
        Saying { room, person: person.clone(), ..Saying::default() }
    }

    /// Plans a line and gives it its id.
    pub(super) fn say(&mut self, at: i64, saying: Saying) -> String {
        self.count += 1;
        let external = format!("m{}", self.count);
        let (room, author) = (saying.room.clone(), saying.person.external.clone());
        // A picture has no words of its own.
        let text = if saying.kind == Kind::Image { String::new() } else { saying.text };
        self.tell(at, Heard::Message(Saying { external: external.clone(), text, ..saying }));
        if at >= 0 && self.dice.u32(..TAKEN_BACK) == 0 {
            let recalled = Heard::Recalled { room, message: external.clone(), by: By::Person(author) };
            let later = at + self.dice.i64(2_000..15_000);
            self.tell(later, recalled);
        }
        external
    }

    pub(super) fn tell(&mut self, at: i64, heard: Heard) {
        self.count += 1;
        self.planned.insert((at, self.count), heard);
    }

    /// Lets somebody called `name` come in. He takes part from now on, unless he is `bait`.
    pub(super) fn come_in(&mut self, at: i64, room: usize, name: String) -> Person {
        self.people += 1;
        let external = format!("n{}", self.people);
        let person = Person { external, name, role: crate::model::member::Role::Member };
        if let Some(stage) = self.rooms.get(room) {
            let joined = Heard::Joined { room: stage.id.clone(), person: person.clone(), by: By::Unknown };
            self.tell(at, joined);
        }
        person
    }

    /// Somebody who came in stays and talks; the first of many goes again.
    pub(super) fn stay(&mut self, at: i64, room: usize, person: &Person) {
        let Some(stage) = self.rooms.get_mut(room) else { return };
        stage.people.push(Figure { person: person.clone(), part: Part::New });
        stage.newcomers.push_back(person.external.clone());
        if stage.newcomers.len() > NEWCOMERS_KEPT {
            let gone = stage.newcomers.pop_front().unwrap_or_default();
            self.leave(at, room, &gone);
        }
    }

    pub(super) fn leave(&mut self, at: i64, room: usize, external: &str) {
        let Some(stage) = self.rooms.get_mut(room) else { return };
        let Some(index) = stage.people.iter().position(|figure| figure.person.external == external) else {
            return;
        };
        let person = stage.people.remove(index).person;
        let by = By::Person(person.external.clone());
        let left = Heard::Left { room: stage.id.clone(), person, cause: LeaveCause::Left, by };
        self.tell(at, left);
    }

    /// How long until the next line: reading, typing, and a little of everything else.
    fn gap(&mut self, room: usize, at: i64, characters: usize, rhythm: Rhythm) -> i64 {
        match rhythm {
            Rhythm::Between(least, most) => self.dice.i64(least..=most),
            Rhythm::Talk => {
                let typing = 1_800 + 130 * i64::try_from(characters.min(40)).unwrap_or(40);
                let gap = typing * self.dice.i64(60..190) / 100;
                let gap = self.stretched(room, at, gap);
                // The slowness of the past ends where somebody watches.
                if at < 0 && at + gap > 0 { self.dice.i64(300..5_000) - at } else { gap }
            }
        }
    }

    /// A time span as long as it is in this room at this hour.
    fn stretched(&self, room: usize, at: i64, span: i64) -> i64 {
        let phase = self.rooms.get(room).map_or(0.0, |stage| stage.phase);
        let wave = 1.0 + 0.35 * (std::f64::consts::TAU * (at as f64 / WAVE + phase)).sin();
        let slowness = if at < 0 { PAST_SLOWNESS } else { wave };
        (span as f64 * slowness) as i64
    }

    /// A conversation that was heard before, worded a little differently.
    fn varied(&mut self, mut conversation: Conversation) -> Conversation {
        const ENDINGS: [&str; 8] = ["", "", "", "~", " 哈哈", "…", " [呲牙]", " [捂脸]"];
        for line in &mut conversation.lines {
            line.end_with(self.dice.choice(ENDINGS).unwrap_or_default());
        }
        // A line in the middle that nobody answers is left out now and then.
        if conversation.lines.len() > 5 && self.dice.bool() {
            let index = self.dice.usize(2..conversation.lines.len());
            conversation.lines.remove(index);
        }
        conversation
    }
}

impl Iterator for Script {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        loop {
            let talk = self.rooms.iter().map(|stage| stage.next_talk).min()?;
            let next = talk.min(self.next_incident);
            let due = self.planned.first_entry().filter(|entry| entry.key().0 < next);
            match due {
                Some(entry) => {
                    let ((offset_ms, _), heard) = entry.remove_entry();
                    return Some(Step { offset_ms, heard });
                }
                None => self.plan(next),
            }
        }
    }
}

impl Stage {
    fn new(room: RoomCast, dice: &mut fastrand::Rng) -> Self {
        let (talk, _) = Talk::read(source(&room.id));
        Self {
            id: room.id,
            people: room.people,
            talk,
            deck: Vec::new(),
            round: 0,
            next_talk: dice.i64(0..90_000) - PAST,
            phase: dice.f64(),
            newcomers: VecDeque::new(),
        }
    }

    /// The next conversation, its words, and how often the room has been through all of them.
    fn draw(&mut self, dice: &mut fastrand::Rng) -> Option<(Conversation, Words, u32)> {
        if self.deck.is_empty() {
            self.deck = (0..self.talk.conversations.len()).collect();
            dice.shuffle(&mut self.deck);
            self.round += 1;
        }
        let conversation = self.talk.conversations.get(self.deck.pop()?)?.clone();
        Some((conversation, self.talk.choose_words(dice), self.round - 1))
    }
}

/// The handwritten incidents of all rooms.
const TROUBLE: &str = include_str!("talk/incidents.txt");

/// The handwritten conversations of a room.
pub(super) fn source(room: &str) -> &'static str {
    match room {
        "rust" => include_str!("talk/rust.txt"),
        "photo" => include_str!("talk/photo.txt"),
        "router" => include_str!("talk/router.txt"),
        _ => include_str!("talk/running.txt"),
    }
}

#[cfg(test)]
mod tests;
