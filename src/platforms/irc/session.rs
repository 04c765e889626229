//! The protocol as a state machine: a line in, what we heard and the lines to send out.
//!
//! Never opens a socket, never reads a clock: time passes by [`Session::tick`] alone. One session is one connection;
//! what outlives it is in [`Memory`].

use crate::model::heard::{By, Heard, Person, Saying, Status};
use crate::model::member::Role;
use crate::model::reason::Reason;
use crate::platforms::irc::deeds::Work;
use crate::platforms::irc::line::{Frame, LONGEST, Line};
use crate::platforms::irc::login::{End, Login};
use crate::platforms::irc::mute::{Way, abilities};
use crate::platforms::irc::people::{Account, People};
use crate::platforms::irc::queue::{Lane, Queue};
use crate::platforms::irc::room::{Memory, Room};
use crate::platforms::irc::settings::{Secrets, Settings, WarnAs};
use crate::platforms::irc::support::Support;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// A log-in that takes longer is given up.
const LOGIN: Duration = Duration::from_secs(60);

/// A name that was taken, and rooms that we could not join or were removed from, are tried again after so long.
const AGAIN: Duration = Duration::from_secs(120);

/// Batches that are open at once; a server that never ends them must not fill our memory.
const BATCHES: usize = 256;

/// Bytes of room names in one JOIN.
const JOIN_LENGTH: usize = 400;

/// Why a connection is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Trying again may help.
    Retry(Reason),
    /// Trying again would be refused again.
    Over(Reason),
}

/// How far we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    LoggingIn,
    /// 001 came, the server's description is still coming.
    Welcomed,
    Ready,
}

/// A batch of lines that belong together.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) history: bool,
    pub(super) label: Option<String>,
}

/// One connection. Cannot be printed: what waits in it may hold a password.
pub struct Session {
    pub(super) stage: Stage,
    pub(super) login: Login,
    pub(super) nick: String,
    pub(super) support: Support,
    pub(super) people: People,
    /// Rooms we are in, by folded name.
    pub(super) rooms: BTreeMap<String, Room>,
    pub(super) memory: Memory,
    pub(super) works: Vec<Work>,
    pub(super) queue: Queue,
    pub(super) batches: BTreeMap<String, Batch>,
    pub(super) clock: Duration,
    /// The last ticket given to a step.
    pub(super) ticket: u64,
    /// Makes ids of messages unique where the server gives none.
    pub(super) nonce: u64,
    pub(super) counted: u64,
    pub(super) warn_as: WarnAs,
    wanted: Vec<String>,
    wanted_nick: String,
    keepalive: Duration,
    last_line: Duration,
    last_join: Duration,
    pings: u32,
    heard: Vec<Heard>,
    /// Ids of whom the desk has heard; a new id of anybody else is no news.
    told: BTreeSet<String>,
    ending: Option<Ending>,
}

impl Session {
    /// A session that has not said anything yet. `nonce` must differ between connections.
    pub fn new(settings: &Settings, secrets: Secrets, memory: Memory, people: People, nonce: u64) -> Self {
        let pace = Duration::from_millis(u64::from(settings.pace_milliseconds));
        Self {
            stage: Stage::LoggingIn,
            login: Login::new(settings, secrets),
            nick: settings.nick.clone(),
            support: Support::default(),
            people,
            rooms: BTreeMap::new(),
            memory,
            works: Vec::new(),
            queue: Queue::new(settings.burst, pace),
            batches: BTreeMap::new(),
            clock: Duration::ZERO,
            ticket: 0,
            nonce,
            counted: 0,
            warn_as: settings.warn_as,
            wanted: settings.rooms.clone(),
            wanted_nick: settings.nick.clone(),
            keepalive: Duration::from_secs(u64::from(settings.keepalive_seconds.max(1))),
            last_line: Duration::ZERO,
            last_join: Duration::ZERO,
            pings: 0,
            heard: Vec::new(),
            told: BTreeSet::new(),
            ending: None,
        }
    }

    /// Says the first lines.
    pub fn open(&mut self) {
        for line in self.login.open() {
            self.queue.push(Lane::Prompt, line, None);
        }
    }

    /// Takes in what the connection brought.
    pub fn hear(&mut self, frame: &Frame) {
        self.last_line = self.clock;
        self.pings = 0;
        match frame {
            Frame::Oversize => self.say(Heard::Remark(Reason::new("irc-oversize").with("bytes", LONGEST))),
            Frame::Line(line) => self.hear_line(line),
        }
    }

    /// Time passed.
    pub fn tick(&mut self, passed: Duration) {
        self.clock += passed;
        let silence = self.clock.saturating_sub(self.last_line);
        if self.stage == Stage::LoggingIn && self.clock >= LOGIN {
            self.end(Ending::Retry(Reason::new("irc-login-slow").with("seconds", LOGIN.as_secs())));
        } else if silence >= self.keepalive * 3 {
            self.end(Ending::Retry(Reason::new("irc-silent").with("seconds", silence.as_secs())));
        } else if self.stage == Stage::Ready && silence >= self.keepalive * (self.pings + 1) {
            self.pings += 1;
            self.queue.push(Lane::Prompt, Line::new("PING", &["qunguan"]), None);
        }
        if self.stage == Stage::Ready && self.clock.saturating_sub(self.last_join) >= AGAIN {
            if !self.is_us(&self.wanted_nick) {
                // Perhaps our own lost connection held it; a server that still says no changes nothing.
                self.queue.push(Lane::Reading, Line::new("NICK", &[&self.wanted_nick]), None);
            }
            self.join_rooms();
        }
        self.tick_rooms();
        self.tick_works();
    }

    /// The lines that may be sent now, as they go over the wire.
    pub fn lines(&mut self) -> Vec<String> {
        let released = self.queue.release(self.clock);
        released
            .into_iter()
            .map(|(line, ticket)| {
                if let Some(ticket) = ticket {
                    self.released(ticket);
                }
                line.write()
            })
            .collect()
    }

    /// What we heard since the last call.
    pub fn heard(&mut self) -> Vec<Heard> {
        std::mem::take(&mut self.heard)
    }

    /// Why the connection must end, once it must.
    pub fn ending(&self) -> Option<&Ending> {
        self.ending.as_ref()
    }

    /// Whether we were let in.
    pub fn is_online(&self) -> bool {
        self.stage != Stage::LoggingIn
    }

    /// The connection is gone: what was under way has an unknown fate. Gives what the next session needs.
    pub fn close(mut self, reason: &Reason) -> (Vec<Heard>, Memory, People) {
        self.abandon_works(reason);
        self.people.forget_all();
        (self.heard, self.memory, self.people)
    }

    pub(super) fn say(&mut self, heard: Heard) {
        match &heard {
            Heard::Message(Saying { person, .. })
            | Heard::Joined { person, .. }
            | Heard::Left { person, .. }
            | Heard::RoleChanged { person, .. }
            | Heard::Renamed { person, .. }
            | Heard::Muted { person, .. }
            | Heard::Unmuted { person, .. } => {
                self.told.insert(person.external.clone());
            }
            Heard::Roster { people, .. } => {
                self.told.extend(people.iter().map(|person| person.external.clone()))
            }
            _ => {}
        }
        self.heard.push(heard);
    }

    pub(super) fn end(&mut self, ending: Ending) {
        self.ending.get_or_insert(ending);
    }

    pub(super) fn fold(&self, name: &str) -> String {
        self.support.folding.fold(name)
    }

    pub(super) fn has(&self, capability: &str) -> bool {
        self.login.granted.contains(capability)
    }

    pub(super) fn is_us(&self, nick: &str) -> bool {
        self.fold(nick) == self.fold(&self.nick)
    }

    pub(super) fn way(&self) -> Way {
        Way::of(&self.support, &self.memory.refused_lists)
    }

    /// Who did what this line says.
    pub(super) fn by(&self, line: &Line) -> By {
        let source = line.source.as_deref().unwrap_or("");
        if self.is_us(line.nick()) {
            By::Us
        } else if let Some(someone) = self.people.get(line.nick()) {
            By::Person(someone.id.clone())
        } else if source.contains('!') {
            By::Person(self.fold(line.nick()))
        } else {
            By::Platform
        }
    }

    /// Somebody as the desk should hear of him in a room, by nick.
    pub(super) fn person(&self, nick: &str, room: &str) -> Person {
        let folded = self.fold(nick);
        let role = self.role_in(room, &folded);
        match self.people.get(nick) {
            Some(someone) => someone.person(role),
            None => Person { external: folded, name: nick.to_owned(), role },
        }
    }

    /// The role of somebody in a room, both folded.
    pub(super) fn role_in(&self, room: &str, folded: &str) -> Role {
        let emulation = self.memory.emulations.get(room);
        let lent = emulation.is_some_and(|emulation| emulation.voiced.contains(folded));
        self.rooms.get(room).map(|room| room.role_of(folded, lent)).unwrap_or_default()
    }

    /// Tells the desk what we are and may do in a room.
    pub(super) fn say_room(&mut self, folded: &str) {
        let own = self.fold(&self.nick);
        let Some(room) = self.rooms.get(folded) else { return };
        let status = room.members.get(&own).map_or("", String::as_str);
        let redaction = self.has("draft/message-redaction");
        let heard = Heard::Room {
            external: folded.to_owned(),
            name: room.name.clone(),
            own_role: Room::role(status),
            abilities: abilities(&self.support, &self.way(), &room.name, status, redaction),
            members_total: u32::try_from(room.members.len()).ok(),
        };
        if let Some(room) = self.rooms.get_mut(folded)
            && room.last_said.as_ref() != Some(&heard)
        {
            room.last_said = Some(heard.clone());
            self.say(heard);
        }
    }

    fn hear_line(&mut self, line: &Line) {
        if line.command == "PING" {
            self.queue.push(Lane::Prompt, Line::new("PONG", &[line.last()]), None);
            return;
        }
        if self.stage == Stage::LoggingIn {
            self.hear_login(line);
            return;
        }
        if line.command == "BATCH" {
            self.hear_batch(line);
            return;
        }
        if self.is_history(line) {
            // History may hold joins and modes of the past: only what was said is taken from it.
            self.hear_said(line);
            return;
        }
        self.learn_account(line);
        match line.command.as_str() {
            "005" => {
                self.support.hear(line);
                self.people.folding = self.support.folding;
            }
            "376" | "422" => self.ready(),
            "CAP" => {
                for answer in self.login.hear_cap(line).send.into_iter().filter(|line| line.param(0) != "END")
                {
                    self.queue.push(Lane::Prompt, answer, None);
                }
            }
            "ERROR" => {
                self.end(Ending::Retry(Reason::new("irc-server-closed").with("text", line.last())));
            }
            "PRIVMSG" | "NOTICE" | "REDACT" => self.hear_said(line),
            "JOIN" | "PART" | "QUIT" | "KICK" | "NICK" | "ACCOUNT" | "CHGHOST" => self.hear_move(line),
            "MODE" => self.hear_mode(line),
            _ => self.hear_reading(line),
        }
        self.answer(line);
    }

    fn hear_login(&mut self, line: &Line) {
        let progress = self.login.hear(line);
        for answer in progress.send {
            self.queue.push(Lane::Prompt, answer, None);
        }
        match progress.end {
            None => {}
            Some(End::Failed(reason)) => self.end(Ending::Retry(reason)),
            Some(End::Refused(reason)) => self.end(Ending::Over(reason)),
            Some(End::Welcome(nick)) => self.welcome(nick),
        }
    }

    fn welcome(&mut self, nick: String) {
        self.stage = Stage::Welcomed;
        let wanted = std::mem::replace(&mut self.nick, nick.clone());
        self.say(Heard::Status(Status::Online { account: nick.clone() }));
        if self.memory.was_online {
            self.say(Heard::Gap { room: None, reason: Reason::new("irc-reconnected") });
        }
        self.memory.was_online = true;
        if wanted != nick {
            self.say(Heard::Remark(Reason::new("irc-nick-taken").with("wanted", wanted).with("nick", nick)));
        }
    }

    fn ready(&mut self) {
        if self.stage != Stage::Ready {
            self.stage = Stage::Ready;
            self.join_rooms();
        }
    }

    fn join_rooms(&mut self) {
        self.last_join = self.clock;
        let missing: Vec<String> =
            self.wanted.iter().filter(|room| !self.rooms.contains_key(&self.fold(room))).cloned().collect();
        let mut lines: Vec<String> = Vec::new();
        for room in missing {
            match lines.last_mut() {
                Some(line) if line.len() + room.len() < JOIN_LENGTH => {
                    line.push(',');
                    line.push_str(&room);
                }
                _ => lines.push(room),
            }
        }
        for rooms in lines {
            self.queue.push(Lane::Reading, Line::new("JOIN", &[&rooms]), None);
        }
    }

    fn hear_batch(&mut self, line: &Line) {
        let Some(name) = line.param(0).strip_prefix('+') else {
            if let Some(name) = line.param(0).strip_prefix('-')
                && let Some(batch) = self.batches.remove(name)
                && let Some(label) = batch.label
            {
                self.answer_complete(&label);
            }
            return;
        };
        let parent = line.tag("batch").and_then(|name| self.batches.get(name));
        let history = line.param(1) == "chathistory" || parent.is_some_and(|parent| parent.history);
        let label = line.tag("label").map(str::to_owned);
        if self.batches.len() >= BATCHES {
            self.batches.clear();
        }
        self.batches.insert(name.to_owned(), Batch { history, label });
    }

    fn is_history(&self, line: &Line) -> bool {
        line.tag("batch").and_then(|name| self.batches.get(name)).is_some_and(|batch| batch.history)
    }

    /// The label that this line answers, by its own tag or by its batch.
    pub(super) fn label_of(&self, line: &Line) -> Option<String> {
        if let Some(label) = line.tag("label") {
            return Some(label.to_owned());
        }
        line.tag("batch").and_then(|name| self.batches.get(name)).and_then(|batch| batch.label.clone())
    }

    /// A line of a member tells his hostmask and, with account-tag, his account.
    fn learn_account(&mut self, line: &Line) {
        let source = line.source.as_deref().unwrap_or("");
        if !source.contains('!')
            || line.command == "CHGHOST"
            || line.command == "ACCOUNT"
            || line.command == "JOIN"
        {
            return;
        }
        if self.people.get(line.nick()).is_some() {
            let account = match line.tag("account") {
                Some(account) => Account::told(account),
                None if self.has("account-tag") => Account::None,
                None => Account::Silent,
            };
            self.see(source, account);
        }
    }

    /// Takes in who somebody is and tells the desk when his id changed.
    pub(super) fn see(&mut self, source: &str, account: Account<'_>) {
        let Some(was) = self.people.see(source, account) else { return };
        self.renamed(was, source.split('!').next().unwrap_or(source));
    }

    /// Tells the desk that the person who was `was` is now `nick`, and keeps what we remember about him.
    pub(super) fn renamed(&mut self, was: String, nick: &str) {
        let person = self.person(nick, "");
        self.follow_id(&was, &person.external);
        if self.told.contains(&was) {
            self.say(Heard::Renamed { was, person });
        }
    }
}
