//! Who is who on the network: nicks, hostmasks, accounts, and the id under which the desk knows a person.
//!
//! An id is `account:<name>` where the server tells an account that nobody else present uses under another nick, else
//! the folded nick. It stays with the person through nick changes by way of [`People::rename`]; a nick alone says
//! nothing across connections, and this file does not pretend that it does.

use crate::model::heard::Person;
use crate::model::member::Role;
use crate::platforms::irc::names::{Folding, split_source};
use std::collections::{BTreeMap, VecDeque};

/// How many people who left are remembered, for masks and late orders.
const REMEMBERED: usize = 2048;

/// One person as the server shows him.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Someone {
    /// What the desk calls him.
    pub id: String,
    pub nick: String,
    /// Empty until the server tells.
    pub user: String,
    /// Empty until the server tells.
    pub host: String,
    pub account: Option<String>,
}

impl Someone {
    /// `nick!user@host`, with `*` for what is not known.
    pub fn source(&self) -> String {
        let or_star = |part: &str| if part.is_empty() { "*".to_owned() } else { part.to_owned() };
        format!("{}!{}@{}", self.nick, or_star(&self.user), or_star(&self.host))
    }

    /// As the desk hears of him.
    pub fn person(&self, role: Role) -> Person {
        Person { external: self.id.clone(), name: self.nick.clone(), role }
    }
}

/// What a line tells about somebody's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account<'a> {
    /// The line does not speak of it.
    Silent,
    None,
    Named(&'a str),
}

impl<'a> Account<'a> {
    /// `*` and `0` mean that there is none.
    pub fn told(name: &'a str) -> Self {
        if matches!(name, "*" | "0" | "") { Account::None } else { Account::Named(name) }
    }
}

/// Everybody we can see, and those we saw lately.
#[derive(Debug, Default)]
pub struct People {
    pub folding: Folding,
    /// By folded nick.
    present: BTreeMap<String, Someone>,
    /// Id → folded nick of those present.
    ids: BTreeMap<String, String>,
    gone: VecDeque<Someone>,
}

impl People {
    /// Takes in what a line's source tells; gives the id that this person had before when it changed.
    pub fn see(&mut self, source: &str, account: Account<'_>) -> Option<String> {
        let (nick, user, host) = split_source(source);
        let key = self.folding.fold(nick);
        let mut someone = self.present.remove(&key).unwrap_or_default();
        someone.nick = nick.to_owned();
        if !host.is_empty() {
            someone.user = user.to_owned();
            someone.host = host.to_owned();
        }
        match account {
            Account::Silent => {}
            Account::None => someone.account = None,
            Account::Named(name) => someone.account = Some(name.to_owned()),
        }
        let was = std::mem::take(&mut someone.id);
        someone.id = self.id_for(&key, &someone, &was);
        let changed = !was.is_empty() && was != someone.id;
        self.ids.remove(&was);
        self.place(key, someone);
        changed.then_some(was)
    }

    fn place(&mut self, key: String, someone: Someone) {
        self.ids.insert(someone.id.clone(), key.clone());
        self.present.insert(key, someone);
    }

    fn id_for(&self, key: &str, someone: &Someone, was: &str) -> String {
        if was.starts_with("account:") {
            return was.to_owned();
        }
        if let Some(account) = &someone.account {
            let id = format!("account:{}", self.folding.fold(account));
            if !self.ids.contains_key(&id) {
                return id;
            }
        }
        key.to_owned()
    }

    /// A nick change; gives the id that this person had before.
    pub fn rename(&mut self, old: &str, new: &str) -> Option<String> {
        let mut someone = self.present.remove(&self.folding.fold(old))?;
        let key = self.folding.fold(new);
        let was = someone.id.clone();
        someone.nick = new.to_owned();
        if !was.starts_with("account:") {
            someone.id = key.clone();
        }
        self.ids.remove(&was);
        self.place(key, someone);
        Some(was)
    }

    /// He is out of sight.
    pub fn forget(&mut self, nick: &str) {
        if let Some(someone) = self.present.remove(&self.folding.fold(nick)) {
            self.ids.remove(&someone.id);
            self.gone.retain(|other| other.id != someone.id);
            self.gone.push_front(someone);
            self.gone.truncate(REMEMBERED);
        }
    }

    /// Nobody is in sight any more.
    pub fn forget_all(&mut self) {
        let nicks: Vec<String> = self.present.keys().cloned().collect();
        nicks.iter().for_each(|nick| self.forget(nick));
    }

    /// Somebody in sight, by nick.
    pub fn get(&self, nick: &str) -> Option<&Someone> {
        self.present.get(&self.folding.fold(nick))
    }

    /// Somebody in sight, by id.
    pub fn by_id(&self, id: &str) -> Option<&Someone> {
        self.present.get(self.ids.get(id)?)
    }

    /// The person behind an id: in sight, remembered, or what the id itself tells.
    pub fn resolve(&self, person: &Person) -> Someone {
        if let Some(someone) = self.by_id(&person.external) {
            return someone.clone();
        }
        if let Some(someone) = self.gone.iter().find(|someone| someone.id == person.external) {
            return someone.clone();
        }
        let account = person.external.strip_prefix("account:").map(str::to_owned);
        let nick = if account.is_some() { person.name.clone() } else { person.external.clone() };
        Someone { id: person.external.clone(), nick, account, ..Someone::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_keeps_his_id_through_nick_changes_when_he_has_an_account() {
        let mut people = People::default();
        assert_eq!(people.see("Bob!u@h", Account::Silent), None);
        assert_eq!(people.get("bob").unwrap().id, "bob");
        assert_eq!(people.see("Bob!u@h", Account::Named("Robert")), Some("bob".to_owned()));
        assert_eq!(people.rename("Bob", "Rob"), Some("account:robert".to_owned()));
        assert_eq!(people.get("ROB").unwrap().id, "account:robert");
        people.see("Rob!u@h", Account::None);
        assert_eq!(people.get("Rob").unwrap().id, "account:robert");
    }

    #[test]
    fn a_second_nick_of_the_same_account_is_known_by_its_nick() {
        let mut people = People::default();
        people.see("bob!u@h", Account::Named("robert"));
        people.see("bob_phone!u@h2", Account::Named("robert"));
        assert_eq!(people.get("bob").unwrap().id, "account:robert");
        assert_eq!(people.get("bob_phone").unwrap().id, "bob_phone");
    }

    #[test]
    fn somebody_who_left_is_still_known_by_his_host() {
        let mut people = People::default();
        people.see("bob!u@h", Account::Silent);
        people.forget("BOB");
        let person = Person { external: "bob".to_owned(), name: "bob".to_owned(), role: Role::Member };
        assert_eq!(people.resolve(&person).source(), "bob!u@h");
        assert!(people.by_id("bob").is_none());
    }
}
