//! Sentences about acts, cases and actions that toasts and dialogs share.

use crate::app::bulk::Plan;
use crate::app::env::Env;
use crate::app::intent::Intent;
use crate::app::verbs;
use crate::enforce::recommend::Recommendation;
use crate::model::ability::Verb;
use crate::model::action::{Act, Request, Stage};
use crate::model::id::{CaseId, MemberId, MessageId, RoomId};
use crate::state::actions::Action;
use crate::state::queue::Case;
use crate::state::undo::Moved;
use crate::text::{reveal, width};
use crate::ui::dialog::Dialog;
use crate::ui::person::Crowd;
use crate::ui::phrase::{severity_word, standing_keys};
use crate::ui::scene::Scene;
use crate::ui::target::Target;
use crate::ui::verbs::emulated as emulated_by;

/// How much of a warning a title quotes, in characters.
const QUOTED: usize = 120;
/// And where many stand in a list.
const QUOTED_SHORT: usize = 24;
/// The widest a name and a room get in a list, in cells.
const NAME_CELLS: usize = 24;
const ROOM_CELLS: usize = 16;

/// An act with whom it hits and where: `禁言 10分 · 李四 · 技术群`.
pub fn act_on(scene: &Scene<'_>, request: &Request) -> String {
    let name = match request.act.member() {
        Some(member) => scene.person(request.room, member),
        None => scene.whom(&request.act),
    };
    let (act, room) = (scene.act(&request.act), scene.room_name(request.room));
    scene.say_with("act-on", &[("act", &act), ("name", &name), ("room", &room)])
}

/// What an intent is, in words: `禁言 1时`.
pub fn intent(env: &Env<'_>, intent: &Intent) -> String {
    let scene = env.scene;
    let verb = scene.say(&format!("short-{}", intent.command().row().name));
    match intent {
        Intent::Mute(seconds) | Intent::Snooze(seconds) => {
            format!("{verb} {}", scene.duration(i64::from(*seconds)))
        }
        Intent::Unmute => scene.verb(Verb::Unmute),
        Intent::Flag(severity) => format!("{verb} {}", severity_word(*severity)),
        Intent::Warn(text) | Intent::Remind(text) => {
            let text: String = text.chars().take(QUOTED).collect();
            format!("{verb} {}{text}{}", scene.say("quote-open"), scene.say("quote-close"))
        }
        _ => verb,
    }
}

/// Puts into a dialog whom a bulk would hit, by standing, and whom it would not, with why.
pub fn list_bulk(scene: &Scene<'_>, plan: &Plan, dialog: &mut Dialog) {
    let of_case = |id: &CaseId| scene.state.queue.get(*id).map(|case| (case.room, case.member, None));
    let of_message = |target: &Target| Some((target.room?, target.member?, target.message));
    let of_request = |request: &Request| {
        let message = match request.act {
            Act::Recall { message, .. } => Some(message),
            _ => None,
        };
        Some((request.room, request.act.member()?, message))
    };
    let mut people: Vec<(RoomId, MemberId, Option<MessageId>)> =
        plan.requests.iter().filter_map(of_request).collect();
    people.extend(plan.cases.iter().filter_map(|(case, _)| of_case(case)));
    people.extend(plan.messages.iter().filter_map(of_message));
    let left_out = plan.left_out.iter().filter_map(|(target, _)| target.room);
    let crowd = Crowd::of(scene, people.iter().map(|(room, ..)| *room).chain(left_out));
    let regular = |room: &RoomId, member: &MemberId| {
        let standing = scene.state.members.in_room(*room, *member);
        standing.is_some_and(|standing| standing.is_regular(scene.now))
    };
    // Those whom one would least want to hit by mistake stand first.
    people.sort_by_key(|(room, member, _)| !regular(room, member));
    let regulars = people.iter().filter(|(room, member, _)| regular(room, member)).count();
    if regulars > 0 {
        dialog.lines.push(scene.say_with("bulk-regulars", &[("n", &regulars.to_string())]));
    }
    for (room, member, message) in &people {
        let (_, role, _) = standing_keys(scene.standing(*room, *member));
        let word = if regular(room, member) { scene.say("role-regular") } else { scene.say(role) };
        let said = message
            .and_then(|id| scene.state.stream.message(id))
            .map(|message| format!("  {}", message.text.chars().take(QUOTED_SHORT).collect::<String>()));
        let whom = placed(scene, &crowd, *room, *member);
        dialog.list.push(format!("· {word} {whom}{}", said.unwrap_or_default()));
    }
    if !plan.left_out.is_empty() {
        let count = plan.left_out.len().to_string();
        dialog.remarks.push(scene.say_with("bulk-left-out", &[("n", &count)]));
    }
    for (target, why) in &plan.left_out {
        let whom = target.room.zip(target.member).map(|(room, member)| placed(scene, &crowd, room, member));
        dialog.remarks.push(format!("- {}: {why}", whom.unwrap_or_default()));
    }
}

/// Somebody and his room, as they stand in a list: neither so long that the other is cut off.
fn placed(scene: &Scene<'_>, crowd: &Crowd, room: RoomId, member: MemberId) -> String {
    let fitted = |text: &str, cells| width::clip(reveal::line(text).as_str(), cells);
    let name = fitted(&crowd.person(scene, room, member), NAME_CELLS);
    format!("{name} · {}", fitted(&scene.room_name(room), ROOM_CELLS))
}

/// What is grave about these acts: that they cannot be taken back, and how long they wait. Nothing when one key takes
/// all of it back.
pub fn gravity(scene: &Scene<'_>, requests: &[Request]) -> Vec<String> {
    let for_good = requests.iter().any(|request| request.act.inverse().is_none());
    let held = requests.iter().any(|request| request.act.is_held());
    if !for_good && !held {
        return Vec::new();
    }
    let key = if for_good { "confirm-irreversible" } else { "confirm-half-reversible" };
    let wait = if held { "confirm-held" } else { "confirm-at-once" };
    vec![scene.say(key), scene.say_with(wait, &[("seconds", &verbs::HOLD_SECONDS.to_string())])]
}

/// Whether something of an act stays, whatever is done afterwards: who was kept out can be let in again, and was
/// removed all the same.
pub fn is_for_good(act: &Act) -> bool {
    act.inverse().is_none() || matches!(act, Act::Remove { .. })
}

/// Which answers do what cannot be taken back; nothing where all can.
pub fn for_good(scene: &Scene<'_>, asked: &[(char, &Request)]) -> Option<String> {
    let grave = asked.iter().filter(|(_, request)| is_for_good(&request.act));
    let keys: Vec<String> = grave.map(|(key, _)| key.to_string()).collect();
    (!keys.is_empty()).then(|| scene.say_with("decide-for-good", &[("keys", &keys.join(" "))]))
}

/// What became of every target of the bulk that an action belongs to, what went wrong first; nothing for an action of
/// its own.
pub fn unit_lines(scene: &Scene<'_>, action: &Action) -> Vec<String> {
    let Some(unit) = action.request.unit else { return Vec::new() };
    let mut all: Vec<&Action> = scene.state.actions.of_unit(unit).collect();
    all.sort_by_key(|one| urgency(one.stage));
    let crowd = Crowd::of(scene, all.iter().map(|one| one.request.room));
    let mut lines = vec![scene.say_with("unit-title", &[("n", &all.len().to_string())])];
    lines.extend(all.iter().map(|one| {
        let (glyph, stage, _) = scene.stage(one.stage);
        // What went well needs no reason beside it.
        let why = one.last_reason().filter(|_| urgency(one.stage) < 2);
        let why = why.map(|reason| format!(": {}", scene.words.reason(reason))).unwrap_or_default();
        let whom = match one.request.act.member() {
            Some(member) => placed(scene, &crowd, one.request.room, member),
            None => scene.room_name(one.request.room),
        };
        format!("{glyph} {whom} · {stage}{why}")
    }));
    lines
}

/// The smaller, the sooner somebody has to look at it.
fn urgency(stage: Stage) -> u8 {
    match stage {
        Stage::Failed | Stage::Unsupported => 0,
        Stage::Unknown => 1,
        Stage::Requested | Stage::Sent | Stage::Accepted => 2,
        Stage::Cancelled | Stage::Confirmed | Stage::MarkedDone => 3,
    }
}

/// What was done with several cases at once.
pub fn moved(scene: &Scene<'_>, moved: Moved) -> String {
    scene.say(match moved {
        Moved::Rested => "short-snooze",
        Moved::Held => "short-claim",
        Moved::Escalated => "short-escalate",
    })
}

/// The title of the decision dialog.
pub fn case_title(scene: &Scene<'_>, case: &Case) -> String {
    let (name, room) = (scene.person(case.room, case.member), scene.room_name(case.room));
    scene.say_with("decide-title", &[("rule", &scene.rule(&case.rule)), ("name", &name), ("room", &room)])
}

/// What a decision rests on: the newest remark, the advice with its reasons, what else is `of_ours` to say, and the
/// words themselves, all of them.
pub fn case_lines(
    scene: &Scene<'_>,
    case: &Case,
    advice: &Recommendation,
    of_ours: Vec<String>,
) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(remark) = case.remarks.last() {
        let confidence = scene.confidence(case.confidence);
        let why = scene.words.reason(&remark.reason);
        lines.push(scene.say_with("decide-why", &[("why", &why), ("confidence", &confidence)]));
    }
    if !case.is_fault() {
        let step = scene.words.reason(&advice.step.name(scene.enforce));
        let parts: Vec<String> = advice.reasons().iter().map(|reason| scene.words.reason(reason)).collect();
        lines.push(scene.say_with("decide-advice", &[("step", &step), ("reasons", &parts.join(" · "))]));
    }
    lines.extend(of_ours);
    // Last, for it may be long, and none of it may pass for a line of ours.
    let said = case.remarks.last().and_then(|remark| scene.state.stream.message(remark.message));
    lines.extend(said.map(|message| text_line(scene, &message.text)));
    lines
}

/// What is done in place of what a platform cannot do, a line for each way and room.
pub fn emulated<'a>(scene: &Scene<'_>, requests: impl Iterator<Item = &'a Request>) -> Vec<String> {
    let mut lines: Vec<String> =
        requests.filter_map(|request| emulated_by(scene, request.room, &request.act)).collect();
    lines.sort_unstable();
    lines.dedup();
    lines
}

/// The whole of a message as one line.
pub fn text_line(scene: &Scene<'_>, text: &str) -> String {
    scene.say_with("decide-text", &[("text", reveal::line(text).as_str())])
}

/// What a recall takes away, in the words of its author; nothing for other acts.
pub fn recalled(scene: &Scene<'_>, act: &Act) -> Option<String> {
    let Act::Recall { message, .. } = act else { return None };
    Some(match scene.state.stream.message(*message) {
        Some(message) => text_line(scene, &message.text),
        None => scene.say("explain-text-older"),
    })
}

/// The life of an action, a line for each station.
pub fn action_story(scene: &Scene<'_>, action: &Action) -> Vec<String> {
    let by = scene.actor(&action.request.by);
    let mut lines = vec![scene.say_with("story-by", &[("by", &by)])];
    if let Some(text) = action.request.act.words() {
        lines.push(scene.say_with("decide-text", &[("text", text)]));
    }
    for station in &action.stations {
        let (glyph, stage, _) = scene.stage(station.stage);
        let why = station.reason.as_ref().map(|reason| scene.words.reason(reason)).unwrap_or_default();
        lines.push(format!("{} {glyph} {stage} {why}", scene.clock_seconds(station.at)));
    }
    if let Some(at) = action.lift_at {
        lines.push(scene.say_with("story-lift", &[("at", &scene.when(at))]));
    }
    lines
}
