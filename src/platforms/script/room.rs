//! One room of the demo's platform: its members, who may not speak, who may not come in, what was said.

use crate::model::ability::Verb;
use crate::model::heard::{By, Deed, Heard, Outcome, Person, Saying};
use crate::model::member::{LeaveCause, Role};
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::platforms::script::cast::RoomCast;
use crate::platforms::script::rights::{OWN, Rights};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// The platform knows so many messages of a room; older ones cannot be recalled.
const REMEMBERED: usize = 5_000;

/// A room as the platform keeps it.
pub struct Room {
    pub id: String,
    name: String,
    pub rights: Rights,
    members: BTreeMap<String, Person>,
    /// Until when somebody cannot speak.
    muted: BTreeMap<String, Moment>,
    blocked: BTreeSet<String>,
    /// Message → author, for messages that are still to be seen.
    said: HashMap<String, String>,
    order: VecDeque<String>,
    /// Who was warned, so that a look can tell.
    warned: BTreeSet<String>,
    /// What the own account said to everybody, so that a look can tell.
    own_words: BTreeSet<String>,
}

impl Room {
    /// The room with its people, and the own account among them.
    pub fn new(cast: RoomCast) -> Self {
        let rights = Rights::in_room(&cast.id);
        let people = cast.people.into_iter().map(|figure| figure.person).chain([rights.own()]);
        // Where our account owns the room, the one who is listed as owner looks after it.
        let owned = rights == Rights::Full(Role::Owner);
        let members = people
            .map(|person| match person.role {
                Role::Owner if owned && person.external != OWN => Person { role: Role::Admin, ..person },
                _ => person,
            })
            .map(|person| (person.external.clone(), person))
            .collect();
        Self {
            id: cast.id,
            name: cast.name,
            rights,
            members,
            muted: BTreeMap::new(),
            blocked: BTreeSet::new(),
            said: HashMap::new(),
            order: VecDeque::new(),
            warned: BTreeSet::new(),
            own_words: BTreeSet::new(),
        }
    }

    /// The room and what we may do in it.
    pub fn introduction(&self) -> Heard {
        Heard::Room {
            external: self.id.clone(),
            name: self.name.clone(),
            own_role: self.rights.own().role,
            abilities: self.rights.abilities(),
            members_total: u32::try_from(self.members.len()).ok(),
        }
    }

    /// Everybody in it.
    pub fn roster(&self) -> Heard {
        Heard::Roster {
            room: self.id.clone(),
            people: self.members.values().cloned().collect(),
            complete: true,
        }
    }

    /// What becomes of something that somebody tries to do here; `None` when it does not come about.
    pub fn admit(&mut self, tried: Heard, now: Moment) -> Option<Heard> {
        match tried {
            Heard::Message(saying) => self.say(saying, now).map(Heard::Message),
            Heard::Joined { room, person, by } => {
                let kept_out = self.blocked.contains(&person.external) && self.rights != Rights::NoMute;
                if kept_out || self.members.contains_key(&person.external) {
                    return None;
                }
                self.members.insert(person.external.clone(), person.clone());
                Some(Heard::Joined { room, person, by })
            }
            Heard::Left { room, person, cause, by } => {
                let person = self.members.remove(&person.external)?;
                Some(Heard::Left { room, person, cause, by })
            }
            Heard::Recalled { room, message, by } => {
                let author = self.said.get(&message)?;
                let theirs = by == By::Person(author.clone()) && self.members.contains_key(author);
                theirs.then(|| self.said.remove(&message))?;
                Some(Heard::Recalled { room, message, by })
            }
            _ => None,
        }
    }

    fn say(&mut self, saying: Saying, now: Moment) -> Option<Saying> {
        let person = self.members.get(&saying.person.external)?.clone();
        if self.is_muted(&person.external, now) {
            return None;
        }
        let reply_to = saying.reply_to.filter(|message| self.said.contains_key(message));
        self.remember(&saying.external, &person.external);
        Some(Saying { person, sent_at: Some(now), reply_to, ..saying })
    }

    fn remember(&mut self, message: &str, author: &str) {
        self.said.insert(message.to_owned(), author.to_owned());
        self.order.push_back(message.to_owned());
        if self.order.len() > REMEMBERED {
            let oldest = self.order.pop_front().unwrap_or_default();
            self.said.remove(&oldest);
        }
    }

    /// Gives somebody another name; whether he is here.
    pub fn rename(&mut self, external: &str, name: &str) -> bool {
        let Some(person) = self.members.get_mut(external) else { return false };
        name.clone_into(&mut person.name);
        true
    }

    /// Whether somebody is to be removed again as soon as he comes in.
    pub fn is_watched(&self, external: &str) -> bool {
        self.rights == Rights::NoMute && self.blocked.contains(external)
    }

    /// The end of the mute that was to last until `until`; `None` when it was lifted or made longer since.
    pub fn mute_ends(&mut self, external: &str, until: Moment) -> Option<Heard> {
        if self.muted.get(external) != Some(&until) {
            return None;
        }
        self.muted.remove(external);
        let person = self.members.get(external)?.clone();
        Some(Heard::Unmuted { room: self.id.clone(), person, by: By::Platform })
    }

    /// Removes somebody who came back although he is kept out.
    pub fn remove_again(&mut self, external: &str) -> Option<Heard> {
        if !self.blocked.contains(external) {
            return None;
        }
        let person = self.members.remove(external)?;
        Some(Heard::Left { room: self.id.clone(), person, cause: LeaveCause::Removed, by: By::Us })
    }

    /// Does something for the own account. What everybody sees, and the answer. `number` is new every time.
    pub fn perform(&mut self, deed: &Deed, now: Moment, number: u64) -> (Vec<Heard>, Outcome) {
        match self.effect(deed, now, number) {
            Ok(heard) => (heard, confirmed("script-seen-in-room")),
            Err(reason) => (Vec::new(), Outcome::Failed { reason }),
        }
    }

    fn effect(&mut self, deed: &Deed, now: Moment, number: u64) -> Result<Vec<Heard>, Reason> {
        let room = self.id.clone();
        match deed {
            Deed::Check(_) => Ok(Vec::new()),
            Deed::Recall { message } => {
                let author = self.said.get(message).ok_or_else(|| Reason::new("script-no-such-message"))?;
                self.refuse_staff(author)?;
                self.said.remove(message);
                Ok(vec![Heard::Recalled { room, message: message.clone(), by: By::Us }])
            }
            Deed::Warn { person, text } => {
                let target = self.present(person)?.external.clone();
                self.warned.insert(target.clone());
                let saying = Saying {
                    room,
                    person: self.rights.own(),
                    external: format!("w{number}"),
                    sent_at: Some(now),
                    text: text.clone(),
                    mentions: vec![target],
                    own: true,
                    ..Saying::default()
                };
                self.remember(&saying.external, OWN);
                Ok(vec![Heard::Message(saying)])
            }
            Deed::Say { text } => {
                let saying = Saying {
                    room,
                    person: self.rights.own(),
                    external: format!("w{number}"),
                    sent_at: Some(now),
                    text: text.clone(),
                    own: true,
                    ..Saying::default()
                };
                self.remember(&saying.external, OWN);
                self.own_words.insert(text.clone());
                Ok(vec![Heard::Message(saying)])
            }
            Deed::Mute { person, seconds } => {
                let person = self.subject(person)?;
                let until = now.plus_seconds(i64::from(*seconds));
                self.muted.insert(person.external.clone(), until);
                Ok(vec![Heard::Muted { room, person, until: Some(until), by: By::Us }])
            }
            Deed::Unmute { person } => {
                let person = self.present(person)?.clone();
                let was = self.muted.remove(&person.external);
                Ok(was.map(|_| Heard::Unmuted { room, person, by: By::Us }).into_iter().collect())
            }
            Deed::Remove { person, block, .. } => self.remove(person, *block),
            Deed::Unblock { person } => {
                self.blocked.remove(&person.external);
                Ok(Vec::new())
            }
        }
    }

    fn remove(&mut self, person: &Person, block: bool) -> Result<Vec<Heard>, Reason> {
        self.refuse_staff(&person.external)?;
        if block {
            self.blocked.insert(person.external.clone());
        }
        let Some(person) = self.members.remove(&person.external) else {
            // Somebody who is gone can still be kept out.
            return if block { Ok(Vec::new()) } else { Err(not_here(person)) };
        };
        let banned = block && self.rights != Rights::NoMute;
        let cause = if banned { LeaveCause::Banned } else { LeaveCause::Removed };
        Ok(vec![Heard::Left { room: self.id.clone(), person, cause, by: By::Us }])
    }

    /// Whether a deed holds now.
    pub fn check(&self, deed: &Deed, now: Moment) -> Outcome {
        let here = |person: &Person| self.members.contains_key(&person.external);
        let holds = match deed {
            Deed::Check(_) => false,
            Deed::Recall { message } => !self.said.contains_key(message),
            Deed::Warn { person, .. } => self.warned.contains(&person.external),
            Deed::Say { text } => self.own_words.contains(text),
            Deed::Mute { person, .. } => self.is_muted(&person.external, now),
            Deed::Unmute { person } => !self.is_muted(&person.external, now),
            Deed::Remove { person, block: false, .. } => !here(person),
            Deed::Remove { person, block: true, .. } => {
                !here(person) && self.blocked.contains(&person.external)
            }
            Deed::Unblock { person } => !self.blocked.contains(&person.external),
        };
        if holds {
            return confirmed("script-seen-by-looking");
        }
        Outcome::Failed { reason: Reason::new("script-does-not-hold") }
    }

    fn is_muted(&self, external: &str, now: Moment) -> bool {
        self.muted.get(external).is_some_and(|until| now < *until)
    }

    fn present(&self, person: &Person) -> Result<&Person, Reason> {
        self.members.get(&person.external).ok_or_else(|| not_here(person))
    }

    /// Somebody who is here and on whom something may fall.
    fn subject(&self, person: &Person) -> Result<Person, Reason> {
        self.refuse_staff(&person.external)?;
        self.present(person).cloned()
    }

    fn refuse_staff(&self, external: &str) -> Result<(), Reason> {
        match self.members.get(external) {
            Some(person) if person.role.is_staff() && external != OWN => {
                Err(Reason::new("script-target-is-staff").with("name", &person.name))
            }
            _ => Ok(()),
        }
    }
}

fn confirmed(evidence: &str) -> Outcome {
    // The demo's platform ends a mute by itself.
    Outcome::Confirmed { evidence: Reason::new(evidence), ours_to_lift: false }
}

fn not_here(person: &Person) -> Reason {
    Reason::new("script-not-in-room").with("name", &person.name)
}

/// The name of a deed in tables of abilities.
pub fn verb(deed: &Deed) -> Verb {
    match deed {
        Deed::Recall { .. } => Verb::Recall,
        Deed::Warn { .. } => Verb::Warn,
        Deed::Say { .. } => Verb::Say,
        Deed::Mute { .. } => Verb::Mute,
        Deed::Unmute { .. } => Verb::Unmute,
        Deed::Remove { block: false, .. } => Verb::Remove,
        Deed::Remove { block: true, .. } => Verb::Block,
        Deed::Unblock { .. } => Verb::Unblock,
        Deed::Check(deed) => verb(deed),
    }
}
