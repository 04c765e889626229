//! Orders become steps, one line each; a step that is confirmed is followed by the next, the last one by an outcome.
//!
//! A KICK is never sent twice for one order, and nobody is kicked by a nick that somebody else may have taken.

use crate::model::ability::{Mode, Verb};
use crate::model::heard::{By, Deed, Heard, Order, Outcome};
use crate::model::id::ActionId;
use crate::model::reason::Reason;
use crate::platforms::irc::line::{Line, cut, pieces};
use crate::platforms::irc::mute::{Way, abilities, mask};
use crate::platforms::irc::people::Someone;
use crate::platforms::irc::queue::Lane;
use crate::platforms::irc::room::Room;
use crate::platforms::irc::session::{Session, Stage};
use crate::platforms::irc::settings::WarnAs;
use std::collections::VecDeque;
use std::time::Duration;

/// Bytes that the server puts before our words when it passes them on (`:nick!user@host `), at most.
const OUR_SOURCE: usize = 120;

/// Bytes of voice changes in one MODE.
const VOICES: usize = 380;

/// One line to send and to see confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// `change` is a sign and one letter for each argument, or one letter without any.
    Mode {
        change: String,
        args: Vec<String>,
    },
    /// TBAN.
    Timed {
        seconds: u32,
        entry: String,
    },
    Kick {
        nick: String,
        why: String,
    },
    Say {
        text: String,
    },
    Redact {
        message: String,
    },
    /// Read a list again.
    List(char),
    /// Read who is here again.
    Names,
    /// Read the plain modes again.
    Modes,
}

impl Step {
    /// The command that carries it.
    pub(super) fn command(&self, warn_as: WarnAs) -> &'static str {
        match self {
            Step::Mode { .. } | Step::List(_) | Step::Modes => "MODE",
            Step::Timed { .. } => "TBAN",
            Step::Kick { .. } => "KICK",
            Step::Say { .. } if warn_as == WarnAs::Notice => "NOTICE",
            Step::Say { .. } => "PRIVMSG",
            Step::Redact { .. } => "REDACT",
            Step::Names => "NAMES",
        }
    }

    /// Setting or not, and the letter, of a mode change.
    pub(super) fn mode(&self) -> Option<(bool, char)> {
        let Step::Mode { change, .. } = self else { return None };
        let mut letters = change.chars();
        Some((letters.next()? == '+', letters.next()?))
    }
}

/// Whether a work still finds out what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Looking,
    Acting,
}

/// An order under way.
#[derive(Debug)]
pub struct Work {
    pub(super) action: ActionId,
    /// Folded.
    pub(super) room: String,
    pub(super) deed: Deed,
    /// Only look, do nothing.
    pub(super) checking: bool,
    pub(super) target: Someone,
    pub(super) phase: Phase,
    pub(super) plan: VecDeque<Step>,
    pub(super) step: Option<Step>,
    /// Names the step that is under way.
    pub(super) ticket: u64,
    /// When its line went out.
    pub(super) released: Option<Duration>,
    /// A step whose echo did not come; a re-read is under way to see whether it holds.
    pub(super) doubt: Option<Step>,
    pub(super) evidence: Option<Reason>,
    /// The server does not end it by itself.
    pub(super) ours_to_lift: bool,
    /// A mask of somebody else that keeps the target silent or out.
    pub(super) hindrance: Option<Reason>,
}

impl Session {
    /// Takes an order.
    pub fn order(&mut self, order: Order) {
        if self.works.iter().any(|work| work.action == order.action) {
            return;
        }
        let folded = self.fold(&order.room);
        let Some(room) = self.rooms.get(&folded).filter(|_| self.stage == Stage::Ready) else {
            let reason = Reason::new("irc-not-in-room").with("room", &order.room);
            self.conclude(order.action, Outcome::Failed { reason });
            return;
        };
        let name = room.name.clone();
        let (deed, checking) = match order.deed {
            Deed::Check(inner) => (*inner, true),
            deed => (deed, false),
        };
        if let Some(outcome) = self.refusal(&deed, &folded, checking) {
            self.conclude(order.action, outcome);
            return;
        }
        let target = match &deed {
            Deed::Warn { person, .. }
            | Deed::Mute { person, .. }
            | Deed::Unmute { person }
            | Deed::Remove { person, .. }
            | Deed::Unblock { person } => self.people.resolve(person),
            Deed::Recall { .. } | Deed::Check(_) => Someone::default(),
        };
        let mut work = Work {
            action: order.action,
            room: folded,
            deed,
            checking,
            target,
            phase: Phase::Acting,
            plan: VecDeque::new(),
            step: None,
            ticket: 0,
            released: None,
            doubt: None,
            evidence: None,
            ours_to_lift: false,
            hindrance: None,
        };
        match self.plan(&mut work, &name) {
            Ok(()) => self.advance(work),
            Err(outcome) => self.conclude(work.action, outcome),
        }
    }

    pub(super) fn conclude(&mut self, action: ActionId, outcome: Outcome) {
        self.say(Heard::Outcome { action, outcome });
    }

    /// What can be told without asking the server.
    fn refusal(&self, deed: &Deed, folded: &str, checking: bool) -> Option<Outcome> {
        let verb = match deed {
            Deed::Recall { .. } => Verb::Recall,
            Deed::Warn { .. } => Verb::Warn,
            Deed::Mute { .. } => Verb::Mute,
            Deed::Unmute { .. } => Verb::Unmute,
            Deed::Remove { block: false, .. } => Verb::Remove,
            Deed::Remove { block: true, .. } => Verb::Block,
            Deed::Unblock { .. } => Verb::Unblock,
            Deed::Check(_) => return Some(unknown("irc-cannot-check")),
        };
        if checking {
            return matches!(verb, Verb::Recall | Verb::Warn).then(|| unknown("irc-cannot-check"));
        }
        let room = self.rooms.get(folded)?;
        let status = room.members.get(&self.fold(&self.nick)).map_or("", String::as_str);
        let redaction = self.has("draft/message-redaction");
        let ability = abilities(&self.support, &self.way(), &room.name, status, redaction).of(verb);
        let reason = ability.reason.filter(|_| ability.mode == Mode::Unsupported)?;
        Some(Outcome::Unsupported { reason })
    }

    fn plan(&self, work: &mut Work, name: &str) -> Result<(), Outcome> {
        let moderated = self.way() == Way::Moderated;
        let steps: Vec<Step> = match &work.deed {
            _ if work.checking => {
                work.phase = Phase::Looking;
                self.look(&work.deed)
            }
            Deed::Recall { message } => vec![Step::Redact { message: message.clone() }],
            Deed::Warn { text, .. } => self.words(&work.target, name, text),
            Deed::Mute { seconds, .. } => {
                self.spare(work)?;
                work.ours_to_lift = true;
                if moderated { self.silence_room(work) } else { self.set_mute(work, *seconds) }
            }
            Deed::Unmute { .. } | Deed::Unblock { .. } => {
                work.phase = Phase::Looking;
                self.look(&work.deed)
            }
            Deed::Remove { block, why, .. } => {
                self.spare(work)?;
                self.put_out(work, *block, why)
            }
            Deed::Check(_) => return Err(unknown("irc-cannot-check")),
        };
        work.plan = steps.into();
        Ok(())
    }

    /// Neither ourselves nor those who may moderate are sanctioned.
    fn spare(&self, work: &Work) -> Result<(), Outcome> {
        let key = self.fold(&work.target.nick);
        let present = self.people.by_id(&work.target.id).is_some();
        if present && self.is_us(&work.target.nick) {
            return Err(Outcome::Failed { reason: Reason::new("irc-target-is-us") });
        }
        let status = self.rooms.get(&work.room).and_then(|room| room.members.get(&key));
        if present && status.is_some_and(|status| self.support.may_moderate(status)) {
            let reason = Reason::new("irc-target-is-operator").with("nick", &work.target.nick);
            return Err(Outcome::Failed { reason });
        }
        Ok(())
    }

    /// What has to be read to know whether `deed` holds.
    fn look(&self, deed: &Deed) -> Vec<Step> {
        match (deed, self.way()) {
            (Deed::Mute { .. } | Deed::Unmute { .. }, Way::Moderated | Way::Nothing) => {
                vec![Step::Modes, Step::Names]
            }
            (Deed::Mute { .. } | Deed::Unmute { .. }, way) => vec![Step::List(way.letter())],
            (Deed::Remove { block: true, .. }, _) => vec![Step::List('b'), Step::Names],
            (Deed::Unblock { .. }, _) => vec![Step::List('b')],
            _ => vec![Step::Names],
        }
    }

    fn words(&self, target: &Someone, name: &str, text: &str) -> Vec<Step> {
        let addressed = format!("{}: {}", target.nick, text.replace(['\r', '\n'], " "));
        let taken = OUR_SOURCE + "PRIVMSG  :\r\n".len() + name.len();
        let room = self.support.line_length.saturating_sub(taken).max(64);
        pieces(&addressed, room).into_iter().map(|text| Step::Say { text }).collect()
    }

    /// The mask that hits the target and no other member of the room.
    pub(super) fn mask_for(&self, work: &Work) -> String {
        let key = self.fold(&work.target.nick);
        let members = self.rooms.get(&work.room).map(|room| &room.members);
        let nicks = members.into_iter().flat_map(|members| members.keys()).filter(|nick| **nick != key);
        let others: Vec<&Someone> = nicks.filter_map(|nick| self.people.get(nick)).collect();
        mask(&self.support, &work.target, &others)
    }

    fn set_mute(&self, work: &Work, seconds: u32) -> Vec<Step> {
        let way = self.way();
        let Some(entry) = way.entry(&self.mask_for(work)) else { return Vec::new() };
        let letter = way.letter();
        if way == Way::Quiet {
            let mut steps = vec![Step::Mode { change: "+q".to_owned(), args: vec![entry] }];
            if self.status_of(work).contains('v') {
                // A quiet does not touch those who have voice.
                steps.insert(0, Step::Mode { change: "-v".to_owned(), args: vec![work.target.nick.clone()] });
            }
            return steps;
        }
        if self.memory.without_timed {
            return vec![Step::Mode { change: format!("+{letter}"), args: vec![entry] }];
        }
        let set =
            self.rooms.get(&work.room).is_some_and(|room| room.bans.iter().any(|ban| ban.mask == entry));
        let mut steps = vec![Step::Timed { seconds: seconds.max(1), entry: entry.clone() }];
        if set {
            // A timed ban that stands already keeps its old end: it has to go first.
            steps.insert(0, Step::Mode { change: "-b".to_owned(), args: vec![entry] });
        }
        steps
    }

    /// The target's status modes in the room.
    fn status_of(&self, work: &Work) -> &str {
        let members = self.rooms.get(&work.room).map(|room| &room.members);
        members.and_then(|members| members.get(&self.fold(&work.target.nick))).map_or("", String::as_str)
    }

    /// Voice for everybody else, then `+m`, then no voice for him: at no moment is anybody else silenced.
    fn silence_room(&self, work: &Work) -> Vec<Step> {
        let Some(room) = self.rooms.get(&work.room) else { return Vec::new() };
        let key = self.fold(&work.target.nick);
        let emulation = self.memory.emulations.get(&work.room);
        let muted = |nick: &String| {
            let id = self.people.get(nick).map_or(nick, |someone| &someone.id);
            emulation.is_some_and(|emulation| emulation.muted.contains(id))
        };
        let voiceless = |nick: &String| room.members.get(nick).is_some_and(String::is_empty);
        let others: Vec<String> = room
            .members
            .keys()
            .filter(|nick| **nick != key && voiceless(nick) && !muted(nick))
            .map(|nick| self.people.get(nick).map_or(nick.clone(), |someone| someone.nick.clone()))
            .collect();
        let mut steps = if room.modes.contains(&'m') { Vec::new() } else { self.voice_steps("+", &others) };
        if !room.modes.contains(&'m') {
            steps.push(Step::Mode { change: "+m".to_owned(), args: Vec::new() });
        }
        if room.members.get(&key).is_some_and(|status| status.contains('v')) {
            steps.push(Step::Mode { change: "-v".to_owned(), args: vec![work.target.nick.clone()] });
        }
        if steps.is_empty() {
            steps.push(Step::Modes);
        }
        steps
    }

    /// Voice given or taken, in as few lines as the server allows.
    pub(super) fn voice_steps(&self, sign: &str, nicks: &[String]) -> Vec<Step> {
        let mut steps: Vec<Vec<String>> = Vec::new();
        for nick in nicks {
            match steps.last_mut() {
                Some(batch)
                    if batch.len() < self.support.per_mode
                        && batch.iter().map(|other| other.len() + 2).sum::<usize>() + nick.len() < VOICES =>
                {
                    batch.push(nick.clone());
                }
                _ => steps.push(vec![nick.clone()]),
            }
        }
        let change = |args: &Vec<String>| format!("{sign}{}", "v".repeat(args.len()));
        steps.into_iter().map(|args| Step::Mode { change: change(&args), args }).collect()
    }

    fn put_out(&self, work: &Work, block: bool, why: &str) -> Vec<Step> {
        let mut steps = Vec::new();
        if block {
            steps.push(Step::Mode { change: "+b".to_owned(), args: vec![self.mask_for(work)] });
        }
        match self.people.by_id(&work.target.id) {
            Some(someone) => {
                let why = cut(why, self.support.kick_length).to_owned();
                steps.push(Step::Kick { nick: someone.nick.clone(), why });
            }
            // His nick may be somebody else's by now: look instead of kicking.
            None => steps.push(Step::Names),
        }
        steps
    }

    /// Sends the next step, or concludes.
    pub(super) fn advance(&mut self, mut work: Work) {
        let Some(step) = work.plan.pop_front() else {
            self.arrive(work);
            return;
        };
        let Some(room) = self.rooms.get(&work.room).map(|room| room.name.clone()) else {
            let reason = Reason::new("irc-not-in-room").with("room", &work.room);
            self.conclude(work.action, Outcome::Unknown { reason });
            return;
        };
        self.ticket += 1;
        work.ticket = self.ticket;
        work.released = None;
        self.prepare(&work, &step);
        let labels = ["labeled-response", "message-tags", "batch"].iter().all(|name| self.has(name));
        let line = self.line(&step, &room);
        let line = if labels { line.with_tag("label", &format!("q{}", work.ticket)) } else { line };
        self.queue.push(Lane::Deed, line, Some(work.ticket));
        if matches!(step, Step::Say { .. }) && !self.has("echo-message") {
            // No echo will come. The answer to this PING tells that the server read our words without objecting.
            self.queue.push(Lane::Deed, Line::new("PING", &[&format!("q{}", work.ticket)]), None);
        }
        work.step = Some(step);
        self.works.push(work);
    }

    fn line(&self, step: &Step, room: &str) -> Line {
        let command = step.command(self.warn_as);
        match step {
            Step::Mode { change, args } => {
                let mut params = vec![room, change.as_str()];
                params.extend(args.iter().map(String::as_str));
                Line::new(command, &params)
            }
            Step::Timed { seconds, entry } => Line::new(command, &[room, &format!("{seconds}s"), entry]),
            Step::Kick { nick, why } => Line::new(command, &[room, nick, why]),
            Step::Say { text } => Line::new(command, &[room, text]),
            Step::Redact { message } => Line::new(command, &[room, message]),
            Step::List(letter) => Line::new(command, &[room, &letter.to_string()]),
            Step::Names | Step::Modes => Line::new(command, &[room]),
        }
    }

    /// Before `+m` we note whom we silence and to whom we gave voice, so that newcomers get voice from then on.
    fn prepare(&mut self, work: &Work, step: &Step) {
        let mute = matches!(work.deed, Deed::Mute { .. }) && self.way() == Way::Moderated && !work.checking;
        if !mute {
            return;
        }
        let given: Vec<String> = match step {
            Step::Mode { change, args } if change.starts_with("+v") => {
                args.iter().map(|nick| self.fold(nick)).collect()
            }
            _ => Vec::new(),
        };
        let emulation = self.memory.emulations.entry(work.room.clone()).or_default();
        emulation.muted.insert(work.target.id.clone());
        emulation.voiced.extend(given);
        emulation.ours |= matches!(step, Step::Mode { change, .. } if change == "+m");
    }

    /// Forgets an emulated mute that did not come about.
    pub(super) fn give_up_mute(&mut self, work: &Work) {
        if let (Deed::Mute { .. }, false) = (&work.deed, work.checking)
            && let Some(emulation) = self.memory.emulations.get_mut(&work.room)
        {
            emulation.muted.remove(&work.target.id);
        }
    }

    /// The last muted one has his voice back: `-m`, and the voices we gave go too.
    pub(super) fn restore_room(&mut self, folded: &str) {
        if !self.memory.emulations.get(folded).is_some_and(|emulation| emulation.muted.is_empty()) {
            return;
        }
        let Some(emulation) = self.memory.emulations.remove(folded) else { return };
        let Some(name) = self.rooms.get(folded).map(|room| room.name.clone()) else { return };
        let mut lines = Vec::new();
        if emulation.ours {
            lines.push(Line::new("MODE", &[&name, "-m"]));
        }
        let here = |nick: &String| self.people.get(nick).map(|someone| someone.nick.clone());
        let voiced: Vec<String> = emulation.voiced.iter().filter_map(here).collect();
        lines.extend(self.voice_steps("-", &voiced).iter().map(|step| self.line(step, &name)));
        for line in lines {
            self.queue.push(Lane::Deed, line, None);
        }
    }

    /// Says that somebody lost his voice in a room where no list tells it.
    pub(super) fn say_emulated_mute(&mut self, work: &Work) {
        let role = self.rooms.get(&work.room).map(|room| room.role_of(&self.fold(&work.target.nick)));
        let person = work.target.person(role.unwrap_or_else(|| Room::role("")));
        self.say(Heard::Muted { room: work.room.clone(), person, until: None, by: By::Us });
    }
}

fn unknown(key: &str) -> Outcome {
    Outcome::Unknown { reason: Reason::new(key) }
}
