//! Rooms silenced with `+m` because the server has no mutes: who has no voice, who was given one, and how it ends.

use crate::model::heard::{By, Deed, Heard, Person};
use crate::platforms::irc::deeds::{Step, Work};
use crate::platforms::irc::line::Line;
use crate::platforms::irc::modes::Change;
use crate::platforms::irc::mute::Way;
use crate::platforms::irc::queue::Lane;
use crate::platforms::irc::room::Emulation;
use crate::platforms::irc::session::Session;

impl Session {
    /// Before `+m` we note whom we silence and to whom we gave voice, so that newcomers get voice from then on; and
    /// whether the voice that goes or comes is one of his own.
    pub(super) fn prepare(&mut self, work: &Work, step: &Step) {
        if self.way() != Way::Moderated || work.checking {
            return;
        }
        let (change, args) = match step {
            Step::Mode { change, args } => (change.as_str(), args.as_slice()),
            _ => ("", [].as_slice()),
        };
        let nicks: Vec<String> = args.iter().map(|nick| self.fold(nick)).collect();
        match work.deed {
            Deed::Mute { .. } => {
                let emulation = self.memory.emulations.entry(work.room.clone()).or_default();
                emulation.muted.insert(work.target.id.clone());
                emulation.ours |= change == "+m";
                if change.starts_with("+v") {
                    emulation.voiced.extend(nicks);
                } else if change == "-v" && !nicks.iter().any(|nick| emulation.voiced.contains(nick)) {
                    emulation.ranked.insert(work.target.id.clone());
                }
            }
            Deed::Unmute { .. } if change == "+v" => {
                let emulation = self.memory.emulations.get_mut(&work.room);
                if let Some(emulation) = emulation.filter(|one| !one.ranked.contains(&work.target.id)) {
                    emulation.voiced.extend(nicks);
                }
            }
            _ => {}
        }
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
        if emulation.ours {
            self.queue.push(Lane::Deed, Line::new("MODE", &[&name, "-m"]), None);
        }
        self.take_voices_back(&emulation, &name);
    }

    /// The voices that we gave for the mute go with it: they were no rank.
    fn take_voices_back(&mut self, emulation: &Emulation, room: &str) {
        let here = |nick: &String| self.people.get(nick).map(|someone| someone.nick.clone());
        let voiced: Vec<String> = emulation.voiced.iter().filter_map(here).collect();
        for step in self.voice_steps("-", &voiced) {
            self.queue.push(Lane::Deed, self.line(&step, room), None);
        }
    }

    /// Says that somebody lost his voice in a room where no list tells it.
    pub(super) fn say_emulated_mute(&mut self, work: &Work) {
        let role = self.role_in(&work.room, &self.fold(&work.target.nick));
        let person = work.target.person(role);
        self.say(Heard::Muted { room: work.room.clone(), person, until: None, by: By::Us });
    }

    /// In a room that we silenced for lack of mutes, voice is what a mute takes.
    pub(super) fn follow_voice(&mut self, folded: &str, change: &Change, person: Person, by: &By) {
        let key = self.fold(&change.argument);
        let Some(emulation) = self.memory.emulations.get_mut(folded) else { return };
        if change.letter != 'v' || !change.setting {
            emulation.voiced.remove(&key);
            return;
        }
        if emulation.muted.remove(&person.external) {
            self.say(Heard::Unmuted { room: folded.to_owned(), person, by: by.clone() });
        }
    }

    /// Somebody comes into a room that we silenced: only who is muted stays without voice.
    pub(super) fn voice_newcomer(&mut self, folded: &str, nick: &str) {
        let id = self.person(nick, folded).external;
        let key = self.fold(nick);
        let Some(room) = self.rooms.get(folded) else { return };
        let Some(emulation) = self.memory.emulations.get_mut(folded) else { return };
        if emulation.muted.is_empty() || emulation.muted.contains(&id) {
            return;
        }
        emulation.voiced.insert(key);
        let line = Line::new("MODE", &[&room.name, "+v", nick]);
        self.queue.push(Lane::Deed, line, None);
    }

    /// After a time away: voice for those who came meanwhile into a room that we silenced.
    pub(super) fn voice_missed(&mut self, folded: &str) {
        let own = self.fold(&self.nick);
        let Some(room) = self.rooms.get(folded) else { return };
        let acting = room.members.get(&own).is_some_and(|status| self.support.may_moderate(status));
        if !acting || !room.modes.contains(&'m') {
            return;
        }
        let voiceless = room.members.iter().filter(|(_, status)| status.is_empty());
        let nicks: Vec<String> = voiceless
            .filter_map(|(nick, _)| self.people.get(nick))
            .map(|someone| someone.nick.clone())
            .collect();
        for nick in nicks {
            self.voice_newcomer(folded, &nick);
        }
    }

    /// The room is not `+m` any more: nobody is silenced by it.
    pub(super) fn lose_emulation(&mut self, folded: &str, by: &By) {
        let Some(emulation) = self.memory.emulations.remove(folded) else { return };
        let own = self.fold(&self.nick);
        if let Some(room) = self.rooms.get(folded)
            && room.members.get(&own).is_some_and(|status| self.support.may_moderate(status))
        {
            let name = room.name.clone();
            self.take_voices_back(&emulation, &name);
            let nick = |id: &String| self.people.by_id(id).map(|someone| someone.nick.clone());
            let theirs: Vec<String> =
                emulation.ranked.intersection(&emulation.muted).filter_map(nick).collect();
            for step in self.voice_steps("+", &theirs) {
                self.queue.push(Lane::Deed, self.line(&step, &name), None);
            }
        }
        for id in emulation.muted {
            if let Some(person) = self.person_by_id(&id, folded) {
                self.say(Heard::Unmuted { room: folded.to_owned(), person, by: by.clone() });
            }
        }
    }
}
