//! Keys while something lies over the screen: a dialog, a prompt, a list to pick from, the help, a page to read.

use crate::app::choosing;
use crate::app::command_line;
use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::seat::{Question, Seat};
use crate::app::{filtering, questions, speaking, standing};
use crate::commands::key::{Code, Key};
use crate::model::id::{MemberId, RoomId};
use crate::ui::dialog::Dialog;
use crate::ui::moves::Motion;
use crate::ui::overlay::Overlay;
use crate::ui::prompt::{Prompt, Purpose};
use crate::ui::target::Target;

/// Hands a key to the open overlay. `shown` is the frame that stood on the terminal when it was pressed.
pub fn key(seat: &mut Seat, env: &Env<'_>, key: Key, shown: u64) -> Vec<Effect> {
    match seat.screen.overlay.as_mut() {
        Some(Overlay::Dialog(_)) => dialog(seat, env, key.folded(), shown),
        Some(Overlay::Prompt(_)) => prompt(seat, env, key),
        Some(Overlay::Help(_) | Overlay::Reader(_) | Overlay::Card(_) | Overlay::XRay(_)) => {
            page(seat, env, key.folded())
        }
        Some(Overlay::CopyPane(_)) => copy_pane(seat, key.folded()),
        Some(Overlay::Chooser(_)) => choosing::key(seat, env, key, shown),
        None => Vec::new(),
    }
}

/// A paste goes into a prompt as text; anywhere else it does nothing.
pub fn paste(seat: &mut Seat, env: &Env<'_>, text: &str) -> Vec<Effect> {
    if choosing::paste(seat, env, text) {
        return Vec::new();
    }
    let Some(Overlay::Prompt(prompt)) = seat.screen.overlay.as_mut() else {
        seat.tell(env, env.scene.say("paste-ignored"));
        return Vec::new();
    };
    prompt.insert(text);
    command_line::preview(seat, env);
    Vec::new()
}

/// Puts away what is open, and what it was about.
pub fn close(seat: &mut Seat) {
    seat.screen.overlay = None;
    seat.asking = None;
    seat.prompted = None;
    seat.prompted_many.clear();
}

fn dialog(seat: &mut Seat, env: &Env<'_>, key: Key, shown: u64) -> Vec<Effect> {
    if seat.asking.is_none() {
        close(seat);
        return Vec::new();
    }
    let leaves = key.code == Code::Esc || matches!(key.typed(), Some('q' | 'n'));
    if !leaves && scrolled(seat, key) {
        return Vec::new();
    }
    if !leaves && !standing::is_open(seat, shown, env.scene.now) {
        return seat.refuse(env, env.scene.say("dialog-too-soon"));
    }
    if let Some(effects) = number_typed(seat, env, key) {
        return effects;
    }
    let chosen = match key.code {
        Code::Esc => None,
        Code::Enter if by_enter(seat) && first_choice(seat).is_some() => {
            let key = first_choice(seat).map(String::from).unwrap_or_default();
            return seat.refuse(env, env.scene.say_with("dialog-enter-opened", &[("key", &key)]));
        }
        Code::Enter => Some(first_choice(seat)),
        Code::Char(sign) if key.typed().is_some() => match sign {
            'q' | 'n' => None,
            sign => Some(Some(sign)),
        },
        _ => return Vec::new(),
    };
    match chosen.flatten() {
        None => {
            close(seat);
            Vec::new()
        }
        Some(sign) => choose(seat, env, sign),
    }
}

/// Keys that move in a list scroll the lines of a dialog.
fn scrolled(seat: &mut Seat, key: Key) -> bool {
    let size = seat.screen.size();
    let Some(Overlay::Dialog(dialog)) = seat.screen.overlay.as_mut() else { return false };
    let motion = match key.code {
        Code::Down | Code::Char('j') => Motion::Down,
        Code::Up | Code::Char('k') => Motion::Up,
        Code::PageDown => Motion::PageDown,
        Code::PageUp => Motion::PageUp,
        _ => return false,
    };
    dialog.go(size, motion);
    true
}

/// Where a number has to be typed, every key belongs to it; the right number and Enter answer the question.
fn number_typed(seat: &mut Seat, env: &Env<'_>, key: Key) -> Option<Vec<Effect>> {
    let Some(Overlay::Dialog(dialog)) = seat.screen.overlay.as_mut() else { return None };
    let (_, typed) = dialog.entry.as_mut()?;
    match key.code {
        Code::Esc | Code::Char('q') => close(seat),
        Code::Char(digit) if key.typed().is_some_and(|sign| sign.is_ascii_digit()) && typed.len() < 6 => {
            typed.push(digit);
        }
        Code::Backspace => drop(typed.pop()),
        Code::Enter => {
            let typed = typed.clone();
            let wanted = match seat.asking.as_ref().map(|asking| &asking.question) {
                Some(Question::Bulk { count, .. }) => count.to_string(),
                _ => return Some(Vec::new()),
            };
            if typed != wanted {
                // The next number is typed afresh, not behind the wrong one.
                if let Some(Overlay::Dialog(Dialog { entry: Some((_, typed)), .. })) =
                    seat.screen.overlay.as_mut()
                {
                    typed.clear();
                }
                let sentence = env.scene.say_with("bulk-wrong-number", &[("n", &wanted)]);
                return Some(seat.refuse(env, sentence));
            }
            let asking = seat.asking.take()?;
            close(seat);
            return Some(questions::answered(seat, env, asking.question, 'y'));
        }
        _ => {}
    }
    Some(Vec::new())
}

fn by_enter(seat: &Seat) -> bool {
    matches!(&seat.screen.overlay, Some(Overlay::Dialog(dialog)) if dialog.by_enter)
}

/// Enter takes the first choice that is on.
fn first_choice(seat: &Seat) -> Option<char> {
    match &seat.screen.overlay {
        Some(Overlay::Dialog(dialog)) => {
            dialog.choices.iter().find(|choice| choice.why_off.is_none()).map(|choice| choice.key)
        }
        _ => None,
    }
}

fn choose(seat: &mut Seat, env: &Env<'_>, sign: char) -> Vec<Effect> {
    let Some(Overlay::Dialog(dialog)) = &seat.screen.overlay else { return Vec::new() };
    let Some(choice) = dialog.choices.iter().find(|choice| choice.key == sign) else { return Vec::new() };
    if let Some(why) = choice.why_off.clone() {
        return seat.refuse(env, why);
    }
    let Some(asking) = seat.asking.take() else { return Vec::new() };
    close(seat);
    questions::answered(seat, env, asking.question, sign)
}

fn prompt(seat: &mut Seat, env: &Env<'_>, key: Key) -> Vec<Effect> {
    let Some(Overlay::Prompt(prompt)) = seat.screen.overlay.as_mut() else { return Vec::new() };
    match (key.code, key.ctrl) {
        (Code::Esc, _) => {
            close(seat);
            return Vec::new();
        }
        (Code::Enter, _) => return submit(seat, env),
        (Code::Tab, _) => prompt.complete(),
        (Code::Char('w'), true) => prompt.delete_word(),
        (Code::Char('u'), true) => prompt.clear(),
        (Code::Char('a'), true) | (Code::Home, _) => prompt.home(),
        (Code::Char('e'), true) | (Code::End, _) => prompt.end(),
        (Code::Backspace, _) | (Code::Char('h'), true) => {
            if prompt.text().is_empty() {
                close(seat);
                return Vec::new();
            }
            prompt.backspace();
        }
        (Code::Delete, _) => prompt.delete(),
        (Code::Left, _) => prompt.left(),
        (Code::Right, _) => prompt.right(),
        _ => {
            if let Some(sign) = key.typed() {
                prompt.insert(&sign.to_string());
            }
        }
    }
    command_line::preview(seat, env);
    Vec::new()
}

fn submit(seat: &mut Seat, env: &Env<'_>) -> Vec<Effect> {
    let Some(Overlay::Prompt(prompt)) = &seat.screen.overlay else { return Vec::new() };
    if prompt.mistake.is_some() {
        // The line stays open, with what is wrong marked in it.
        return Vec::new();
    }
    let (purpose, text) = (prompt.purpose.clone(), prompt.text().trim().to_owned());
    let kept = prompt.clone();
    let target = seat.prompted.take();
    seat.screen.overlay = None;
    match purpose {
        Purpose::Find => filtering::find(seat, env, &text),
        Purpose::Filter => filtering::filter_written(seat, env, &text),
        Purpose::Note { member, room } => note(seat, env, room, member, text),
        Purpose::Warn { .. } => speaking::warn(seat, env, text),
        Purpose::Say { room } => speaking::say(seat, env, room, text),
        Purpose::Command => command_typed(seat, env, &text, target.unwrap_or_default(), kept),
    }
}

/// A command line; one that is refused stays open with the reason, so that what is typed on goes nowhere else.
fn command_typed(
    seat: &mut Seat,
    env: &Env<'_>,
    text: &str,
    target: Target,
    mut line: Prompt,
) -> Vec<Effect> {
    let refusals = seat.refusals;
    let effects = command_line::run(seat, env, text, target);
    let refused = seat.refusals > refusals && effects.is_empty() && seat.waiting.is_none();
    if refused && seat.screen.overlay.is_none() {
        line.preview = seat.screen.toast.as_ref().map(|toast| toast.text.clone());
        seat.screen.overlay = Some(Overlay::Prompt(line));
        seat.prompted = Some(target);
    }
    effects
}

/// Writes a note; an empty one is none.
pub fn note(seat: &mut Seat, env: &Env<'_>, room: RoomId, member: MemberId, text: String) -> Vec<Effect> {
    if text.is_empty() {
        return Vec::new();
    }
    if let Some(why) = env.scene.no_acts() {
        return seat.refuse(env, env.scene.words.reason(&why));
    }
    let name = env.scene.member_name(member);
    seat.done(env, env.scene.say_with("done-note", &[("name", &name)]));
    vec![Effect::Note { room, member, text }]
}

/// Space and PgDn show the next page, if there is one; any other key goes back.
fn copy_pane(seat: &mut Seat, key: Key) -> Vec<Effect> {
    let size = seat.screen.size();
    let on = matches!(key.code, Code::Char(' ') | Code::PageDown);
    if let Some(Overlay::CopyPane(pane)) = seat.screen.overlay.as_mut()
        && !(on && pane.next_page(size))
    {
        close(seat);
    }
    Vec::new()
}

fn page(seat: &mut Seat, env: &Env<'_>, key: Key) -> Vec<Effect> {
    let size = seat.screen.size();
    if let (Some(Overlay::XRay(xray)), Some(sign @ ('n' | 'N'))) = (seat.screen.overlay.as_mut(), key.typed())
    {
        xray.go_to_finding(&env.scene, size, sign == 'n');
        return Vec::new();
    }
    let motion = match key.code {
        Code::Down | Code::Char('j') => Motion::Down,
        Code::Up | Code::Char('k') => Motion::Up,
        Code::PageDown | Code::Char(' ') => Motion::PageDown,
        Code::PageUp => Motion::PageUp,
        Code::Home | Code::Char('g') => Motion::Top,
        Code::End | Code::Char('G') => Motion::Bottom,
        _ => {
            close(seat);
            return Vec::new();
        }
    };
    seat.screen.go(&env.scene, motion);
    Vec::new()
}

/// Opens a prompt about what is under the cursor.
pub fn open_prompt(seat: &mut Seat, env: &Env<'_>, purpose: Purpose, target: Target) {
    seat.screen.overlay = Some(Overlay::Prompt(Prompt::new(purpose)));
    seat.prompted = Some(target);
    command_line::preview(seat, env);
}
