//! `u`: what a moderator did last is taken back, also after a restart; what cannot be taken back says so.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::seat::Seat;
use crate::app::{verbs, wording};
use crate::model::action::{Request, Stage};
use crate::model::id::ActionId;
use crate::state::undo::Step;
use crate::ui::scene::Recording;
use crate::ui::target::Target;

/// Takes the newest step of this moderator back.
pub fn undo(seat: &mut Seat, env: &Env<'_>) -> Vec<Effect> {
    if let Recording::Stopped(reason) = env.scene.recording {
        return seat.refuse(env, env.scene.words.reason(reason));
    }
    let Some(step) = env.scene.state.undo.newest_but(&seat.moderator, &seat.irrevocable) else {
        return seat.refuse(env, env.scene.say("undo-nothing"));
    };
    match step {
        Step::Acted(id) => action(seat, env, id),
        Step::Allowed(case) => {
            let Some(case) = env.scene.state.queue.get(case) else { return skip(seat, env, step, None) };
            let name = env.scene.member_name(case.member);
            seat.done(env, env.scene.say_with("undone-allowed", &[("name", &name)]));
            vec![Effect::Reopen { case: case.id, room: case.room }]
        }
        Step::Noted(note) => {
            seat.done(env, env.scene.say("undone-note"));
            vec![Effect::RemoveNote(note)]
        }
    }
}

fn action(seat: &mut Seat, env: &Env<'_>, id: ActionId) -> Vec<Effect> {
    let step = Step::Acted(id);
    let Some(action) = env.scene.state.actions.get(id) else { return skip(seat, env, step, None) };
    let what = wording::act_on(&env.scene, &action.request);
    if action.stage == Stage::Requested {
        seat.done(env, env.scene.say_with("undone-cancelled", &[("act", &what)]));
        return vec![Effect::Cancel(id)];
    }
    let Some(inverse) = action.request.act.inverse() else { return skip(seat, env, step, Some(what)) };
    let room = action.request.room;
    let target = Target { room: Some(room), member: Some(inverse.member()), ..Target::default() };
    match verbs::draft(seat, env, inverse, &target) {
        Err(sentence) => {
            seat.irrevocable.push(step);
            seat.refuse(env, sentence)
        }
        Ok(request) => {
            seat.done(env, env.scene.say_with("undone-requested", &[("act", &what)]));
            vec![Effect::Request(Request { undoes: Some(id), case: None, rule: None, ..request })]
        }
    }
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
