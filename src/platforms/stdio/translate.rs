//! What a connector's frames mean to the desk, and what is remembered to understand them. Pure: no IO, no clock.
//!
//! Frames after `room` and `member` carry ids only, so the names and roles told before are kept here. Somebody of
//! whom nothing was told is named by his id; nothing is ever guessed.

use crate::model::heard::{By, Heard, Person, Saying, Status};
use crate::model::member::LeaveCause;
use crate::model::message::Kind;
use crate::model::moment::Moment;
use crate::model::reason::Reason;
use crate::platforms::stdio::ability::{abilities, role};
use crate::platforms::stdio::frame::{self, Frame, Hello};
use crate::platforms::stdio::tame::{tame, tame_or_dash};
use std::collections::{BTreeMap, BTreeSet};

/// Members kept for their names, over all rooms: forty of the largest QQ groups. More are heard, not kept.
const MEMBERS_KEPT: usize = 200_000;
/// Rooms kept; no account is in more.
const ROOMS_KEPT: usize = 10_000;

/// What the connector has told so far.
#[derive(Debug, Default)]
pub struct Picture {
    pub hello: Hello,
    rooms: BTreeMap<String, frame::Room>,
    refused: BTreeMap<String, BTreeSet<String>>,
    members: BTreeMap<String, BTreeMap<String, frame::Member>>,
    kept: usize,
}

impl Picture {
    /// What a frame says. `hello`, `hb`, `res` and frames of unknown kind say nothing to the desk by themselves.
    pub fn hear(&mut self, frame: &Frame) -> Vec<Heard> {
        match frame {
            Frame::Room(room) => self.room(room).into_iter().collect(),
            Frame::Member(member) => self.member(member),
            Frame::Message(message) => vec![Heard::Message(self.saying(message))],
            Frame::Recalled(recalled) => vec![Heard::Recalled {
                room: recalled.room.clone(),
                message: recalled.id.clone(),
                by: self.by(recalled.by.as_deref()),
            }],
            Frame::Joined(joined) => self.joined(joined),
            Frame::Left(left) => self.left(left),
            Frame::Muted(muted) => vec![self.muted(muted)],
            Frame::JoinRequest(request) => vec![Heard::Remark(
                Reason::new("modline-join-request")
                    .with("room", self.room_name(&request.room))
                    .with("person", tame(&self.person(&request.room, &request.user).name))
                    .with("note", tame_or_dash(&request.note)),
            )],
            Frame::Gap(gap) => vec![Heard::Gap {
                room: gap.room.clone().filter(|room| room != "*"),
                reason: Reason::new("modline-gap-told").with("why", tame_or_dash(&gap.reason)),
            }],
            Frame::Status(status) => self.status(status),
            Frame::Hello(_) | Frame::Heartbeat | Frame::Answer(_) | Frame::Unheard(_) => Vec::new(),
        }
    }

    /// The connector introduced itself again; its rooms are told anew because its abilities may differ.
    pub fn greet(&mut self, hello: Hello) -> Vec<Heard> {
        self.hello = hello;
        self.refused.clear();
        self.rooms.values().map(|room| self.room_heard(room)).collect()
    }

    /// A new life of the connector: rooms must be told again, names are still worth knowing.
    pub fn forget_rooms(&mut self) {
        self.rooms.clear();
        self.refused.clear();
    }

    /// Takes a member in without saying who he is, because a complete list is under way. Still tells who is mute.
    pub fn take_in(&mut self, member: &frame::Member) -> Option<Heard> {
        let known = self.members.get(&member.room).and_then(|room| room.get(&member.user));
        let was_muted = known.and_then(|known| known.muted_until).unwrap_or(0) != 0;
        self.keep(member);
        let person = self.person(&member.room, &member.user);
        let room = member.room.clone();
        match member.muted_until {
            Some(until) if until != 0 => {
                Some(Heard::Muted { room, person, until: Some(Moment(until)), by: By::Unknown })
            }
            Some(_) if was_muted => Some(Heard::Unmuted { room, person, by: By::Unknown }),
            _ => None,
        }
    }

    /// A person as far as he was told.
    pub fn person(&self, room: &str, user: &str) -> Person {
        match self.members.get(room).and_then(|members| members.get(user)) {
            Some(member) => person(member),
            None => Person { external: user.to_owned(), name: user.to_owned(), ..Person::default() },
        }
    }

    /// The operation turned out to be unsupported in this room; the room as it stands now.
    pub fn refuse(&mut self, room: &str, operation: &str) -> Option<Heard> {
        let known = self.rooms.get(room)?;
        if !self.refused.entry(room.to_owned()).or_default().insert(operation.to_owned()) {
            return None;
        }
        Some(self.room_heard(known))
    }

    /// How many people the room said it has.
    pub fn members_total(&self, room: &str) -> Option<u32> {
        self.rooms.get(room)?.members_total
    }

    /// How the account is shown.
    pub fn account(&self) -> Option<String> {
        let account = self.hello.account.as_ref().filter(|account| !account.id.is_empty())?;
        Some(if account.name.is_empty() { account.id.clone() } else { account.name.clone() })
    }

    /// Who did it.
    pub fn by(&self, user: Option<&str>) -> By {
        match user {
            None | Some("") => By::Unknown,
            Some(user) if self.is_us(user) => By::Us,
            Some(user) => By::Person(user.to_owned()),
        }
    }

    fn is_us(&self, user: &str) -> bool {
        self.hello.account.as_ref().is_some_and(|account| !account.id.is_empty() && account.id == user)
    }

    fn room_name(&self, room: &str) -> String {
        let name = self.rooms.get(room).map(|room| room.name.as_str()).filter(|name| !name.is_empty());
        tame(name.unwrap_or(room))
    }

    fn room(&mut self, room: &frame::Room) -> Option<Heard> {
        if self.rooms.get(&room.room) == Some(room) {
            return None;
        }
        if self.rooms.contains_key(&room.room) || self.rooms.len() < ROOMS_KEPT {
            self.rooms.insert(room.room.clone(), room.clone());
        }
        Some(self.room_heard(room))
    }

    fn room_heard(&self, room: &frame::Room) -> Heard {
        let nothing = BTreeSet::new();
        let refused = self.refused.get(&room.room).unwrap_or(&nothing);
        Heard::Room {
            external: room.room.clone(),
            name: if room.name.is_empty() { room.room.clone() } else { room.name.clone() },
            own_role: role(&room.self_role),
            abilities: abilities(&self.hello, room, refused),
            members_total: room.members_total,
        }
    }

    fn member(&mut self, member: &frame::Member) -> Vec<Heard> {
        let known = self.members.get(&member.room).and_then(|room| room.get(&member.user)).map(person);
        let muted = self.take_in(member);
        let person = person(member);
        let room = member.room.clone();
        let mut heard = Vec::new();
        match known {
            None => heard.push(Heard::Roster { room, people: vec![person], complete: false }),
            Some(known) => {
                if known.name != person.name {
                    heard.push(Heard::Renamed { was: known.external.clone(), person: person.clone() });
                }
                if known.role != person.role {
                    heard.push(Heard::RoleChanged { room, person, by: By::Unknown });
                }
            }
        }
        heard.extend(muted);
        heard
    }

    fn keep(&mut self, member: &frame::Member) {
        let members = self.members.entry(member.room.clone()).or_default();
        match members.get_mut(&member.user) {
            Some(known) => *known = member.clone(),
            None if self.kept < MEMBERS_KEPT => {
                self.kept += 1;
                members.insert(member.user.clone(), member.clone());
            }
            None => {}
        }
    }

    fn saying(&self, message: &frame::Message) -> Saying {
        Saying {
            room: message.room.clone(),
            person: self.person(&message.room, &message.user),
            external: message.id.clone(),
            sent_at: message.ts.filter(|time| *time > 0).map(Moment),
            kind: kind(&message.kind),
            text: message.text.clone(),
            reply_to: message.reply_to.clone().filter(|id| !id.is_empty()),
            mentions: message.mentions.clone(),
            backfilled: message.backfill,
            own: message.own || self.is_us(&message.user),
        }
    }

    fn joined(&self, joined: &frame::Joined) -> Vec<Heard> {
        let by = self.by(joined.by.as_deref());
        let room = &joined.room;
        let person = |user: &String| self.person(room, user);
        joined
            .users
            .iter()
            .map(|user| Heard::Joined { room: room.clone(), person: person(user), by: by.clone() })
            .collect()
    }

    fn left(&mut self, left: &frame::Left) -> Vec<Heard> {
        let by = self.by(left.by.as_deref());
        let cause = match left.cause.as_str() {
            "left" => LeaveCause::Left,
            "removed" => LeaveCause::Removed,
            "banned" => LeaveCause::Banned,
            _ => LeaveCause::Unknown,
        };
        let mut heard = Vec::new();
        for user in &left.users {
            let (room, person) = (left.room.clone(), self.person(&left.room, user));
            heard.push(Heard::Left { room, person, cause, by: by.clone() });
            if self.members.get_mut(&left.room).and_then(|members| members.remove(user)).is_some() {
                self.kept = self.kept.saturating_sub(1);
            }
        }
        heard
    }

    fn muted(&mut self, muted: &frame::Muted) -> Heard {
        let by = self.by(muted.by.as_deref());
        let lifted = muted.until == Some(0);
        if muted.user == "*" {
            let key = if lifted { "modline-whole-room-unmuted" } else { "modline-whole-room-muted" };
            return Heard::Remark(Reason::new(key).with("room", self.room_name(&muted.room)));
        }
        if let Some(member) = self.members.get_mut(&muted.room).and_then(|room| room.get_mut(&muted.user)) {
            member.muted_until = muted.until;
        }
        let (room, person) = (muted.room.clone(), self.person(&muted.room, &muted.user));
        match lifted {
            true => Heard::Unmuted { room, person, by },
            false => Heard::Muted { room, person, until: muted.until.map(Moment), by },
        }
    }

    fn status(&self, status: &frame::Status) -> Vec<Heard> {
        let detail = tame_or_dash(&status.detail);
        match status.state.as_str() {
            "online" => vec![Heard::Status(Status::Online { account: self.account().unwrap_or_default() })],
            "offline" => {
                let reason = Reason::new("modline-platform-offline").with("detail", detail);
                vec![Heard::Status(Status::Offline { reason, retry_seconds: 0 })]
            }
            "banned" => {
                let reason = Reason::new("modline-account-banned").with("detail", detail);
                vec![Heard::Status(Status::Ended { reason })]
            }
            "login" => {
                let code = tame(status.qr.as_deref().unwrap_or_default());
                let reason = match code.is_empty() {
                    true => Reason::new("modline-login").with("detail", detail),
                    false => Reason::new("modline-login-code").with("code", code).with("detail", detail),
                };
                vec![Heard::Status(Status::Connecting), Heard::Remark(reason)]
            }
            _ => vec![Heard::Status(Status::Connecting)],
        }
    }
}

fn person(member: &frame::Member) -> Person {
    let names = [&member.card, &member.name, &member.user];
    let name = names.into_iter().find(|name| !name.is_empty()).cloned().unwrap_or_default();
    Person { external: member.user.clone(), name, role: role(&member.role) }
}

fn kind(word: &str) -> Kind {
    match word {
        "" | "text" => Kind::Text,
        "image" => Kind::Image,
        "voice" => Kind::Voice,
        "video" => Kind::Video,
        "file" => Kind::File,
        "link" => Kind::Link,
        "card" => Kind::Card,
        "system" => Kind::System,
        _ => Kind::Other,
    }
}
