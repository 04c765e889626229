//! Which steps a deed takes, on this server and in this room. Plans only: nothing is sent from here.

use crate::model::heard::{Deed, Outcome};
use crate::model::reason::Reason;
use crate::platforms::irc::deeds::{Phase, Step, Work, unknown};
use crate::platforms::irc::line::{cut, pieces};
use crate::platforms::irc::mute::{Way, mask};
use crate::platforms::irc::people::Someone;
use crate::platforms::irc::session::Session;

/// Bytes that the server puts before our words when it passes them on (`:nick!user@host `), at most.
const OUR_SOURCE: usize = 120;

/// Bytes of voice changes in one MODE.
const VOICES: usize = 380;

impl Session {
    /// Fills in the steps of a deed; the outcome where there is nothing to do.
    pub(super) fn plan(&self, work: &mut Work, name: &str) -> Result<(), Outcome> {
        let moderated = self.way() == Way::Moderated;
        let steps: Vec<Step> = match &work.deed {
            _ if work.checking => {
                work.phase = Phase::Looking;
                self.look(&work.deed)
            }
            Deed::Recall { message } => vec![Step::Redact { message: message.clone() }],
            Deed::Warn { text, .. } => {
                self.must_be_here(work, name)?;
                self.words(&work.target, name, text)
            }
            // Said to everybody, it has nobody's name before it.
            Deed::Say { text } => self.words(&Someone::default(), name, text),
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

    /// Words to somebody who is not here would only tell the others about him.
    fn must_be_here(&self, work: &Work, name: &str) -> Result<(), Outcome> {
        let key = self.fold(&work.target.nick);
        if self.rooms.get(&work.room).is_some_and(|room| room.members.contains_key(&key)) {
            return Ok(());
        }
        let reason = Reason::new("irc-gone").with("room", name).with("nick", &work.target.nick);
        Err(Outcome::Failed { reason })
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
    pub(super) fn look(&self, deed: &Deed) -> Vec<Step> {
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
        let text = text.replace(['\r', '\n'], " ");
        let addressed = if target.nick.is_empty() { text } else { format!("{}: {text}", target.nick) };
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
    pub(super) fn silence_room(&self, work: &Work) -> Vec<Step> {
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
}
