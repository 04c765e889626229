//! One room as the server shows it, and what we remember about rooms from one connection to the next.

use crate::model::heard::Heard;
use crate::model::member::Role;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// One entry of a list mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ban {
    /// The list: `b`, or `q` where mutes have their own.
    pub letter: char,
    pub mask: String,
    /// The nick of who set it, empty where the server does not tell.
    pub setter: String,
}

/// One room we are in.
#[derive(Debug, Default)]
pub struct Room {
    /// As the server writes it.
    pub name: String,
    /// Folded nick → status modes, for instance `ov`.
    pub members: BTreeMap<String, String>,
    /// Plain modes that are set.
    pub modes: BTreeSet<char>,
    pub bans: Vec<Ban>,
    /// Entries of a list that is being read.
    pub listing: Vec<Ban>,
    /// Members of a NAMES that is being read.
    pub naming: BTreeMap<String, String>,
    /// Who is here was told to the desk.
    pub told: bool,
    /// What the desk heard last about what we may do here.
    pub last_said: Option<Heard>,
    /// When we came in, on the session's clock.
    pub entered: Duration,
}

impl Room {
    /// The role of a status.
    pub fn role(status: &str) -> Role {
        if status.contains('q') {
            Role::Owner
        } else if status.contains(['a', 'o', 'h']) {
            Role::Admin
        } else if status.contains('v') {
            Role::Voiced
        } else {
            Role::Member
        }
    }

    /// The role of a member by his folded nick; unknown for those who are not here. `lent`: the voice he has is one
    /// that we gave him so that he can go on speaking, and no rank.
    pub fn role_of(&self, folded: &str, lent: bool) -> Role {
        self.members.get(folded).map_or(Role::Unknown, |status| match Self::role(status) {
            Role::Voiced if lent => Role::Member,
            role => role,
        })
    }

    /// Sets or unsets an entry of a list.
    pub fn note_ban(&mut self, setting: bool, letter: char, mask: &str, setter: &str) {
        self.bans.retain(|ban| !(ban.letter == letter && ban.mask.eq_ignore_ascii_case(mask)));
        if setting {
            self.bans.push(Ban { letter, mask: mask.to_owned(), setter: setter.to_owned() });
        }
    }

    /// Ends the reading of a list.
    pub fn list_read(&mut self, letter: char) {
        self.bans.retain(|ban| ban.letter != letter);
        self.bans.append(&mut self.listing);
    }
}

/// A room silenced with `+m` because the server has no mutes.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Emulation {
    /// Ids of who has no voice.
    pub muted: BTreeSet<String>,
    /// Folded nicks of those to whom we gave voice for it.
    pub voiced: BTreeSet<String>,
    /// Ids of those whom the mute cost a voice of their own: with it they come back.
    pub ranked: BTreeSet<String>,
    /// We set `+m`, so we take it away.
    pub ours: bool,
}

/// What lives longer than one connection. Rooms by folded name.
#[derive(Debug, Default)]
pub struct Memory {
    /// (room, id) → entries of the list that we set for him.
    pub masks: BTreeMap<(String, String), BTreeSet<String>>,
    /// (room, entry) that the server ends by itself.
    pub timed: BTreeSet<(String, String)>,
    /// Who is silenced by a list, as last told to the desk.
    pub silent: BTreeMap<String, BTreeSet<String>>,
    pub emulations: BTreeMap<String, Emulation>,
    /// The server has no TBAN; learnt by trying.
    pub without_timed: bool,
    /// List modes that the server advertised and then did not know.
    pub refused_lists: Vec<char>,
    /// We were logged in before: what came since is a gap.
    pub was_online: bool,
}
