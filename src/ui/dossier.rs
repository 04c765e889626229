//! A case as a Markdown text: who, why, what was said around it, what was decided and done. Foreign words stand in
//! indented blocks, revealed, so that no viewer takes them for markup. Never reads a file and never writes one.

use crate::model::event::EvidenceLine;
use crate::model::id::MessageId;
use crate::model::moment::Moment;
use crate::state::State;
use crate::state::actions::Action;
use crate::state::queue::Case;
use crate::text::kind::Kind;
use crate::text::{confusable, reveal};
use crate::ui::phrase::OURS;
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
    let name = escaped(&spelled(&scene.name_as_written(case.member)));
    let mut text =
        format!("# {} · {} · {}\n\n", scene.rule(&case.rule), name, plain(&scene.room_name(case.room)));
    for line in facts(scene, case) {
        text.push_str(&format!("- {line}\n"));
    }
    section(&mut text, &scene.say("dossier-flags"));
    for remark in &case.remarks {
        let why = plain(&scene.words.reason(&remark.reason));
        text.push_str(&format!("- {} {why}\n", at(scene, remark.at)));
    }
    section(&mut text, &scene.say("dossier-said"));
    let flagged = messages(scene.state, case);
    for stretch in stretches {
        for line in &stretch.lines {
            let mark = if flagged.contains(&line.message) { "▶" } else { " " };
            text.push_str(&format!("    {mark} {}", said(scene, line)));
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

/// When, which, who by name and by the platform's id, and what; under it, that it was recalled.
fn said(scene: &Scene<'_>, line: &EvidenceLine) -> String {
    let member = scene.state.members.get(line.member);
    let id = member.map(|member| format!(" ({} {})", member.connector, spelled(&member.external)));
    let (at, number, name) = (at(scene, line.at), line.message.0, spelled(&line.name));
    let words = format!("{at} #{number} {name}{}: {}\n", id.unwrap_or_default(), spelled(&line.text));
    let by = scene.state.stream.mark(line.message).and_then(|mark| mark.recalled_by.as_ref());
    let recalled = by.map(|by| scene.say_with("dossier-recalled", &[("by", &scene.actor(by))]));
    recalled.map_or(words.clone(), |recalled| format!("{words}      {recalled}\n"))
}

/// Date, time and zone in full: the text may be read in another year and in another place.
fn at(scene: &Scene<'_>, moment: Moment) -> String {
    moment.at_zone(scene.zone).format("%Y-%m-%d %H:%M:%S %:z").to_string()
}

/// A foreign text on one line, with the code point of every character that cannot be seen or passes for another:
/// `张⟨U+200B⟩三`. Nobody writes these brackets himself.
fn spelled(text: &str) -> String {
    let disguised = confusable::disguised(text);
    let mut out = String::new();
    for (at, character) in text.char_indices() {
        let lens = reveal::lens(character);
        let code = format!("⟨U+{:04X}⟩", lens.code);
        match lens.what {
            _ if matches!(character, '\n' | '\t') => out.push(' '),
            Kind::Control | Kind::Bidi | Kind::Invisible | Kind::Unassigned => out.push_str(&code),
            _ if matches!(character, '⟨' | '⟩') || OURS.contains(&character) => out.push_str(&code),
            _ if disguised.contains(&at) => out.push_str(&format!("{character}{code}")),
            _ => out.push(character),
        }
    }
    reveal::line(&out).into_string()
}

fn facts(scene: &Scene<'_>, case: &Case) -> Vec<String> {
    let member = scene.state.members.get(case.member);
    let external =
        member.map(|member| format!("{} · {}", member.connector, escaped(&spelled(&member.external))));
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
        scene.say_with("dossier-opened", &[("at", &at(scene, case.opened_at))]),
    ];
    facts.push(match &case.decision {
        Some(decision) => {
            let key = match decision.verdict {
                crate::model::flag::Verdict::Allowed => "verdict-allowed",
                crate::model::flag::Verdict::Confirmed => "verdict-confirmed",
                crate::model::flag::Verdict::Settled => "verdict-settled",
            };
            let (by, at) = (plain(&scene.actor(&decision.by)), at(scene, decision.at));
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
        text.push_str(&format!("- {act} · {by}{}\n", taken_back(scene, action)));
        for station in &action.stations {
            let why = station.reason.as_ref().map(|reason| plain(&scene.words.reason(reason)));
            let (at, stage) = (at(scene, station.at), scene.stage(station.stage).1);
            text.push_str(&format!("  - {at} {stage} {}\n", why.unwrap_or_default()));
        }
    }
}

/// That an action does not stand any more: by whom it was taken back, when, and how far that is.
fn taken_back(scene: &Scene<'_>, action: &Action) -> String {
    let Some(undoing) = action.undone_by.and_then(|id| scene.state.actions.get(id)) else {
        return String::new();
    };
    let (by, when) = (plain(&scene.actor(&undoing.request.by)), at(scene, undoing.moved_at()));
    let stage = scene.stage(undoing.stage).1;
    format!(" · {}", scene.say_with("dossier-undone", &[("by", &by), ("at", &when), ("stage", &stage)]))
}

fn notes(scene: &Scene<'_>, case: &Case, text: &mut String) {
    let notes =
        scene.state.members.get(case.member).map(|member| member.notes.as_slice()).unwrap_or_default();
    if notes.is_empty() {
        return;
    }
    section(text, &scene.say("dossier-notes"));
    for note in notes {
        let (at, by) = (at(scene, note.at), plain(&scene.actor(&note.by)));
        text.push_str(&format!("- {at} {by}\n\n      {}\n\n", spelled(&note.text)));
    }
}

fn section(text: &mut String, title: &str) {
    text.push_str(&format!("\n## {title}\n\n"));
}

/// A foreign word in a line of ours: revealed, and without the signs that Markdown takes for its own.
fn plain(text: &str) -> String {
    escaped(reveal::line(text).as_str())
}

fn escaped(shown: &str) -> String {
    shown
        .chars()
        .flat_map(|sign| {
            let ours = matches!(sign, '*' | '_' | '`' | '<' | '>' | '[' | ']' | '#' | '\\' | '|' | '!');
            ours.then_some('\\').into_iter().chain(std::iter::once(sign))
        })
        .collect()
}
