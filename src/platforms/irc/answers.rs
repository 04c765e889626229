//! Which line answers which step. Only the server's echo or a re-read confirms; a numeric refuses.
//!
//! By label where the server labels its responses, else by room, command and target in the order of sending.

use crate::model::heard::{By, Deed, Outcome};
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::platforms::irc::deeds::{Step, Work};
use crate::platforms::irc::line::Line;
use crate::platforms::irc::modes::changes;
use crate::platforms::irc::said::sent_at;
use crate::platforms::irc::session::Session;
use crate::platforms::irc::support::ModeKind;
use std::time::Duration;

/// A step without an answer for so long is looked up. Longer than a network's usual split-second, shorter than patience.
const DOUBT: Duration = Duration::from_secs(4);

/// A step without any answer for so long has an unknown fate.
const SILENCE: Duration = Duration::from_secs(45);

/// What a line says about a step.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Answer {
    /// It holds; `seen` tells why we think so.
    Done {
        seen: Reason,
    },
    /// What was to be read is read.
    Read,
    Failed(Reason),
    Unsupported(Reason),
    /// The server does not know the command or mode that we tried; there may be another way.
    NotKnown,
}

/// How surely an unlabelled numeric is about a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nearness {
    /// It names the step's target.
    Target,
    /// It names the room, the command or the mode only: the oldest such step is meant.
    Room,
}

impl Session {
    /// Gives a line to the step that it answers, if any.
    pub(super) fn answer(&mut self, line: &Line) {
        let label = self.label_of(line);
        if line.command == "ACK" {
            label.iter().for_each(|label| self.answer_complete(label));
            return;
        }
        let labelled = label.as_deref().and_then(|label| label.strip_prefix('q')?.parse::<u64>().ok());
        let find = |nearness: Nearness| {
            self.works.iter().enumerate().find_map(|(at, work)| {
                let ours = labelled == Some(work.ticket);
                let possible = ours || (labelled.is_none() && work.released.is_some());
                let step = work.step.as_ref().filter(|_| possible)?;
                Some((at, self.judge(work, step, line, ours, nearness)?))
            })
        };
        if let Some((at, answer)) = find(Nearness::Target).or_else(|| find(Nearness::Room)) {
            let work = self.works.remove(at);
            self.follow(work, answer);
        }
    }

    /// The whole response to a label is here; a step that is still open got no echo.
    pub(super) fn answer_complete(&mut self, label: &str) {
        let ticket = label.strip_prefix('q').and_then(|ticket| ticket.parse::<u64>().ok());
        if let Some(at) =
            self.works.iter().position(|work| Some(work.ticket) == ticket && work.doubt.is_none())
        {
            let work = self.works.remove(at);
            self.doubt(work);
        }
    }

    fn judge(
        &self,
        work: &Work,
        step: &Step,
        line: &Line,
        labelled: bool,
        nearness: Nearness,
    ) -> Option<Answer> {
        if let Some(answer) = self.echo(work, step, line, labelled) {
            return Some(answer);
        }
        let labels = self.has("labeled-response") && self.has("message-tags") && self.has("batch");
        if labelled || (!labels && self.concerns(work, step, line, nearness)) {
            self.objection(work, step, line)
        } else {
            None
        }
    }

    /// The server's own event, or the end of what was to be read.
    fn echo(&self, work: &Work, step: &Step, line: &Line, labelled: bool) -> Option<Answer> {
        let here = |at: usize| self.fold(line.param(at)) == work.room;
        let ours = line.source.is_some() && self.is_us(line.nick());
        let seen = |key: &str| Reason::new(key).with("room", self.room_name(work));
        match (step, line.command.as_str()) {
            (Step::Mode { args, .. }, "MODE") if ours && here(0) => {
                let (setting, letter) = step.mode()?;
                let hit = changes(&self.support, line).into_iter().find(|change| {
                    change.setting == setting
                        && change.letter == letter
                        && (args.is_empty()
                            || args.iter().any(|arg| self.fold(arg) == self.fold(&change.argument)))
                })?;
                let sign = if setting { '+' } else { '-' };
                let shown = format!("{sign}{letter} {}", hit.argument);
                Some(Answer::Done { seen: seen("irc-seen-mode").with("change", shown.trim_end()) })
            }
            (Step::Timed { seconds, entry }, "MODE") if ours && here(0) => {
                let set = changes(&self.support, line).into_iter().any(|change| {
                    change.setting && change.letter == 'b' && self.fold(&change.argument) == self.fold(entry)
                });
                let reason = seen("irc-seen-timed").with("mask", entry).with("seconds", seconds);
                set.then_some(Answer::Done { seen: reason })
            }
            (Step::Kick { nick, .. }, "KICK") if here(0) && self.fold(line.param(1)) == self.fold(nick) => {
                let key = if ours { "irc-seen-kick" } else { "irc-already-gone" };
                Some(Answer::Done { seen: seen(key).with("nick", nick) })
            }
            (Step::Say { text }, "PRIVMSG" | "NOTICE")
                if ours && here(0) && (labelled || line.last() == text) =>
            {
                Some(Answer::Done { seen: seen("irc-seen-echo") })
            }
            (Step::Say { .. }, "PONG") if line.last() == format!("q{}", work.ticket) => {
                Some(Answer::Done { seen: seen("irc-no-objection") })
            }
            (Step::Redact { message }, "REDACT") if here(0) && line.param(1) == message => {
                Some(Answer::Done { seen: seen("irc-seen-redaction") })
            }
            (Step::List('b'), "368")
            | (Step::List('q'), "729")
            | (Step::Names, "366")
            | (Step::Modes, "324")
                if here(1) =>
            {
                Some(Answer::Read)
            }
            _ => None,
        }
    }

    /// Whether an unlabelled numeric may be about this step.
    fn concerns(&self, work: &Work, step: &Step, line: &Line, nearness: Nearness) -> bool {
        let last = line.params.len().saturating_sub(1);
        let mut told = line.params.iter().take(last).skip(1);
        let command = step.command(self.warn_as);
        match nearness {
            Nearness::Target => {
                let targets: &[String] = match step {
                    Step::Mode { args, .. } => args,
                    Step::Kick { nick: target, .. }
                    | Step::Timed { entry: target, .. }
                    | Step::Redact { message: target } => std::slice::from_ref(target),
                    Step::Say { .. } | Step::List(_) | Step::Names | Step::Modes => &[],
                };
                told.any(|param| targets.iter().any(|target| self.fold(param) == self.fold(target)))
            }
            Nearness::Room => {
                let letter = step.mode().map(|(_, letter)| letter.to_string());
                let here = told.any(|param| {
                    self.fold(param) == work.room
                        || param.eq_ignore_ascii_case(command)
                        || letter.as_deref() == Some(param.as_str())
                });
                here || (line.command == "FAIL" && line.param(0) == command)
            }
        }
    }

    fn objection(&self, work: &Work, step: &Step, line: &Line) -> Option<Answer> {
        let room = self.room_name(work);
        let named = |key: &str| Reason::new(key).with("room", &room);
        if line.command == "FAIL" {
            let reason = Reason::new("irc-refused").with("numeric", line.param(1)).with("text", line.last());
            return Some(Answer::Failed(reason));
        }
        let numeric = line.numeric()?;
        let setting = step.mode().map(|(setting, _)| setting);
        let answer = match (numeric, step) {
            (697, Step::Mode { args, .. }) if setting == Some(true) => {
                Answer::Done { seen: named("irc-already-set").with("mask", args.join(" ")) }
            }
            (698, Step::Mode { args, .. }) if setting == Some(false) => {
                Answer::Done { seen: named("irc-already-unset").with("mask", args.join(" ")) }
            }
            (401 | 441, Step::Kick { nick, .. }) => {
                Answer::Done { seen: named("irc-already-gone").with("nick", nick) }
            }
            // One of many went away while everybody was given voice: the others decide.
            (401 | 441, Step::Mode { args, .. }) if args.len() > 1 => return None,
            (401 | 441, _) => Answer::Failed(named("irc-gone").with("nick", &work.target.nick)),
            (482, _) => Answer::Failed(named("irc-not-operator")),
            (403 | 442, _) => Answer::Failed(named("irc-not-in-room")),
            (404, _) => Answer::Failed(named("irc-cannot-speak")),
            (478, _) => Answer::Failed(named("irc-ban-list-full")),
            (421, Step::Timed { .. }) | (472, Step::Mode { .. } | Step::List('q')) => Answer::NotKnown,
            (421, _) => {
                Answer::Unsupported(Reason::new("irc-command-unknown").with("command", line.param(1)))
            }
            (400..=599 | 690..=699 | 910..=999, _) => {
                Answer::Failed(Reason::new("irc-refused").with("numeric", numeric).with("text", line.last()))
            }
            _ => return None,
        };
        Some(answer)
    }

    pub(super) fn room_name(&self, work: &Work) -> String {
        self.rooms.get(&work.room).map_or_else(|| work.room.clone(), |room| room.name.clone())
    }

    fn follow(&mut self, mut work: Work, answer: Answer) {
        let Some(step) = work.step.take() else { return };
        match answer {
            Answer::Done { seen } => self.done(work, &step, seen),
            Answer::Read => self.read(work),
            Answer::Failed(reason) => self.fail(&work, Outcome::Failed { reason }),
            Answer::Unsupported(reason) => self.fail(&work, Outcome::Unsupported { reason }),
            Answer::NotKnown => self.other_way(work, &step),
        }
    }

    fn fail(&mut self, work: &Work, outcome: Outcome) {
        self.give_up_mute(work);
        let blocked = matches!(work.deed, Deed::Remove { block: true, .. }) && work.evidence.is_some();
        let outcome = if blocked {
            // Half of it happened, and that half must not be hidden behind the refusal of the other.
            let reason = Reason::new("irc-block-stands").with("room", self.room_name(work));
            let reason = reason.with("nick", &work.target.nick).with("mask", self.block_of(work));
            Outcome::Failed { reason }
        } else {
            outcome
        };
        self.conclude(work.action, outcome);
    }

    /// A step holds: remember what we set, and go on.
    fn done(&mut self, mut work: Work, step: &Step, seen: Reason) {
        let already = matches!(seen.key.as_str(), "irc-already-set" | "irc-seen-list");
        match step {
            Step::Timed { entry, .. } => {
                self.remember(&work, entry);
                if !already {
                    self.memory.timed.insert((work.room.clone(), entry.clone()));
                    work.ours_to_lift = false;
                }
            }
            Step::Mode { args, .. } => {
                if let (Some((setting, letter)), Some(entry)) = (step.mode(), args.first())
                    && self.support.kind(letter, setting) == ModeKind::List
                {
                    self.settle_entry(&work, setting, letter, entry, &seen);
                }
            }
            Step::Say { text } if !self.has("echo-message") => self.say_own(&work.room, text),
            _ => {}
        }
        work.evidence = Some(seen);
        self.advance(work);
    }

    /// An entry of a list stands as we wanted: remember ours, and believe a server that says that it was so already.
    fn settle_entry(&mut self, work: &Work, setting: bool, letter: char, entry: &str, seen: &Reason) {
        if setting {
            self.remember(work, entry);
        }
        let unseen = matches!(seen.key.as_str(), "irc-already-set" | "irc-already-unset");
        if unseen && let Some(room) = self.rooms.get_mut(&work.room) {
            room.note_ban(setting, letter, entry, "");
            self.refresh_silence(&work.room, By::Unknown, None);
        }
    }

    fn remember(&mut self, work: &Work, entry: &str) {
        let key = (work.room.clone(), work.target.id.clone());
        self.memory.masks.entry(key).or_default().insert(entry.to_owned());
    }

    /// A list, the names or the modes were read: settle a doubt, or go on.
    fn read(&mut self, mut work: Work) {
        let Some(step) = work.doubt.take() else {
            self.advance(work);
            return;
        };
        if self.holds(&work, &step) {
            let mask = match &step {
                Step::Mode { args, .. } => args.join(" "),
                Step::Timed { entry, .. } => entry.clone(),
                Step::Kick { nick, .. } => nick.clone(),
                _ => String::new(),
            };
            let seen = Reason::new("irc-seen-list").with("room", self.room_name(&work)).with("mask", mask);
            self.done(work, &step, seen);
        } else {
            let reason = Reason::new("irc-no-effect").with("room", self.room_name(&work));
            self.fail(&work, Outcome::Failed { reason });
        }
    }

    /// Whether a step's effect is there, by what was just read.
    fn holds(&self, work: &Work, step: &Step) -> bool {
        let Some(room) = self.rooms.get(&work.room) else { return false };
        let listed = |entry: &str| room.bans.iter().any(|ban| self.fold(&ban.mask) == self.fold(entry));
        match (step, step.mode()) {
            (Step::Timed { entry, .. }, _) => listed(entry),
            (Step::Kick { nick, .. }, _) => !room.members.contains_key(&self.fold(nick)),
            (Step::Mode { args, .. }, Some((setting, letter))) => {
                let first = args.first().map_or("", String::as_str);
                let set = match self.support.kind(letter, setting) {
                    ModeKind::List => listed(first),
                    ModeKind::Status => {
                        room.members.get(&self.fold(first)).is_some_and(|status| status.contains(letter))
                    }
                    ModeKind::Argument | ModeKind::Plain => room.modes.contains(&letter),
                };
                set == setting
            }
            _ => false,
        }
    }

    /// No echo came: read again what the step should have changed.
    fn doubt(&mut self, mut work: Work) {
        let Some(step) = work.step.take() else { return };
        let look = match (&step, step.mode()) {
            (Step::Timed { .. }, _) => Step::List('b'),
            (Step::Kick { .. }, _) => Step::Names,
            (Step::Mode { .. }, Some((setting, letter))) => match self.support.kind(letter, setting) {
                ModeKind::List => Step::List(letter),
                ModeKind::Status => Step::Names,
                ModeKind::Argument | ModeKind::Plain => Step::Modes,
            },
            _ => {
                // Words leave no trace that could be read, and a reading that is slow is not asked for twice.
                work.step = Some(step);
                self.works.push(work);
                return;
            }
        };
        work.doubt = Some(step);
        work.plan.push_front(look);
        self.advance(work);
    }

    /// The server did not know what its description promised, or TBAN: learn it and go another way.
    fn other_way(&mut self, mut work: Work, step: &Step) {
        match step {
            Step::Timed { entry, .. } => {
                self.memory.without_timed = true;
                work.ours_to_lift = true;
                work.plan.push_front(Step::Mode { change: "+b".to_owned(), args: vec![entry.clone()] });
                self.advance(work);
            }
            _ => {
                let letter = step.mode().map_or('q', |(_, letter)| letter);
                self.memory.refused_lists.push(letter);
                let rooms: Vec<String> = self.rooms.keys().cloned().collect();
                rooms.iter().for_each(|room| self.say_room(room));
                let reason = Reason::new("irc-mode-unknown").with("letter", letter);
                self.fail(&work, Outcome::Unsupported { reason });
            }
        }
    }

    /// The line of a step went out.
    pub(super) fn released(&mut self, ticket: u64) {
        let now = self.clock;
        if let Some(work) = self.works.iter_mut().find(|work| work.ticket == ticket) {
            work.released = Some(now);
        }
    }

    /// Steps that wait for too long are looked up, then given up.
    pub(super) fn tick_works(&mut self) {
        let now = self.clock;
        let waited =
            |work: &Work| work.released.map_or(Duration::ZERO, |released| now.saturating_sub(released));
        while let Some(at) = self.works.iter().position(|work| waited(work) >= SILENCE) {
            let work = self.works.remove(at);
            let reason = Reason::new("irc-no-answer").with("seconds", SILENCE.as_secs());
            self.conclude(work.action, Outcome::Unknown { reason });
        }
        let doubtful = |work: &Work| {
            let readable =
                matches!(work.step, Some(Step::Mode { .. } | Step::Timed { .. } | Step::Kick { .. }));
            readable && waited(work) >= DOUBT
        };
        while let Some(at) = self.works.iter().position(doubtful) {
            let work = self.works.remove(at);
            self.doubt(work);
        }
    }

    /// The connection is gone: what was sent may have happened, what was not did not.
    pub(super) fn abandon_works(&mut self, reason: &Reason) {
        for work in std::mem::take(&mut self.works) {
            let untouched = work.released.is_none() && work.evidence.is_none() && work.doubt.is_none();
            let outcome = if untouched {
                Outcome::Failed { reason: Reason::new("irc-not-sent") }
            } else {
                Outcome::Unknown { reason: reason.clone() }
            };
            self.conclude(work.action, outcome);
        }
    }

    /// When the timed ban that this line shows will end, where the server tells its time.
    pub(super) fn timed_end(&self, line: &Line) -> Option<Moment> {
        let now = sent_at(line)?;
        let seconds = self.works.iter().find_map(|work| match &work.step {
            Some(Step::Timed { seconds, entry }) if line.params.iter().any(|param| param == entry) => {
                Some(*seconds)
            }
            _ => None,
        })?;
        Some(now.plus_seconds(i64::from(seconds)))
    }
}
