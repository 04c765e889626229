//! Orders become steps, one line each; a step that is confirmed is followed by the next, the last one by an outcome.
//!
//! A KICK is never sent twice for one order, and nobody is kicked by a nick that somebody else may have taken.

use crate::model::ability::{Mode, Verb};
use crate::model::heard::{Deed, Heard, Order, Outcome};
use crate::model::id::ActionId;
use crate::model::reason::Reason;
use crate::platforms::irc::line::Line;
use crate::platforms::irc::mute::abilities;
use crate::platforms::irc::people::Someone;
use crate::platforms::irc::queue::Lane;
use crate::platforms::irc::session::{Session, Stage};
use crate::platforms::irc::settings::WarnAs;
use std::collections::VecDeque;
use std::time::Duration;

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
            Deed::Recall { .. } | Deed::Say { .. } | Deed::Check(_) => Someone::default(),
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
            Deed::Say { .. } => Verb::Say,
            Deed::Mute { .. } => Verb::Mute,
            Deed::Unmute { .. } => Verb::Unmute,
            Deed::Remove { block: false, .. } => Verb::Remove,
            Deed::Remove { block: true, .. } => Verb::Block,
            Deed::Unblock { .. } => Verb::Unblock,
            Deed::Check(_) => return Some(unknown("irc-cannot-check")),
        };
        if checking {
            return matches!(verb, Verb::Recall | Verb::Warn | Verb::Say)
                .then(|| unknown("irc-cannot-check"));
        }
        let room = self.rooms.get(folded)?;
        let status = room.members.get(&self.fold(&self.nick)).map_or("", String::as_str);
        let redaction = self.has("draft/message-redaction");
        let ability = abilities(&self.support, &self.way(), &room.name, status, redaction).of(verb);
        let reason = ability.reason.filter(|_| ability.mode == Mode::Unsupported)?;
        Some(Outcome::Unsupported { reason })
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

    pub(super) fn line(&self, step: &Step, room: &str) -> Line {
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
}

pub(super) fn unknown(key: &str) -> Outcome {
    Outcome::Unknown { reason: Reason::new(key) }
}
