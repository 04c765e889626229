//! The `:` line: the same commands by name, with a preview of what Enter would do. An unknown word never becomes speech.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::seat::{Seat, Waiting};
use crate::app::{filtering, overlay, presets, speaking, travel, update, verbs};
use crate::commands::table::{Command, TABLE};
use crate::text::fuzzy;
use crate::ui::overlay::Overlay;
use crate::ui::prompt::Purpose;
use crate::ui::target::Target;
use crate::ui::verbs::emulation;

/// How many completions are offered.
const OFFERED: usize = 8;

/// A line understood.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line<'a> {
    command: Command,
    rest: &'a str,
}

fn parse(text: &str) -> Option<Line<'_>> {
    let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    Command::named(name).map(|command| Line { command, rest: rest.trim() })
}

/// Command names for what was typed so far, best first.
fn candidates(text: &str) -> Vec<&'static str> {
    let names: Vec<&'static str> = TABLE.iter().map(|row| row.name).collect();
    if text.is_empty() {
        return names.into_iter().take(OFFERED).collect();
    }
    let ranked = fuzzy::rank(text, names.iter().copied().enumerate(), OFFERED);
    ranked.into_iter().filter_map(|(at, _)| names.get(at).copied()).collect()
}

/// Says under the prompt what Enter would do.
pub fn preview(seat: &mut Seat, env: &Env<'_>) {
    let target = seat.prompted.unwrap_or_default();
    let Some(Overlay::Prompt(prompt)) = seat.screen.overlay.as_mut() else { return };
    match prompt.purpose {
        Purpose::Find | Purpose::Filter => return filtering::preview(seat, env),
        Purpose::Command => {}
        _ => return,
    }
    let text = prompt.text().trim_start().to_owned();
    let (offered, sentence) = match parse(&text) {
        Some(line) => (filtering::names(env, line.command, line.rest), foretold(env, &line, &target)),
        None => (
            candidates(text.trim()).into_iter().map(str::to_owned).collect(),
            env.scene.say("preview-no-command"),
        ),
    };
    let space = text.char_indices().find(|(_, sign)| sign.is_whitespace());
    let rest = space.filter(|_| parse(&text).is_some()).map_or(0, |(at, sign)| at + sign.len_utf8());
    prompt.complete_from = prompt.text().len() - text.len() + rest;
    prompt.completions = offered;
    prompt.preview = Some(sentence);
}

fn foretold(env: &Env<'_>, line: &Line<'_>, target: &Target) -> String {
    let words = env.scene.say(&format!("cmd-{}", line.command.row().name));
    let name = verbs::name(env, target);
    if line.command.row().needs == crate::commands::table::Needs::Nothing || name.is_empty() {
        return words;
    }
    let told = env.scene.say_with("preview-on", &[("what", &words), ("name", &name)]);
    emulation(&env.scene, target, line.command).map_or(told.clone(), |instead| format!("{told} {instead}"))
}

/// Runs a line.
pub fn run(seat: &mut Seat, env: &Env<'_>, text: &str, target: Target) -> Vec<Effect> {
    if text.is_empty() {
        return Vec::new();
    }
    let Some(line) = parse(text) else {
        return seat.refuse(env, env.scene.say_with("unknown-command", &[("text", text)]));
    };
    match line.command {
        command if command.row().presets && !line.rest.is_empty() => preset(seat, env, &line, target),
        Command::WarnWords if !line.rest.is_empty() => {
            seat.prompted_many = chosen(seat, env, target);
            speaking::warn(seat, env, line.rest.to_owned())
        }
        Command::Say if !line.rest.is_empty() => match target.room {
            Some(room) => speaking::say(seat, env, room, line.rest.to_owned()),
            None => seat.refuse(env, env.scene.say("off-no-room")),
        },
        Command::Find if !line.rest.is_empty() => filtering::find(seat, env, line.rest),
        Command::Filter if !line.rest.is_empty() => filtering::filter(seat, env, line.rest),
        Command::SaveFilter => filtering::save(seat, env, line.rest),
        Command::ForgetFilter => filtering::forget(seat, env, line.rest),
        Command::Note if !line.rest.is_empty() => match verbs::person(&target) {
            Some((room, member)) => overlay::note(seat, env, room, member, line.rest.to_owned()),
            None => seat.refuse(env, env.scene.say("off-no-member")),
        },
        Command::Replay => travel::asked(seat, env, line.rest, &target),
        command => update::command(seat, env, command, target, None),
    }
}

/// What is marked, else the target.
fn chosen(seat: &Seat, env: &Env<'_>, target: Target) -> Vec<Target> {
    let marked: Vec<Target> = seat.screen.marked(&env.scene).iter().map(|mark| mark.target).collect();
    if marked.is_empty() { vec![target] } else { marked }
}

/// `mute 3`, `mute 1h`, `warn 2`, `snooze 1h`.
fn preset(seat: &mut Seat, env: &Env<'_>, line: &Line<'_>, target: Target) -> Vec<Effect> {
    let targets = chosen(seat, env, target);
    match presets::meant(line.command, line.rest) {
        Some(digit) if targets.iter().any(|target| verbs::person(target).is_some()) => {
            presets::digit(seat, env, &Waiting { command: line.command, targets }, digit)
        }
        Some(_) => seat.refuse(env, env.scene.say("off-no-member")),
        None => {
            let options = presets::options(env, line.command);
            let named: Vec<String> = options.iter().map(|(key, word)| format!("{key} {word}")).collect();
            let named = named.join(" · ");
            seat.refuse(env, env.scene.say_with("off-no-preset-but", &[("options", &named)]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_name_and_the_rest() {
        assert_eq!(parse("mute 3"), Some(Line { command: Command::Mute, rest: "3" }));
        assert_eq!(parse("mutee"), None);
        assert_eq!(candidates("mut").first(), Some(&"mute"));
    }
}
