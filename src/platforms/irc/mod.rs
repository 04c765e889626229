//! IRC: InspIRCd, Solanum, UnrealIRCd, Ergo, ngIRCd and their kin, each with what it says it can do.
//!
//! # Who is who
//!
//! IRC gives nobody a lasting number. A member is `account:<name>` where the network tells his account, else his nick
//! folded by the server's own rules. When he changes his nick or logs in, [`Heard::Renamed`] carries him over, so he
//! stays one member as long as we see him. Across connections a nick without an account proves nothing; whoever takes
//! it next is taken for the same member. A room's id is its folded name.
//!
//! # What confirms an act
//!
//! The server's own MODE, KICK or echoed message from our prefix, or a list that was read again; a numeric refuses.
//! "Already so" is success. A mute is `+b m:mask`, `+b ~q:mask` or `+q mask`, by what the server offers, and TBAN where
//! it ends by itself; without any of them the room is set `+m` and everybody else gets voice, which is said to be an
//! emulation. Masks never cover a second member who is present.
//!
//! [`Heard::Renamed`]: crate::model::heard::Heard::Renamed

pub mod settings;
mod line;
mod names;
mod support;
mod login;
mod people;
mod room;
mod mute;
mod queue;
mod session;
mod moves;
mod modes;
mod reading;
mod said;
mod deeds;
mod plans;
mod emulation;
mod answers;
mod verdicts;
mod wire;
mod connect;
#[cfg(test)]
mod transcript;

use crate::platforms::irc::settings::Settings;
use crate::platforms::{Connector, Link, Running};

/// Our side of one IRC network.
#[derive(Debug)]
pub struct Irc {
    settings: Settings,
}

impl Irc {
    /// A connector for the network that `settings` name; nothing happens before it runs.
    pub fn new(settings: Settings) -> Self {
        Self { settings }
    }
}

impl Connector for Irc {
    fn run(self: Box<Self>, link: Link) -> Running {
        Box::pin(connect::run(self.settings, link))
    }
}
