//! Questions that a seat of lines was asked, each under its own name, so that an answer never meets another question.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::linear::{Linear, Reply, safe, typed, word_of};
use crate::app::overlay;
use crate::app::seat::{Asking, Seat};
use crate::commands::key::{Code, Key};
use crate::ui::dialog::Dialog;
use crate::ui::overlay::Overlay;
use std::collections::VecDeque;

/// How many questions may stand unanswered; the oldest goes first.
const OPEN: usize = 32;

/// Questions that wait for an answer.
#[derive(Debug, Clone, Default)]
pub struct Questions {
    last: u32,
    open: VecDeque<(u32, Asking, Dialog)>,
}

impl Questions {
    fn take(&mut self, number: u32) -> Option<(Asking, Dialog)> {
        let at = self.open.iter().position(|(known, _, _)| *known == number)?;
        self.open.remove(at).map(|(_, asking, dialog)| (asking, dialog))
    }

    fn put(&mut self, asking: Asking, dialog: Dialog) -> u32 {
        self.last = self.last.saturating_add(1);
        self.open.push_back((self.last, asking, dialog));
        if self.open.len() > OPEN {
            self.open.pop_front();
        }
        self.last
    }

    /// Nobody will answer any more: how many questions that leaves open.
    pub fn drop_all(&mut self) -> usize {
        std::mem::take(&mut self.open).len()
    }
}

/// If the seat opened a dialog, its question in lines, with the words that answer it.
pub fn ask(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>) -> Vec<String> {
    let asking = seat.asking.take();
    let dialog = match seat.screen.overlay.take() {
        Some(Overlay::Dialog(dialog)) => dialog,
        other => {
            seat.screen.overlay = other;
            return Vec::new();
        }
    };
    let scene = &env.scene;
    let mut lines = Vec::new();
    let choices = dialog.choices.clone();
    let text = dialog.lines.join(" ");
    let title = dialog.title.clone();
    let Some(asking) = asking.filter(|_| choices.iter().any(|choice| choice.why_off.is_none())) else {
        // Nothing can be answered: it only tells.
        lines.push(format!("{title}: {text}"));
        return lines.iter().map(|line| safe(line)).collect();
    };
    let name = format!("q{}", linear.questions.put(asking, dialog));
    lines.push(scene.say_with("linear-question", &[("name", &name), ("title", &title), ("text", &text)]));
    for choice in &choices {
        let answer = format!("answer {name} {}", choice.key);
        let args = [("answer", answer.as_str()), ("label", &choice.label)];
        lines.push(match &choice.why_off {
            Some(why) => scene.say_with("linear-choice-off", &[("label", &choice.label), ("why", why)]),
            None => scene.say_with("linear-choice", &args),
        });
    }
    lines.push(scene.say_with("linear-yes-no", &[("name", &name)]));
    lines.iter().map(|line| safe(line)).collect()
}

/// `yes q1`, `no q1`, `answer q1 m`.
pub fn answer(seat: &mut Seat, linear: &mut Linear, env: &Env<'_>, word: &str, rest: &str) -> Reply {
    let mut words = rest.split_whitespace();
    let number = words.next().and_then(|name| name.strip_prefix('q')).and_then(|number| number.parse().ok());
    let Some((asking, dialog)) = number.and_then(|number| linear.questions.take(number)) else {
        seat.refuse(env, env.scene.say_with("linear-no-question", &[("name", rest)]));
        return typed::gathered(seat, linear, env, Vec::new());
    };
    if word == "no" {
        seat.tell(env, env.scene.say("linear-left"));
        return typed::gathered(seat, linear, env, Vec::new());
    }
    let key = match words.next().map(|key| key.chars().collect::<Vec<char>>()) {
        None => Key::plain(Code::Enter),
        Some(signs) => match signs.as_slice() {
            [sign] => Key::char(*sign).folded(),
            _ => Key::plain(Code::Esc),
        },
    };
    seat.asking = Some(asking.clone());
    seat.screen.overlay = Some(Overlay::Dialog(dialog.clone()));
    // What is answered was printed, so no frame has to be waited for.
    let effects: Vec<Effect> = overlay::key(seat, env, key, u64::MAX);
    let unmoved = matches!(&seat.screen.overlay, Some(Overlay::Dialog(now)) if *now == dialog);
    let mut reply = if unmoved {
        // No such answer: the question stands.
        seat.refuse(env, env.scene.say("off-no-preset"));
        Reply { lines: word_of(seat, linear, env).into_iter().collect(), ..Reply::default() }
    } else {
        Reply::default()
    };
    let more = typed::gathered(seat, linear, env, effects);
    reply.effects.extend(more.effects);
    reply.lines.extend(more.lines);
    reply
}
