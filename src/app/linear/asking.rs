//! Questions that a seat of lines was asked, each under its own name, so that an answer never meets another question.

use crate::app::choosing::Choosing;
use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::linear::{Linear, Reply, plain, typed, word_of};
use crate::app::overlay;
use crate::app::seat::{Asking, Seat};
use crate::app::standing::PRINTED;
use crate::commands::key::{Code, Key};
use crate::ui::chooser::{ChoiceRow, Chooser};
use crate::ui::dialog::Dialog;
use crate::ui::moves::Motion;
use crate::ui::overlay::Overlay;
use std::collections::VecDeque;

/// How many questions may stand unanswered; the oldest goes first.
const OPEN: usize = 32;

/// One question.
#[derive(Debug, Clone, PartialEq)]
enum Asked {
    Dialog(Asking, Dialog),
    List(Choosing, Chooser),
}

/// Questions that wait for an answer.
#[derive(Debug, Clone, Default)]
pub struct Questions {
    last: u32,
    open: VecDeque<(u32, Asked)>,
}

impl Questions {
    fn get(&self, number: u32) -> Option<Asked> {
        self.open.iter().find(|(known, _)| *known == number).map(|(_, asked)| asked.clone())
    }

    fn close(&mut self, number: u32) {
        self.open.retain(|(known, _)| *known != number);
    }

    fn put(&mut self, asked: Asked) -> String {
        self.last = self.last.saturating_add(1);
        self.open.push_back((self.last, asked));
        if self.open.len() > OPEN {
            self.open.pop_front();
        }
        format!("q{}", self.last)
    }

    /// Nobody will answer any more: how many questions that leaves open.
    pub fn drop_all(&mut self) -> usize {
        std::mem::take(&mut self.open).len()
    }
}

/// If the seat asks something, its question in lines, with the words that answer it.
pub fn ask(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>) -> Vec<String> {
    let lines = match (seat.screen.overlay.take(), seat.asking.take(), seat.choosing.take()) {
        (Some(Overlay::Dialog(dialog)), asking, _) => of_dialog(linear, env, dialog, asking),
        (Some(Overlay::Chooser(chooser)), _, Some(choosing)) => of_list(linear, env, chooser, choosing),
        (other, _, _) => {
            seat.screen.overlay = other;
            Vec::new()
        }
    };
    lines.iter().map(|line| plain(line)).collect()
}

fn of_dialog(linear: &mut Linear, env: &Env<'_>, dialog: Dialog, asking: Option<Asking>) -> Vec<String> {
    let scene = &env.scene;
    let mut lines: Vec<String> = Vec::new();
    let (choices, entry) = (dialog.choices.clone(), dialog.entry.clone());
    let title = dialog.title.clone();
    let said: Vec<String> = dialog.said().cloned().collect();
    let answerable = entry.is_some() || choices.iter().any(|choice| choice.why_off.is_none());
    let Some(asking) = asking.filter(|_| answerable) else {
        // Nothing can be answered: it only tells.
        return std::iter::once(title).chain(said).collect();
    };
    // Here an answer names its question.
    let dialog = Dialog { by_enter: false, ..dialog };
    let name = linear.questions.put(Asked::Dialog(asking, dialog));
    lines.push(scene.say_with("linear-question", &[("name", &name), ("title", &title)]));
    lines.extend(said.into_iter().filter(|line| !line.is_empty()));
    if let Some((label, _)) = entry {
        lines.push(scene.say_with("linear-number", &[("name", &name), ("label", &label)]));
        return lines;
    }
    for choice in &choices {
        lines.push(match &choice.why_off {
            Some(why) => scene.say_with("linear-choice-off", &[("label", &choice.label), ("why", why)]),
            None => {
                let answer = format!("answer {name} {}", choice.key);
                scene.say_with("linear-choice", &[("answer", &answer), ("label", &choice.label)])
            }
        });
    }
    lines.push(scene.say_with("linear-yes-no", &[("name", &name)]));
    lines
}

fn of_list(linear: &mut Linear, env: &Env<'_>, chooser: Chooser, choosing: Choosing) -> Vec<String> {
    let scene = &env.scene;
    let rows: Vec<ChoiceRow> = rows(&chooser).cloned().collect();
    if rows.is_empty() {
        return vec![chooser.title.clone(), chooser.empty];
    }
    let title = chooser.title.clone();
    let name = linear.questions.put(Asked::List(choosing, chooser));
    let mut lines = vec![scene.say_with("linear-question", &[("name", &name), ("title", &title)])];
    for (at, row) in rows.iter().enumerate() {
        let label = row_words(&[&row.kind, &row.label, &row.detail]);
        let answer = format!("answer {name} {}", at + 1);
        lines.push(match &row.why_off {
            Some(why) => scene.say_with("linear-choice-off", &[("label", &label), ("why", why)]),
            None => scene.say_with("linear-choice", &[("answer", &answer), ("label", &label)]),
        });
    }
    lines
}

fn row_words(parts: &[&str]) -> String {
    crate::app::linear::words::listed(parts)
}

fn rows(chooser: &Chooser) -> impl Iterator<Item = &ChoiceRow> {
    (0..).map_while(|number| chooser.row(number))
}

/// `yes q1`, `yes q1 12`, `no q1`, `answer q1 m`, `answer q2 3`.
pub fn answer(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>, word: &str, rest: &str) -> Reply {
    let mut words = rest.split_whitespace();
    let number = words.next().and_then(|name| name.strip_prefix('q')).and_then(|number| number.parse().ok());
    let asked = number.and_then(|number: u32| linear.questions.get(number).map(|asked| (number, asked)));
    let Some((number, asked)) = asked else {
        seat.refuse(env, env.scene.say_with("linear-no-question", &[("name", rest)]));
        return typed::gathered(seat, linear, env, Vec::new());
    };
    if word == "no" {
        linear.questions.close(number);
        seat.tell(env, env.scene.say("linear-left"));
        return typed::gathered(seat, linear, env, Vec::new());
    }
    // What is answered was printed, so no frame has to be waited for.
    let effects = match &asked {
        Asked::Dialog(asking, dialog) => {
            seat.asking = Some(asking.clone());
            seat.screen.overlay = Some(Overlay::Dialog(dialog.clone()));
            to_dialog(seat, env, dialog, words.next())
        }
        Asked::List(choosing, chooser) => {
            seat.choosing = Some(choosing.clone());
            seat.screen.overlay = Some(Overlay::Chooser(chooser.clone()));
            to_list(seat, env, words.next().and_then(|word| word.parse().ok()))
        }
    };
    let stands = match &asked {
        Asked::Dialog(asking, _) => seat.asking.as_ref() == Some(asking),
        Asked::List(choosing, _) => seat.choosing.as_ref() == Some(choosing),
    };
    if stands {
        // It was no answer to this question, which goes on to stand.
        seat.screen.overlay = None;
        if seat.screen.toast.is_none() {
            seat.refuse(env, env.scene.say("off-no-preset"));
        }
        return Reply { lines: word_of(seat, linear, env).into_iter().collect(), ..Reply::default() };
    }
    linear.questions.close(number);
    typed::gathered(seat, linear, env, effects)
}

fn to_dialog(seat: &mut Seat, env: &Env<'_>, dialog: &Dialog, word: Option<&str>) -> Vec<Effect> {
    let enter = Key::plain(Code::Enter);
    let signs: Vec<char> = word.unwrap_or_default().chars().collect();
    if dialog.entry.is_some() {
        for sign in signs {
            overlay::key(seat, env, Key::char(sign).folded(), PRINTED);
        }
        return overlay::key(seat, env, enter, PRINTED);
    }
    match signs.as_slice() {
        [] => overlay::key(seat, env, enter, PRINTED),
        [sign] => overlay::key(seat, env, Key::char(*sign), PRINTED),
        _ => Vec::new(),
    }
}

fn to_list(seat: &mut Seat, env: &Env<'_>, number: Option<usize>) -> Vec<Effect> {
    let Some(wanted) = number.and_then(|number| number.checked_sub(1)) else { return Vec::new() };
    let size = seat.screen.size();
    let Some(Overlay::Chooser(chooser)) = seat.screen.overlay.as_mut() else { return Vec::new() };
    chooser.go(size, Motion::Top);
    (0..wanted).for_each(|_| chooser.go(size, Motion::Down));
    if chooser.picked() != Some(wanted) {
        return Vec::new();
    }
    overlay::key(seat, env, Key::plain(Code::Enter), PRINTED)
}

/// Picks the row of the open list that is called so.
pub fn pick_named(seat: &mut Seat, env: &Env<'_>, name: &str) -> Vec<Effect> {
    let Some(Overlay::Chooser(chooser)) = &seat.screen.overlay else { return Vec::new() };
    let place = rows(chooser).position(|row| row.label == name);
    match place {
        Some(place) => to_list(seat, env, Some(place + 1)),
        None => Vec::new(),
    }
}
