//! Words that go into a room: a warning of one's own, and speaking to everybody. A typed line goes nowhere else.

use crate::app::effect::Effect;
use crate::app::env::Env;
use crate::app::intent::{self, Intent};
use crate::app::seat::Seat;
use crate::app::verbs;
use crate::model::action::Act;
use crate::model::id::RoomId;
use crate::ui::overlay::Overlay;
use crate::ui::prompt::{Prompt, Purpose};
use crate::ui::target::Target;

/// `W`: asks for the words of a warning.
pub fn ask_warning(seat: &mut Seat, env: &Env<'_>, targets: Vec<Target>) -> Vec<Effect> {
    let whom = match targets.as_slice() {
        [target] => verbs::name(env, target),
        several => env.scene.say_with("marked", &[("n", &several.len().to_string())]),
    };
    seat.screen.overlay = Some(Overlay::Prompt(Prompt::new(Purpose::Warn { whom })));
    seat.prompted_many = targets;
    Vec::new()
}

/// `S`: asks what to say in the room; the prompt names it.
pub fn ask_words(seat: &mut Seat, target: &Target) -> Vec<Effect> {
    if let Some(room) = target.room {
        seat.screen.overlay = Some(Overlay::Prompt(Prompt::new(Purpose::Say { room })));
    }
    Vec::new()
}

/// The words of a warning are typed.
pub fn warn(seat: &mut Seat, env: &Env<'_>, text: String) -> Vec<Effect> {
    let targets = std::mem::take(&mut seat.prompted_many);
    if text.is_empty() {
        return Vec::new();
    }
    intent::on(seat, env, Intent::Warn(text), targets)
}

/// What is to be said is typed; it is held for some seconds before it is sent.
pub fn say(seat: &mut Seat, env: &Env<'_>, room: RoomId, text: String) -> Vec<Effect> {
    if text.is_empty() {
        return Vec::new();
    }
    verbs::at_once(seat, env, Act::Say { text }, &Target { room: Some(room), ..Target::default() })
}
