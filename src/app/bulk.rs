//! One verb on several targets: shown first by the same code that executes it, confirmed with friction in proportion,
//! done as one unit.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::intent::Intent;
use crate::app::seat::{Question, Seat};
use crate::app::{cases, verbs, wording};
use crate::enforce::guard::refusal;
use crate::model::action::{Act, Request};
use crate::model::event::CaseMove;
use crate::model::id::{CaseId, MemberId, RoomId};
use crate::state::queue::Case;
use crate::ui::dialog::{Choice, Dialog};
use crate::ui::target::Target;
use std::collections::BTreeSet;

/// From so many targets on, their number has to be typed (`product.md`, Presets).
pub const TYPED_FROM: usize = 10;

/// What a bulk would do now.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// Platform acts, each checked by the guard that checks it again when it is sent.
    pub requests: Vec<Request>,
    /// Open cases, for what stays among moderators.
    pub cases: Vec<(CaseId, RoomId)>,
    /// Messages, for evidence and flags.
    pub messages: Vec<Target>,
    /// Whom it would not hit, with why.
    pub left_out: Vec<(Target, String)>,
}

impl Plan {
    /// How many it would hit.
    pub fn count(&self) -> usize {
        self.requests.len() + self.cases.len() + self.messages.len()
    }
}

/// The plan for an intent on targets: the same for showing and for doing. One act falls on one member in one room
/// only once, and one case is decided only once.
pub fn plan(seat: &Seat, env: &Env<'_>, intent: &Intent, targets: &[Target]) -> Plan {
    let mut plan = Plan::default();
    let mut known: BTreeSet<(RoomId, MemberId)> = BTreeSet::new();
    for target in targets {
        match intent.act(target) {
            Some(act) => {
                let why_not =
                    target.room.and_then(|room| refusal(env.scene.state, room, &act, env.scene.now));
                let whole_member = !matches!(act, Act::Recall { .. });
                let person = target.room.zip(act.member());
                if whole_member && person.is_some_and(|person| !known.insert(person)) {
                    continue;
                }
                match verbs::draft(seat, env, act, target) {
                    Ok(request) if verbs::held_by_other(seat, env, request.case).is_some() => {
                        plan.left_out.push((*target, held(env, request.case)));
                    }
                    Ok(request) => plan.requests.push(request),
                    Err(sentence) => {
                        // Beside a name and under the act, the bare reason says it all.
                        let why = why_not.map_or(sentence, |reason| env.scene.words.reason(&reason));
                        plan.left_out.push((*target, why));
                    }
                }
            }
            None if intent.is_for_platform() => {
                plan.left_out.push((*target, env.scene.say("off-no-message")));
            }
            None => plan_among_us(seat, env, intent, target, &mut plan),
        }
    }
    plan
}

fn held(env: &Env<'_>, case: Option<CaseId>) -> String {
    let holder = case.and_then(|id| env.scene.state.queue.get(id)).and_then(|case| case.holder.as_ref());
    let by = holder.map(|holder| holder.moderator.as_str()).unwrap_or_default();
    env.scene.say_with("held-by", &[("by", by)])
}

fn plan_among_us(seat: &Seat, env: &Env<'_>, intent: &Intent, target: &Target, plan: &mut Plan) {
    if matches!(intent, Intent::Pin | Intent::Flag(_)) {
        match target.message {
            // What is kept already stays kept.
            Some(id) if *intent == Intent::Pin && env.scene.state.evidence.pin(id).is_some() => {}
            Some(_) => plan.messages.push(*target),
            None => plan.left_out.push((*target, env.scene.say("off-no-message"))),
        }
        return;
    }
    let case = target.case.and_then(|id| env.scene.state.queue.get(id));
    match case.map(|case| verbs::still_open(env, case)) {
        Some(Ok(case)) if *intent == Intent::Escalate && case.escalated_by.is_some() => {}
        // What is mine already is not taken now, so taking it back does not let it go.
        Some(Ok(case)) if *intent == Intent::Claim && is_mine(seat, case) => {}
        Some(Ok(case)) if verbs::held_by_other(seat, env, Some(case.id)).is_some() => {
            plan.left_out.push((*target, held(env, Some(case.id))));
        }
        Some(Ok(case)) if plan.cases.iter().all(|(known, _)| *known != case.id) => {
            plan.cases.push((case.id, case.room));
        }
        Some(Ok(_)) => {}
        Some(Err(why)) => plan.left_out.push((*target, why)),
        None => plan.left_out.push((*target, env.scene.say("off-no-case"))),
    }
}

fn is_mine(seat: &Seat, case: &Case) -> bool {
    case.holder.as_ref().is_some_and(|holder| holder.moderator == seat.moderator)
}

/// Shows whom it would hit, and whom not, and asks.
pub fn ask(seat: &mut Seat, env: &Env<'_>, intent: Intent, targets: Vec<Target>) -> Vec<Effect> {
    let plan = plan(seat, env, &intent, &targets);
    let count = plan.count();
    if count == 0 {
        let why = plan.left_out.first().map(|(_, why)| why.clone());
        return seat.refuse(env, why.unwrap_or_else(|| env.scene.say("off-nothing-here")));
    }
    let number = count.to_string();
    let act = wording::intent(env, &intent);
    let title = env.scene.say_with("bulk-title", &[("act", &act), ("n", &number)]);
    let grave = wording::gravity(&env.scene, &plan.requests);
    let mut dialog = Dialog { danger: !grave.is_empty(), ..Dialog::new(title, grave, Vec::new()) };
    wording::list_bulk(&env.scene, &plan, &mut dialog);
    if count < TYPED_FROM {
        dialog.choices = vec![
            Choice::new('y', env.scene.say_with("choice-do-all", &[("n", &number)])),
            Choice::new('n', env.scene.say("choice-leave-it")),
        ];
    } else {
        let label = env.scene.say_with("bulk-type-number", &[("n", &number)]);
        dialog.entry = Some((label, String::new()));
    }
    dialog.lines.extend(wording::emulated(&env.scene, plan.requests.iter()));
    seat.ask(Question::Bulk { intent, targets, count }, dialog);
    Vec::new()
}

/// Confirmed: planned once more on the world as it is now. Nobody who was not shown can be in it, because the targets
/// are the same; who fell out since is counted.
pub fn confirmed(
    seat: &mut Seat,
    env: &Env<'_>,
    intent: &Intent,
    targets: &[Target],
    shown: usize,
) -> Vec<Effect> {
    let plan = plan(seat, env, intent, targets);
    let left = shown.saturating_sub(plan.count());
    if plan.count() == 0 {
        let why = plan.left_out.first().map(|(_, why)| why.clone()).unwrap_or_default();
        return seat.refuse(env, why);
    }
    seat.screen.clear_marks();
    let act = wording::intent(env, intent);
    let (count, left) = (plan.count().to_string(), left.to_string());
    let key = told(&plan.requests, left == "0");
    let decides = matches!(intent, Intent::Allow | Intent::Snooze(_));
    let done: Vec<CaseId> = targets.iter().filter_map(|target| target.case).collect();
    let effects = effects(seat, env, intent, plan);
    if decides || intent.is_for_platform() {
        seat.passes_on(env, &done);
    }
    let seconds = verbs::HOLD_SECONDS.to_string();
    let args = [("act", act.as_str()), ("n", &count), ("left", &left), ("seconds", &seconds)];
    seat.done(env, env.scene.say_with(key, &args));
    effects
}

/// The sentence that tells what was asked for, and how far it can still be taken back.
fn told(requests: &[Request], all: bool) -> &'static str {
    let held = requests.iter().any(|request| request.act.is_held());
    let for_good = requests.iter().any(|request| request.act.inverse().is_none());
    match (held, for_good, all) {
        (true, _, true) => "done-bulk-held",
        (true, _, false) => "done-bulk-held-fewer",
        (false, true, true) => "done-bulk-for-good",
        (false, true, false) => "done-bulk-for-good-fewer",
        (false, false, true) => "done-bulk",
        (false, false, false) => "done-bulk-fewer",
    }
}

fn effects(seat: &mut Seat, env: &Env<'_>, intent: &Intent, plan: Plan) -> Vec<Effect> {
    let cases: Vec<CaseId> = plan.cases.into_iter().map(|(case, _)| case).collect();
    let moved = |to: CaseMove| vec![Effect::MoveAll { cases: cases.clone(), to }];
    match intent {
        Intent::Allow => vec![Effect::AllowAll(cases)],
        Intent::Snooze(seconds) => moved(CaseMove::Rest(env.scene.now.plus_seconds(i64::from(*seconds)))),
        Intent::Claim => moved(CaseMove::Hold(seat.moderator.clone())),
        Intent::Escalate => moved(CaseMove::Escalate),
        Intent::Pin => {
            let kept = plan.messages.iter().filter_map(|target| target.room.zip(target.message));
            vec![Effect::PinAll { messages: kept.collect(), kept: true }]
        }
        Intent::Flag(severity) => {
            plan.messages.iter().flat_map(|target| cases::flag(seat, env, target, *severity)).collect()
        }
        _ => vec![Effect::RequestAll(plan.requests)],
    }
}
