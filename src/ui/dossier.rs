//! A case as a Markdown text: who, why, what was said around it, what was decided and done. Foreign words stand in
//! indented blocks, revealed, so that no viewer takes them for markup. Never reads a file and never writes one.

use crate::model::event::EvidenceLine;
use crate::model::id::MessageId;
use crate::state::State;
use crate::state::actions::Action;
use crate::state::queue::Case;
use crate::text::reveal;
use crate::ui::scene::Scene;

/// What was said around one message, oldest first, the message itself among it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stretch {
    pub lines: Vec<EvidenceLine>,
    /// A part of it could not be read.
    pub flawed: bool,
}

/// The messages that a case rests on: those that flags name, and those that its actions fell on; oldest first.
pub fn messages(state: &State, case: &Case) -> Vec<MessageId> {
    let acted = case.actions.iter().filter_map(|id| state.actions.get(*id));
    let recalled = acted.filter_map(|action| match action.request.act {
        crate::model::action::Act::Recall { message, .. } => Some(message),
        _ => None,
    });
    let mut all: Vec<MessageId> = case.remarks.iter().map(|remark| remark.message).chain(recalled).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The whole text.
pub fn markdown(scene: &Scene<'_>, case: &Case, stretches: &[Stretch]) -> String {
    let name = plain(&scene.member_name(case.member));
    let mut text =
        format!("# {} · {} · {}\n\n", scene.rule(&case.rule), name, plain(&scene.room_name(case.room)));
    for line in facts(scene, case) {
        text.push_str(&format!("- {line}\n"));
    }
    section(&mut text, &scene.say("dossier-flags"));
    for remark in &case.remarks {
        let why = plain(&scene.words.reason(&remark.reason));
        text.push_str(&format!("- {} {why}\n", scene.when_exactly(remark.at)));
    }
    section(&mut text, &scene.say("dossier-said"));
    let flagged = messages(scene.state, case);
    for stretch in stretches {
        for line in &stretch.lines {
            let mark = if flagged.contains(&line.message) { "▶" } else { " " };
            let at = scene.when_exactly(line.at);
            let head = format!("    {mark} {at} #{} {}: ", line.message.0, plain(&line.name));
            text.push_str(&format!("{head}{}\n", reveal::line(&line.text)));
        }
        if stretch.flawed {
            text.push_str(&format!("    {}\n", scene.say("dossier-unreadable")));
        }
        text.push('\n');
    }
    actions(scene, case, &mut text);
    notes(scene, case, &mut text);
    text
}

fn facts(scene: &Scene<'_>, case: &Case) -> Vec<String> {
    let member = scene.state.members.get(case.member);
    let external = member.map(|member| format!("{} · {}", member.connector, plain(&member.external)));
    let mut facts = vec![
        scene.say_with("dossier-number", &[("n", &case.id.0.to_string())]),
        scene.say_with("dossier-member", &[("id", &external.unwrap_or_default())]),
        scene.say_with(
            "dossier-judged",
            &[
                ("severity", crate::ui::phrase::severity_word(case.severity)),
                ("confidence", &scene.confidence(case.confidence)),
                ("category", &scene.category(case.category)),
                ("rule", &case.rule),
            ],
        ),
        scene.say_with("dossier-opened", &[("at", &scene.when_exactly(case.opened_at))]),
    ];
    facts.push(match &case.decision {
        Some(decision) => {
            let key = match decision.verdict {
                crate::model::flag::Verdict::Allowed => "verdict-allowed",
                crate::model::flag::Verdict::Confirmed => "verdict-confirmed",
                crate::model::flag::Verdict::Settled => "verdict-settled",
            };
            let (by, at) = (plain(&scene.actor(&decision.by)), scene.when_exactly(decision.at));
            let verdict = scene.say(key);
            scene.say_with("dossier-decided", &[("verdict", &verdict), ("by", &by), ("at", &at)])
        }
        None => scene.say("dossier-open"),
    });
    facts
}

fn actions(scene: &Scene<'_>, case: &Case, text: &mut String) {
    let actions: Vec<&Action> = case.actions.iter().filter_map(|id| scene.state.actions.get(*id)).collect();
    if actions.is_empty() {
        return;
    }
    section(text, &scene.say("dossier-done"));
    for action in actions {
        let (act, by) = (scene.act(&action.request.act), plain(&scene.actor(&action.request.by)));
        text.push_str(&format!("- {act} · {by}\n"));
        for station in &action.stations {
            let why = station.reason.as_ref().map(|reason| plain(&scene.words.reason(reason)));
            let (at, stage) = (scene.when_exactly(station.at), scene.stage(station.stage).1);
            text.push_str(&format!("  - {at} {stage} {}\n", why.unwrap_or_default()));
        }
    }
}

fn notes(scene: &Scene<'_>, case: &Case, text: &mut String) {
    let notes =
        scene.state.members.get(case.member).map(|member| member.notes.as_slice()).unwrap_or_default();
    if notes.is_empty() {
        return;
    }
    section(text, &scene.say("dossier-notes"));
    for note in notes {
        let (at, by) = (scene.when_exactly(note.at), plain(&scene.actor(&note.by)));
        text.push_str(&format!("- {at} {by}\n\n      {}\n\n", reveal::line(&note.text)));
    }
}

fn section(text: &mut String, title: &str) {
    text.push_str(&format!("\n## {title}\n\n"));
}

/// A foreign word in a line of ours: revealed, and without the signs that Markdown takes for its own.
fn plain(text: &str) -> String {
    reveal::line(text)
        .as_str()
        .chars()
        .flat_map(|sign| {
            let ours = matches!(sign, '*' | '_' | '`' | '<' | '>' | '[' | ']' | '#' | '\\' | '|' | '!');
            ours.then_some('\\').into_iter().chain(std::iter::once(sign))
        })
        .collect()
}
