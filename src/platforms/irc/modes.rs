//! Modes of rooms: who may what, and who is silenced.

use crate::model::heard::{By, Heard, Person};
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::platforms::irc::line::Line;
use crate::platforms::irc::mute::{Masks, short};
use crate::platforms::irc::room::Room;
use crate::platforms::irc::session::Session;
use crate::platforms::irc::support::{ModeKind, Support};
use std::collections::BTreeSet;

/// One change of a MODE line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) setting: bool,
    pub(super) letter: char,
    pub(super) argument: String,
}

/// The changes of `MODE #room +ov-b bob carol mask`.
pub(super) fn changes(support: &Support, line: &Line) -> Vec<Change> {
    let mut arguments = line.params.iter().skip(2);
    let mut setting = true;
    let mut found = Vec::new();
    for letter in line.param(1).chars() {
        match letter {
            '+' => setting = true,
            '-' => setting = false,
            _ => {
                let argument = match support.kind(letter, setting) {
                    ModeKind::Plain => String::new(),
                    ModeKind::List => arguments.next().map(|entry| short(entry)).unwrap_or_default(),
                    ModeKind::Status | ModeKind::Argument => arguments.next().cloned().unwrap_or_default(),
                };
                found.push(Change { setting, letter, argument });
            }
        }
    }
    found
}

impl Session {
    /// A MODE line about a room.
    pub(super) fn hear_mode(&mut self, line: &Line) {
        let folded = self.fold(line.param(0));
        if !self.rooms.contains_key(&folded) {
            return;
        }
        let by = self.by(line);
        let mut masks = false;
        for change in changes(&self.support, line) {
            match self.support.kind(change.letter, change.setting) {
                ModeKind::Status => self.hear_status(&folded, &change, &by),
                ModeKind::List => {
                    masks = true;
                    self.hear_list_change(&folded, &change, line.nick());
                }
                ModeKind::Argument => {}
                ModeKind::Plain => {
                    if let Some(room) = self.rooms.get_mut(&folded) {
                        if change.setting {
                            room.modes.insert(change.letter)
                        } else {
                            room.modes.remove(&change.letter)
                        };
                    }
                    if change.letter == 'm' && !change.setting {
                        self.lose_emulation(&folded, &by);
                    }
                }
            }
        }
        if masks {
            let until = self.timed_end(line);
            self.refresh_silence(&folded, by, until);
        }
    }

    fn hear_status(&mut self, folded: &str, change: &Change, by: &By) {
        let key = self.fold(&change.argument);
        let before = self.role_in(folded, &key);
        let Some(room) = self.rooms.get_mut(folded) else { return };
        let Some(status) = room.members.get_mut(&key) else { return };
        status.retain(|letter| letter != change.letter);
        if change.setting {
            status.push(change.letter);
        }
        if self.is_us(&change.argument) {
            self.say_room(folded);
        }
        let person = self.person(&change.argument, folded);
        if person.role != before {
            let (room, by) = (folded.to_owned(), by.clone());
            self.say(Heard::RoleChanged { room, person: person.clone(), by });
        }
        self.follow_voice(folded, change, person, by);
    }

    fn hear_list_change(&mut self, folded: &str, change: &Change, setter: &str) {
        if let Some(room) = self.rooms.get_mut(folded) {
            room.note_ban(change.setting, change.letter, &change.argument, setter);
        }
        if !change.setting {
            self.memory.timed.remove(&(folded.to_owned(), change.argument.clone()));
            for ((room, _), masks) in &mut self.memory.masks {
                if room == folded {
                    masks.remove(&change.argument);
                }
            }
            self.memory.masks.retain(|_, masks| !masks.is_empty());
        }
    }

    /// Tells the desk who is silenced by a list now and was not, and the other way round.
    pub(super) fn refresh_silence(&mut self, folded: &str, by: By, until: Option<Moment>) {
        let Some(room) = self.rooms.get(folded) else { return };
        let masks = self.mute_masks(room);
        let covered = |nick: &String| {
            let someone = self.people.get(nick)?;
            masks.cover(someone).then(|| someone.id.clone())
        };
        let silent: BTreeSet<String> = room.members.keys().filter_map(covered).collect();
        let before = self.memory.silent.get(folded).cloned().unwrap_or_default();
        for id in silent.difference(&before) {
            let Some(person) = self.person_by_id(id, folded) else { continue };
            self.say(Heard::Muted { room: folded.to_owned(), person, until, by: by.clone() });
        }
        // Who left stays silenced as far as we know: the list, not his presence, decides.
        let mut kept = silent.clone();
        for id in before.difference(&silent) {
            match self.person_by_id(id, folded) {
                Some(person) => self.say(Heard::Unmuted { room: folded.to_owned(), person, by: by.clone() }),
                None => {
                    kept.insert(id.clone());
                }
            }
        }
        self.memory.silent.insert(folded.to_owned(), kept);
    }

    fn mute_masks(&self, room: &Room) -> Masks {
        let way = self.way();
        Masks::new(&self.support, room.bans.iter().filter_map(|ban| way.mask_of(ban.letter, &ban.mask)))
    }

    /// One member came or changed his hostmask: only he can have lost or got his voice by that.
    pub(super) fn refresh_member(&mut self, folded: &str, nick: &str, by: &By) {
        let Some(room) = self.rooms.get(folded) else { return };
        let Some(someone) = self.people.get(nick).filter(|_| room.members.contains_key(&self.fold(nick)))
        else {
            return;
        };
        let silent = self.mute_masks(room).cover(someone);
        let (id, room) = (someone.id.clone(), folded.to_owned());
        let person = self.person(nick, folded);
        let known = self.memory.silent.entry(room.clone()).or_default();
        if silent && known.insert(id.clone()) {
            self.say(Heard::Muted { room, person, until: None, by: by.clone() });
        } else if !silent && known.remove(&id) {
            self.say(Heard::Unmuted { room, person, by: by.clone() });
        }
    }

    pub(super) fn person_by_id(&self, id: &str, folded: &str) -> Option<Person> {
        let nick = self.people.by_id(id)?.nick.clone();
        let here = self.rooms.get(folded)?.members.contains_key(&self.fold(&nick));
        here.then(|| self.person(&nick, folded))
    }

    /// A person's id changed: what we remember about him goes with him.
    pub(super) fn follow_id(&mut self, was: &str, now: &str) {
        let moved: Vec<_> = self.memory.masks.keys().filter(|(_, id)| id == was).cloned().collect();
        for key in moved {
            if let Some(masks) = self.memory.masks.remove(&key) {
                self.memory.masks.entry((key.0, now.to_owned())).or_default().extend(masks);
            }
        }
        let emulated = self
            .memory
            .emulations
            .values_mut()
            .flat_map(|emulation| [&mut emulation.muted, &mut emulation.ranked]);
        for ids in self.memory.silent.values_mut().chain(emulated) {
            if ids.remove(was) {
                ids.insert(now.to_owned());
            }
        }
    }

    /// A numeric about a room that we could not join.
    pub(super) fn hear_join_refused(&mut self, line: &Line) {
        if !self.rooms.contains_key(&self.fold(line.param(1))) {
            let reason = Reason::new("irc-cannot-join").with("room", line.param(1)).with("text", line.last());
            self.say(Heard::Remark(reason));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mode_finds_its_argument() {
        let line = Line::parse(b":a!b@c MODE #c +ol-mb+k bob 5 x!*@* key").unwrap();
        let found: Vec<String> = changes(&Support::default(), &line)
            .iter()
            .map(|change| {
                let sign = if change.setting { '+' } else { '-' };
                format!("{sign}{} {}", change.letter, change.argument).trim_end().to_owned()
            })
            .collect();
        assert_eq!(found, ["+o bob", "+l 5", "-m", "-b x!*@*", "+k key"]);
    }
}
