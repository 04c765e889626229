//! What the server answers when a room is read: members, hosts, accounts, modes and lists.

use crate::model::heard::{By, Heard};
use crate::platforms::irc::line::Line;
use crate::platforms::irc::mute::short;
use crate::platforms::irc::people::Account;
use crate::platforms::irc::room::Ban;
use crate::platforms::irc::session::Session;
use std::time::Duration;

/// A server that does not answer WHO for so long will not; the names alone must do.
const WHO: Duration = Duration::from_secs(60);

impl Session {
    /// Numeric replies; others change nothing.
    pub(super) fn hear_reading(&mut self, line: &Line) {
        match line.numeric() {
            Some(353) => self.hear_names(line),
            Some(366) => self.hear_names_end(line),
            Some(352) => {
                let source = format!("{}!{}@{}", line.param(5), line.param(2), line.param(3));
                self.hear_who(line.param(1), &source, line.param(6), Account::Silent);
            }
            Some(354) if line.param(1) == "42" => {
                let source = format!("{}!{}@{}", line.param(5), line.param(3), line.param(4));
                self.hear_who(line.param(2), &source, line.param(6), Account::told(line.param(7)));
            }
            Some(315) => self.tell_roster(&self.fold(line.param(1))),
            Some(324) => self.hear_modes(line),
            Some(367) => self.hear_entry(line.param(1), 'b', line.param(2), line.param(3)),
            Some(728) => self.hear_entry(line.param(1), 'q', line.param(3), line.param(4)),
            Some(368) => self.hear_list_end(line.param(1), 'b'),
            Some(729) => self.hear_list_end(line.param(1), 'q'),
            Some(403 | 405 | 471 | 473..=477 | 489) => self.hear_join_refused(line),
            _ => {}
        }
    }

    fn hear_names(&mut self, line: &Line) {
        let folded = self.fold(line.param(2));
        for name in line.last().split_whitespace() {
            let (status, source) = self.support.split_signs(name);
            let source = source.to_owned();
            self.see(&source, Account::Silent);
            let key = self.fold(source.split('!').next().unwrap_or(""));
            if let Some(room) = self.rooms.get_mut(&folded) {
                room.naming.insert(key, status);
            }
        }
    }

    fn hear_names_end(&mut self, line: &Line) {
        let folded = self.fold(line.param(1));
        let Some(room) = self.rooms.get_mut(&folded) else { return };
        if !room.naming.is_empty() {
            room.members = std::mem::take(&mut room.naming);
        }
        let told = room.told;
        self.say_room(&folded);
        if told {
            self.tell_roster(&folded);
        }
    }

    fn hear_who(&mut self, room: &str, source: &str, flags: &str, account: Account<'_>) {
        let folded = self.fold(room);
        let key = self.fold(source.split('!').next().unwrap_or(""));
        if !self.rooms.get(&folded).is_some_and(|room| room.members.contains_key(&key)) {
            return;
        }
        self.see(source, account);
        let signs: String = flags.chars().filter(|flag| !matches!(flag, 'H' | 'G' | '*')).collect();
        let (status, _) = self.support.split_signs(&signs);
        if let Some(known) = self.rooms.get_mut(&folded).and_then(|room| room.members.get_mut(&key)) {
            // Without multi-prefix only the highest sign is shown: what we know already may be more.
            if !status.chars().all(|letter| known.contains(letter)) {
                *known = status;
            }
        }
    }

    /// Tells the desk who is in a room, and who of them is silenced.
    fn tell_roster(&mut self, folded: &str) {
        let Some(room) = self.rooms.get_mut(folded) else { return };
        room.told = true;
        let nicks: Vec<String> = room.members.keys().cloned().collect();
        let people = nicks.iter().map(|nick| self.person(nick, folded)).collect();
        self.say_room(folded);
        self.say(Heard::Roster { room: folded.to_owned(), people, complete: true });
        self.refresh_silence(folded, By::Unknown, None);
    }

    /// Rooms whose WHO was never answered are told by their names.
    pub(super) fn tick_rooms(&mut self) {
        let late = |entered: Duration| self.clock.saturating_sub(entered) >= WHO;
        let waiting: Vec<String> = self
            .rooms
            .iter()
            .filter(|(_, room)| !room.told && late(room.entered))
            .map(|(folded, _)| folded.clone())
            .collect();
        for folded in waiting {
            self.tell_roster(&folded);
        }
    }

    fn hear_modes(&mut self, line: &Line) {
        let folded = self.fold(line.param(1));
        let Some(room) = self.rooms.get_mut(&folded) else { return };
        room.modes = line.param(2).chars().filter(|letter| *letter != '+').collect();
        let silenced = room.modes.contains(&'m');
        let busy = self.works.iter().any(|work| work.room == folded);
        if silenced && !busy {
            self.voice_missed(&folded);
        } else if !silenced && !busy {
            self.lose_emulation(&folded, &By::Unknown);
        }
    }

    fn hear_entry(&mut self, room: &str, letter: char, mask: &str, setter: &str) {
        let setter = setter.split('!').next().unwrap_or("").to_owned();
        if let Some(room) = self.rooms.get_mut(&self.support.folding.fold(room)) {
            room.listing.push(Ban { letter, mask: short(mask), setter });
        }
    }

    fn hear_list_end(&mut self, room: &str, letter: char) {
        let folded = self.fold(room);
        if let Some(room) = self.rooms.get_mut(&folded) {
            room.list_read(letter);
        }
        if self.rooms.get(&folded).is_some_and(|room| room.told) {
            self.refresh_silence(&folded, By::Unknown, None);
        }
    }
}
