//! A line as it was typed: which command it names, whom it means, and what is handed to the command's own question.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::intent::{self, Intent};
use crate::app::linear::{Linear, Reply, asking, handles, safe, views, word_of, words};
use crate::app::seat::Seat;
use crate::app::standing::PRINTED;
use crate::app::{overlay, presets, update};
use crate::commands::key::{Code, Key};
use crate::commands::keymap::Meaning;
use crate::commands::table::{Command, Group, MUTES, Needs, RESTS, WINDOWS};
use crate::language::Language;
use crate::model::id::MessageId;
use crate::state::alike;
use crate::ui::marks::Mark;
use crate::ui::overlay::Overlay;
use crate::ui::target::{RowId, Target};

/// Takes one line.
pub fn line(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>, text: &str) -> Reply {
    clear(seat);
    let text = text.trim();
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let rest = rest.trim();
    match word {
        "" => Reply::default(),
        "yes" | "no" | "answer" => asking::answer(seat, linear, env, word, rest),
        "follow" | "quiet" => {
            linear.follows = word == "follow";
            seat.tell(env, env.scene.say(if linear.follows { "linear-follows" } else { "linear-quiet" }));
            gathered(seat, linear, env, Vec::new())
        }
        "quit" => Reply { leaves: true, ..Reply::default() },
        _ => match views::named(word) {
            Some(view) => views::show(seat, linear, env, view, rest),
            None => named(seat, linear, env, word, rest),
        },
    }
}

/// A command of the table, by its name or by its keys.
fn named(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>, word: &str, rest: &str) -> Reply {
    let Some(command) = Command::named(word).or_else(|| by_keys(env, word)) else {
        seat.refuse(env, env.scene.say_with("unknown-command", &[("text", word)]));
        return gathered(seat, linear, env, Vec::new());
    };
    if let Some(view) = views::of_command(command) {
        return views::show(seat, linear, env, view, rest);
    }
    match command {
        Command::Leave | Command::Back => Reply { leaves: true, ..Reply::default() },
        Command::Language => language(seat, linear, env, rest),
        Command::AllRooms | Command::Room(_) | Command::NextFlaggedRoom => {
            update::command(seat, env, command, Target::default(), None);
            room_told(seat, linear, env)
        }
        Command::ExportCase => {
            seat.refuse(env, env.scene.say_with("linear-not-yet", &[("name", command.row().name)]));
            gathered(seat, linear, env, Vec::new())
        }
        _ if means_nothing(command) => {
            seat.refuse(env, env.scene.say_with("linear-no-screen", &[("name", command.row().name)]));
            gathered(seat, linear, env, Vec::new())
        }
        _ => act(seat, linear, env, command, rest),
    }
}

fn by_keys(env: &Env<'_>, word: &str) -> Option<Command> {
    let keys: Option<Vec<Key>> = word.split('+').map(Key::parse).collect();
    match env.scene.keymap.meaning(&keys?) {
        Meaning::Command(command) => Some(command),
        Meaning::Prefix(_) | Meaning::Nothing => None,
    }
}

/// What is only about a screen.
fn means_nothing(command: Command) -> bool {
    let row = command.row();
    let moves = row.group == Group::Move || row.group == Group::Mark;
    moves
        || matches!(
            command,
            Command::Freeze
                | Command::Zoom
                | Command::Theme
                | Command::Bell
                | Command::Palette
                | Command::Copy
                | Command::Replay
        )
}

fn language(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>, rest: &str) -> Reply {
    seat.language = match rest {
        "" => seat.language.next(),
        locale => Language::of_locale(locale),
    };
    // The next line is in that language; this one says so in the old.
    seat.tell(env, env.scene.say("linear-language"));
    gathered(seat, linear, env, Vec::new())
}

/// Which room is followed now.
pub fn room_told(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>) -> Reply {
    if seat.screen.toast.is_none() {
        let name = match seat.screen.room() {
            Some(room) => env.scene.room_name(room),
            None => {
                env.scene.say_with("all-rooms", &[("n", &env.scene.state.rooms.iter().count().to_string())])
            }
        };
        seat.tell(env, env.scene.say_with("linear-room", &[("name", &name)]));
    }
    gathered(seat, linear, env, Vec::new())
}

/// An act or a closer look: the handles say on what, the rest answers what the command would ask.
fn act(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>, command: Command, rest: &str) -> Reply {
    let (marks, words) = match aim(linear, env, rest) {
        Ok(aimed) => aimed,
        Err(sentence) => {
            seat.refuse(env, sentence);
            return gathered(seat, linear, env, Vec::new());
        }
    };
    let name = command.row().name;
    let aims = command.row().needs != Needs::Nothing || matches!(command, Command::Open | Command::Repeat);
    if aims && marks.is_empty() {
        seat.refuse(env, env.scene.say_with("linear-which", &[("name", name)]));
    } else if !words.is_empty() && !takes_words(command) {
        seat.refuse(env, env.scene.say_with("linear-too-much", &[("name", name), ("words", words)]));
    } else {
        let effects = carried_out(seat, env, command, &marks, words);
        return gathered(seat, linear, env, effects);
    }
    gathered(seat, linear, env, Vec::new())
}

/// What the handles at the beginning stand for, as it was printed, and the words after them. `*#12` is everything
/// that says nearly what #12 says.
fn aim<'a>(linear: &Linear, env: &Env<'_>, rest: &'a str) -> Result<(Vec<Mark>, &'a str), String> {
    let (mut marks, mut words) = (Vec::<Mark>::new(), rest);
    while let Some((row, alike, after)) = first_handle(words) {
        let unprinted = || env.scene.say_with("linear-unprinted", &[("handle", &handles::written(row))]);
        let target = linear.handles.target(row).ok_or_else(unprinted)?;
        let meant = if alike { cluster(env, target)? } else { vec![Mark { row, target }] };
        let fresh: Vec<Mark> =
            meant.into_iter().filter(|mark| marks.iter().all(|known| known.row != mark.row)).collect();
        marks.extend(fresh);
        words = after;
    }
    Ok((marks, words))
}

fn first_handle(words: &str) -> Option<(RowId, bool, &str)> {
    let (first, after) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    let (alike, handle) = match first.strip_prefix(['*', '＊']) {
        Some(handle) => (true, handle),
        None => (false, first),
    };
    handles::read(handle).map(|row| (row, alike, after.trim()))
}

/// Every message in memory that says nearly the same; the question that follows lists whom it would hit.
fn cluster(env: &Env<'_>, target: Target) -> Result<Vec<Mark>, String> {
    let state = env.scene.state;
    let message = target.message.and_then(|id| state.stream.message(id));
    let message = message.ok_or_else(|| env.scene.say("off-no-message"))?;
    let mark = |id: MessageId| {
        let said = state.stream.message(id)?;
        Some(Mark { row: RowId::Line(id.0), target: words::message_target(&env.scene, said) })
    };
    Ok(alike::to(state, message).into_iter().filter_map(mark).collect())
}

/// Whether words may follow the handle.
fn takes_words(command: Command) -> bool {
    let asks = matches!(command, Command::Note | Command::WarnWords | Command::Say | Command::HandOver);
    command.row().presets || command == Command::Flag || asks
}

/// Runs a command and answers what it asks with the words that came along. Several handles are what several marked
/// rows are on a screen.
fn carried_out(seat: &mut Seat, env: &Env<'_>, command: Command, marks: &[Mark], words: &str) -> Vec<Effect> {
    let preset = preset(command, words);
    let own_words = preset.is_none() && !words.is_empty() && seconds(words).is_none();
    let target = marks.first().map(|mark| mark.target).unwrap_or_default();
    if command == Command::Remind && own_words {
        let targets = marks.iter().map(|mark| mark.target).collect();
        return intent::on(seat, env, Intent::Remind(words.to_owned()), targets);
    }
    if marks.len() > 1 {
        seat.screen.add_marks(marks.iter().copied());
    }
    let command = if command == Command::Warn && own_words { Command::WarnWords } else { command };
    let mut effects = update::command(seat, env, command, target, None);
    if let Some(waiting) = seat.waiting.take() {
        match preset {
            Some(digit) => {
                seat.screen.pending = None;
                effects.extend(presets::digit(seat, env, &waiting, digit));
            }
            None if words.is_empty() => {}
            None => drop(seat.refuse(env, env.scene.say("off-no-preset"))),
        }
    }
    match &mut seat.screen.overlay {
        Some(Overlay::Prompt(prompt)) if !words.is_empty() => {
            prompt.insert(words);
            effects.extend(overlay::key(seat, env, Key::plain(Code::Enter), PRINTED));
        }
        Some(Overlay::Chooser(_)) if !words.is_empty() => {
            effects.extend(asking::pick_named(seat, env, words));
        }
        _ => {}
    }
    effects
}

/// The digit that words stand for: `3`, or a time that a digit has, such as `1h`.
fn preset(command: Command, words: &str) -> Option<char> {
    let mut signs = words.chars();
    if let (Some(digit), None) = (signs.next(), signs.next()) {
        return Some(digit).filter(char::is_ascii_digit);
    }
    if words == "off" && matches!(command, Command::Mute | Command::MuteEverywhere) {
        return Some('0');
    }
    let times: &[(char, u32)] = match command {
        Command::Mute | Command::MuteEverywhere => &MUTES,
        Command::Snooze => &RESTS,
        Command::RecallAll => &WINDOWS,
        _ => return None,
    };
    let wanted = seconds(words)?;
    times.iter().find(|(_, seconds)| *seconds == wanted).map(|(digit, _)| *digit)
}

/// `10m`, `3h`, `7d` in seconds.
fn seconds(text: &str) -> Option<u32> {
    let unit = text.chars().last()?;
    let number: u32 = text.strip_suffix(unit)?.parse().ok()?;
    let per = match unit {
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return None,
    };
    number.checked_mul(per)
}

/// Everything that the seat has to say now, in lines; what stood over its screen is put away.
pub fn gathered(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>, effects: Vec<Effect>) -> Reply {
    let mut lines: Vec<String> = word_of(seat, linear, env).into_iter().collect();
    lines.extend(asking::ask(seat, linear, env));
    if let Some(pending) = seat.screen.pending.take() {
        let options = pending.options.iter().map(|(key, what)| format!("{key} {what}"));
        let options = options.collect::<Vec<String>>().join(&env.scene.say("list-comma"));
        let args = [("label", pending.label.as_str()), ("options", &options)];
        lines.push(safe(&env.scene.say_with("linear-choose", &args)));
    }
    match seat.screen.overlay.take() {
        Some(Overlay::Prompt(_)) => lines.push(safe(&env.scene.say("linear-words-missing"))),
        Some(Overlay::Reader(reader)) => {
            lines.push(safe(&reader.title));
            lines.extend(reader.body.iter().flat_map(|text| text.lines()).map(safe));
        }
        _ => {}
    }
    clear(seat);
    Reply { effects, lines, leaves: false }
}

fn clear(seat: &mut Seat) {
    seat.keys.clear();
    seat.waiting = None;
    seat.asking = None;
    seat.choosing = None;
    seat.prompted = None;
    seat.prompted_many.clear();
    seat.screen.clear_marks();
    seat.screen.overlay = None;
    seat.screen.pending = None;
    seat.screen.toast = None;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preset_is_a_digit_or_a_time_that_has_one() {
        assert_eq!(preset(Command::Mute, "3"), Some('3'));
        assert_eq!(preset(Command::Mute, "1h"), Some('3'));
        assert_eq!(preset(Command::Snooze, "1h"), Some('2'));
        assert_eq!(preset(Command::Mute, "off"), Some('0'));
        assert_eq!(preset(Command::Warn, "1h"), None);
        for nothing in ["", "90s", "5h", "x", "h", "off"] {
            assert_eq!(preset(Command::Snooze, nothing), None, "{nothing}");
        }
    }
}
