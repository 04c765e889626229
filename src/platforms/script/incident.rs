//! What makes a moderator look up: adverts, a raid, a quarrel, a flood, and the harmless things that look like them.

use crate::model::heard::{By, Heard, Person, Saying, Status};
use crate::model::member::LeaveCause;
use crate::model::reason::Reason;
use crate::platforms::script::cast::{Part, bait_name, newcomer_name};
use crate::platforms::script::direction::{Rhythm, Script};
use crate::platforms::script::rights::OWN_NAME;
use crate::platforms::script::talk::Conversation;
use std::collections::BTreeMap;

/// Accounts in a raid.
const RAIDERS: usize = 30;
/// Between two incidents, in milliseconds.
const INCIDENT_GAP: (i64, i64) = (18_000, 55_000);
/// Between two raids, in milliseconds.
const RAID_GAP: (i64, i64) = (9 * 60_000, 16 * 60_000);

/// Between two outages, in milliseconds.
const OUTAGE_GAP: (i64, i64) = (35 * 60_000, 70 * 60_000);

/// One kind of incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Incident {
    /// Somebody comes in and advertises in disguise.
    Advert,
    /// Somebody promises money.
    Fraud,
    /// Somebody new posts a link, which may be well meant.
    Link,
    /// Many say the same short thing for a good reason.
    Echo,
    /// A question that nobody answers.
    Lost,
    /// Two members quarrel.
    Quarrel,
    /// One member cannot stop.
    Flood,
    /// Thirty accounts come in and say the same.
    Raid,
    /// Somebody comes in, introduces himself and is welcomed.
    Welcome,
    /// Somebody comes in with two words.
    Hello,
    /// Somebody comes in and says nothing.
    Entry,
    /// Somebody leaves.
    Leave,
    /// Somebody changes his name.
    Rename,
    /// The line to the platform breaks for some seconds.
    Outage,
}

/// The first minutes: seconds after the start, what, and where.
const OPENING: [(i64, Incident, &str); 19] = [
    (3, Incident::Advert, "rust"),
    (14, Incident::Welcome, "photo"),
    (24, Incident::Link, "running"),
    (32, Incident::Flood, "router"),
    (41, Incident::Raid, "rust"),
    (63, Incident::Lost, "router"),
    (70, Incident::Echo, "running"),
    (78, Incident::Hello, "photo"),
    (86, Incident::Quarrel, "photo"),
    (112, Incident::Entry, "running"),
    (125, Incident::Welcome, "rust"),
    (140, Incident::Fraud, "router"),
    (156, Incident::Rename, "photo"),
    (170, Incident::Advert, "photo"),
    (190, Incident::Echo, "photo"),
    (215, Incident::Welcome, "running"),
    (232, Incident::Link, "photo"),
    (262, Incident::Lost, "rust"),
    (300, Incident::Outage, "rust"),
];

/// What may happen afterwards, and how often relative to each other.
const LATER: [(Incident, u32); 12] = [
    (Incident::Hello, 5),
    (Incident::Welcome, 4),
    (Incident::Entry, 6),
    (Incident::Advert, 4),
    (Incident::Link, 3),
    (Incident::Echo, 3),
    (Incident::Lost, 2),
    (Incident::Flood, 2),
    (Incident::Fraud, 1),
    (Incident::Quarrel, 2),
    (Incident::Leave, 3),
    (Incident::Rename, 2),
];

impl Script {
    /// Sets the timetable up.
    pub(super) fn announce(&mut self) {
        for (second, incident, room) in OPENING {
            let at = second * 1000 + self.dice.i64(-800..=800);
            self.opening.push_back((at, incident, room));
        }
        self.next_incident = self.opening.front().map_or(0, |(at, _, _)| *at);
        self.next_raid = self.dice.i64(RAID_GAP.0..RAID_GAP.1);
        self.next_outage = self.dice.i64(OUTAGE_GAP.0..OUTAGE_GAP.1);
    }

    /// Lets the incident happen that is due at `at`, and chooses when the next one comes.
    pub(super) fn incident(&mut self, at: i64) {
        let (incident, room) = match self.opening.pop_front() {
            Some((_, incident, room)) => {
                (incident, self.rooms.iter().position(|stage| stage.id == room).unwrap_or(0))
            }
            None => (self.later(at), self.dice.usize(..self.rooms.len())),
        };
        self.happen(at, incident, room);
        self.next_incident = match self.opening.front() {
            Some((at, _, _)) => *at,
            None => at + self.dice.i64(INCIDENT_GAP.0..INCIDENT_GAP.1),
        };
    }

    fn later(&mut self, at: i64) -> Incident {
        if at >= self.next_raid {
            self.next_raid = at + self.dice.i64(RAID_GAP.0..RAID_GAP.1);
            return Incident::Raid;
        }
        if at >= self.next_outage {
            self.next_outage = at + self.dice.i64(OUTAGE_GAP.0..OUTAGE_GAP.1);
            return Incident::Outage;
        }
        let total: u32 = LATER.iter().map(|(_, weight)| weight).sum();
        let mut left = self.dice.u32(..total);
        for (incident, weight) in LATER {
            if left < weight {
                return incident;
            }
            left -= weight;
        }
        Incident::Hello
    }

    fn happen(&mut self, at: i64, incident: Incident, room: usize) {
        match incident {
            Incident::Advert => self.stranger(at, room, "advert", Rhythm::Between(1_500, 2_600)),
            Incident::Fraud => self.stranger(at, room, "fraud", Rhythm::Between(2_000, 5_000)),
            Incident::Link => self.stranger(at, room, "link", Rhythm::Between(3_000, 7_000)),
            Incident::Welcome => self.stranger(at, room, "welcome", Rhythm::Talk),
            Incident::Hello => self.stranger(at, room, "hello", Rhythm::Talk),
            Incident::Entry => {
                let name = newcomer_name(&mut self.dice);
                let person = self.come_in(at, room, name);
                self.stay(at, room, &person);
            }
            Incident::Echo => self.echo(at, room),
            Incident::Lost => drop(self.scene(at, room, "lost", Rhythm::Between(45_000, 100_000))),
            Incident::Flood => drop(self.scene(at, room, "flood", Rhythm::Between(500, 1_300))),
            Incident::Quarrel => {
                let end = self.scene(at, room, "quarrel", Rhythm::Between(2_200, 5_500));
                if let Some(stage) = self.rooms.get_mut(room) {
                    // The others hold their breath.
                    stage.next_talk = stage.next_talk.max(end.unwrap_or(at) + 8_000);
                }
            }
            Incident::Raid => self.raid(at, room),
            Incident::Leave => {
                // Whoever came lately leaves first: those who were here from the beginning stay for days.
                let recent = self.somebody(room, &[Part::New], &[]);
                if let Some(person) = recent.or_else(|| self.somebody(room, &[Part::Some], &[])) {
                    self.leave(at, room, &person.external);
                }
            }
            Incident::Rename => self.rename(at, room),
            Incident::Outage => self.outage(at),
        }
    }

    /// Somebody comes in and plays the part N of a scene.
    fn stranger(&mut self, at: i64, room: usize, kind: &str, rhythm: Rhythm) {
        let Some(scene) = self.choose(room, kind) else { return };
        let unwelcome = matches!(kind, "advert" | "fraud");
        let name = if unwelcome { bait_name(&mut self.dice) } else { newcomer_name(&mut self.dice) };
        let person = self.come_in(at, room, name);
        let words = self.trouble.choose_words(&mut self.dice);
        let begin = at + self.dice.i64(400..1_200);
        let given = BTreeMap::from([('N', person.clone())]);
        let end = self.play(room, &scene, &words, given, begin, rhythm);
        if !unwelcome {
            return self.stay(at, room, &person);
        }
        // Whoever is not stopped tries once more.
        let again = end + self.dice.i64(60_000..150_000);
        let last =
            Conversation { title: String::new(), lines: scene.lines.last().cloned().into_iter().collect() };
        self.play(room, &last, &words, BTreeMap::from([('N', person.clone())]), again, rhythm);
        let gone = again + self.dice.i64(15 * 60_000..20 * 60_000);
        self.slip_away(gone, room, &person);
    }

    /// A scene among members. Returns when it ends.
    fn scene(&mut self, at: i64, room: usize, kind: &str, rhythm: Rhythm) -> Option<i64> {
        let scene = self.choose(room, kind)?;
        let words = self.trouble.choose_words(&mut self.dice);
        let mut given = BTreeMap::new();
        if let Some(person) = self.somebody(room, &[Part::Active, Part::Some], &[]) {
            // Staff neither flood nor quarrel in public.
            let taken = [person.external.clone()];
            given.extend(self.somebody(room, &[Part::Active, Part::Some], &taken).map(|other| ('B', other)));
            given.insert('A', person);
        }
        Some(self.play(room, &scene, &words, given, at, rhythm))
    }

    /// Something good happens, and many say the same thing.
    fn echo(&mut self, at: i64, room: usize) {
        let Some(scene) = self.choose(room, "echo") else { return };
        let word = scene.title.split(' ').nth(2).unwrap_or("恭喜").to_owned();
        let Some(happy) = self.somebody(room, &[Part::Core], &[]) else { return };
        // Nobody congratulates himself.
        let mut crowd = vec![happy.external.clone()];
        let given = BTreeMap::from([('K', happy)]);
        let mut now = self.play(room, &scene, &[], given, at, Rhythm::Between(2_000, 5_000));
        for _ in 0..self.dice.usize(9..15) {
            let parts = [Part::Core, Part::Active, Part::Some, Part::New];
            let Some(person) = self.somebody(room, &parts, &crowd) else { break };
            now += self.dice.i64(500..2_200);
            let saying = Saying { text: word.clone(), ..self.line(room, &person) };
            self.say(now, saying);
            crowd.push(person.external);
        }
    }

    /// Many accounts come in within seconds and say nearly the same; some of them come back later.
    fn raid(&mut self, at: i64, room: usize) {
        let Some(scene) = self.choose(room, "raid") else { return };
        let mut arrival = at;
        for index in 0..RAIDERS {
            let name = bait_name(&mut self.dice);
            let person = self.come_in(arrival, room, name);
            let speaks = arrival + self.dice.i64(2_500..9_000);
            self.advertise(speaks, room, &person, &scene);
            if index % 3 == 0 {
                let back = speaks + self.dice.i64(100_000..260_000);
                self.come_back(back, room, &person);
                self.advertise(back + 3_000, room, &person, &scene);
            }
            let gone = speaks + self.dice.i64(15 * 60_000..20 * 60_000);
            self.slip_away(gone, room, &person);
            arrival += self.dice.i64(90..330);
        }
    }

    fn advertise(&mut self, at: i64, room: usize, person: &Person, scene: &Conversation) {
        let Some(line) = self.dice.choice(&scene.lines).cloned() else { return };
        let digits = ["{甲}", "{乙}"].map(|word| (word.to_owned(), self.dice.u8(..10).to_string()));
        let only = Conversation { title: String::new(), lines: vec![line] };
        let given = BTreeMap::from([('N', person.clone())]);
        self.play(room, &only, &digits, given, at, Rhythm::Between(0, 400));
    }

    fn come_back(&mut self, at: i64, room: usize, person: &Person) {
        let Some(stage) = self.rooms.get(room) else { return };
        let joined = Heard::Joined { room: stage.id.clone(), person: person.clone(), by: By::Unknown };
        self.tell(at, joined);
    }

    fn slip_away(&mut self, at: i64, room: usize, person: &Person) {
        let Some(stage) = self.rooms.get(room) else { return };
        let by = By::Person(person.external.clone());
        let left =
            Heard::Left { room: stage.id.clone(), person: person.clone(), cause: LeaveCause::Left, by };
        self.tell(at, left);
    }

    fn outage(&mut self, at: i64) {
        let length = self.dice.i64(5_000..9_000);
        let reason = Reason::new("script-line-lost");
        let retry_seconds = u32::try_from(length / 1000).unwrap_or(1);
        self.tell(at, Heard::Status(Status::Offline { reason, retry_seconds }));
        self.tell(at + length, Heard::Status(Status::Online { account: OWN_NAME.to_owned() }));
    }

    /// Somebody puts something behind his name.
    fn rename(&mut self, at: i64, room: usize) {
        const SUFFIXES: [&str; 6] = ["（休假中）", "~", "-武汉", "🌱", "（勿扰）", "2.0"];
        let Some(person) = self.somebody(room, &[Part::Active, Part::Some, Part::New], &[]) else { return };
        let plain = SUFFIXES.iter().fold(person.name.clone(), |name, suffix| name.replace(suffix, ""));
        let suffix = self.dice.choice(SUFFIXES).unwrap_or_default();
        let renamed = Person { name: format!("{plain}{suffix}"), ..person };
        for figure in self.rooms.iter_mut().flat_map(|stage| &mut stage.people) {
            if figure.person.external == renamed.external {
                figure.person.name.clone_from(&renamed.name);
            }
        }
        self.tell(at, Heard::Renamed { was: renamed.external.clone(), person: renamed });
    }

    /// The next scene of this kind for this room, in turn; the first one is up to the dice.
    fn choose(&mut self, room: usize, kind: &str) -> Option<Conversation> {
        let id = self.rooms.get(room)?.id.clone();
        let fits = |title: &str| {
            let mut words = title.split(' ');
            words.next() == Some(kind) && words.next().is_none_or(|word| word == id)
        };
        let mut scenes: Vec<_> =
            self.trouble.conversations.iter().filter(|scene| fits(&scene.title)).collect();
        // Not every room has its own; then the scene of another room will do.
        if scenes.is_empty() {
            scenes =
                self.trouble.conversations.iter().filter(|scene| scene.title.starts_with(kind)).collect();
        }
        let first = self.dice.usize(..scenes.len().max(1));
        let turn = self.turns.entry(format!("{kind} {id}")).or_insert(first);
        *turn += 1;
        scenes.get(*turn % scenes.len().max(1)).copied().cloned()
    }
}
