//! What a work comes to when all its steps are done: look and decide, or conclude.

use crate::model::heard::{Deed, Outcome};
use crate::model::reason::Reason;
use crate::platforms::irc::deeds::{Phase, Step, Work};
use crate::platforms::irc::mute::{Way, covers};
use crate::platforms::irc::room::Ban;
use crate::platforms::irc::session::Session;

impl Session {
    /// Every planned step of a work is done.
    pub(super) fn arrive(&mut self, mut work: Work) {
        if work.checking {
            let outcome = self.look_up(&work);
            self.conclude(work.action, outcome);
        } else if work.phase == Phase::Looking {
            work.phase = Phase::Acting;
            self.decide(work);
        } else {
            self.finish(work);
        }
    }

    /// The server's own lists were read: what has to be lifted?
    fn decide(&mut self, mut work: Work) {
        if matches!(work.deed, Deed::Unmute { .. }) && matches!(self.way(), Way::Moderated | Way::Nothing) {
            self.decide_voice(work);
            return;
        }
        let (ours, others) = self.entries(&work);
        let (nothing, theirs) = match work.deed {
            Deed::Unmute { .. } => ("irc-not-muted", "irc-muted-by-others"),
            _ => ("irc-not-blocked", "irc-blocked-by-others"),
        };
        work.evidence = Some(Reason::new(nothing).with("nick", &work.target.nick));
        work.hindrance = others.first().map(|ban| {
            Reason::new(theirs)
                .with("nick", &work.target.nick)
                .with("mask", &ban.mask)
                .with("by", &ban.setter)
        });
        let lift =
            |ban: &Ban| Step::Mode { change: format!("-{}", ban.letter), args: vec![ban.mask.clone()] };
        work.plan = ours.iter().map(lift).collect();
        if work.plan.is_empty() { self.finish(work) } else { self.advance(work) }
    }

    /// In a silenced room voice is what he lacks.
    fn decide_voice(&mut self, mut work: Work) {
        let key = self.fold(&work.target.nick);
        let room = self.rooms.get(&work.room);
        let silenced = room.is_some_and(|room| room.modes.contains(&'m'));
        let voiceless = room.and_then(|room| room.members.get(&key)).is_some_and(String::is_empty);
        if silenced && voiceless {
            let nick = work.target.nick.clone();
            work.plan.push_back(Step::Mode { change: "+v".to_owned(), args: vec![nick] });
            self.advance(work);
        } else {
            work.evidence = Some(Reason::new("irc-not-muted").with("nick", &work.target.nick));
            self.finish(work);
        }
    }

    /// The entries that keep the target silent (for a mute) or out (for a block): ours, and other people's.
    fn entries(&self, work: &Work) -> (Vec<Ban>, Vec<Ban>) {
        let Some(room) = self.rooms.get(&work.room) else { return (Vec::new(), Vec::new()) };
        let way = self.way();
        let mutes = matches!(work.deed, Deed::Mute { .. } | Deed::Unmute { .. });
        let known = self.memory.masks.get(&(work.room.clone(), work.target.id.clone()));
        let mut found = (Vec::new(), Vec::new());
        for ban in &room.bans {
            let muting = way.mask_of(ban.letter, &ban.mask);
            let mask = match (mutes, muting) {
                (true, Some(mask)) => mask,
                (false, None) if ban.letter == 'b' => ban.mask.as_str(),
                _ => continue,
            };
            let remembered = known.is_some_and(|masks| masks.contains(&ban.mask));
            if !remembered && !covers(&self.support, mask, &work.target) {
                continue;
            }
            if remembered || self.is_us(&ban.setter) {
                found.0.push(ban.clone())
            } else {
                found.1.push(ban.clone())
            }
        }
        found
    }

    fn finish(&mut self, work: Work) {
        if let Some(reason) = work.hindrance {
            self.conclude(work.action, Outcome::Failed { reason });
            return;
        }
        let moderated = self.way() == Way::Moderated;
        match &work.deed {
            Deed::Mute { .. } if moderated => self.say_emulated_mute(&work),
            Deed::Unmute { .. } if moderated => {
                if let Some(emulation) = self.memory.emulations.get_mut(&work.room) {
                    emulation.muted.remove(&work.target.id);
                }
                self.restore_room(&work.room);
            }
            // He was out of sight when the order came, and the names that were read since show him.
            Deed::Remove { .. } if !was_put_out(&work) && !self.is_gone(&work) => {
                let reason = Reason::new("irc-no-effect").with("room", self.room_name(&work));
                self.conclude(work.action, Outcome::Failed { reason });
                return;
            }
            _ => {}
        }
        let gone = Reason::new("irc-already-gone")
            .with("room", self.room_name(&work))
            .with("nick", &work.target.nick);
        let ours_to_lift = work.ours_to_lift && matches!(work.deed, Deed::Mute { .. });
        let evidence = match (&work.deed, work.evidence.clone()) {
            (Deed::Remove { block: true, .. }, _) => Reason::new("irc-seen-block")
                .with("room", self.room_name(&work))
                .with("nick", &work.target.nick)
                .with("mask", self.block_of(&work)),
            (Deed::Mute { .. }, _) if moderated => {
                Reason::new("irc-seen-silence").with("nick", &work.target.nick)
            }
            (_, Some(seen)) => seen,
            (_, None) => gone,
        };
        self.conclude(work.action, Outcome::Confirmed { evidence, ours_to_lift });
    }

    /// The mask that keeps the target out.
    pub(super) fn block_of(&self, work: &Work) -> String {
        let way = self.way();
        let known = self.memory.masks.get(&(work.room.clone(), work.target.id.clone()));
        let mut masks = known.into_iter().flatten().filter(|mask| way.mask_of('b', mask).is_none());
        masks.next_back().cloned().unwrap_or_default()
    }

    fn is_gone(&self, work: &Work) -> bool {
        let Some(someone) = self.people.by_id(&work.target.id) else { return true };
        let key = self.fold(&someone.nick);
        !self.rooms.get(&work.room).is_some_and(|room| room.members.contains_key(&key))
    }

    /// Whether a deed holds, by what was just read.
    fn look_up(&self, work: &Work) -> Outcome {
        let (ours, others) = self.entries(work);
        let listed = !ours.is_empty() || !others.is_empty();
        let key = self.fold(&work.target.nick);
        let room = self.rooms.get(&work.room);
        let silent = match self.way() {
            Way::Moderated | Way::Nothing => room.is_some_and(|room| {
                room.modes.contains(&'m') && room.members.get(&key).is_none_or(String::is_empty)
            }),
            Way::Extban(_) | Way::Quiet => listed,
        };
        let holds = match work.deed {
            Deed::Mute { .. } => silent,
            Deed::Unmute { .. } => !silent,
            Deed::Remove { block, .. } => self.is_gone(work) && (!block || listed),
            Deed::Unblock { .. } => !listed,
            Deed::Recall { .. } | Deed::Warn { .. } | Deed::Say { .. } | Deed::Check(_) => {
                return Outcome::Unknown { reason: Reason::new("irc-cannot-check") };
            }
        };
        let name = self.room_name(work);
        if !holds {
            return Outcome::Failed { reason: Reason::new("irc-check-not-so").with("room", name) };
        }
        let timed = |ban: &Ban| self.memory.timed.contains(&(work.room.clone(), ban.mask.clone()));
        let ends_itself = listed && ours.iter().chain(&others).all(timed);
        let ours_to_lift = matches!(work.deed, Deed::Mute { .. }) && !ends_itself;
        Outcome::Confirmed { evidence: Reason::new("irc-check-holds").with("room", name), ours_to_lift }
    }
}

/// Whether the last step was the kick itself, by the server's word.
fn was_put_out(work: &Work) -> bool {
    let seen = work.evidence.as_ref().map_or("", |seen| seen.key.as_str());
    matches!(seen, "irc-seen-kick" | "irc-already-gone")
}
