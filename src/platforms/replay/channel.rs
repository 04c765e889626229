//! What the logs of the IRC programs have in common: one channel, its nicks, their modes. Never reads a line's time.

use crate::model::heard::{By, Heard, Person, Saying};
use crate::model::member::{LeaveCause, Role};
use std::collections::HashMap;

/// The channel of one log.
pub struct Channel {
    room: String,
    roles: HashMap<String, Role>,
}

impl Channel {
    /// The channel with this room id.
    pub fn new(room: &str) -> Self {
        Self { room: room.to_owned(), roles: HashMap::new() }
    }

    /// `nick` (with or without its mode in front, as `@nick`) says `text`. Sender and room are filled, the rest is the
    /// caller's.
    pub fn says(&mut self, nick: &str, text: &str) -> Saying {
        Saying {
            room: self.room.clone(),
            person: self.person_with_mode(nick),
            text: text.to_owned(),
            ..Saying::default()
        }
    }

    /// The same for `/me text`: shown as the programs do, with a star in front.
    pub fn acts(&mut self, nick: &str, text: &str) -> Saying {
        Saying { text: format!("* {text}"), ..self.says(nick, text) }
    }

    pub fn joined(&mut self, nick: &str) -> Heard {
        self.roles.remove(nick);
        Heard::Joined { room: self.room.clone(), person: self.person(nick), by: By::Unknown }
    }

    /// `nick` left the channel or the network by himself.
    pub fn left(&mut self, nick: &str) -> Heard {
        let person = self.person(nick);
        self.roles.remove(nick);
        let by = By::Person(nick.to_owned());
        Heard::Left { room: self.room.clone(), person, cause: LeaveCause::Left, by }
    }

    pub fn kicked(&mut self, nick: &str, by: &str) -> Heard {
        let person = self.person(nick);
        self.roles.remove(nick);
        let by = By::Person(by.to_owned());
        Heard::Left { room: self.room.clone(), person, cause: LeaveCause::Removed, by }
    }

    pub fn renamed(&mut self, was: &str, nick: &str) -> Heard {
        if let Some(role) = self.roles.remove(was) {
            self.roles.insert(nick.to_owned(), role);
        }
        Heard::Renamed { was: was.to_owned(), person: self.person(nick) }
    }

    /// `change` as logs write it, for instance `+ov alice bob`. Modes that give no role are passed over.
    pub fn modes(&mut self, change: &str, by: &str) -> Vec<Heard> {
        let mut words = change.split_whitespace();
        let letters = words.next().unwrap_or_default();
        let mut given = true;
        let mut heard = Vec::new();
        for letter in letters.chars() {
            match letter {
                '+' => given = true,
                '-' => given = false,
                'o' | 'h' | 'a' | 'q' | 'v' => {
                    let Some(nick) = words.next() else { break };
                    heard.extend(self.role_changed(letter, given, nick, by));
                }
                // These take a word of their own that is not a nick; `l` and `j` only when they are set.
                'b' | 'e' | 'I' | 'k' => drop(words.next()),
                'l' | 'j' | 'f' if given => drop(words.next()),
                _ => {}
            }
        }
        heard
    }

    fn role_changed(&mut self, letter: char, given: bool, nick: &str, by: &str) -> Option<Heard> {
        // On some networks `q` and `a` name a mask to be silenced, not a nick.
        if nick.contains(['!', '*', ':', '$']) {
            return None;
        }
        let before = self.roles.get(nick).copied().unwrap_or(Role::Member);
        let named = match letter {
            'q' => Role::Owner,
            'v' => Role::Voiced,
            _ => Role::Admin,
        };
        let role = match given {
            true if before > named => return None,
            true => named,
            false if before == named => Role::Member,
            false => return None,
        };
        self.roles.insert(nick.to_owned(), role);
        let by = if by.is_empty() { By::Unknown } else { By::Person(by.to_owned()) };
        Some(Heard::RoleChanged { room: self.room.clone(), person: self.person(nick), by })
    }

    fn person(&self, nick: &str) -> Person {
        let role = self.roles.get(nick).copied().unwrap_or(Role::Member);
        Person { external: nick.to_owned(), name: nick.to_owned(), role }
    }

    fn person_with_mode(&mut self, nick: &str) -> Person {
        let (role, nick) = split_mode(nick);
        match role {
            Some(role) => self.roles.insert(nick.to_owned(), role),
            None => None,
        };
        self.person(nick)
    }
}

/// The role that the sign in front of a nick shows, and the nick. No sign: the log may just not show them.
fn split_mode(nick: &str) -> (Option<Role>, &str) {
    let mut rest = nick.chars();
    let role = match rest.next() {
        Some('~') => Role::Owner,
        Some('&' | '@' | '%') => Role::Admin,
        Some('+') => Role::Voiced,
        Some(' ') => Role::Member,
        _ => return (None, nick),
    };
    (Some(role), rest.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(change: &str, expected: &[(&str, Role)]) {
        let mut channel = Channel::new("#c");
        channel.says("@boss", "");
        let changed: Vec<_> = channel
            .modes(change, "boss")
            .into_iter()
            .map(|heard| match heard {
                Heard::RoleChanged { person, .. } => (person.external, person.role),
                other => panic!("{other:?}"),
            })
            .collect();
        let expected: Vec<_> = expected.iter().map(|(nick, role)| ((*nick).to_owned(), *role)).collect();
        assert_eq!(changed, expected, "{change}");
    }

    #[test]
    fn modes_give_and_take_roles() {
        check("+ov alice bob", &[("alice", Role::Admin), ("bob", Role::Voiced)]);
        check("+b-o *!*@spam boss", &[("boss", Role::Member)]);
        check("-v boss", &[]);
        check("+q *!*@loud", &[]);
        check("+ntl 50", &[]);
        check("+o", &[]);
    }

    #[test]
    fn the_sign_in_front_of_a_nick_is_his_role() {
        let mut channel = Channel::new("#c");
        for (nick, role) in
            [("@a", Role::Admin), ("+a", Role::Voiced), (" a", Role::Member), ("~a", Role::Owner)]
        {
            let person = channel.says(nick, "").person;
            assert_eq!((person.external.as_str(), person.role), ("a", role));
        }
    }
}
