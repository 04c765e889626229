//! Which verbs make sense for what is under the cursor, and why the others do not. Never acts.

use crate::commands::table::{Command, Group, Needs, TABLE};
use crate::enforce::guard;
use crate::model::ability::Mode;
use crate::model::action::{Act, Stage};
use crate::model::id::RoomId;
use crate::model::reason::Reason;
use crate::ui::scene::Scene;
use crate::ui::target::Target;

/// Why a command is off for this target; nothing when it is on.
pub fn why_off(scene: &Scene<'_>, target: &Target, command: Command) -> Option<Reason> {
    let row = command.row();
    let acts = row.group == Group::Act && command != Command::Open;
    if let Some(why) = scene.no_acts().filter(|_| acts) {
        return Some(why);
    }
    missing(scene, target, row.needs).or_else(|| match command {
        Command::Undo => {
            let nothing = scene.state.undo.newest(scene.moderator).is_none();
            nothing.then(|| Reason::new("off-nothing-to-undo"))
        }
        _ => {
            let (room, act) = (target.room?, sample(target, command)?);
            guard::refusal(scene.state, room, &act, scene.now)
        }
    })
}

/// Every command that is off for this target, with why, in the order of the table.
pub fn all_off(scene: &Scene<'_>, target: &Target) -> Vec<(Command, String)> {
    let off = |command| why_off(scene, target, command).map(|why| (command, scene.words.reason(&why)));
    TABLE.iter().filter_map(|row| off(row.command)).collect()
}

/// What is done in place of a verb that the platform of this target does not have, in a sentence for people; nothing
/// where the platform does it itself.
pub fn emulation(scene: &Scene<'_>, target: &Target, command: Command) -> Option<String> {
    let command = if command == Command::MuteEverywhere { Command::Mute } else { command };
    emulated(scene, target.room?, &sample(target, command)?)
}

/// The same of an act.
pub fn emulated(scene: &Scene<'_>, room: RoomId, act: &Act) -> Option<String> {
    let ability = scene.state.rooms.get(room)?.abilities.of(act.verb());
    let how = ability.reason.filter(|_| ability.mode == Mode::Emulated)?;
    Some(scene.say_with("emulated", &[("how", &scene.words.reason(&how))]))
}

/// Every command that is emulated for this target, with what is done instead, in the order of the table.
pub fn all_emulated(scene: &Scene<'_>, target: &Target) -> Vec<(Command, String)> {
    TABLE.iter().filter_map(|row| Some((row.command, emulation(scene, target, row.command)?))).collect()
}

fn missing(scene: &Scene<'_>, target: &Target, needs: Needs) -> Option<Reason> {
    match needs {
        Needs::Nothing => None,
        Needs::Message => target.message.is_none().then(|| Reason::new("off-no-message")),
        Needs::Member => target.member.is_none().then(|| Reason::new("off-no-member")),
        Needs::Case => {
            let open = target.case.and_then(|id| scene.state.queue.get(id));
            match open.map(|case| &case.decision) {
                Some(None) => None,
                Some(Some(decision)) => {
                    Some(Reason::new("off-case-decided").with("by", scene.actor(&decision.by)))
                }
                None => Some(Reason::new("off-no-case")),
            }
        }
        Needs::Flagged => {
            let flagged = target.case.is_some_and(|id| scene.state.queue.get(id).is_some())
                || target.message.is_some_and(|id| scene.state.stream.is_flagged(id));
            (!flagged).then(|| Reason::new("off-no-flag"))
        }
        Needs::Room => target.room.is_none().then(|| Reason::new("off-no-room")),
        Needs::Anything => (*target == Target { room: target.room, ..Target::default() }
            && target.group.is_none())
        .then(|| Reason::new("off-nothing-here")),
        Needs::UnknownAction => {
            let action = target.action.and_then(|id| scene.state.actions.get(id));
            let unknown = action.is_some_and(|action| action.stage == Stage::Unknown);
            (!unknown).then(|| Reason::new("off-no-unknown-action"))
        }
    }
}

/// The act that a verb would ask for, to be judged before it is asked for.
fn sample(target: &Target, command: Command) -> Option<Act> {
    let member = target.member?;
    match command {
        Command::Recall => Some(Act::Recall { message: target.message?, member }),
        Command::Warn => Some(Act::Warn { member, text: String::new() }),
        Command::Mute => Some(Act::Mute { member, seconds: 60 }),
        Command::Remove => Some(Act::Remove { member, block: false }),
        Command::Remind => Some(Act::Remind { member, text: String::new() }),
        Command::WarnWords => Some(Act::Warn { member, text: String::new() }),
        Command::Block => Some(Act::Remove { member, block: true }),
        _ => None,
    }
}
