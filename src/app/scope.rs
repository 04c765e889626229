//! Verbs with a wider scope: everything one author said in a window, and every group that we share with a member.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::intent::{self, Intent};
use crate::app::seat::{Question, Seat};
use crate::app::verbs;
use crate::model::id::{MemberId, RoomId};
use crate::model::moment::Moment;
use crate::state::State;
use crate::state::stream::Line;
use crate::ui::dialog::{Choice, Dialog};
use crate::ui::overlay::Overlay;
use crate::ui::target::Target;

/// `D` and a digit: recalls what the authors said in these rooms in the last `seconds`, as far as it is in memory.
pub fn recall_all(seat: &mut Seat, env: &Env<'_>, targets: &[Target], seconds: u32) -> Vec<Effect> {
    let state = env.scene.state;
    let since = env.scene.now.plus_seconds(-i64::from(seconds));
    let people: Vec<(RoomId, MemberId)> = targets.iter().filter_map(verbs::person).collect();
    let recalled = |id| state.stream.mark(id).is_some_and(|mark| mark.recalled_by.is_some());
    let said = |line: &Line| match line {
        Line::Message(message)
            if message.at >= since
                && people.contains(&(message.room, message.member))
                && !recalled(message.id) =>
        {
            Some(Target {
                room: Some(message.room),
                line: Some(message.id.0),
                message: Some(message.id),
                member: Some(message.member),
                ..Target::default()
            })
        }
        _ => None,
    };
    let messages: Vec<Target> = state.stream.lines().iter().filter_map(said).collect();
    let reach = unseen_before(state, since);
    let reach = reach.map(|at| env.scene.say_with("recall-all-reach", &[("when", &env.scene.when(at))]));
    if messages.is_empty() {
        let nothing = env.scene.say("recall-all-nothing");
        return seat.refuse(env, reach.map_or(nothing.clone(), |reach| format!("{nothing} {reach}")));
    }
    let effects = intent::on(seat, env, Intent::Recall, messages);
    if let Some(Overlay::Dialog(dialog)) = &mut seat.screen.overlay {
        dialog.lines.extend(reach);
    }
    effects
}

/// Where memory begins, when that is later than this: what was said before cannot be seen from here.
fn unseen_before(state: &State, since: Moment) -> Option<Moment> {
    let oldest = state.stream.lines().front().filter(|_| !state.stream.has_all_from(state.first))?;
    Some(oldest.at()).filter(|at| *at > since)
}

/// `M` and a digit: the same in every group of that network in which the member is now.
pub fn everywhere(seat: &mut Seat, env: &Env<'_>, intent: Intent, targets: &[Target]) -> Vec<Effect> {
    let wide = targets.iter().flat_map(|target| shared(env, target)).collect();
    intent::on(seat, env, intent, wide)
}

/// `X`: asks how far, where there is a choice.
pub fn block(seat: &mut Seat, env: &Env<'_>, targets: Vec<Target>) -> Vec<Effect> {
    let intent = Intent::Remove { block: true };
    let wide: Vec<Target> = targets.iter().flat_map(|target| shared(env, target)).collect();
    if wide.len() <= targets.len() {
        return intent::on(seat, env, intent, targets);
    }
    let name = match targets.as_slice() {
        [target] => verbs::name(env, target),
        several => env.scene.say_with("marked", &[("n", &several.len().to_string())]),
    };
    let rooms: Vec<String> =
        wide.iter().filter_map(|target| target.room).map(|id| env.scene.room_name(id)).collect();
    let here = targets.first().and_then(|target| target.room).map(|room| env.scene.room_name(room));
    let choices = vec![
        Choice::new('1', env.scene.say_with("scope-here", &[("room", &here.unwrap_or_default())])),
        Choice::new('2', env.scene.say_with("scope-everywhere", &[("n", &rooms.len().to_string())])),
        Choice::new('n', env.scene.say("choice-leave-it")),
    ];
    let title = env.scene.say_with("scope-title", &[("name", &name)]);
    let seconds = verbs::HOLD_SECONDS.to_string();
    let lines = vec![
        env.scene.say("confirm-half-reversible"),
        env.scene.say_with("confirm-held", &[("seconds", &seconds)]),
        rooms.join(&env.scene.say("list-comma")),
    ];
    let dialog = Dialog { danger: true, ..Dialog::new(title, lines, choices) };
    seat.ask(Question::Scope { intent, here: targets, everywhere: wide }, dialog);
    Vec::new()
}

/// A target in every room of its network where the member is now, its own room first.
fn shared(env: &Env<'_>, target: &Target) -> Vec<Target> {
    let state = env.scene.state;
    let Some((room, member)) = verbs::person(target) else { return vec![*target] };
    let connector = state.members.get(member).map(|member| &member.connector);
    let present = |id: RoomId| state.members.in_room(id, member).is_some_and(|standing| standing.present);
    let others = state
        .rooms
        .iter()
        .filter(|other| Some(&other.connector) == connector && other.id != room && present(other.id))
        .map(|other| Target { room: Some(other.id), member: Some(member), ..Target::default() });
    std::iter::once(*target).chain(others).collect()
}
