//! Sentences about acts, cases and actions that toasts and dialogs share.

use crate::enforce::recommend::Recommendation;
use crate::model::action::Request;
use crate::state::actions::Action;
use crate::state::queue::Case;
use crate::ui::scene::Scene;

/// How much of a message a dialog quotes, in characters.
const QUOTED: usize = 120;

/// An act with whom it hits and where: `禁言 10分 · 李四 · 技术群`.
pub fn act_on(scene: &Scene<'_>, request: &Request) -> String {
    let name = scene.whom(&request.act);
    let (act, room) = (scene.act(&request.act), scene.room_name(request.room));
    scene.say_with("act-on", &[("act", &act), ("name", &name), ("room", &room)])
}

/// The title of the decision dialog.
pub fn case_title(scene: &Scene<'_>, case: &Case) -> String {
    let (name, room) = (scene.member_name(case.member), scene.room_name(case.room));
    scene.say_with("decide-title", &[("rule", &scene.rule(&case.rule)), ("name", &name), ("room", &room)])
}

/// What a decision rests on: the newest remark, the words themselves, and the advice with its reasons.
pub fn case_lines(scene: &Scene<'_>, case: &Case, advice: &Recommendation) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(remark) = case.remarks.last() {
        let confidence = scene.confidence(case.confidence);
        let why = scene.words.reason(&remark.reason);
        lines.push(scene.say_with("decide-why", &[("why", &why), ("confidence", &confidence)]));
        if let Some(message) = scene.state.stream.message(remark.message) {
            let text: String = message.text.chars().take(QUOTED).collect();
            lines.push(scene.say_with("decide-text", &[("text", &text)]));
        }
    }
    let step = scene.words.reason(&advice.step.name(scene.enforce));
    let parts: Vec<String> = advice.reasons().iter().map(|reason| scene.words.reason(reason)).collect();
    lines.push(scene.say_with("decide-advice", &[("step", &step), ("reasons", &parts.join(" · "))]));
    lines
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
