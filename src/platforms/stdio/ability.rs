//! What a modline/1 connector lets us do in one room: its `caps`, cut down by what the room allows.
//!
//! Pure. A capability that nobody spoke of is never offered.

use crate::model::ability::{Abilities, Ability, Verb};
use crate::model::member::Role;
use crate::model::reason::Reason;
use crate::platforms::stdio::frame::{Cap, Hello, Room};
use std::collections::BTreeSet;

/// The abilities in `room`. `refused` holds the operations that the connector answered with `unsupported` there.
///
/// `can` decides where the connector sends it; where it does not, an ordinary member is taken not to moderate.
pub fn abilities(hello: &Hello, room: &Room, refused: &BTreeSet<String>) -> Abilities {
    Verb::ALL.into_iter().fold(Abilities::default(), |table, verb| {
        let operation = operation(hello, verb);
        let ability = if refused.contains(operation) {
            Ability::unsupported(Reason::new("modline-ability-refused"))
        } else {
            ability(hello, room, verb)
        };
        table.with(verb, ability)
    })
}

/// The protocol's name for the operation behind a verb.
pub fn operation(hello: &Hello, verb: Verb) -> &'static str {
    match verb {
        Verb::Recall => "recall",
        Verb::Warn => "warn",
        Verb::Say => "send",
        Verb::Mute | Verb::Unmute => "mute",
        Verb::Remove => "remove",
        Verb::Block if blocks_by_removing(hello) => "remove",
        Verb::Block => "ban",
        Verb::Unblock => "unban",
    }
}

/// Whether the connector can do it anywhere: `native` or `emulated`.
pub fn is_possible(hello: &Hello, verb: Verb) -> bool {
    is_offered(&hello.cap(operation(hello, verb)))
}

/// The role that the protocol's word stands for.
pub fn role(word: &str) -> Role {
    match word {
        "owner" => Role::Owner,
        "admin" => Role::Admin,
        "member" => Role::Member,
        _ => Role::Unknown,
    }
}

/// A connector without `ban` may still understand `block` on `remove`.
fn blocks_by_removing(hello: &Hello) -> bool {
    !is_offered(&hello.cap("ban")) && hello.cap("remove").block == Some(true)
}

fn is_offered(cap: &Cap) -> bool {
    matches!(cap.mode.as_str(), "native" | "emulated")
}

fn ability(hello: &Hello, room: &Room, verb: Verb) -> Ability {
    let operation = operation(hello, verb);
    let cap = hello.cap(operation);
    if !is_offered(&cap) {
        return Ability::unsupported(Reason::new("modline-ability-none"));
    }
    match &room.can {
        Some(can) if !can.iter().any(|word| word == operation) => {
            return Ability::unsupported(Reason::new("modline-ability-no-right"));
        }
        None if needs_staff(verb) && role(&room.self_role) == Role::Member => {
            return Ability::unsupported(Reason::new("modline-ability-not-staff"));
        }
        _ => {}
    }
    // A moderator's recall is nearly always of somebody else's message, and the table has no place for "only ours".
    if verb == Verb::Recall && cap.scope.as_deref() == Some("own") {
        return Ability::unsupported(Reason::new("modline-ability-own-only"));
    }
    if cap.mode == "emulated" {
        return Ability::emulated(Reason::new("modline-ability-emulated"));
    }
    Ability::native()
}

fn needs_staff(verb: Verb) -> bool {
    !matches!(verb, Verb::Warn | Verb::Say)
}

#[cfg(test)]
mod tests {
    use crate::model::ability::{Mode, Verb};
    use crate::platforms::stdio::ability::{abilities, operation};
    use crate::platforms::stdio::frame::{Frame, Hello, Room, parse};
    use std::collections::BTreeSet;

    fn hello(caps: &str) -> Hello {
        let line = format!(r#"{{"t":"hello","proto":"modline/1","caps":{caps}}}"#);
        match parse(line.as_bytes()) {
            Ok(Frame::Hello(hello)) => hello,
            other => panic!("{other:?}"),
        }
    }

    fn check(caps: &str, can: Option<&[&str]>, role: &str, verb: Verb, expected: (Mode, &str)) {
        let can = can.map(|words| words.iter().map(|word| (*word).to_owned()).collect());
        let room = Room { room: "r".to_owned(), self_role: role.to_owned(), can, ..Room::default() };
        let ability = abilities(&hello(caps), &room, &BTreeSet::new()).of(verb);
        let key = ability.reason.map(|reason| reason.key).unwrap_or_default();
        assert_eq!((ability.mode, key.as_str()), expected, "{caps} {can:?} {role} {verb:?}", can = room.can);
    }

    #[test]
    fn an_ability_is_what_the_connector_and_the_room_both_allow() {
        let native = r#"{"mute":{"mode":"native"},"warn":{"mode":"native"},"recall":{"mode":"native"}}"#;
        check(native, Some(&["mute"]), "admin", Verb::Mute, (Mode::Native, ""));
        check(native, Some(&["mute"]), "admin", Verb::Warn, (Mode::Unsupported, "modline-ability-no-right"));
        check(native, None, "member", Verb::Mute, (Mode::Unsupported, "modline-ability-not-staff"));
        check(native, None, "member", Verb::Warn, (Mode::Native, ""));
        check(native, None, "admin", Verb::Unmute, (Mode::Native, ""));
        check(native, None, "owner", Verb::Remove, (Mode::Unsupported, "modline-ability-none"));
        check(
            r#"{"mute":{"mode":"none"}}"#,
            None,
            "owner",
            Verb::Mute,
            (Mode::Unsupported, "modline-ability-none"),
        );
        check(
            r#"{"mute":{"mode":"emulated"}}"#,
            None,
            "owner",
            Verb::Mute,
            (Mode::Emulated, "modline-ability-emulated"),
        );
        check(
            r#"{"recall":{"mode":"native","scope":"own"}}"#,
            None,
            "owner",
            Verb::Recall,
            (Mode::Unsupported, "modline-ability-own-only"),
        );
        check(r#"{"mute":"yes"}"#, None, "owner", Verb::Mute, (Mode::Unsupported, "modline-ability-none"));
    }

    #[test]
    fn a_block_goes_by_ban_where_there_is_one_and_by_removing_otherwise() {
        let both = hello(r#"{"ban":{"mode":"native"},"remove":{"mode":"native","block":true}}"#);
        let removing = hello(r#"{"remove":{"mode":"native","block":true}}"#);
        assert_eq!((operation(&both, Verb::Block), operation(&removing, Verb::Block)), ("ban", "remove"));
        check(r#"{"remove":{"mode":"native","block":true}}"#, None, "owner", Verb::Block, (Mode::Native, ""));
        check(
            r#"{"remove":{"mode":"native"}}"#,
            None,
            "owner",
            Verb::Block,
            (Mode::Unsupported, "modline-ability-none"),
        );
    }

    #[test]
    fn an_operation_that_was_refused_is_offered_no_more() {
        let refused = BTreeSet::from(["mute".to_owned()]);
        let table = abilities(&hello(r#"{"mute":{"mode":"native"}}"#), &Room::default(), &refused);
        assert_eq!(table.of(Verb::Mute).reason.unwrap().key, "modline-ability-refused");
    }
}
