//! People who come, go and change their names.

use crate::model::ability::Abilities;
use crate::model::heard::{By, Heard};
use crate::model::member::{LeaveCause, Role};
use crate::model::reason::Reason;
use crate::platforms::irc::line::Line;
use crate::platforms::irc::mute::{Way, covers};
use crate::platforms::irc::people::Account;
use crate::platforms::irc::queue::Lane;
use crate::platforms::irc::room::Room;
use crate::platforms::irc::session::Session;

impl Session {
    /// JOIN, PART, QUIT, KICK, NICK, ACCOUNT and CHGHOST.
    pub(super) fn hear_move(&mut self, line: &Line) {
        match line.command.as_str() {
            "JOIN" => self.hear_join(line),
            "PART" => self.goes(line.param(0), line.nick(), LeaveCause::Left, By::Unknown),
            "QUIT" => self.hear_quit(line),
            "KICK" => self.hear_kick(line),
            "NICK" => self.hear_nick(line),
            "ACCOUNT" => {
                self.see(line.source.as_deref().unwrap_or(""), Account::told(line.param(0)));
                self.refresh_everywhere(line, line.nick());
            }
            _ => {
                let changed = format!("{}!{}@{}", line.nick(), line.param(0), line.param(1));
                self.see(&changed, Account::Silent);
                self.refresh_everywhere(line, line.nick());
            }
        }
    }

    fn hear_join(&mut self, line: &Line) {
        let source = line.source.as_deref().unwrap_or("");
        let account = match (line.tag("account"), line.params.len()) {
            (_, 3..) => Account::told(line.param(1)),
            (Some(account), _) => Account::told(account),
            _ => Account::Silent,
        };
        self.see(source, account);
        let folded = self.fold(line.param(0));
        if self.is_us(line.nick()) {
            self.enter(&folded, line.param(0));
            return;
        }
        let key = self.fold(line.nick());
        let Some(room) = self.rooms.get_mut(&folded) else { return };
        room.members.insert(key, String::new());
        let person = self.person(line.nick(), &folded);
        self.say(Heard::Joined { room: folded.clone(), person, by: By::Unknown });
        self.refresh_member(&folded, line.nick(), &By::Unknown);
        self.voice_newcomer(&folded, line.nick());
    }

    /// We are in a room: read who is here and what is set.
    fn enter(&mut self, folded: &str, name: &str) {
        let mut room = Room { name: name.to_owned(), entered: self.clock, ..Room::default() };
        room.members.insert(self.fold(&self.nick), String::new());
        self.rooms.insert(folded.to_owned(), room);
        let who = if self.support.whox { vec![name, "%tcuhnfa,42"] } else { vec![name] };
        self.queue.push(Lane::Reading, Line::new("WHO", &who), None);
        self.queue.push(Lane::Reading, Line::new("MODE", &[name]), None);
        if let Way::Extban(_) | Way::Quiet = self.way() {
            let letter = self.way().letter().to_string();
            self.queue.push(Lane::Reading, Line::new("MODE", &[name, &letter]), None);
        }
    }

    fn hear_quit(&mut self, line: &Line) {
        let key = self.fold(line.nick());
        let rooms: Vec<String> = self
            .rooms
            .iter()
            .filter(|(_, room)| room.members.contains_key(&key))
            .map(|(folded, _)| folded.clone())
            .collect();
        for room in rooms {
            self.goes(&room, line.nick(), LeaveCause::Left, By::Unknown);
        }
    }

    fn hear_kick(&mut self, line: &Line) {
        let by = self.by(line);
        let folded = self.fold(line.param(0));
        let banned = self.people.get(line.param(1)).is_some_and(|someone| {
            let bans = self.rooms.get(&folded).map(|room| room.bans.as_slice()).unwrap_or_default();
            bans.iter().any(|ban| ban.letter == 'b' && covers(&self.support, &ban.mask, someone))
        });
        let cause = if banned { LeaveCause::Banned } else { LeaveCause::Removed };
        if self.is_us(line.param(1)) {
            let remark = Reason::new("irc-removed").with("room", line.param(0)).with("by", line.nick());
            self.say(Heard::Remark(remark.with("text", line.param(2))));
        }
        self.goes(line.param(0), line.param(1), cause, by);
    }

    fn goes(&mut self, room: &str, nick: &str, cause: LeaveCause, by: By) {
        let folded = self.fold(room);
        let mut person = self.person(nick, &folded);
        if self.is_us(nick) {
            if let Some(left) = self.rooms.remove(&folded) {
                let reason = Reason::new("irc-not-in-room").with("room", &left.name);
                self.say(Heard::Left { room: folded.clone(), person, cause, by });
                self.say(Heard::Room {
                    external: folded,
                    name: left.name,
                    own_role: Role::Unknown,
                    abilities: Abilities::none(&reason),
                    members_total: None,
                });
                self.forget_absent(left.members.keys());
            }
            return;
        }
        let key = self.fold(nick);
        let Some(here) = self.rooms.get_mut(&folded) else { return };
        if here.members.remove(&key).is_none() {
            return;
        }
        if person.role == Role::Unknown {
            person.role = Role::Member;
        }
        if let Some(emulation) = self.memory.emulations.get_mut(&folded) {
            emulation.voiced.remove(&key);
        }
        self.say(Heard::Left { room: folded, person, cause, by });
        self.forget_absent(std::iter::once(&key));
    }

    /// Forgets those whom we share no room with any more.
    fn forget_absent<'a>(&mut self, nicks: impl Iterator<Item = &'a String>) {
        for nick in nicks {
            if !self.rooms.values().any(|room| room.members.contains_key(nick)) {
                self.people.forget(nick);
            }
        }
    }

    fn hear_nick(&mut self, line: &Line) {
        let (old, new) = (line.nick().to_owned(), line.param(0).to_owned());
        let (old_key, new_key) = (self.fold(&old), self.fold(&new));
        for room in self.rooms.values_mut() {
            if let Some(status) = room.members.remove(&old_key) {
                room.members.insert(new_key.clone(), status);
            }
        }
        for emulation in self.memory.emulations.values_mut() {
            if emulation.voiced.remove(&old_key) {
                emulation.voiced.insert(new_key.clone());
            }
        }
        let us = self.is_us(&old);
        if us {
            self.nick = new.clone();
        }
        if let Some(was) = self.people.rename(&old, &new) {
            self.renamed(was, &new);
        }
        self.refresh_everywhere(line, &new);
    }

    /// Somebody's hostmask changed: masks may cover him now, or not any more.
    fn refresh_everywhere(&mut self, line: &Line, nick: &str) {
        let by = self.by(line);
        let rooms: Vec<String> = self.rooms.keys().cloned().collect();
        for room in rooms {
            self.refresh_member(&room, nick, &by);
        }
    }
}
