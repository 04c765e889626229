//! What the own account may do in each room of the demo: one room with everything, one where it is the owner, one
//! like a WeChat group without mute and recall, and one where it is nobody in particular.

use crate::model::ability::{Abilities, Ability, Verb};
use crate::model::heard::Person;
use crate::model::member::Role;
use crate::model::reason::Reason;

/// What the own account is in a room, and what the room can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// Owner or admin where everything is possible.
    Full(Role),
    /// Admin where nobody can be muted and nothing of others recalled; keeping somebody out means to remove him again.
    NoMute,
    /// An ordinary member, who can only speak.
    Ordinary,
}

impl Rights {
    /// The rights in the room with this id.
    pub fn in_room(room: &str) -> Self {
        match room {
            "rust" => Rights::Full(Role::Admin),
            "photo" => Rights::Full(Role::Owner),
            "router" => Rights::NoMute,
            _ => Rights::Ordinary,
        }
    }

    /// The own account as the room lists it.
    pub fn own(self) -> Person {
        let role = match self {
            Rights::Full(role) => role,
            Rights::NoMute => Role::Admin,
            Rights::Ordinary => Role::Member,
        };
        Person { external: OWN.to_owned(), name: OWN_NAME.to_owned(), role }
    }

    /// The table of abilities.
    pub fn abilities(self) -> Abilities {
        match self {
            Rights::Full(_) => Verb::ALL
                .into_iter()
                .fold(Abilities::default(), |table, verb| table.with(verb, Ability::native())),
            Rights::NoMute => Abilities::default()
                .with(Verb::Recall, Ability::unsupported(Reason::new("script-no-recall")))
                .with(Verb::Warn, Ability::native())
                .with(Verb::Say, Ability::native())
                .with(Verb::Mute, Ability::unsupported(Reason::new("script-no-mute")))
                .with(Verb::Unmute, Ability::unsupported(Reason::new("script-no-mute")))
                .with(Verb::Remove, Ability::native())
                .with(Verb::Block, Ability::emulated(Reason::new("script-block-watched")))
                .with(Verb::Unblock, Ability::emulated(Reason::new("script-block-watched"))),
            Rights::Ordinary => {
                let none = Abilities::none(&Reason::new("script-not-admin"));
                none.with(Verb::Warn, Ability::native()).with(Verb::Say, Ability::native())
            }
        }
    }
}

/// The platform id of the own account.
pub const OWN: &str = "u1000";
/// What people see of it.
pub const OWN_NAME: &str = "值班小群";
