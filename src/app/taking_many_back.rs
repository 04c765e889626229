//! `u` after several cases or messages were moved at once: all of them go back in one step, and of each it is said what
//! became of it. What somebody moved on since then is left alone.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::seat::Seat;
use crate::app::wording;
use crate::model::id::{CaseId, MessageId, RoomId};
use crate::state::queue::Case;
use crate::state::undo::{Moved, Step};
use crate::ui::overlay::Overlay;
use crate::ui::reader::Reader;

/// What became of one target: its name, and why it is left alone if it is.
type Outcome = (String, Option<String>);

/// Cases that were put to rest, taken or escalated at once.
pub fn cases(seat: &mut Seat, env: &Env<'_>, cases: Vec<CaseId>, moved: Moved) -> Vec<Effect> {
    let (mut back, mut outcomes) = (Vec::new(), Vec::new());
    for id in &cases {
        let Some(case) = env.scene.state.queue.get(*id) else {
            outcomes.push((id.0.to_string(), Some(env.scene.say("undo-forgotten"))));
            continue;
        };
        let why = why_not(seat, env, case, moved);
        if why.is_none() {
            back.push(*id);
        }
        outcomes.push((wording::case_title(&env.scene, case), why));
    }
    let act = wording::moved(&env.scene, moved);
    let effect = (!back.is_empty()).then(|| Effect::MoveAll { cases: back, to: moved.back() });
    tell(seat, env, &act, outcomes, effect, Step::Moved(cases, moved))
}

/// Cases that were allowed at once.
pub fn allowed(seat: &mut Seat, env: &Env<'_>, cases: Vec<CaseId>) -> Vec<Effect> {
    let queue = &env.scene.state.queue;
    let back: Vec<CaseId> =
        cases.iter().copied().filter(|id| queue.is_allowed_by(*id, &seat.moderator)).collect();
    if back.len() == cases.len() {
        let count = back.len().to_string();
        seat.done(env, env.scene.say_with("undone-allowed-many", &[("n", &count)]));
        return vec![Effect::ReopenAll(back)];
    }
    let of = |id: &CaseId| {
        let Some(case) = queue.get(*id) else {
            return (id.0.to_string(), Some(env.scene.say("undo-forgotten")));
        };
        let why = || match case.decision.as_ref().map(|decision| env.scene.actor(&decision.by)) {
            Some(by) => env.scene.say_with("outcome-decided", &[("by", &by)]),
            None => env.scene.say("outcome-moved-on"),
        };
        let stands = queue.is_allowed_by(*id, &seat.moderator);
        (wording::case_title(&env.scene, case), (!stands).then(why))
    };
    let outcomes = cases.iter().map(of).collect();
    let effect = (!back.is_empty()).then_some(Effect::ReopenAll(back));
    tell(seat, env, &env.scene.say("short-allow"), outcomes, effect, Step::AllowedMany(cases))
}

/// Messages that were kept as evidence at once.
pub fn messages(seat: &mut Seat, env: &Env<'_>, messages: Vec<MessageId>) -> Vec<Effect> {
    let state = env.scene.state;
    let mut back: Vec<(RoomId, MessageId)> = Vec::new();
    let mut outcomes = Vec::new();
    for id in &messages {
        let said = state.stream.message(*id);
        let name = said.map(|said| format!("{}: {}", env.scene.member_name(said.member), said.text));
        let pin = state.evidence.pin(*id);
        back.extend(pin.map(|pin| (pin.room, *id)));
        let why = pin.is_none().then(|| env.scene.say("outcome-moved-on"));
        outcomes.push((name.unwrap_or_else(|| id.0.to_string()), why));
    }
    let effect = (!back.is_empty()).then_some(Effect::PinAll { messages: back, kept: false });
    tell(seat, env, &env.scene.say("short-pin"), outcomes, effect, Step::PinnedMany(messages))
}

/// Why a case stays as it is; none when it goes back.
fn why_not(seat: &Seat, env: &Env<'_>, case: &Case, moved: Moved) -> Option<String> {
    if let Some(decision) = &case.decision {
        return Some(env.scene.say_with("outcome-decided", &[("by", &env.scene.actor(&decision.by))]));
    }
    let stands = match moved {
        Moved::Rested => case.rests(env.scene.now),
        Moved::Held => case.holder.as_ref().is_some_and(|holder| holder.moderator == seat.moderator),
        Moved::Escalated => case.escalated_by.is_some(),
    };
    (!stands).then(|| env.scene.say("outcome-moved-on"))
}

/// Says how many went back; where not all did, a page says what became of each.
fn tell(
    seat: &mut Seat,
    env: &Env<'_>,
    act: &str,
    outcomes: Vec<Outcome>,
    effect: Option<Effect>,
    step: Step,
) -> Vec<Effect> {
    let back = outcomes.iter().filter(|(_, why)| why.is_none()).count();
    let Some(effect) = effect else {
        seat.irrevocable.push(step);
        return seat.refuse(env, env.scene.say_with("undo-many-impossible", &[("act", act)]));
    };
    let (count, all) = (back.to_string(), outcomes.len().to_string());
    seat.done(env, env.scene.say_with("undone-many", &[("act", act), ("n", &count), ("all", &all)]));
    if back < outcomes.len() {
        let lines = outcomes.into_iter().map(|(name, why)| match why {
            None => format!("✓ {name}: {}", env.scene.say("outcome-back")),
            Some(why) => format!("- {name}: {why}"),
        });
        let title = env.scene.say_with("undone-many-title", &[("act", act)]);
        seat.screen.overlay = Some(Overlay::Reader(Reader::new(title, lines.collect())));
    }
    vec![effect]
}
