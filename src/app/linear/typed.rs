//! A line as it was typed: which command it names, whom it means, and what is handed to the command's own question.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::intent::{self, Intent};
use crate::app::linear::{
    Linear, Reply, asking, filters, going, handles, plain, safe, views, word_of, words,
};
use crate::app::seat::Seat;
use crate::app::standing::PRINTED;
use crate::app::{overlay, presets, reading, travel, update};
use crate::commands::key::{Code, Key};
use crate::commands::keymap::Meaning;
use crate::commands::table::{Command, Needs};
use crate::language::Language;
use crate::model::id::MessageId;
use crate::state::alike;
use crate::ui::marks::Mark;
use crate::ui::overlay::Overlay;
use crate::ui::prompt::LONGEST;
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
        "stop" => {
            seat.refuse(env, env.scene.say("linear-no-replay"));
            gathered(seat, linear, env, Vec::new())
        }
        _ => match views::named(word) {
            Some(view) => views::show(seat, linear, env, view, rest),
            None => named(seat, linear, env, word, rest),
        },
    }
}

/// Everything that the last find printed.
const FOUND: &str = "*found";

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
        Command::Filter | Command::SaveFilter | Command::ForgetFilter => {
            filters::run(seat, linear, env, command, rest)
        }
        Command::Jump => going::jump(seat, linear, env, rest),
        Command::Copy => copy(seat, linear, env, rest),
        Command::Replay | Command::ExportCase => of_a_case(seat, linear, env, command, rest),
        _ => match form(command) {
            Form::Line => act(seat, linear, env, command, rest),
            form => {
                seat.refuse(env, elsewhere(env, command, form));
                gathered(seat, linear, env, Vec::new())
            }
        },
    }
}

/// How a command is given line by line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// By its name.
    Line,
    /// It is about a screen; to the same end one writes this.
    Instead(&'static str),
    /// It is about a screen and means nothing without one.
    Screen,
}

/// The form of a command.
pub fn form(command: Command) -> Form {
    match command {
        Command::Mark | Command::MarkRange | Command::MarkCluster | Command::MarkAll => {
            Form::Instead("mute #12 #13 1h, mute *#12 1h, mute *found 1h")
        }
        Command::Up | Command::Top | Command::HalfUp | Command::PageUp => Form::Instead("before #12 20"),
        Command::Down | Command::Bottom | Command::HalfDown | Command::PageDown => Form::Instead("lines 20"),
        Command::FindNext | Command::FindPrevious => Form::Instead("find words"),
        Command::NextCase | Command::PreviousCase => Form::Instead("queue"),
        Command::Freeze => Form::Instead("quiet, follow"),
        Command::Palette => Form::Instead("help"),
        Command::NextPane
        | Command::PreviousPane
        | Command::Sort
        | Command::Zoom
        | Command::Theme
        | Command::Bell => Form::Screen,
        _ => Form::Line,
    }
}

fn elsewhere(env: &Env<'_>, command: Command, form: Form) -> String {
    let name = command.row().name;
    match form {
        Form::Instead(words) => env.scene.say_with("linear-instead", &[("name", name), ("instead", words)]),
        Form::Line | Form::Screen => env.scene.say_with("linear-no-screen", &[("name", name)]),
    }
}

/// `copy #12`: the text as it would stand in a clipboard.
fn copy(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>, rest: &str) -> Reply {
    let marks = match aim(linear, env, rest) {
        Ok((marks, "")) if !marks.is_empty() => marks,
        Ok(_) => {
            seat.refuse(env, env.scene.say_with("linear-which", &[("name", "copy")]));
            return gathered(seat, linear, env, Vec::new());
        }
        Err(sentence) => {
            seat.refuse(env, sentence);
            return gathered(seat, linear, env, Vec::new());
        }
    };
    let texts: Vec<String> =
        marks.iter().filter_map(|mark| reading::plainly(seat, env, &mark.target)).collect();
    if texts.is_empty() {
        seat.refuse(env, env.scene.say("off-nothing-to-read"));
        return gathered(seat, linear, env, Vec::new());
    }
    let lines = texts.iter().flat_map(|text| text.split('\n')).map(safe).collect();
    Reply { lines, ..Reply::default() }
}

/// `replay 30m`, `replay c3`, `export-case c3`, `export-case c3 -`.
fn of_a_case(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>, command: Command, rest: &str) -> Reply {
    let (marks, words) = match aim(linear, env, rest) {
        Ok(aimed) => aimed,
        Err(sentence) => {
            seat.refuse(env, sentence);
            return gathered(seat, linear, env, Vec::new());
        }
    };
    let name = command.row().name;
    let target = marks.first().map(|mark| mark.target).unwrap_or_default();
    let effects = match (command, marks.len(), words) {
        (Command::Replay, 0, words) => travel::asked(seat, env, words, &target),
        (Command::Replay, 1, words) => travel::asked(seat, env, format!("case {words}").trim(), &target),
        (_, 1, "" | "-") => match target.case {
            Some(case) => vec![Effect::ExportCase { case, to_seat: words == "-" }],
            None => seat.refuse(env, env.scene.say("off-no-flag")),
        },
        _ => seat.refuse(env, env.scene.say_with("linear-which", &[("name", name)])),
    };
    gathered(seat, linear, env, effects)
}

fn by_keys(env: &Env<'_>, word: &str) -> Option<Command> {
    let keys: Option<Vec<Key>> = word.split('+').map(Key::parse).collect();
    match env.scene.keymap.meaning(&keys?) {
        Meaning::Command(command) => Some(command),
        Meaning::Prefix(_) | Meaning::Nothing => None,
    }
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
    } else if words.chars().count() > LONGEST {
        seat.refuse(env, env.scene.say_with("linear-too-long", &[("n", &LONGEST.to_string())]));
    } else {
        let effects = carried_out(seat, env, command, &marks, words);
        let mut reply = gathered(seat, linear, env, effects);
        let beside = means_found(rest).then(|| views::found_beside(linear, env)).flatten();
        reply.lines.extend(beside.map(|line| safe(&line)));
        return reply;
    }
    gathered(seat, linear, env, Vec::new())
}

fn means_found(words: &str) -> bool {
    words.strip_prefix(FOUND).is_some_and(|after| !after.starts_with(char::is_alphanumeric))
}

/// What the handles at the beginning stand for, as it was printed, and the words after them. `*#12` is everything
/// that says nearly what #12 says.
fn aim<'a>(linear: &Linear, env: &Env<'_>, rest: &'a str) -> Result<(Vec<Mark>, &'a str), String> {
    let (mut marks, mut words) = (Vec::<Mark>::new(), rest);
    if let Some(after) = words.strip_prefix(FOUND).filter(|_| means_found(words)) {
        let target = |row: &RowId| linear.handles.target(*row).map(|target| Mark { row: *row, target });
        marks.extend(linear.found.iter().filter_map(target));
        if marks.is_empty() {
            return Err(env.scene.say("linear-nothing-found"));
        }
        words = after.trim();
    }
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
    let preset = presets::meant(command, words);
    let own_words = preset.is_none() && !words.is_empty() && presets::seconds(words).is_none();
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

/// Everything that the seat has to say now, in lines; what stood over its screen is put away.
pub fn gathered(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>, effects: Vec<Effect>) -> Reply {
    let mut lines: Vec<String> = word_of(seat, linear, env).into_iter().collect();
    lines.extend(asking::ask(seat, linear, env));
    if let Some(pending) = seat.screen.pending.take() {
        let options = pending.options.iter().map(|(key, what)| format!("{key} {what}"));
        let options = options.collect::<Vec<String>>().join(&env.scene.say("list-comma"));
        let args = [("label", pending.label.as_str()), ("options", &options)];
        lines.extend(pending.note.as_deref().map(plain));
        lines.push(plain(&env.scene.say_with("linear-choose", &args)));
    }
    match seat.screen.overlay.take() {
        Some(Overlay::Prompt(_)) => lines.push(safe(&env.scene.say("linear-words-missing"))),
        Some(Overlay::Reader(reader)) => {
            lines.push(plain(&reader.title));
            lines.extend(reader.body.iter().flat_map(|text| text.lines()).map(plain));
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
