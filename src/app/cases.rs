//! What moderators do with cases and messages among themselves: rest, take, escalate, allow a text, keep evidence, flag.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::seat::{Question, Seat};
use crate::app::verbs;
use crate::model::event::Flagging;
use crate::model::flag::{Category, Confidence, Severity};
use crate::model::reason::Reason;
use crate::state::allowed;
use crate::state::queue::Case;
use crate::text::fold;
use crate::ui::dialog::{Choice, Dialog};
use crate::ui::target::Target;

/// How long an allowed text is not flagged, in seconds: a day, so that a mistake heals by itself.
const ALLOWED_SECONDS: i64 = 24 * 3600;

/// The open case of a target; a sentence where there is none, or nothing can be recorded.
fn open_case<'a>(env: &Env<'a>, target: &Target) -> Result<&'a Case, String> {
    if let Some(why) = env.scene.no_acts() {
        return Err(env.scene.words.reason(&why));
    }
    let case = target.case.and_then(|id| env.scene.state.queue.get(id));
    verbs::still_open(env, case.ok_or_else(|| env.scene.say("off-no-case"))?)
}

/// `s`: a case rests.
pub fn snooze(seat: &mut Seat, env: &Env<'_>, target: &Target, seconds: u32) -> Vec<Effect> {
    let case = match open_case(env, target) {
        Ok(case) => case,
        Err(sentence) => return seat.refuse(env, sentence),
    };
    let until = env.scene.now.plus_seconds(i64::from(seconds));
    let (name, when) = (env.scene.member_name(case.member), env.scene.when(until));
    seat.done(env, env.scene.say_with("done-snoozed", &[("name", &name), ("until", &when)]));
    seat.passes_on(env, &[case.id]);
    vec![Effect::Snooze { case: case.id, room: case.room, until }]
}

/// `c`: takes a case, or releases it; one that another moderator holds is taken over only after a question.
pub fn claim(seat: &mut Seat, env: &Env<'_>, target: &Target) -> Vec<Effect> {
    let case = match open_case(env, target) {
        Ok(case) => case,
        Err(sentence) => return seat.refuse(env, sentence),
    };
    let name = env.scene.member_name(case.member);
    match &case.holder {
        Some(holder) if holder.moderator == seat.moderator => {
            seat.done(env, env.scene.say_with("done-released", &[("name", &name)]));
            vec![Effect::Hold { case: case.id, room: case.room, holder: None }]
        }
        Some(holder) => {
            let (by, ago) = (holder.moderator.as_str(), env.scene.age(holder.since));
            let title = env.scene.say_with("take-over-title", &[("by", by), ("name", &name)]);
            let lines = vec![env.scene.say_with("take-over-since", &[("by", by), ("ago", &ago)])];
            let choices = vec![
                Choice::new('y', env.scene.say("choice-take-over")),
                Choice::new('n', env.scene.say("choice-leave-it")),
            ];
            let question = Question::TakeOver { case: case.id, room: case.room };
            seat.ask(question, Dialog::new(title, lines, choices));
            Vec::new()
        }
        None => {
            seat.done(env, env.scene.say_with("done-claimed", &[("name", &name)]));
            vec![Effect::Hold { case: case.id, room: case.room, holder: Some(seat.moderator.clone()) }]
        }
    }
}

/// `E`: the team is asked to look at a case first, or is not any more.
pub fn escalate(seat: &mut Seat, env: &Env<'_>, target: &Target) -> Vec<Effect> {
    let case = match open_case(env, target) {
        Ok(case) => case,
        Err(sentence) => return seat.refuse(env, sentence),
    };
    let wanted = case.escalated_by.is_none();
    let key = if wanted { "done-escalated" } else { "done-calmed" };
    seat.done(env, env.scene.say_with(key, &[("name", &env.scene.member_name(case.member))]));
    vec![Effect::Escalate { case: case.id, room: case.room, wanted }]
}

/// `A`: no violation, and the same words are not flagged again in that room for a day.
pub fn allow_text(seat: &mut Seat, env: &Env<'_>, target: &Target) -> Vec<Effect> {
    let case = match open_case(env, target) {
        Ok(case) => case,
        Err(sentence) => return seat.refuse(env, sentence),
    };
    let newest = case.remarks.last().map(|remark| remark.message);
    let said = target.message.or(newest).and_then(|id| env.scene.state.stream.message(id));
    let folded = said.map(|message| fold::fold(&message.text).as_str().to_owned()).unwrap_or_default();
    if folded.is_empty() {
        return seat.refuse(env, env.scene.say("off-no-text"));
    }
    if folded.len() > allowed::LONGEST {
        return seat.refuse(env, env.scene.say("off-text-too-long"));
    }
    let name = env.scene.member_name(case.member);
    seat.done(env, env.scene.say_with("done-allowed-text", &[("name", &name)]));
    let until = env.scene.now.plus_seconds(ALLOWED_SECONDS);
    seat.passes_on(env, &[case.id]);
    vec![Effect::AllowText { case: case.id, room: case.room, folded, until }]
}

/// `p`: a message is kept as evidence, or let go.
pub fn pin(seat: &mut Seat, env: &Env<'_>, target: &Target) -> Vec<Effect> {
    if let Some(why) = env.scene.no_acts() {
        return seat.refuse(env, env.scene.words.reason(&why));
    }
    let (Some(room), Some(message)) = (target.room, target.message) else {
        return seat.refuse(env, env.scene.say("off-no-message"));
    };
    let wanted = env.scene.state.evidence.pin(message).is_none();
    let key = if wanted { "done-pinned" } else { "done-unpinned" };
    seat.done(env, env.scene.say(key));
    vec![Effect::Pin { room, message, wanted }]
}

/// `!`: a moderator's own flag on a message, which makes a case for the team.
pub fn flag(seat: &mut Seat, env: &Env<'_>, target: &Target, severity: Severity) -> Vec<Effect> {
    if let Some(why) = env.scene.no_acts() {
        return seat.refuse(env, env.scene.words.reason(&why));
    }
    let (Some(room), Some(message), Some(member)) = (target.room, target.message, target.member) else {
        return seat.refuse(env, env.scene.say("off-no-message"));
    };
    seat.done(env, env.scene.say_with("done-flagged", &[("name", &env.scene.member_name(member))]));
    vec![Effect::Flag(Flagging {
        message,
        room,
        member,
        rule: BY_HAND.to_owned(),
        rule_version: 1,
        category: Category::Team,
        severity,
        confidence: Confidence::Certain,
        span: None,
        reason: Reason::new("flagged-by-hand").with("by", &seat.moderator),
    })]
}

/// The rule that a moderator's own flag names.
pub const BY_HAND: &str = "by-hand";
