//! `u`: what a moderator did last is taken back, also after a restart; what cannot be taken back says so.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::seat::Seat;
use crate::app::{taking_many_back as many, verbs, wording};
use crate::model::action::{Request, Stage};
use crate::model::id::{ActionId, Seq};
use crate::state::actions::Action;
use crate::state::undo::Step;
use crate::ui::target::Target;

/// Takes the newest step of this moderator back.
pub fn undo(seat: &mut Seat, env: &Env<'_>) -> Vec<Effect> {
    match env.scene.state.undo.newest_but(&seat.moderator, &seat.irrevocable) {
        Some(step) => take_back(seat, env, step),
        None => seat.refuse(env, env.scene.say("undo-nothing")),
    }
}

/// Takes one step back.
pub fn take_back(seat: &mut Seat, env: &Env<'_>, step: Step) -> Vec<Effect> {
    if let Some(why) = env.scene.no_acts() {
        return seat.refuse(env, env.scene.words.reason(&why));
    }
    match step {
        Step::Acted(id) => action(seat, env, id),
        Step::Unit(unit) => whole_unit(seat, env, unit),
        Step::Noted(note) => {
            seat.done(env, env.scene.say("undone-note"));
            vec![Effect::RemoveNote(note)]
        }
        Step::AllowedMany(cases) => many::allowed(seat, env, cases),
        Step::Moved(cases, moved) => many::cases(seat, env, cases, moved),
        Step::PinnedMany(messages) => many::messages(seat, env, messages),
        Step::Pinned(message) => match env.scene.state.evidence.pin(message) {
            Some(pin) => {
                seat.done(env, env.scene.say("done-unpinned"));
                vec![Effect::Pin { room: pin.room, message, wanted: false }]
            }
            None => skip(seat, env, Step::Pinned(message), None),
        },
        Step::Allowed(case) | Step::TextAllowed(_, case) | Step::Snoozed(case) | Step::Escalated(case) => {
            let Some(case) = env.scene.state.queue.get(case) else { return skip(seat, env, step, None) };
            let name = env.scene.member_name(case.member);
            let done = match step {
                Step::Snoozed(_) => "undone-snoozed",
                Step::Escalated(_) => "undone-escalated",
                _ => "undone-allowed",
            };
            seat.done(env, env.scene.say_with(done, &[("name", &name)]));
            let (case, room) = (case.id, case.room);
            vec![match step {
                Step::TextAllowed(allowance, _) => Effect::EndAllowance { allowance, case, room },
                Step::Snoozed(_) => Effect::Snooze { case, room, until: env.scene.now },
                Step::Escalated(_) => Effect::Escalate { case, room, wanted: false },
                _ => Effect::Reopen { case, room },
            }]
        }
    }
}

fn action(seat: &mut Seat, env: &Env<'_>, id: ActionId) -> Vec<Effect> {
    let step = Step::Acted(id);
    let Some(action) = env.scene.state.actions.get(id) else { return skip(seat, env, step, None) };
    let what = wording::act_on(&env.scene, &action.request);
    if action.stage == Stage::Requested {
        seat.done(env, env.scene.say_with("undone-cancelled", &[("act", &what)]));
        return vec![Effect::Cancel(vec![id])];
    }
    match inverse(seat, env, action) {
        None => skip(seat, env, step, Some(what)),
        // It stays the next to be taken back: nobody who tries again may hit the one before it.
        Some(Err(sentence)) if is_offline(env, action) => {
            seat.refuse(env, env.scene.say_with("undo-later", &[("why", &sentence)]))
        }
        Some(Err(sentence)) => {
            seat.irrevocable.push(step);
            seat.refuse(env, env.scene.say_with("undo-refused", &[("why", &sentence)]))
        }
        Some(Ok(request)) => {
            seat.done(env, env.scene.say_with("undone-requested", &[("act", &what)]));
            vec![Effect::Request(request)]
        }
    }
}

/// The request that takes an action back; none where nothing can, a sentence where it may not be done now.
fn inverse(seat: &Seat, env: &Env<'_>, action: &Action) -> Option<Result<Request, String>> {
    let inverse = action.request.act.inverse()?;
    let target = Target { room: Some(action.request.room), member: inverse.member(), ..Target::default() };
    let drafted = verbs::draft(seat, env, inverse, &target);
    Some(drafted.map(|request| Request { undoes: Some(action.id), case: None, rule: None, ..request }))
}

/// What is refused only because the network is away may be done when it is back.
fn is_offline(env: &Env<'_>, action: &Action) -> bool {
    let room = env.scene.state.rooms.get(action.request.room);
    room.is_some_and(|room| !env.scene.state.connectors.is_online(&room.connector))
}

/// A bulk is taken back as one: what was not sent is stopped, what has an inverse gets it, and the rest is counted.
fn whole_unit(seat: &mut Seat, env: &Env<'_>, unit: Seq) -> Vec<Effect> {
    let (mut stopped, mut requests, mut stands, mut later) = (Vec::new(), Vec::new(), 0usize, None);
    for action in env.scene.state.actions.of_unit(unit) {
        let happened = !matches!(action.stage, Stage::Failed | Stage::Unsupported | Stage::Cancelled);
        if !happened || action.undone_by.is_some() {
            continue;
        }
        match inverse(seat, env, action) {
            _ if action.stage == Stage::Requested => stopped.push(action.id),
            Some(Ok(request)) => requests.push(request),
            Some(Err(sentence)) => {
                later = later.or_else(|| is_offline(env, action).then_some(sentence));
                stands += 1;
            }
            None => stands += 1,
        }
    }
    let counts = [stopped.len(), requests.len(), stands].map(|count| count.to_string());
    let [stopped_count, asked, left] = &counts;
    let args = [("stopped", stopped_count.as_str()), ("asked", asked), ("left", left)];
    if let Some(why) = later.filter(|_| requests.is_empty()) {
        seat.refuse(env, env.scene.say_with("undo-later", &[("why", &why)]));
        return if stopped.is_empty() { Vec::new() } else { vec![Effect::Cancel(stopped)] };
    }
    if stopped.is_empty() && requests.is_empty() {
        seat.irrevocable.push(Step::Unit(unit));
        return seat.refuse(env, env.scene.say_with("undo-unit-impossible", &args));
    }
    seat.done(env, env.scene.say_with("undone-unit", &args));
    let cancel = (!stopped.is_empty()).then_some(Effect::Cancel(stopped));
    let ask = (!requests.is_empty()).then_some(Effect::RequestAll(requests));
    cancel.into_iter().chain(ask).collect()
}

/// What cannot be taken back is said, and the next `u` goes on to the step before it.
fn skip(seat: &mut Seat, env: &Env<'_>, step: Step, what: Option<String>) -> Vec<Effect> {
    seat.irrevocable.push(step);
    let sentence = match what {
        Some(act) => env.scene.say_with("undo-impossible", &[("act", &act)]),
        None => env.scene.say("undo-forgotten"),
    };
    seat.refuse(env, sentence)
}
